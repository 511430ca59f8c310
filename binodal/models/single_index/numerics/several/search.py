"""All saddles and events of a teacher with two directions, each certified."""

from __future__ import annotations

from collections.abc import Sequence
from math import nextafter, pi

from flint import arb

from binodal.models.single_index.numerics.reach import norms_and_cosines
from binodal.models.single_index.numerics.several.cells import SeveralCells
from binodal.models.single_index.numerics.several.setting import SeveralSetting
from binodal.models.single_index.numerics.several.systems import SeveralEventCells, SeveralSystem
from binodal.models.single_index.numerics.several.three import class_of
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import interval, precision
from binodal.numerics.boxes.zeros import Hull, Zeros, all_zeros
from binodal.numerics.isolate import Box

_BITS, _WIDTH, _PIECE, _ROUNDS, _LIMIT = 96, 1 / 32, 1.0, 8, 60_000


def several_events(
    state: State, setting: SeveralSetting, event: str, low: float, high: float
) -> Zeros:
    """All zeros of an event's system with own e^low < parameter < own e^high.

    A neuron and its opposite are images where all modes have one parity: half of the plane is
    searched then. Raises :class:`Undecided` where nothing bounds the saddles.
    """
    whole, at = Zeros(), low
    system = SeveralSystem(state, setting, event)
    cells = SeveralEventCells(state, event, system, SeveralCells(state, setting))
    with precision(_BITS):
        while at < high:
            piece = min(at + _PIECE, high)
            found = all_zeros(cells, _box(state, setting, at, piece), _WIDTH, _LIMIT, _ROUNDS)
            x = interval(at, piece)
            inside = (z for z in found.zeros if z[-1].overlaps(x))
            whole.zeros += [z for z in inside if _new(setting, z, whole.zeros)]
            whole.left = (*whole.left, *found.left)
            whole.boxes += found.boxes
            at = piece
    return whole


def _box(state: State, setting: SeveralSetting, low: float, high: float) -> Hull:
    below, above, top = norms_and_cosines(
        state, setting, setting.degrees, setting.sizes_of_modes(), low, high
    )
    turn = nextafter(pi / 2 if setting.symmetric else pi, 4.0)
    return ((0.0, top), (-turn, turn), (below, above), (low, high))


def box_of_saddles(state: State, setting: SeveralSetting) -> Hull:
    """Where saddles can be at the parameters themselves. Raises :class:`Undecided`."""
    return _box(state, setting, 0.0, 0.0)[:3]


def _new(setting: SeveralSetting, zero: Box, known: Sequence[Box]) -> bool:
    opposite = [-zero[0], -zero[1], *zero[2:]]
    images = [zero, opposite] if setting.symmetric else [zero]
    return not any(
        all(a.overlaps(b) for a, b in zip(image, other, strict=True))
        for image in images
        for other in known
    )


def classes(setting: SeveralSetting, points: Sequence[Box]) -> list[tuple[Box, str]]:
    """One point of each orbit under exchange and signs of the directions, and its class.

    A feature is unspecialised where an exchange of the directions leaves it in place, and
    specialised elsewhere.
    """
    kept: list[tuple[Box, str]] = []
    for point in points:
        images = [(change, moved(point, change)) for change in symmetries(setting)]
        if any(same(image, other) for _, image in images for other, _ in kept):
            continue
        alike = any(same(image, point) for (swap, _, _), image in images if swap)
        kept.append((point, class_of(setting, point, alike)))
    return kept


Change = tuple[bool, int, int]
"""Whether the directions are exchanged, and the signs that they get."""


def symmetries(setting: SeveralSetting) -> list[Change]:
    """The exchanges and signs that leave F as it is up to its own sign, the identity first."""
    changes = [(swap, a, b) for swap in (False, True) for a in (1, -1) for b in (1, -1)]
    return [change for change in changes if _keeps(setting, change)]


def _keeps(setting: SeveralSetting, change: Change) -> bool:
    swap, one, other = change
    if swap and setting.alike > 1:
        return False
    moved = {
        ((b, a) if swap else (a, b)): y * one**a * other**b
        for (a, b), y in setting.acting_several.items()
    }
    return moved == dict(setting.acting_several) or {k: -y for k, y in moved.items()} == dict(
        setting.acting_several
    )


def moved(point: Sequence[arb], change: Change) -> Box:
    """A point whose first two coordinates are exchanged and change their signs."""
    swap, one, other = change
    first, second = one * point[0], other * point[1]
    return [second, first, *point[2:]] if swap else [first, second, *point[2:]]


def same(one: Sequence[arb], other: Sequence[arb]) -> bool:
    """Whether two boxes overlap."""
    return all(bool(a.overlaps(b)) for a, b in zip(one, other, strict=True))
