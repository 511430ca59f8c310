"""Exchanges and signs of two directions, and what they make of a neuron."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations

from flint import arb

from binodal.models.single_index.numerics.several.setting import SeveralSetting
from binodal.numerics.isolate import Box

Change = tuple[bool, int, int]
"""Whether the directions are exchanged, and the signs that they get."""


def symmetries(setting: SeveralSetting) -> list[Change]:
    """The exchanges and signs that leave F as it is up to its own sign, the identity first."""
    changes = [(swap, a, b) for swap in (False, True) for a in (1, -1) for b in (1, -1)]
    return [c for c in changes if keeps(setting, c) or keeps(setting, c, sign=-1)]


def turns(setting: SeveralSetting) -> bool:
    """Whether F is the same in all directions of the plane, so that its saddles are circles."""
    slopes: dict[tuple[int, int], Fraction] = {}
    for (a, b), y in setting.acting_several.items():
        for place, size in (((a + 1, b - 1), b), ((a - 1, b + 1), -a)):
            slopes[place] = slopes.get(place, Fraction(0)) + size * y
    return setting.third is None and not any(slopes.values())


def exchanged(setting: SeveralSetting) -> tuple[tuple[int, int], ...]:
    """For each acting mode of the whole teacher the place of the one that exchanges of directions
    tie it to, and the sign between their coefficients; itself where none does."""
    modes, free = setting.acting_taught, setting.third is not None
    if not (free or any(swap for swap, _, _ in symmetries(setting))):
        return tuple((k, 1) for k in range(len(modes)))
    first = [modes.index(max(permutations(a))) for a in modes]
    y = setting.taught
    return tuple((k, 1 if y[a] == y[modes[k]] else -1) for a, k in zip(modes, first, strict=True))


def keeps(setting: SeveralSetting, change: Change, sign: int = 1) -> bool:
    """Whether a change leaves F as it is, or turns its sign over."""
    swap, one, other = change
    if swap and setting.alike > 1:
        return False
    moved = {
        ((b, a) if swap else (a, b)): sign * y * one**a * other**b
        for (a, b), y in setting.acting_several.items()
    }
    return moved == dict(setting.acting_several)


def moved(point: Sequence[arb], change: Change) -> Box:
    """A point whose first two coordinates are exchanged and change their signs."""
    swap, one, other = change
    first, second = one * point[0], other * point[1]
    return [second, first, *point[2:]] if swap else [first, second, *point[2:]]


def same(one: Sequence[arb], other: Sequence[arb]) -> bool:
    """Whether two boxes overlap."""
    return all(bool(a.overlaps(b)) for a, b in zip(one, other, strict=True))


def opposites(setting: SeveralSetting, point: Sequence[arb]) -> list[Box]:
    """The point, and the opposite neuron where that is its image."""
    turned = [[-point[0], -point[1], *point[2:]]] if setting.symmetric else []
    return [list(point), *turned]


def images(setting: SeveralSetting, point: Sequence[arb]) -> list[Box]:
    """All images of a point, itself among them."""
    return [i for c in symmetries(setting) for i in opposites(setting, moved(point, c))]


def unmoved(setting: SeveralSetting, point: Sequence[arb]) -> bool:
    """Whether an exchange of the directions leaves a feature in place."""
    return any(same(moved(point, c), point) for c in symmetries(setting) if c[0])
