"""The zero state and all saddles beside it, for a teacher with two directions at infinite d."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flint import arb

from binodal.models.protocol import Solver
from binodal.models.single_index.numerics.notes import (
    TOO_MANY,
    assumptions,
    features_hold,
    require_derived,
)
from binodal.models.single_index.numerics.results import Closure, Saddle
from binodal.models.single_index.numerics.saddles import Landscape, saddles
from binodal.models.single_index.numerics.several.curves import several_curves
from binodal.models.single_index.numerics.several.droplets import Pinned, pinned
from binodal.models.single_index.numerics.several.reach import FarField
from binodal.models.single_index.numerics.several.search import across_axis, orbit, saddles_of
from binodal.models.single_index.numerics.several.setting import SeveralSetting
from binodal.models.single_index.numerics.several.symmetries import moved, opposites, same, turns
from binodal.models.single_index.numerics.several.systems import SeveralSystem
from binodal.models.single_index.numerics.several.three import (
    NOT_SEARCHED,
    bends_up,
    own_cosine,
    two_equal,
)
from binodal.models.single_index.numerics.several.turn import AxisSetting, axes, turn_of
from binodal.models.single_index.numerics.state import State
from binodal.models.single_index.settings import written
from binodal.numerics.balls import ball, bits_of, positive, precision
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


def several_solver(setting: SeveralSetting) -> Solver:
    """Solves at parameters where no neuron has left the zero state; undecided past that."""

    def solve(parameters: Parameters, theory: str, digits: int) -> Solved:
        require_derived(theory)
        notes = assumptions(theory)
        try:
            return solved_at(setting, State(setting, parameters), theory, bits_of(digits))
        except Undecided as doubt:
            return Solved.without(theory, "thermodynamic", Status.UNDECIDED, str(doubt), notes)

    return solve


def solved_at(setting: SeveralSetting, state: State, theory: str, bits: int) -> Solved:
    """The closure at a state's parameters with all saddles. Raises :class:`Undecided`."""
    with precision(bits):
        t = zero_branch(setting, state)
        if not setting.absent(0):
            t = {(0,) * (setting.alike + 1): arb(0), **t}
        rest = zero_state(state)
    if not_normalisable(state, setting):
        return _past(setting, state, theory, bits)
    saddles = saddles_at(setting, state, bits)
    minima = [s for s in saddles if s.kind == "minimum"]
    signs = [positive(s.action) for s in minima]
    if None in signs:
        raise Undecided("a minimum's depth beside the zero state has no proved sign")
    if not all(signs):
        return _past(setting, state, theory, bits)
    known = two_equal(state, setting, 0.0, 0.0)
    modes = {written(a): value for a, value in t.items()}
    with precision(bits):
        learned = several_curves(state, setting, modes)
    return Solved(
        theory,
        "thermodynamic",
        Status.CERTIFIED,
        Closure(modes),
        (rest, *saddles),
        "GFL" if known else "undecided",
        "the zero state is the deepest minimum" + ("" if known else f" found: {NOT_SEARCHED}"),
        assumptions(theory),
        transition="first" if minima else "undecided",
        curves=learned,
    )


def zero_branch(setting: SeveralSetting, state: State) -> dict[tuple[int, ...], arb]:
    """t_a of the whole teacher on the zero branch, whose linear modes move."""
    beta = state.beta(arb(0))
    return {
        a: ball(y) * (beta if sum(a) == 1 and state.learns_linear_mode else 1)
        for a, y in setting.taught.items()
    }


def zero_state(state: State) -> SeveralSaddle:
    """With all neurons."""
    r = state.couplings(arb(0))[2].sqrt()
    return SeveralSaddle(m1=arb(0), m2=arb(0), r=r, action=arb(0), kind="minimum", mass=arb(1))


def not_normalisable(state: State, setting: SeveralSetting) -> bool:
    """Whether the law of a neuron on the zero branch is proved not to be normalisable."""
    if setting.third is not None or setting.overlaps.facts.growth != "linear":
        return False
    return FarField(state, setting, turn_of(setting)).excess(arb(0))[0] > 0


