"""The stage of a single-index theory on whole boxes of parameters, as d -> infinity.

Four proofs, each for every parameter in the box: S < 0 at one place (coexistence is past), a norm
without bound where the law is not normalisable among them; S, least over r, falls with |m|
somewhere, so that a minimum away from m = 0 exists (birth is past); no saddle is left, or none with
S <= 0, by exclusion on cells of (m, r). Floats choose which to try and where. A box inherits from
the one that it is a part of what is excluded there.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from binodal.models.single_index.numerics.notes import require_derived
from binodal.models.single_index.numerics.phase_actions import Actions, Places, Pulls
from binodal.models.single_index.numerics.phase_floats import Guesses, deepest, guesses, steepest
from binodal.models.single_index.numerics.phase_parts import Ancestors, Part, part_of
from binodal.models.single_index.numerics.phase_search import Flags, Squares, survivors
from binodal.models.single_index.numerics.setting import Setting
from binodal.numerics.balls import precision
from binodal.numerics.boxes.intervals import Intervals
from binodal.numerics.grids import Array
from binodal.numerics.phases.phase_map import Cells as StageCells
from binodal.numerics.phases.quadtree import Box, Classifier, Stages

_BITS, _FEW = 80, 400
_SHARE, _FINEST, _COARSEST = 1 / 32, -12.0, -2.0


def cells_of(setting: Setting) -> StageCells:
    """How stages of an activation and a teacher are proved; the last one is GMFL-I."""

    def classifier(theory: str) -> Classifier:
        require_derived(theory)
        actions, ancestors = Actions(setting), Ancestors()

        def classify(boxes: Sequence[Box], known: Sequence[Stages], /) -> list[Stages]:
            with precision(_BITS), np.errstate(all="ignore"):
                parts = [part_of(setting, box, ancestors.parent(box)) for box in boxes]
                stages = np.array(known)
                sound = np.flatnonzero([part.sound for part in parts])
                if sound.size:
                    level = _Level(actions, [parts[i] for i in sound], stages[sound])
                    stages[sound] = level.proved()
            ancestors.keep(boxes, parts)
            condensed = [part.condensed for part in parts]
            stages[condensed, 0] = 2
            return [(int(low), int(high)) for low, high in stages]

        return classify

    return StageCells(classifier, "GMFL-I")


class _Level:
    """Boxes on which the law is normalisable, with the stages that are known already."""

    def __init__(self, actions: Actions, parts: list[Part], known: Array) -> None:
        self._actions, self._parts = actions, parts
        self._lowest, self._highest = known.T.copy()
        balls = zip(*(part.sides for part in parts), strict=True)
        self._on = Pulls(*(Intervals.balls(list(side)) for side in balls))
        places = np.array([part.start or (np.nan, np.nan) for part in parts]).T
        new = np.isnan(places[0]) | (len(parts) <= _FEW)
        if new.any():
            places[:, new] = deepest(actions.setting, self._on[new], *places[:, new])
        self._guess = guesses(actions.setting, self._on, *places)

    def proved(self) -> Array:
        """Lowest and highest stage."""
        guess = self._guess
        self._prove_past(guess)
        self._prove_feature(guess)
        self._exclude(np.all(~guess.there, axis=0), np.all(~guess.below, axis=0))
        for k, part in enumerate(self._parts):
            part.start = (guess.h[k], guess.v[k])
        return np.stack([self._lowest, self._highest], -1)

    def _prove_past(self, guess: Guesses) -> None:
        tried = np.flatnonzero(guess.below.all(0) & (self._lowest < 2))
        if tried.size:
            done = negative(self._actions, self._on[tried], guess.h[tried], guess.v[tried])
            self._lowest[tried[done]] = 2

    def _prove_feature(self, guess: Guesses) -> None:
        bounded = np.array([part.reach is not None for part in self._parts])
        tried = np.flatnonzero(guess.there.all(0) & (self._lowest < 1) & bounded)
        if tried.size:
            on, reach = self._on[tried], np.array([self._parts[k].reach for k in tried]).T
            h = steepest(self._actions.setting, on, guess.h[tried], guess.v[tried])
            self._lowest[tried[descends(self._actions, on, h, *reach)]] = 1

    def _exclude(self, no_feature: Flags, not_below: Flags) -> None:
        """No saddle at all, or none at S <= 0."""
        every = no_feature & (self._highest > 0) & (self._lowest == 0)
        below = not_below & (self._highest == 2) & (self._lowest < 2)
        parts_asked = [part.every if every[k] else part.deep for k, part in enumerate(self._parts)]
        parts_asked = [some if every[k] or below[k] else None for k, some in enumerate(parts_asked)]
        squares = [some.owned(k) for k, some in enumerate(parts_asked) if some is not None]
        if not squares:
            return
        finest = np.log2(np.sqrt(self._on.widths.max(0)) * _SHARE)
        sides = 2.0 ** np.clip(np.rint(finest), _FINEST, _COARSEST)
        left, deep = survivors(self._actions, self._on, Squares.joined(squares), sides, every)
        order = np.argsort(left.owner, kind="stable")
        ends = np.searchsorted(left.owner[order], np.arange(len(parts_asked) + 1))
        for k, some in enumerate(parts_asked):
            if some is not None:
                mine = order[ends[k] : ends[k + 1]]
                self._keep(k, left[mine], deep[mine], bool(every[k]))

    def _keep(self, k: int, left: Squares, deep: Flags, every: bool) -> None:
        """What is left for the parts of a box; nothing left is a proof."""
        part = self._parts[k]
        part.deep = left[deep]
        if every:
            part.every = left
        if not deep.any():
            self._highest[k] = min(self._highest[k], 1)
        if every and not deep.size:
            self._highest[k] = 0


_LATTICE, _LONGEST, _SHORTEST = 2.0**-8, 0.5, 2.0**-11


def negative(actions: Actions, on: Pulls, h: Array, v: Array) -> Flags:
    """Whether S < 0 near (artanh m, log r), for all of each box."""
    place = (Intervals.of(_rounded(x)) for x in (h, v))
    return np.asarray(actions.at(1, on, *place)["S"].high < 0)


def descends(actions: Actions, on: Pulls, h: Array, low: Array, high: Array) -> Flags:
    """Whether S, least over r, falls with |m| near artanh m = h, for all of each box.

    Then S has a minimum at larger |m|: its least value there is not at h itself, and no end is
    lower. The least r is a zero of S_l, all of which lie between low and high in log r: every cell
    of it has S_l of one sign, or S_m, which is S_m - k S_l at such a zero, of m's other sign.
    """
    owner, v = _lines(low, high)
    side, proved = _LONGEST, np.ones(h.size, dtype=bool)
    h = _rounded(h)
    while owner.size:
        overlaps = h[owner]
        values = actions.stationary(on[owner], Intervals.of(overlaps), Intervals(v, v + side))
        falls = (values["along"] * np.sign(overlaps)).high < 0
        alive = ~(values["Sl"].without_zero() | falls)
        if side <= _SHORTEST:
            proved[owner[alive]] = False
            break
        side /= 2
        owner, v = np.repeat(owner[alive], 2), np.repeat(v[alive], 2)
        v[1::2] += side
    proved &= h != 0
    return proved


def _lines(low: Array, high: Array) -> tuple[Places, Array]:
    """Coarsest cells from low to high of every box, and whose they are."""
    first, last = (
        np.floor(low / _LONGEST).astype(int),
        np.ceil(high / _LONGEST).astype(int),
    )
    owner = np.repeat(np.arange(low.size), last - first)
    cells = np.concatenate([np.arange(*pair) for pair in zip(first, last, strict=True)])
    return owner, _LONGEST * cells


def _rounded(x: Array) -> Array:
    """On a lattice, where what depends on a coordinate is enclosed once."""
    return np.asarray(np.rint(x / _LATTICE) * _LATTICE)
