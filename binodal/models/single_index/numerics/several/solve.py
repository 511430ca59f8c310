"""The zero state and all saddles beside it, for a teacher with two directions at infinite d."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from flint import arb
from numpy.typing import NDArray

from binodal.models.protocol import Solver
from binodal.models.single_index.forms.orders import orders
from binodal.models.single_index.numerics.notes import assumptions, require_derived
from binodal.models.single_index.numerics.results import Closure
from binodal.models.single_index.numerics.several.cells import FORMS, SeveralCells
from binodal.models.single_index.numerics.several.droplets import pinned
from binodal.models.single_index.numerics.several.search import box_of_saddles, moved, same
from binodal.models.single_index.numerics.several.setting import SeveralSetting
from binodal.models.single_index.numerics.several.three import NOT_SEARCHED, bends_up, own_cosine
from binodal.models.single_index.numerics.state import State
from binodal.models.single_index.settings import written
from binodal.numerics.balls import ball, bits_of, interval, positive, precision
from binodal.numerics.boxes.intervals import Intervals
from binodal.numerics.boxes.zeros import Hull, all_zeros, inwards
from binodal.numerics.compiled_system import CompiledSystem
from binodal.numerics.errors import Undecided
from binodal.numerics.isolate import Box
from binodal.numerics.outcome import Status
from binodal.numerics.parameters import Parameters
from binodal.numerics.refine import refine
from binodal.numerics.results import SolvedClosure, StationaryPoint

_BITS, _WIDTH, _LIMIT = 96, 1 / 32, 100_000


@dataclass(frozen=True)
class SeveralSaddle(StationaryPoint):
    """A stationary point of S/d in the cosines and the norm; of three the last two are equal."""

    m1: arb
    m2: arb
    r: arb

    @property
    def m3(self) -> arb:
        """The third cosine."""
        return self.m2


Solved = SolvedClosure[Closure, SeveralSaddle]


class _Stationary(CompiledSystem):
    """Both cosines' slopes and that in log r, on the zero branch."""

    def __init__(self, state: State, setting: SeveralSetting) -> None:
        modes = tuple(setting.acting_several)
        super().__init__(FORMS.functions("several_saddle", "boxes")(modes))
        self.state, self._setting = state, setting
        self._needed = orders(setting.degrees, 2)

    def arguments(self, box: Sequence[arb]) -> list[arb]:
        """The unknowns, and all of the state."""
        r, x = box[2].exp(), arb(0)
        u, _, norm = self.state.couplings(x)
        overlaps = self._setting.overlaps.at(r, max(self._needed) + 1)
        modes = self._setting.coefficients().values()
        own = [overlaps[k] for k in self._needed]
        return [box[0], box[1], r, self.state.beta(x), u, norm, *modes, *own]


@dataclass(frozen=True)
class _OnCells:
    """Stationarity on cells of (artanh m, angle, log(r/sigma_w))."""

    system: _Stationary
    cells: SeveralCells

    def excluded(self, sides: list[Intervals]) -> NDArray[np.bool_]:
        """Where a slope cannot vanish."""
        still = Intervals.of(np.zeros(len(sides[0].low)))
        h, angle, v = sides
        on = self.cells.stationary(h, angle, v, still)
        gone: NDArray[np.bool_] = np.logical_or.reduce(
            [on[name].without_zero() for name in ("T", "Sm", "Sl", "G")]
        )
        return gone

    @property
    def _rest(self) -> arb:
        return self.system.state.couplings(arb(0))[2].log() / 2

    def start(self, hull: Hull) -> Box:
        """The hull's middle."""
        h, angle, v = (arb((low + high) / 2) for low, high in hull)
        return [h.tanh() * angle.cos(), h.tanh() * angle.sin(), v + self._rest]

    def around(self, zero: Sequence[arb], radius: float) -> tuple[Box, Hull]:
        """Cells of this half-width about the zero, and a box that holds them."""
        m = (zero[0] * zero[0] + zero[1] * zero[1]).sqrt()
        middles = (m.atanh(), arb.atan2(zero[1], zero[0]), zero[2] - self._rest)
        h, turn, v = (arb(side.mid(), radius) for side in middles)
        cosine = arb(h.lower()).tanh().union(arb(h.upper()).tanh())
        wide = [cosine * turn.cos(), cosine * turn.sin(), v + self._rest]
        return wide, tuple(inwards(interval(s.lower(), s.upper())) for s in (h, turn, v))


def several_solver(setting: SeveralSetting) -> Solver:
    """Solves at parameters where no neuron has left the zero state; undecided past that."""

    def solve(parameters: Parameters, theory: str, digits: int) -> Solved:
        require_derived(theory)
        notes = assumptions(theory)
        try:
            return _solved(setting, State(setting, parameters), theory, bits_of(digits))
        except Undecided as doubt:
            return Solved.without(theory, "thermodynamic", Status.UNDECIDED, str(doubt), notes)

    return solve


