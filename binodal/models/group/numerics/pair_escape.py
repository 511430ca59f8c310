"""Where two rows of a block leave a well, in two singular values of each matrix and an angle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import pi, sqrt

import numpy as np

from binodal.numerics.codegen.forms import Forms
from binodal.numerics.phases.capacity import Array, Mask, Region

_pair = Forms("binodal.models.group.forms.block_escape").floats("pair")
_FREE, _BEYOND, _PLACES = 5.0, 4.0, 60
"""How far free values reach and a large one beyond the pass, in widths of the prior."""
_NEAR, _PAST = 0.15, 2.2
"""a_1 b_1 where zero is, and behind the pass, over that at the pass."""


def region(decay: str, kind: str, strength: float, well: str, state: Sequence[float]) -> Region:
    """Of rank one out of zero, or back; a second value that would pass as well meets a wall."""
    top, ring, at_u, gamma = state
    one, far = strength * top, strength * ring

    def potential(places: Array) -> Array:
        a_1, a_2, b_1, b_2, _ = places
        inside = (a_1 > a_2) & (b_1 > b_2) & (a_2 * b_2 < one)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = _pair(decay, kind)(*places, at_u, gamma, strength)[0]
        return np.where(inside, value, np.inf)

    def length(places: Array) -> Array:
        with np.errstate(divide="ignore", invalid="ignore"):
            speed = _pair(decay, kind)(*places, at_u, gamma, strength)[1]
            return np.asarray(1 / np.sqrt(speed))

    def zero(places: Array) -> Mask:
        return np.asarray(places[0] * places[2] < _NEAR * one)

    def behind(places: Array) -> Mask:
        return np.asarray(places[0] * places[2] > min(far, _PAST * one))

    ends = (zero, behind) if well == "zero" else (behind, zero)
    large, free = (0.0, (2 if well == "zero" else 1) * sqrt(far) + _BEYOND), (0.0, _FREE)
    turning = 1 / sqrt(at_u * strength * top**2 / 2)
    widths = (1.0, 1.0, 1.0, 1.0, turning)
    box = [large, free, large, free, (0.0, pi)]
    return Region(potential, _pass(potential, one), box, widths, *ends, length)


def _pass(potential: Callable[[Array], Array], one: float) -> float:
    """The least U where both large values are at the pass."""
    small, angle = np.linspace(0, _FREE, _PLACES + 1)[1:], np.linspace(0, pi, _PLACES + 2)[1:-1]
    a_2, b_2, phi = (x.ravel() for x in np.meshgrid(small, small, angle, indexing="ij"))
    large = np.full_like(phi, sqrt(one))
    return float(potential(np.stack([large, a_2, large, b_2, phi])).min())
