"""Teacher-student: what first orders in 1/n and in 1/N hold of each observable, and their sizes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from binodal.models.teacher_student.numerics.finite_data import DataShift
from binodal.models.teacher_student.numerics.finite_width import Curvature, Shift
from binodal.models.teacher_student.numerics.losses import LOSSES, Losses
from binodal.models.teacher_student.numerics.nodes import Array

SHOWN = ("b", "c", "q2", "r_perp2")


@dataclass(frozen=True)
class Orders:
    """Shifts in 1/n and in 1/N, in this order, and the sizes of their terms, which may cancel."""

    shift: Array
    size: Array


def both_orders(
    of: Curvature, width: Shift, data: DataShift, lost: Losses, places: Mapping[str, float]
) -> dict[str, Orders]:
    """Of :data:`SHOWN`, both losses, and log p(q) at named ``places``."""
    both = data.shift, width
    orders = {
        name: Orders(
            np.array([o.shift[name] for o in both]), np.array([o.sizes[name] for o in both])
        )
        for name in SHOWN
    }
    for name in LOSSES:
        shift = np.array([lost.data[name], lost.width[name]])
        orders[name] = Orders(shift, np.array(lost.sizes[name][::-1]))
    for name, place in places.items():
        gained, sizes = (
            np.array([np.interp(abs(place), of.q, parts) for parts in pair])
            for pair in zip(*((o.gained, o.gain_sizes) for o in both), strict=True)
        )
        # No gain's size is below that of all of them: gains change sign with q.
        orders[name] = Orders(gained, np.hypot(sizes, [o.tilted for o in both]))
    return orders