def _solved(setting: SeveralSetting, state: State, theory: str, bits: int) -> Solved:
    with precision(bits):
        beta, norm = state.beta(arb(0)), state.couplings(arb(0))[2]
        t = {
            written(a): ball(y) * (beta if sum(a) == 1 and state.learns_linear_mode else 1)
            for a, y in (setting.third or setting.several).items()
        }
        if not setting.absent(0):
            t = {written((0,) * (setting.alike + 1)): arb(0), **t}
        rest = SeveralSaddle(
            m1=arb(0), m2=arb(0), r=norm.sqrt(), action=arb(0), kind="minimum", mass=arb(1)
        )
    found = _saddles(setting, state, bits)
    minima = [s for s in found if s.kind == "minimum"]
    signs = [positive(s.action) for s in minima]
    if None in signs:
        raise Undecided("a minimum's depth beside the zero state has no proved sign")
    if not all(signs):
        return _past(setting, state, min(minima, key=lambda s: float(s.action.mid())), theory, bits)
    known = setting.third is None
    return Solved(
        theory,
        "thermodynamic",
        Status.CERTIFIED,
        Closure(t),
        (rest, *found),
        "GFL" if known else "undecided",
        "the zero state is the deepest minimum" + ("" if known else f" found: {NOT_SEARCHED}"),
        assumptions(theory),
        transition="first" if minima else "undecided",
    )


def _past(
    setting: SeveralSetting, state: State, lowest: SeveralSaddle, theory: str, bits: int
) -> Solved:
    """A feature that a mass of neurons, shared by its images, holds as deep as the zero state."""
    with precision(bits):
        by = pinned(state, setting, [lowest.m1, lowest.m2, lowest.r.log()], bits)
    found = _saddles(by.setting, by.state, bits)
    with precision(bits):
        m1, m2, logarithm = by.feature
        places = [[*moved((m1, m2), change), logarithm.exp()] for change in by.images]
        at = [any(same([s.m1, s.m2, s.r], place) for place in places) for s in found]
        if not any(at) or any(a and s.kind != "minimum" for a, s in zip(at, found, strict=True)):
            raise Undecided("the state's feature is not proved to be a minimum")
        others = [s for a, s in zip(at, found, strict=True) if not a and s.kind == "minimum"]
        if not all(positive(s.action) for s in others):
            raise Undecided("another minimum is not proved to lie above the state's feature")
        share = by.mass / ball(state.parameters["d"])
        rest = SeveralSaddle(
            m1=arb(0),
            m2=arb(0),
            r=state.couplings(arb(0))[2].sqrt(),
            action=arb(0),
            kind="minimum",
            mass=1 - share,
        )
        marked = [
            replace(s, mass=share / sum(at)) if a else s for a, s in zip(at, found, strict=True)
        ]
        t = {
            written(a): by.setting.coefficients().get(a, ball(y))
            for a, y in setting.several.items()
        }
    return Solved(
        theory,
        "thermodynamic",
        Status.CERTIFIED,
        Closure(t if setting.absent(0) else {written((0, 0)): arb(0), **t}),
        (rest, *marked),
        "GMFL-I",
        f"neurons at the feature, {by.mass.str(5, radius=False)}/d of all, hold its action at zero",
        assumptions(theory, features=True),
        transition="first",
    )


def _saddles(setting: SeveralSetting, state: State, bits: int) -> list[SeveralSaddle]:
    """Every saddle but the zero state; of a neuron and its opposite one where they are images."""
    system = _Stationary(state, setting)
    with precision(_BITS):
        cells = _OnCells(system, SeveralCells(state, setting))
        found = all_zeros(cells, box_of_saddles(state, setting), _WIDTH, _LIMIT)
    if found.left:
        raise Undecided(f"{len(found.left)} cells of the cosines and r remain undecided")
    return [_saddle(setting, system, zero, bits) for zero in found.zeros]


def _saddle(setting: SeveralSetting, system: _Stationary, zero: Box, bits: int) -> SeveralSaddle:
    proved = refine(system, zero, bits)
    with precision(bits):
        action, *minors = system.shape(proved)
        signs = [positive(v) for v in minors]
        up = bends_up(system.state, setting, proved, arb(0))
        if up is None or None in signs:
            raise Undecided("a saddle's curvature has no proved sign")
        second = own_cosine(setting, proved[1])
    alternating = signs == [False, True, False] and (setting.third is None or not up)
    kind = "minimum" if up and all(signs) else "maximum" if alternating else "saddle"
    mass = arb(0) if kind == "minimum" else None
    return SeveralSaddle(
        m1=proved[0], m2=second, r=proved[2].exp(), action=action, kind=kind, mass=mass
    )
