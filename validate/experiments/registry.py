"""The experiments there are, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from binodal.models.modular.experiments.closing_gaps import CLOSING_GAPS
from binodal.models.modular.experiments.modular_transition import MODULAR_TRANSITION
from binodal.models.teacher_student.experiments.overlap_law import OVERLAP_LAW
from binodal.models.teacher_student.experiments.width_and_time import WIDTH_AND_TIME
from binodal.validate.experiments.experiment import Experiment

EXPERIMENTS: Mapping[str, Experiment] = MappingProxyType(
    {e.name: e for e in (OVERLAP_LAW, MODULAR_TRANSITION, WIDTH_AND_TIME, CLOSING_GAPS)}
)
