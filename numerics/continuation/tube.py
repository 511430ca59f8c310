"""Proof that two points of a curve lie on one arc: Krawczyk's test in a tube around their chord.

In coordinates x = c + s D/2 + N v along and across the chord (c its middle, D = q - p, N a basis
of the complement) the mean value theorem gives F = F(c) + A (s D/2 + N v) with A in F'(X), where
X holds the tube. If v -> -Y (F(c) + A D s/2) + (1 - Y A N) v maps the box V strictly into itself
for every A in F'(X) and every |s| <= 1 + delta, then for each such s exactly one zero has v in V,
and it moves smoothly with s: the tube holds one arc and nothing else of the curve.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from flint import arb, arb_mat

from binodal.numerics.continuation.system import CurveSystem, Vector, floats
from binodal.numerics.isolate import Box

_OVERHANG = 2.0**-16
_THINNEST = 2.0**-20  # of half the chord: the balls at its ends must fit in
_ROUNDS = 4
_MARGIN = 1.3


@dataclass(frozen=True)
class Tube:
    """A tube with a proof: its middle, its frame [D/2, N] and the radii of V."""

    middle: Vector
    frame: Vector
    radii: tuple[arb, ...]

    @cached_property
    def _inverse(self) -> arb_mat:
        return _exact(self.frame).inv()

    def holds(self, box: Sequence[arb]) -> bool:
        """Whether a box lies inside the tube, proved."""
        offset = arb_mat([[x - arb(m)] for x, m in zip(box, self.middle.tolist(), strict=True)])
        along, *across = (self._inverse * offset).entries()
        if not abs(along) < 1 + _OVERHANG:
            return False
        return all(bool(abs(v) < r) for v, r in zip(across, self.radii, strict=True))


def tube(system: CurveSystem, p: Sequence[arb], q: Sequence[arb]) -> Tube | None:
    """A tube that holds both boxes and one arc of the curve only, or None without a proof."""
    ends = floats(p), floats(q)
    middle, chord = (ends[0] + ends[1]) / 2, ends[1] - ends[0]
    if not np.linalg.norm(chord) > 0:
        return None
    frame = np.column_stack([chord / 2, np.linalg.svd(chord[None, :])[2][1:].T])
    proved = _proved(system, middle, frame)
    return proved if proved is not None and proved.holds(p) and proved.holds(q) else None


def _proved(system: CurveSystem, middle: Vector, frame: Vector) -> Tube | None:
    """Krawczyk's test, with radii that grow to what the last round asked for."""
    centre = [arb(m) for m in middle.tolist()]
    size = len(middle) - 1
    exact, across = _exact(frame), _exact(frame[:, 1:])
    slopes = arb_mat(system.jacobian(centre)) * across
    try:
        inverse = slopes.mid().inv().mid()
    except ZeroDivisionError:
        return None
    shift = inverse * arb_mat([[v] for v in system.value(centre)])
    least = arb(float(np.linalg.norm(frame[:, 0])) * _THINNEST)
    radii = [least.max(_upper(abs(shift[i, 0])) * 2) for i in range(size)]
    for _ in range(_ROUNDS):
        hull = _hull(middle, frame, radii)
        wide = inverse * arb_mat(system.jacobian(hull)) * exact
        image = [_reach(i, wide, shift, radii) for i in range(size)]
        if not all(bool(r.is_finite()) for r in image):
            return None
        if all(bool(i < r) for i, r in zip(image, radii, strict=True)):
            return Tube(middle, frame, tuple(radii))
        radii = [_upper(r.max(i)) * _MARGIN for i, r in zip(image, radii, strict=True)]
    return None


def _reach(i: int, wide: arb_mat, shift: arb_mat, radii: Sequence[arb]) -> arb:
    """A bound on |v_i| after the map: the shift, the drift along the chord, the contraction."""
    total = abs(shift[i, 0]) + abs(wide[i, 0]) * (1 + _OVERHANG)
    for j, radius in enumerate(radii):
        total += abs(arb(int(i == j)) - wide[i, j + 1]) * radius
    return _upper(total)


def _hull(middle: Vector, frame: Vector, radii: Sequence[arb]) -> Box:
    """The axis-parallel box around the tube."""
    box = []
    for m, (along, *across) in zip(middle.tolist(), frame.tolist(), strict=True):
        spread = arb(abs(along)) * (1 + _OVERHANG)
        for x, radius in zip(across, radii, strict=True):
            spread += arb(abs(x)) * radius
        box.append(arb(m, spread.upper()))
    return box


def _exact(matrix: Vector) -> arb_mat:
    return arb_mat([[arb(x) for x in row] for row in matrix.tolist()])


def _upper(value: arb) -> arb:
    return arb(value.upper())
