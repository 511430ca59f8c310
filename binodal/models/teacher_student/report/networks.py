"""The teacher-student networks that the report trains: the setting of Fig. 2, made smaller."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from binodal.models.registry import preset
from binodal.models.report import Ensemble
from binodal.models.teacher_student.report.data import PRESET
from binodal.numerics.parameters import Parameters
from binodal.numerics.rescale import rescale, whole_sizes

BETA = Fraction(1, 8)
"""The setting of Fig. 2 is rescaled by M.11 to this size."""


def _setting(sigma2: str) -> Parameters:
    base = preset(PRESET).replace(sigma2=Fraction(sigma2))
    return whole_sizes(rescale(base, BETA)[0])[0]


def ensembles(quick: bool) -> list[Ensemble]:
    """Temperatures on both sides of the transition, more of them when full."""
    temperatures = ("0.15", "0.3") if quick else ("0.1", "0.2", "0.3")
    return [
        Ensemble(
            f"teacher-student-{sigma2}",
            f"Teacher-student, sigma^2 = {sigma2}",
            partial(_setting, sigma2),
            members=16,
            starts="alternate",
            burn_in=200,
            draws=80,
        )
        for sigma2 in temperatures
    ]
