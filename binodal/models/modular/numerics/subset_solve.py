"""The closure on a random subset of the pairs: the zero state, or ring and zero state together.

Past coexistence U = F^2 u stays where it is, as on all pairs: a = sigma^2/(sigma^2 + F lambda).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, ctx

from binodal.models.modular.numerics.functions import coupling
from binodal.models.modular.numerics.results import (
    ACTION_UNITS,
    Closure,
    Saddle,
    Solution,
    require_theory,
)
from binodal.models.modular.numerics.solve import neurons, solve_thermodynamic, with_masses
from binodal.models.modular.numerics.subset_critical import notes
from binodal.models.modular.numerics.subset_crossing import deepest
from binodal.models.modular.numerics.subset_curves import (
    ALL_POWERS,
    NORM,
    Mode,
    OnCurve,
    at_saddle,
    elsewhere,
    end_of,
    full_ring,
    least_share,
    of_one_pair,
    points,
    ratio,
    saddle_row,
    shared,
    strength_of,
    whole,
    width_of,
)
from binodal.models.modular.numerics.subset_outputs import outputs
from binodal.models.modular.parameters import SHARE
from binodal.numerics.balls import ball, bits_of, positive, precision
from binodal.numerics.errors import Undecided
from binodal.numerics.outcome import Status
from binodal.numerics.polynomials import real_roots

_SEARCH_BITS = 512
_DIGITS = 6


@dataclass(frozen=True)
class SubsetClosure(Closure):
    """a on the pairs that are seen, lambda, and a on those that are not: ``others``."""

    others: arb


def solver(mode: Mode) -> Callable[[Mapping[str, Fraction], str, int], Solution]:
    """(parameters, theory, digits) -> the closure of the mode that they give."""
    return lambda own, theory, digits: solve_on_subset(mode(own), theory, bits_of(digits))


def solve_on_subset(
    parameters: Mapping[str, Fraction], theory: str = "derived", bits: int = 128
) -> Solution:
    """a, lambda, saddles and phase; at F = 1 those of all pairs. Undecided on a phase boundary,
    and where the ring would need more than all of the probability.

    Raises ParameterError for an unknown theory.
    """
    require_theory(theory)
    if parameters[SHARE] == 1:
        return solve_thermodynamic(whole(parameters), theory, bits)
    with precision(max(bits, _SEARCH_BITS)):
        try:
            return _solved(parameters, max(bits, _SEARCH_BITS))
        except Undecided as doubt:
            status, rests = Status.UNDECIDED, _notes(parameters)
            return Solution.without(theory, "thermodynamic", status, str(doubt), rests)


def _notes(parameters: Mapping[str, Fraction]) -> tuple[str, ...]:
    return (*notes(parameters), ACTION_UNITS["derived"])


def _solved(parameters: Mapping[str, Fraction], bits: int) -> Solution:
    least = least_share("coexistence", parameters, bits)
    enough = _decided(ball(parameters[SHARE]) - least, "the least share of the pairs")
    if not enough:
        why = f"no mode is as deep as zero below a share {least.str(6, radius=False)}"
        return _lazy(parameters, why)
    ((point, value),) = points("coexistence", "sigma2", parameters, bits)
    if _decided(ball(parameters["sigma2"]) - value, "coexistence"):
        return _lazy(parameters, "sigma^2 above coexistence on the subset")
    return _shared(parameters, point, value)


def _decided(value: arb, boundary: str) -> bool:
    sign = positive(value)
    if sign is None:
        raise Undecided(f"the parameters cannot be told from {boundary} at this precision")
    return sign


def _lazy(parameters: Mapping[str, Fraction], why: str) -> Solution:
    """No neuron has left the zero state: a = 1."""
    marked = with_masses(saddles(parameters, 1 / ratio(parameters)), arb(0), arb(1))
    return _solution(parameters, SubsetClosure(arb(1), arb(0), arb(1)), marked, "GFL", why)


def _shared(parameters: Mapping[str, Fraction], place: OnCurve, tau: arb) -> Solution:
    """GMFL-I: sigma^2 + F lambda stays at its value at coexistence."""
    share, noise = ball(parameters[SHARE]), ball(parameters["sigma2"])
    full = full_ring(place, parameters)
    left, needed = shared()(tau, noise, share)
    if _decided(needed - full, "the end of GMFL-I"):
        raise Undecided("the ring needs all of the probability, and what follows is not derived")
    marked = with_masses(
        saddles(parameters, 1 / place.ratio, place), needed / full, 1 - needed / full
    )
    why = "U and sigma^2 + F lambda are pinned where ring and zero state are equally deep"
    if positive(strength_of(parameters) - end_of(ALL_POWERS, ctx.prec).strength):
        why = f"{why} to leading order; to all powers of (1-F)/(F P) no mode is at this share"
    others = 1 - (1 - left) * elsewhere()(place.z, place.y, share)[0]
    right = positive(1 - others)
    words = {True: "the rule", False: "the opposite of the rule", None: "nothing that is decided"}
    why = (
        f"{why}; on pairs that are not seen a is {others.str(_DIGITS, radius=False)} to leading "
        f"order, so that the mean output there says {words[right]}"
    )
    if NORM not in parameters:  # all of the target has this a
        chance = _chance(left, others, parameters)
        why = f"{why}, and the right one is the largest with a chance of {chance}"
    below = deepest(place.ratio, parameters)
    if positive(-below):
        why = (
            f"{why}; as N grows neurons that memorise come first: S is "
            f"{below.str(_DIGITS, radius=False)} or less on average over subsets"
        )
    note = neurons({"N": width_of(parameters)}, needed / full)
    return _solution(parameters, SubsetClosure(left, needed, others), marked, "GMFL-I", why, note)


def _chance(left: arb, others: arb, parameters: Mapping[str, Fraction]) -> str:
    """The accuracy there, in words: both ends of what the scatter between pairs leaves open."""
    accuracy = outputs(left, others, parameters).test_accuracy
    ends = (f"{abs(float(end)):.3f}" for end in (accuracy.lower(), accuracy.upper()))
    return " to ".join(dict.fromkeys(ends))


def _solution(
    parameters: Mapping[str, Fraction],
    closure: SubsetClosure,
    points: tuple[Saddle, ...],
    phase: str,
    why: str,
    *more: str,
) -> Solution:
    status, own = Status.CERTIFIED, whole(parameters)
    at_u = coupling(ball(own["sigma2"]) / closure.a, own)
    why = f"{why}; {of_one_pair(at_u, ball(own['P']), own)}"
    rests = (*_notes(parameters), *more)
    return Solution("derived", "thermodynamic", status, closure, points, phase, why, rests)


def saddles(
    parameters: Mapping[str, Fraction], reduced: arb, pinned: OnCurve | None = None
) -> tuple[Saddle, ...]:
    """The zero state and all stationary points of the quenched action, at gamma/U^2.

    ``pinned`` is the one that is known to be as deep as zero. Raises Undecided for one that cannot
    be told from a birth.
    """
    strength, gamma = strength_of(parameters), ball(parameters["gamma"])
    saddles = [Saddle(x=arb(0), action=arb(0), kind="minimum")]
    for z in real_roots(saddle_row()(reduced, strength)):
        if not (_decided(z, "z = 0") and _decided(1 - z, "z = 1")):
            continue
        y, slope, bend, value = at_saddle()(z, reduced, strength)
        if not slope.contains(0):
            continue
        x = y * (reduced / gamma).sqrt()
        kind = "minimum" if _decided(bend, "a birth") else "saddle"
        deep = pinned is not None and kind == "minimum" and z.overlaps(pinned.z)
        saddles.append(Saddle(x=x, action=arb(0) if deep else 2 * x * value, kind=kind))
    return tuple(sorted(saddles, key=lambda saddle: float(saddle.x.mid())))