def _past(setting: SeveralSetting, state: State, theory: str, bits: int) -> Solved:
    """Features that masses of neurons, shared by their images, hold as deep as the zero state."""
    with precision(bits):
        by = pinned(state, setting, bits)
    saddles = saddles_at(by.setting, by.state, bits)
    with precision(bits):
        shares = [arb(0)] * len(saddles)
        for feature, mass in zip(by.features, by.masses, strict=True):
            indices = _at(by, feature, saddles)
            if not indices or any(saddles[k].kind != "minimum" or shares[k] != 0 for k in indices):
                raise Undecided("a feature that holds the state is not proved to be a minimum")
            for k in indices:
                shares[k] = mass / ball(state.parameters["d"]) / len(indices)
        others = [s for s, share in zip(saddles, shares, strict=True) if share == 0]
        if not all(positive(s.action) for s in others if s.kind == "minimum"):
            raise Undecided("another minimum is not proved to lie above the state's features")
        left, more = 1 - sum(shares, arb(0)), ""
        rest = replace(zero_state(state), mass=left)
        marked = [s if w == 0 else replace(s, mass=w) for s, w in zip(saddles, shares, strict=True)]
        if not left > 0:
            marked, rest = [replace(s, mass=None) for s in marked], replace(rest, mass=None)
            more = f"; {TOO_MANY}"
        t = {
            written(a): by.setting.coefficients().get(a, ball(y))
            for a, y in setting.several.items()
        }
        t = t if setting.absent(0) else {**t, written((0, 0)): arb(0)}
        learned = several_curves(state, setting, t, by)
    return Solved(
        theory,
        "thermodynamic",
        Status.CERTIFIED,
        Closure(t),
        (rest, *marked),
        "GMFL-I",
        features_hold(by.masses) + more,
        assumptions(theory, features=True),
        transition="first",
        curves=learned,
    )


def _at(by: Pinned, feature: Box, saddles: Sequence[SeveralSaddle]) -> list[int]:
    """Which saddles are a feature and its images."""
    m1, m2, logarithm = feature
    places = [[*moved((m1, m2), change), logarithm.exp()] for change in by.images]
    around = [image for place in places for image in opposites(by.setting, place)]
    return [k for k, s in enumerate(saddles) if any(same([s.m1, s.m2, s.r], p) for p in around)]


def saddles_at(setting: SeveralSetting, state: State, bits: int) -> list[SeveralSaddle]:
    """Every saddle but the zero state; of a neuron and its opposite one where they are images."""
    turn = turn_of(setting)
    points = []
    for axis in axes(setting, turn):
        with precision(bits):
            own = State(axis, state.parameters)
            u, _, norm = state.couplings(arb(0))
            on = Landscape(axis, u, norm, tuple(own.amplitudes(arb(0))))
        points += [_on_axis(state, setting, axis, s, bits) for s in saddles(on, bits)[1:]]
    if points and turns(setting):
        raise Undecided("saddles are circles, as F is in all directions: none is isolated")
    system, zeros = saddles_of(state, setting, turn)
    if zeros.left:
        raise Undecided(f"{len(zeros.left)} cells of the cosines and r remain undecided")
    points += [_between(setting, system, zero, bits) for zero in zeros.zeros]
    with precision(bits):
        return [image for point in points for image in _images(setting, point)]


def _images(setting: SeveralSetting, saddle: SeveralSaddle) -> list[SeveralSaddle]:
    places = orbit(setting, [[saddle.m1, saddle.m2]])
    return [replace(saddle, m1=one, m2=own_cosine(setting, other)) for one, other in places]


def _between(setting: SeveralSetting, system: SeveralSystem, zero: Box, bits: int) -> SeveralSaddle:
    """A saddle off the axes of symmetry."""
    proved = refine(system, zero, bits)
    with precision(bits):
        bends = system.bends(proved)
        signs = [positive(v) for v in (bends.trace, bends.pairs, bends.minor3)]
        kind = "minimum" if all(signs) else "maximum" if signs == [False, True, False] else "saddle"
        return _saddle(
            system.state, setting, system.place(proved), bends.action, kind, None in signs
        )


def _on_axis(
    state: State, setting: SeveralSetting, axis: AxisSetting, saddle: Saddle, bits: int
) -> SeveralSaddle:
    """A saddle on an axis of symmetry: one of a single direction, and how S bends across."""
    with precision(bits):
        beta = [state.beta(arb(0))] if state.learns_linear_mode else []
        place, bend = across_axis(state, setting, axis, [saddle.m, saddle.r.log(), *beta, arb(0)])
        up = positive(bend)
        alike = saddle.kind == "minimum" if up else saddle.kind == "maximum"
        return _saddle(
            state, setting, place, saddle.action, saddle.kind if alike else "saddle", up is None
        )


def _saddle(
    state: State, setting: SeveralSetting, place: Box, action: arb, kind: str, open_sign: bool
) -> SeveralSaddle:
    """A saddle by its kind in the plane; with three directions the bend across that counts too."""
    up = bends_up(state, setting, place, arb(0))
    if up is None or open_sign:
        raise Undecided("a saddle's curvature has no proved sign")
    if setting.third is not None and kind == ("maximum" if up else "minimum"):
        kind = "saddle"
    mass = arb(0) if kind == "minimum" else None
    m1, m2, logarithm = place
    return SeveralSaddle(m1=m1, m2=m2, r=logarithm.exp(), action=action, kind=kind, mass=mass)
