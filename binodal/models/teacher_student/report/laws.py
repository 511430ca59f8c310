"""The laws of the overlap that Fig. 2a, 2b and 4 show, and the headings that they stand under."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from binodal.derive.theories import THEORIES
from binodal.models.registry import preset
from binodal.models.report import Heading
from binodal.models.teacher_student.numerics.joint_law import minus_log_density
from binodal.models.teacher_student.report.law_drawing import LawCurve, LawPanel
from binodal.numerics.rescale import rescale, whole_sizes

TRANSITION = Heading(2, "Fig. 2: the teacher-student transition")
WIDTH = Heading(4, "Figs. 4 to 6: the width as control parameter (D.44)")

BETAS = (Fraction(1, 8), Fraction(1, 2), Fraction(1), Fraction(2))
"""Sizes of C.43, with alpha = beta."""

BEFORE, AFTER = Fraction(3, 10), Fraction(3, 20)
"""The two temperatures of Fig. 2a and 2b: of the five in C.43, one on each side."""

WIDTHS = (2800, 1400, 700)
"""N of Figs. 4 to 6 (D.44)."""

_REACH = {"fig2": 1.2, "app-d": 2.0}
_TOP = {"fig2": 0.1, "app-d": 0.3}
_POINTS = 161


def _floats(values: Mapping[str, Fraction]) -> dict[str, float]:
    return {name: float(value) for name, value in values.items()}


def rescaled(beta: Fraction, sigma2: Fraction) -> dict[str, float]:
    """The setting of Fig. 2 at a temperature, rescaled by M.11 with alpha = beta."""
    scaled = rescale(preset("fig2"), beta)[0]
    return _floats(whole_sizes(scaled.replace(sigma2=sigma2))[0])


def _curve(label: str, setting: Mapping[str, float], theory: str, reach: float) -> LawCurve:
    overlaps = np.linspace(0.0, reach, _POINTS)
    height = minus_log_density(setting, theory, overlaps) / setting["d"]
    return LawCurve(label, overlaps, height, setting)


def panels_of_scaling() -> list[list[LawPanel]]:
    """One row a theory, one column a temperature, one curve a beta."""
    return [[_of_scaling(theory, sigma2) for sigma2 in (BEFORE, AFTER)] for theory in THEORIES]


def _of_scaling(theory: str, sigma2: Fraction) -> LawPanel:
    curves = [
        _curve(rf"$\beta = {beta}$", rescaled(beta, sigma2), theory, _REACH["fig2"])
        for beta in BETAS
    ]
    return LawPanel(rf"{theory}, $\sigma^2 = {float(sigma2):g}$", curves, _TOP["fig2"])


def at_width(width: float) -> dict[str, float]:
    """D.44 at a width; the readout variance is that of D.44 at every width."""
    return {**_floats(preset("app-d")), "N": float(width)}


def panels_of_width() -> list[list[LawPanel]]:
    """One column a width, both theories in each."""
    return [[_of_width(width) for width in WIDTHS]]


def _of_width(width: int) -> LawPanel:
    curves = [_curve(theory, at_width(width), theory, _REACH["app-d"]) for theory in THEORIES]
    return LawPanel(f"$N = {width}$", curves, _TOP["app-d"])
