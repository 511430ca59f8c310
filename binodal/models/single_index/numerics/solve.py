"""A single-index theory at infinite d: its residual, saddles and phase."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cache

from flint import arb

from binodal.models.protocol import Solver
from binodal.models.single_index.numerics.condensate import found_in_floats, held
from binodal.models.single_index.numerics.condensation import not_normalisable
from binodal.models.single_index.numerics.curves import curves, zero_responses
from binodal.models.single_index.numerics.droplets import pinned
from binodal.models.single_index.numerics.exhausted import mirrored, with_linear, without_linear
from binodal.models.single_index.numerics.floats import Seeds, below
from binodal.models.single_index.numerics.notes import TOO_MANY, assumptions, reason
from binodal.models.single_index.numerics.order import order
from binodal.models.single_index.numerics.outlying import norm_beyond
from binodal.models.single_index.numerics.path_state import path_pinned, path_saddles
from binodal.models.single_index.numerics.profile import Profile
from binodal.models.single_index.numerics.results import Closure, Held, Place, Saddle, Solution
from binodal.models.single_index.numerics.saddles import Landscape, Stationary, saddles
from binodal.models.single_index.numerics.setting import Setting
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import ball, bits_of, positive, precision
from binodal.numerics.errors import Undecided
from binodal.numerics.outcome import Status
from binodal.numerics.results import Curves

THERMODYNAMIC = "thermodynamic"
SADDLES = {"derived": saddles, "published": path_saddles}
"""Every saddle at a residual, by theory."""

_Search = Callable[[], Seeds]
_DEEPEST = "the zero state is the deepest minimum"


def solver(setting: Setting) -> Solver:
    """Solves at parameters; the answer is certified or undecided."""

    of_bits = solver_of_bits(setting)
    return lambda parameters, theory, digits: of_bits(parameters, theory, bits_of(digits))


def solver_of_bits(setting: Setting) -> Callable[[Mapping[str, Fraction], str, int], Solution]:
    """The same at a precision in bits."""

    def solve(parameters: Mapping[str, Fraction], theory: str, bits: int) -> Solution:
        try:
            return _solved(setting, parameters, theory, bits)
        except Undecided as doubt:
            notes = assumptions(theory)
            return Solution.without(theory, THERMODYNAMIC, Status.UNDECIDED, str(doubt), notes)

    return solve


def residual(state: State) -> dict[int, arb]:
    """t_k on the zero branch: mode 0 vanishes unless phi has no mean, mode 1 moves, others stay."""
    values = {k: ball(y) for k, y in state.setting.teacher.items()}
    if not state.setting.absent(0):
        values[0] = arb(0)
    if state.learns_linear_mode:
        values[1] = values[1] * state.beta(arb(0))
    return dict(sorted(values.items()))


def _solved(
    setting: Setting, parameters: Mapping[str, Fraction], theory: str, bits: int
) -> Solution:
    state = State(setting, parameters)
    if setting.homogeneous and theory == "derived":
        return _homogeneous(state, theory, bits)
    with precision(bits):
        u, _, norm = state.couplings(arb(0))
        t = residual(state)
        on = Landscape(setting, u, norm, tuple(state.amplitudes(arb(0))))
        learned = curves(state, t, zero_responses(state))
        action = Stationary(on).shape
    search = cache(lambda: found_in_floats(state))
    if theory == "derived" and (
        not_normalisable(state) or below(search, lambda at: action(at)[-1])
    ):
        return _past(state, theory, t, search, bits)
    saddles = SADDLES[theory](on, bits)
    lower = _lower(saddles)
    if not lower:
        marked = [_with_mass(s, arb(int(k == 0))) for k, s in enumerate(saddles)]
        return _solution(state, theory, t, marked, "GFL", _DEEPEST, learned)
    return _past(state, theory, t, search, bits)


def _homogeneous(state: State, theory: str, bits: int) -> Solution:
    """Where overlaps are c_k = g_k r: on both sides of what ends GFL. Raises :class:`Undecided`."""
    with precision(bits):
        t, on = residual(state), Profile(state, tuple(state.amplitudes(arb(0))))
        lazy = on.deepest()
        if lazy is None:
            raise Undecided("the sign of the least action over the norm is not proved")
        if lazy:
            marked = [_with_mass(s, arb(int(k == 0))) for k, s in enumerate(on.saddles(bits))]
            learned = curves(state, t, zero_responses(state))
            return _solution(state, theory, t, marked, "GFL", _DEEPEST, learned)
    return _past(state, theory, t, lambda: found_in_floats(state), bits)


def _held(
    state: State,
    theory: str,
    t: dict[int, arb],
    by: Held,
    saddles: Sequence[Saddle],
    more: str,
    bits: int,
) -> Solution:
    """The solution whose residual neurons at some places hold, each of them a minimum if bounded.

    Raises :class:`Undecided` where one is not proved to be.
    """
    with precision(bits):
        shares = [arb(0)] * len(saddles)
        for place in by.places:
            if place.r is None:
                continue
            indices = [k for k, s in enumerate(saddles) if k and _is_at(s, place)]
            if (
                len(indices) != 1
                or saddles[indices[0]].kind != "minimum"
                or shares[indices[0]] != 0
            ):
                raise Undecided("a feature that holds the state is not proved to be a minimum")
            shares[indices[0]] = place.size / ball(state.parameters["d"])
        held = [s for s, share in zip(saddles, shares, strict=True) if share != 0]
        others = [s for s in saddles[1:] if s not in held and s.kind == "minimum"]
        if saddles[0].kind != "minimum" or not all(s.action > 0 for s in others):
            raise Undecided("another minimum is not proved to lie above the state's features")
        shares[0] = 1 - sum(shares, arb(0))
        if shares[0] > 0 and by.shared:
            known = [shares[0], *(None if share != 0 else share for share in shares[1:])]
            marked = [_with_mass(s, mass) for s, mass in zip(saddles, known, strict=True)]
        elif shares[0] > 0:
            marked = [_with_mass(s, share) for s, share in zip(saddles, shares, strict=True)]
        else:
            marked, more = list(saddles), f"{more}; {TOO_MANY}"
        t = {**t, **dict(zip(state.setting.acting, by.amplitudes, strict=True))}
        learned = curves(state, t, {**zero_responses(state), **by.responses})
    return _solution(state, theory, t, marked, "GMFL-I", reason(by) + more, learned)


def _is_at(saddle: Saddle, place: Place) -> bool:
    near = saddle.m.overlaps(place.m)
    return bool(near) and place.r is not None and bool(saddle.r.overlaps(place.r))


def _lower(saddles: Sequence[Saddle]) -> list[Saddle]:
    """Minima below the zero state. Raises :class:`Undecided` for one that is about as deep."""
    minima = [s for s in saddles[1:] if s.kind == "minimum"]
    signs = [positive(-s.action) for s in minima]
    if None in signs:
        raise Undecided("a minimum's depth beside the zero state has no proved sign")
    return [s for s, below in zip(minima, signs, strict=True) if below]


def _past(state: State, theory: str, t: dict[int, arb], search: _Search, bits: int) -> Solution:
    """Features that masses of neurons hold as deep as the zero state, or a condensate, or both."""
    if theory == "published":
        by = path_pinned(state, bits)
        return _held(
            state, theory, t, by, path_saddles(_landscape(state, by, bits), bits), "", bits
        )
    solution = search()
    even = without_linear(state, solution)
    if even is None:
        return _held(state, theory, t, *_holding(state, solution, bits), bits)
    by, saddles, more = _holding(even, found_in_floats(even), bits)
    with precision(bits):
        both = with_linear(state, by)
    return _held(state, theory, t, both, mirrored(saddles), more, bits)


def _holding(state: State, seeds: Seeds, bits: int) -> tuple[Held, list[Saddle], str]:
    """What holds the residual, every saddle there, and how far they were sought."""
    if state.setting.homogeneous:
        by = held(state, seeds, bits)
        with precision(bits):
            profile = Profile(state, by.amplitudes, tuple(place.m for place in by.places))
            if not profile.deepest():
                raise Undecided("neurons at the overlaps found are not proved to hold the residual")
            return by, profile.saddles(bits), ""
    by, largest, more = pinned(state, seeds, bits), None, ""
    edges = tuple(place.m for place in by.places if place.r is None)
    if edges:
        with precision(bits):
            largest = norm_beyond(Profile(state, by.amplitudes, edges))
            text = largest.str(5, radius=False)
        more = f"; saddles of norms up to {text}, beyond which none lies lower"
    return by, saddles(_landscape(state, by, bits), bits, largest), more


def _landscape(state: State, by: Held, bits: int) -> Landscape:
    with precision(bits):
        u, _, norm = state.couplings(arb(0))
        return Landscape(state.setting, u, norm, by.amplitudes)


def _solution(
    state: State,
    theory: str,
    t: dict[int, arb],
    saddles: Sequence[Saddle],
    phase: str,
    reason: str,
    learned: Curves,
) -> Solution:
    notes = assumptions(theory, features=phase != "GFL")
    closure = Closure(t)
    transition, why = order(state, saddles, theory, phase != "GFL")
    return Solution(
        theory,
        THERMODYNAMIC,
        Status.CERTIFIED,
        closure,
        tuple(saddles),
        phase,
        reason,
        notes,
        transition=transition,
        transition_reason=why,
        curves=learned,
    )


def _with_mass(saddle: Saddle, mass: arb | None) -> Saddle:
    held = mass if saddle.kind == "minimum" else None
    return Saddle(m=saddle.m, r=saddle.r, action=saddle.action, kind=saddle.kind, mass=held)
