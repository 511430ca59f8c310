"""The experiments there are, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from binodal.validate.experiments.closing_gaps import CLOSING_GAPS
from binodal.validate.experiments.experiment import Experiment
from binodal.validate.experiments.modular_transition import MODULAR_TRANSITION
from binodal.validate.experiments.overlap_law import OVERLAP_LAW
from binodal.validate.experiments.width_and_time import WIDTH_AND_TIME

EXPERIMENTS: Mapping[str, Experiment] = MappingProxyType(
    {e.name: e for e in (OVERLAP_LAW, MODULAR_TRANSITION, WIDTH_AND_TIME, CLOSING_GAPS)}
)
