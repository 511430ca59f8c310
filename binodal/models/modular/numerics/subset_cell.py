"""The stage of a generalising neuron on whole boxes of parameters, on a subset of the pairs.

A stage depends on the disorder and on U^2/gamma, both of them monotone in each parameter. Along
every event U^2/gamma falls as the disorder grows, so that a box takes its extremes at two corners.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from flint import arb

from binodal.models.modular.numerics.phase_cell import classifier, corner
from binodal.models.modular.numerics.subset_curves import (
    MOVES_DISORDER,
    NORM,
    Mode,
    OnCurve,
    across,
    at_disorder,
    end_of,
    full_ring,
    on_curve,
    powers_of_ratio,
    ratio,
    shared,
)
from binodal.models.modular.parameters import SHARE
from binodal.numerics.balls import ball, interval, positive
from binodal.numerics.errors import Undecided
from binodal.numerics.phases.phase_map import Cells
from binodal.numerics.phases.quadtree import Box, Stages

_BITS = 128
_LARGE = arb("inf")


@cache
def _of(event: str, values: tuple[tuple[str, Fraction], ...]) -> OnCurve | None:
    return at_disorder(event, dict(values), _BITS)


def _at(event: str, box: Box, most: int) -> OnCurve | None:
    """The event at the least disorder of a box (1) or at the most (0)."""
    moving = (name for name in (*MOVES_DISORDER, NORM) if name in box)
    return _of(event, tuple((name, box[name][most]) for name in moving))


def _ratio_at(event: str, box: Box, most: int) -> arb | None:
    """U^2/gamma of the event; without disorder a ring is never lost."""
    if box[SHARE][most] == 1 and event == "memorisation":
        return _LARGE
    point = _at(event, box, most)
    return None if point is None else point.ratio


@dataclass(frozen=True)
class _Event:
    """The largest and the least U^2/gamma of an event on a box, at the corners of the disorder.

    ``most`` is None where the event is nowhere in the box; ``everywhere`` says that it is at every
    disorder there. Else ``least`` is that of the end of its curve.
    """

    most: arb | None
    least: arb
    everywhere: bool

    @classmethod
    def on(cls, event: str, box: Box) -> _Event:
        """Raises Undecided next to the end of the curve."""
        most, least = (_ratio_at(event, box, k) for k in (1, 0))
        end = end_of(event, _BITS).ratio
        return cls(most, end if least is None else least, least is not None)


def _ratios(box: Box) -> tuple[arb, arb]:
    """The least and the largest U^2/gamma on a box, at a = 1."""
    powers = {**powers_of_ratio(), SHARE: Fraction(1)}
    low, high = (ratio(corner(powers, box, top)) for top in (False, True))
    return low, high


def _has_room(box: Box) -> bool:
    """Whether, wherever ring and zero state are pinned, the ring needs less than everything."""
    ends = [_at("coexistence", box, k) for k in (1, 0)]
    if ends[0] is None:
        return True
    last = ends[1] or end_of("coexistence", _BITS)
    point = on_curve("coexistence", interval(last.z, ends[0].z))
    own = {name: interval(ball(low), ball(high)) for name, (low, high) in box.items()}
    quietest = {**own, "sigma2": ball(box["sigma2"][0])}
    tau = across(point, "sigma2", quietest["sigma2"], ratio(quietest))
    _, needed = shared()(tau, own["sigma2"], own[SHARE])
    return bool(positive(full_ring(point, own) - needed))


def stages(box: Box, known: Stages = (0, 3)) -> Stages:
    """The lowest and the highest stage that are possible on the box, given known bounds.

    What follows when the ring holds all of the probability is not derived, and stays open.
    """
    lowest, highest = known
    low, high = _ratios(box)
    try:
        birth, pinned, lost = (_Event.on(e, box) for e in ("birth", "coexistence", "memorisation"))
        room = _has_room(box)
    except Undecided:
        return known
    learned = pinned.everywhere and pinned.most is not None and low > pinned.most
    lazy = pinned.most is None or high < pinned.least
    ring = birth.everywhere and birth.most is not None and low > birth.most
    ring = ring and lost.everywhere and high < lost.least
    bare = birth.most is None or high < birth.least
    bare = bare or (lost.most is not None and low > lost.most)
    lowest = max(lowest, 2 if learned else 1 if ring else 0)
    highest = min(highest, (0 if bare else 1) if lazy else 2 if room else 3)
    return lowest, highest


CELLS_ON_SUBSET = Cells(
    classifier(lambda box, theory, known: stages(box, known), _BITS),
    "GMFL-II",
    ("birth or memorisation", "coexistence", "gmfl2"),
)


def cells(mode: Mode) -> Cells:
    """The proofs for a model whose parameters give those of a mode."""
    return CELLS_ON_SUBSET.by(mode)
