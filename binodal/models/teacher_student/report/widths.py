"""The residual at equilibrium against the width, and what its figures share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from binodal.derive.theories import THEORIES
from binodal.models.teacher_student.numerics.finite import float_closure
from binodal.models.teacher_student.report.laws import WIDTHS, at_width
from binodal.page.measured import Data, experiments
from binodal.page.section import Request
from binodal.page.style import note

Array = NDArray[np.float64]


@dataclass(frozen=True)
class WidthCurve:
    """b and c of the mean residual at equilibrium against the width, for one theory."""

    theory: str
    width: Array
    b: Array
    c: Array


def curves_of(request: Request) -> list[WidthCurve]:
    """The curves at the number of widths that the request asks for."""
    return width_curves(30 if request.quick else 90)


def course(request: Request) -> str:
    """What is known of the course in time, for a panel's corner."""
    followed = followed_in_time(request.earlier)
    return "course in time: networks scaled down" if followed else "course in time: not run"


def followed_in_time(earlier: Data) -> bool:
    """Whether a stored experiment holds losses against training time."""
    stored = experiments(earlier, "stored")
    return any(name.endswith("train_loss") for each in stored for name in each["curves"])


@cache
def width_curves(points: int) -> list[WidthCurve]:
    """b and c at equilibrium against N, from half of the smallest to a little over the largest."""
    widths = np.linspace(0.5 * min(WIDTHS), 1.15 * max(WIDTHS), points)
    return [_width_curve(theory, widths) for theory in THEORIES]


def _width_curve(theory: str, widths: NDArray[np.float64]) -> WidthCurve:
    modes = np.array([float_closure(at_width(width), theory)[0] for width in widths])
    return WidthCurve(theory, widths, modes[:, 0], modes[:, 1])


def mark_widths(panel: Any) -> None:
    """Dotted lines at the three widths of the paper."""
    for width in sorted(WIDTHS):
        panel.axvline(width, color="0.6", linewidth=0.8, linestyle=":", zorder=0)
        note(panel, f"$N = {width:.0f}$", (width, 0.93), (3, 0), ("data", "axes fraction"))
