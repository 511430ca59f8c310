"""An event of the action on cells, and all of its zeros along a parameter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from flint import arb
from numpy.typing import NDArray

from binodal.models.single_index.numerics.cells import Cells
from binodal.models.single_index.numerics.reach import Bounds, reach
from binodal.models.single_index.numerics.state import State
from binodal.models.single_index.numerics.system import System
from binodal.numerics.balls import interval, precision
from binodal.numerics.boxes.intervals import Intervals
from binodal.numerics.boxes.search import Hull
from binodal.numerics.boxes.zeros import Zeros, aligned, all_zeros, inwards
from binodal.numerics.isolate import Box

_BITS, _WIDTH, _PIECE, _SHORTEST, _FARTHER, _MOST = 96, 1 / 64, 1.0, 1 / 256, 1.0, 60_000


@dataclass(frozen=True)
class EventCells:
    """An event on cells of (artanh m, log(r/sigma_w), x)."""

    state: State
    event: str
    system: System
    cells: Cells

    @classmethod
    def of(cls, state: State, event: str) -> EventCells:
        """With empty tables."""
        return cls(state, event, System(state, event), Cells.along(state))

    def excluded(self, sides: list[Intervals]) -> NDArray[np.bool_]:
        """Where a slope of the action, or the event's own condition, cannot vanish."""
        on = self.cells.stationary(*sides)
        vanishing = ("T", "Sm", "Sl", "S" if self.event == "coexistence" else "det")
        gone: NDArray[np.bool_] = np.logical_or.reduce([on[n].without_zero() for n in vanishing])
        return gone

    def start(self, hull: Hull) -> Box:
        """The hull's middle."""
        h, v, x = (arb((low + high) / 2) for low, high in hull)
        return self.system.box(h.tanh(), v + self.state.couplings(x)[2].log() / 2, x)

    def around(self, zero: Sequence[arb], radius: float) -> tuple[Box, Hull]:
        """A box of this radius about the zero, and the cells that lie in it."""
        m, logarithm, x = zero[0], zero[1], zero[-1]
        slant = 1 - m**2
        wide = [arb(m.mid(), radius * slant), arb(logarithm.mid(), radius), arb(x.mid(), radius)]
        rest = self.state.couplings(wide[2])[2].log() / 2
        inner = [
            interval(arb(wide[0].lower()).atanh(), arb(wide[0].upper()).atanh()),
            interval(arb(wide[1].lower()) - rest.lower(), arb(wide[1].upper()) - rest.upper()),
            wide[2],
        ]
        return self.system.box(*wide), tuple(inwards(side) for side in inner)


def events(state: State, event: str, low: float, high: float) -> Zeros:
    """All zeros of an event's system with own e^low < parameter < own e^high.

    Raises :class:`Undecided` where nothing bounds the saddles.
    """
    with precision(_BITS):
        pieces = bounded_pieces(lambda start, stop: reach(state, start, stop), low, high)
        boxes = [_box(state, piece, bounds) for piece, bounds in pieces]
        zeros = all_zeros(EventCells.of(state, event), boxes, _WIDTH, _MOST)
        zeros.zeros = [z for z in zeros.zeros if _belongs(state, z, low, high)]
    return zeros


def _box(state: State, piece: tuple[float, float], bounds: Bounds) -> Hull:
    below, above, top = bounds
    cosines = (0.0 if state.setting.symmetric else -top, top)
    return aligned(*cosines, _WIDTH), aligned(below, above, _WIDTH), piece


def bounded_pieces(
    bounds: Callable[[float, float], Bounds], low: float, high: float
) -> Iterator[tuple[tuple[float, float], Bounds]]:
    """Pieces of a range with their bounds, shorter where norms reach far at the beginning alone.

    They do so near a condensation.
    """
    while low < high:
        end = min(low + _PIECE, high)
        whole = bounds(low, end)
        while end - low > _SHORTEST:
            middle = low + (end - low) / 2
            if whole[1] - bounds(middle, end)[1] < _FARTHER:
                break
            end, whole = middle, bounds(low, middle)
        if high - _SHORTEST <= end < high:
            end, whole = high, bounds(low, high)
        yield (low, end), whole
        low = end


def _belongs(state: State, zero: Box, low: float, high: float) -> bool:
    """Whether Newton's method stayed in the range, and on the side of m that is searched."""
    in_range = bool(zero[-1].overlaps(interval(low, high)))
    return in_range and (not state.setting.symmetric or bool(zero[0] > 0))
