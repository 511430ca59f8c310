"""The time of the transition for slow decay: certified, with its first correction."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb

from binodal.models.diagonal_linear.numerics.half_way import HalfWay
from binodal.models.diagonal_linear.numerics.path import FORMS, half_way
from binodal.models.diagonal_linear.setting import Row, Setting
from binodal.numerics.balls import ball, precision
from binodal.numerics.refine import refine

_NEAR = 0.05


@dataclass(frozen=True)
class Law:
    """The scale A* at which the path has w_J half way, and the time, which leaves out O(lambda)."""

    scale: arb
    time: arb


def law(setting: Setting, point: dict[str, Fraction], early: Row, late: Row, bits: int) -> Law:
    """The law at L, alpha and lambda. Raises Undecided where no proof is found."""
    degree, j = point["L"], setting.component
    level = (early[j] + late[j]) / 2
    near = _NEAR * abs(float(late[j] - early[j]))
    end = np.array(late, dtype=float)
    log_scale, rho = half_way(setting, degree, float(level), end, near)
    system = HalfWay(setting, degree, level)
    box = refine(system, [arb(log_scale), *map(arb, map(float, rho))], bits)
    with precision(bits):
        scale, known = box[0].exp(), (ball(point[name]) for name in ("alpha", "lambda"))
        _, _, time = FORMS.balls("law")()(
            scale, ball(degree), ball(level), *system.ends(box), *known
        )
        return Law(scale, time)
