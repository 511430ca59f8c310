"""Where two rows of a block leave a well, in two singular values of each matrix and an angle."""

from __future__ import annotations

from collections.abc import Sequence
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
    """Of the larger values out of "zero" or back from the "ring", or of the smaller in a "rise".

    The values that do not cross stay on their side of the pass, by a wall.
    """
    top, ring, at_u, gamma = state
    one, far = strength * top, strength * ring
    first = int(well == "rise")

    def potential(places: Array) -> Array:
        a_1, a_2, b_1, b_2, _ = places
        held = a_1 * b_1 > one if first else a_2 * b_2 < one
        with np.errstate(divide="ignore", invalid="ignore"):
            value = _pair(decay, kind)(*places, at_u, gamma, strength)[0]
        return np.where((a_1 > a_2) & (b_1 > b_2) & held, value, np.inf)

    def length(places: Array) -> Array:
        with np.errstate(divide="ignore", invalid="ignore"):
            speed = _pair(decay, kind)(*places, at_u, gamma, strength)[1]
            return np.asarray(1 / np.sqrt(speed))

    def zero(places: Array) -> Mask:
        return np.asarray(places[first] * places[2 + first] < _NEAR * one)

    def behind(places: Array) -> Mask:
        return np.asarray(places[first] * places[2 + first] > min(far, _PAST * one))

    ends = (behind, zero) if well == "ring" else (zero, behind)
    crossing = (0.0, (1 if well == "ring" else 2) * sqrt(far) + _BEYOND)
    other = (max(sqrt(far) - _FREE, 0.0), sqrt(far) + _FREE) if first else (0.0, _FREE)
    pairs = (other, crossing) if first else (crossing, other)
    turning = 1 / sqrt(at_u * strength * (ring - top if first else top) ** 2 / 2)
    widths, box = (1.0, 1.0, 1.0, 1.0, turning), [*pairs, *pairs, (0.0, pi)]
    small, angle = np.linspace(*other, _PLACES + 1)[1:], np.linspace(0, pi, _PLACES + 2)[1:-1]
    *held, phi = (x.ravel() for x in np.meshgrid(small, small, angle, indexing="ij"))
    large = np.full_like(phi, sqrt(one))
    pairs_at = [(x, large) if first else (large, x) for x in held]
    height = float(potential(np.stack([*pairs_at[0], *pairs_at[1], phi])).min())
    return Region(potential, height, box, widths, *ends, length)
