"""The zero state and all saddles beside it, for neurons with random biases at infinite d."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from flint import arb

from binodal.models.protocol import Solver
from binodal.models.single_index.numerics.biased.droplets import Unheld, pinned
from binodal.models.single_index.numerics.biased.floats import nearer
from binodal.models.single_index.numerics.biased.notes import AROUND, notes
from binodal.models.single_index.numerics.biased.search import (
    SPARE,
    biased_saddles,
    centred,
    images,
    same,
)
from binodal.models.single_index.numerics.biased.setting import BiasedSetting
from binodal.models.single_index.numerics.biased.state import BiasedState, state_of
from binodal.models.single_index.numerics.biased.systems import Stationary
from binodal.models.single_index.numerics.curves import curves, unlearned, zero_responses
from binodal.models.single_index.numerics.floats import Seeds, below
from binodal.models.single_index.numerics.notes import TOO_MANY, features_hold, require_derived
from binodal.models.single_index.numerics.results import Closure, Saddle
from binodal.models.single_index.numerics.solve import residual
from binodal.numerics.balls import ball, bits_of, positive, precision
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import Undecided
from binodal.numerics.isolate import Box
from binodal.numerics.outcome import Status
from binodal.numerics.parameters import Parameters
from binodal.numerics.refine import refine
from binodal.numerics.results import Curves, SolvedClosure

_LIMIT = "thermodynamic"


@dataclass(frozen=True)
class BiasedSaddle(Saddle):
    """A stationary point of S/d in the cosine, the norm and the bias."""

    beta: arb


Solved = SolvedClosure[Closure, BiasedSaddle]


def biased_solver(setting: BiasedSetting) -> Solver:
    """Solves on both sides of coexistence; the answer is certified or undecided."""

    def solve(parameters: Parameters, theory: str, digits: int) -> Solved:
        require_derived(theory)
        try:
            return solved_at(state_of(setting, parameters), theory, bits_of(digits))
        except Undecided as doubt:
            words = notes(setting, theory)
            return Solved.without(theory, _LIMIT, Status.UNDECIDED, str(doubt), words)

    return solve


def solved_at(state: BiasedState, theory: str, bits: int) -> Solved:
    """The closure at a state's parameters with all saddles. Raises :class:`Undecided`."""
    with precision(bits):
        t = residual(state)
        rest = zero_state(state)
    action = Stationary(state).shape
    search = cache(lambda: nearer(state, Unheld(state)))
    if below(search, lambda at: action(at)[0]):
        return _past(state, rest, theory, search(), bits)
    saddles = saddles_at(state, bits)
    minima = [s for s in saddles if s.kind == "minimum"]
    signs = [positive(s.action) for s in minima]
    if None in signs:
        raise Undecided("a minimum's depth beside the zero state has no proved sign")
    if not all(signs):
        return _past(state, rest, theory, search(), bits)
    with precision(bits):
        learned = biased_curves(state, t)
    return Solved(
        theory,
        _LIMIT,
        Status.CERTIFIED,
        Closure(t),
        (rest, *sorted(saddles, key=lambda s: float(s.action.mid()))),
        "GFL",
        f"the zero state is the deepest minimum, {AROUND}",
        notes(state.setting, theory),
        transition="first" if minima else "undecided",
        curves=learned,
    )


