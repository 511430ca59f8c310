"""What is known of boxes of parameters, and what a part of a box inherits from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from flint import arb

from binodal.models.single_index.numerics.box_state import at_factors, factors
from binodal.models.single_index.numerics.condensation import Growth
from binodal.models.single_index.numerics.phase_search import Squares
from binodal.models.single_index.numerics.reach import reach_of
from binodal.models.single_index.numerics.setting import Setting
from binodal.models.single_index.numerics.state import State
from binodal.numerics.errors import Undecided
from binodal.numerics.phases.quadtree import Box

_WIDEST = 8.0
_Key = tuple[tuple[str, Fraction, Fraction], ...]


@dataclass
class Part:
    """A box: whether the law is proved normalisable on it, or not normalisable.

    ``sides`` are sqrt(u), sqrt(u) t_1/y_1 and log sigma_w there; ``reach`` bounds log r at every
    saddle, ``every`` are the cells of (m, r) that may hold saddles, ``deep`` those that may at
    S <= 0; ``start`` is a place near a feature.
    """

    sides: tuple[arb, ...] = ()
    sound: bool = False
    condensed: bool = False
    reach: tuple[float, float] | None = None
    every: Squares | None = None
    deep: Squares | None = None
    start: tuple[float, float] | None = None


def part_of(setting: Setting, box: Box, parent: Part | None) -> Part:
    """The box with what it inherits."""
    part = Part()
    try:
        root, slope, norm = factors(setting, box)
    except Undecided:
        return part
    part.sides = root, slope, norm.log() / 2
    if parent is not None and parent.sound:
        part.sound, part.start = True, parent.start
        part.reach, part.every, part.deep = parent.reach, parent.every, parent.deep
    if not part.sound:
        least, most = Growth(at_factors(setting, root, slope, norm)).excess(arb(0))
        part.sound, part.condensed = most < 0, least > 0
    if part.sound and part.reach is None:
        _bound(part, at_factors(setting, root, slope, norm))
    return part


def _bound(part: Part, state: State) -> None:
    """Say where saddles can be at all, if that is proved and no endless search."""
    u, _, norm = state.couplings(arb(0))
    try:
        below, above, top = reach_of(state.setting, u, norm.sqrt(), state.amplitudes(arb(0)))
    except Undecided:
        return
    if above - below > _WIDEST:
        return
    rest = part.sides[2]
    part.reach = float(rest.lower()) + below, float(rest.upper()) + above
    part.every = Squares.over((0.0 if state.setting.symmetric else -top, top), part.reach)
    part.deep = part.every


class Ancestors:
    """The parts of one level, found by any of their quarters."""

    def __init__(self) -> None:
        self._parts: dict[_Key, Part] = {}

    def keep(self, boxes: Iterable[Box], parts: Iterable[Part]) -> None:
        """These, instead of those before."""
        self._parts = dict(zip(map(_key, boxes), parts, strict=True))

    def parent(self, box: Box) -> Part | None:
        """The part whose quarter a box is, if it is known."""
        wider = (
            ((name, low, 2 * high - low), (name, 2 * low - high, high))
            if low < high
            else ((name, low, high),)
            for name, low, high in _key(box)
        )
        parts = map(self._parts.get, product(*wider))
        return next((part for part in parts if part is not None), None)


def _key(box: Box) -> _Key:
    return tuple((name, low, high) for name, (low, high) in sorted(box.items()))
