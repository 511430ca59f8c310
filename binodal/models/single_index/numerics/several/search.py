"""All saddles and events of a teacher with two directions, each certified.

On an axis of symmetry a neuron is one of a single direction; elsewhere, and where features leave
an axis, the third coordinate of :mod:`.turn` is free of degeneracies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flint import arb

from binodal.models.single_index.numerics.events import bounded_pieces, events
from binodal.models.single_index.numerics.reach import Bounds
from binodal.models.single_index.numerics.several.cells import SeveralCells
from binodal.models.single_index.numerics.several.reach import Reach
from binodal.models.single_index.numerics.several.setting import SeveralSetting
from binodal.models.single_index.numerics.several.symmetries import (
    moved,
    opposites,
    same,
    symmetries,
)
from binodal.models.single_index.numerics.several.systems import (
    PITCHFORK,
    SADDLE,
    OnCells,
    SeveralSystem,
)
from binodal.models.single_index.numerics.several.turn import AxisSetting, Turn, axes
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import interval, precision
from binodal.numerics.boxes.search import Hull
from binodal.numerics.boxes.zeros import Zeros, all_zeros
from binodal.numerics.errors import Undecided
from binodal.numerics.isolate import Box

_BITS, _WIDTH, _ROUNDS, _EVENTS, _SADDLES = 96, 1 / 32, 8, 60_000, 100_000


def zeros_of(
    system: SeveralSystem, setting: SeveralSetting, reach: Reach, low: float, high: float
) -> Zeros:
    """All zeros of an event with own e^low < parameter < own e^high; all saddles beside them.

    Off the axes of symmetry, or on the system's own. Raises :class:`Undecided` where nothing
    bounds the saddles.
    """
    cells = OnCells(system, SeveralCells(system.state, setting, system.turn))
    with precision(_BITS):
        pieces = bounded_pieces(reach.bounds, low, high)
        boxes = [_box(system, piece, bounds) for piece, bounds in pieces]
        zeros = all_zeros(cells, boxes, _WIDTH, _EVENTS, _ROUNDS)
        x = interval(low, high)
        zeros.zeros = [z for z in zeros.zeros if z[-1].overlaps(x) and _there(system, z)]
    return zeros


def saddles_of(state: State, setting: SeveralSetting, turn: Turn) -> tuple[SeveralSystem, Zeros]:
    """All saddles off the axes of symmetry. Raises :class:`Undecided`."""
    system = SeveralSystem(state, setting, turn, SADDLE)
    with precision(_BITS):
        cells = OnCells(system, SeveralCells(state, setting, turn))
        bounds = Reach(state, setting, turn).bounds(0.0, 0.0)
        zeros = all_zeros(cells, [_box(system, (0.0, 0.0), bounds)], _WIDTH, _SADDLES)
        zeros.zeros = [zero for zero in zeros.zeros if _there(system, zero)]
    return system, zeros


def _box(system: SeveralSystem, piece: tuple[float, float], bounds: Bounds) -> Hull:
    below, above, top = bounds
    sides = [(0.0, top), system.turn.sides, (below, above), piece]
    if system.side is not None:
        sides.pop(1)
    return tuple(sides if system.moves else sides[:-1])


def _there(system: SeveralSystem, zero: Box) -> bool:
    """Whether there is a neuron with these coordinates. Raises :class:`Undecided`."""
    there = system.side is not None or system.turn.off_axes(zero[2])
    if there is None:
        raise Undecided("a feature off an axis of symmetry is not told from one on it")
    return there


def forks(
    state: State, setting: SeveralSetting, turn: Turn, reach: Reach, low: float, high: float
) -> Iterator[tuple[SeveralSystem, Zeros]]:
    """Where features leave an axis of symmetry, for each axis."""
    for side in turn.edges:
        system = SeveralSystem(state, setting, turn, PITCHFORK, side)
        yield system, zeros_of(system, setting, reach, low, high)


def on_axes(
    state: State, setting: SeveralSetting, turn: Turn, event: str, low: float, high: float
) -> Iterator[tuple[AxisSetting, State, Zeros]]:
    """An event of neurons that stay on an axis of symmetry, for each axis."""
    for axis in axes(setting, turn):
        own = State(axis, state.parameters, state.along)
        yield axis, own, events(own, event, low, high)


def across_axis(
    state: State, setting: SeveralSetting, axis: AxisSetting, point: Sequence[arb]
) -> tuple[Box, arb]:
    """(m_1, m_2, log r) at (m, log r, beta if it moves, x) on an axis, and how S bends across it.

    The latter by its sign: S_tt = -n^2 cos(n t) S_C on the axis, C = cos(n t) the coordinate.
    """
    system = SeveralSystem(state, setting, axis.turn, PITCHFORK, axis.side)
    return system.place(point), -axis.side * system.bends(point).slope


def orbit(setting: SeveralSetting, points: Sequence[Box]) -> list[Box]:
    """Points (m_1, m_2, ...) and their images, of a neuron and its opposite image one."""
    known: list[Box] = []
    for point in points:
        for change in symmetries(setting):
            image = moved(point, change)
            around = opposites(setting, image)
            if not any(same(one, other) for one in around for other in known):
                known.append(image)
    return known