def _past(state: BiasedState, rest: BiasedSaddle, theory: str, seeds: Seeds, bits: int) -> Solved:
    """Features that masses of neurons, shared with images, hold as deep as the zero state."""
    by = pinned(state, seeds, bits)
    saddles = saddles_at(by.state, bits)
    with precision(bits):
        shares = [arb(0)] * len(saddles)
        for feature, mass in zip(by.features, by.masses, strict=True):
            places = images(state.setting, feature)
            indices = [
                k
                for k, s in enumerate(saddles)
                if any(same([s.m, s.r.log(), s.beta], place) for place in places)
            ]
            if (
                len(indices) != 1
                or saddles[indices[0]].kind != "minimum"
                or shares[indices[0]] != 0
            ):
                raise Undecided("a feature that holds the state is not proved to be a minimum")
            shares[indices[0]] = mass / ball(state.parameters["d"])
        others = [s for s, share in zip(saddles, shares, strict=True) if share == 0]
        if not all(positive(s.action) for s in others if s.kind == "minimum"):
            raise Undecided("another minimum is not proved to lie above the state's features")
        zero, more = 1 - sum(shares, arb(0)), ""
        marked = [s if w == 0 else replace(s, mass=w) for s, w in zip(saddles, shares, strict=True)]
        marked.sort(key=lambda s: not s.mass)
        rest = replace(rest, mass=zero)
        if not zero > 0:
            marked, rest = [replace(s, mass=None) for s in marked], replace(rest, mass=None)
            more = f"; {TOO_MANY}"
        t = residual(state) | dict(zip(state.setting.acting, by.state.held, strict=True))
        learned = biased_curves(state, t, by.responses)
    return Solved(
        theory,
        _LIMIT,
        Status.CERTIFIED,
        Closure(t),
        (rest, *marked),
        "GMFL-I",
        f"{features_hold(by.masses)}{more}, {AROUND}",
        notes(state.setting, theory, features=True),
        transition="first",
        curves=learned,
    )


def zero_state(state: BiasedState) -> BiasedSaddle:
    """With all neurons."""
    r = state.couplings(arb(0))[2].sqrt()
    zero = arb(0)
    return BiasedSaddle(m=zero, r=r, beta=zero, action=zero, kind="minimum", mass=arb(1))


def saddles_at(state: BiasedState, bits: int) -> list[BiasedSaddle]:
    """Every saddle but the zero state, one of its images each. Raises :class:`Undecided`."""
    zeros = biased_saddles(state)
    if zeros.left:
        raise Undecided(f"{len(zeros.left)} cells of (m, r, beta) are neither excluded nor proved")
    return [_saddle(state, zero, bits) for zero in zeros.zeros]


def _saddle(state: BiasedState, zero: Box, bits: int) -> BiasedSaddle:
    system = Stationary(state)
    proved = refine(system, zero, bits)
    with precision(bits + SPARE):
        proved = centred(state.setting, system, proved)
    with precision(bits):
        action, *minors = system.shape(proved)
        signs = [positive(v) for v in minors]
    if None in signs:
        raise Undecided("a saddle's curvature has no proved sign")
    alternating = signs == [False, True, False]
    kind = "minimum" if all(signs) else "maximum" if alternating else "saddle"
    mass = arb(0) if kind == "minimum" else None
    return BiasedSaddle(
        m=proved[0], r=proved[1].exp(), beta=proved[2], action=action, kind=kind, mass=mass
    )


_EVIDENCE = Forms("binodal.models.single_index.forms.other_curves").balls("prior_evidence")
_SCALED = Forms("binodal.models.single_index.forms.curves").balls("scaled_response")


def _mean_response(state: BiasedState, share: arb) -> dict[int, arb]:
    """dt_0/dy_0 of an odd activation in the zero state, whose biases are small."""
    setting = state.setting
    u, gain, norm = state.couplings(arb(0))
    target = ball(setting.teacher.get(1, 0))
    numbers = (u, gain, state.rest(arb(0))[1], share, target, ball(setting.pin), norm)
    return {0: _SCALED()(*numbers)[0]}


def biased_curves(
    state: BiasedState, t: Mapping[int, arb], responses: Mapping[int, arb] | None = None
) -> Curves:
    """At the residual t, with the responses of its acting modes where features hold them."""
    share = t[1] / ball(state.setting.teacher[1]) if state.learns_linear_mode else arb(1)
    known = zero_responses(state)
    if state.setting.kind == "scaled" and state.setting.biased.facts.vanishes(0):
        del known[0]
        known |= _mean_response(state, share) if responses is None else {}
    known |= dict(responses or {})
    law = state.tilt(share, arb(0))
    if not law:
        return curves(state, t, known)
    weight, _, variance, by_beta, _ = law
    if responses is None:
        known[1] = 1 / by_beta
    values, setting = curves(state, t, known), state.setting
    numbers = [weight, variance, *state.couplings(arb(0))[:2], unlearned(state)]
    numbers += [*(t[k] for k in setting.modes), *map(ball, setting.acting.values())]
    return replace(values, log_evidence=_EVIDENCE(setting.modes)(*numbers)[0])
