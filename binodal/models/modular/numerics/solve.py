"""The closure as P -> infinity: closed forms, with the phase decided by proved signs.

The closure has one solution: u falls and sigma^2 + lambda rises with tau = sigma^2 + lambda, so
at coexistence the ring takes just the mass that pins tau there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from flint import arb

from binodal.models.modular.numerics.critical import notes
from binodal.models.modular.numerics.curves import curves, full_curves
from binodal.models.modular.numerics.functions import (
    coupling,
    event_values,
    full_branch,
    saddle_functions,
    values,
)
from binodal.models.modular.numerics.results import (
    ACTION_UNITS,
    Closure,
    Saddle,
    Solution,
    require_theory,
)
from binodal.numerics.balls import ball, positive, precision
from binodal.numerics.errors import Undecided
from binodal.numerics.outcome import Status
from binodal.numerics.refine import Scalar, bisected, refine
from binodal.numerics.results import Curves

_SCAN_BITS = 96


def solve_thermodynamic(
    parameters: Mapping[str, Fraction], theory: str = "derived", bits: int = 128
) -> Solution:
    """a, lambda, saddles and phase in the thermodynamic limit; undecided on a phase boundary.

    GFL: the zero state alone. GMFL-I: ring and zero state share the probability, u is pinned at
    coexistence. GMFL-II: the ring holds everything. Raises ParameterError for an unknown theory.

    >>> from binodal.models.registry import preset
    >>> solve_thermodynamic(preset("fig3").replace(sigma2=Fraction(1, 5))).phase
    'GMFL-I'
    """
    require_theory(theory)
    try:
        return _solve(parameters, theory, bits)
    except Undecided as doubt:
        return Solution.without(
            theory, "thermodynamic", Status.UNDECIDED, str(doubt), notes(theory)
        )


def _solve(parameters: Mapping[str, Fraction], theory: str, bits: int) -> Solution:
    with precision(bits):
        noise = ball(parameters["sigma2"])
        _, _, tau, full = event_values("coexistence", theory)(*values(parameters))
        lazy = _decided(noise - tau, "coexistence")
        if lazy:
            closure = Closure(arb(1), arb(0))
            stationary = saddles(closure, parameters, theory)
            marked = with_masses(stationary, arb(0), arb(1))
            reason = "sigma^2 above coexistence: the zero state is deepest and lambda vanishes"
            learned = curves(parameters, theory, closure, arb(1))
            return _solution(theory, closure, marked, "GFL", reason, learned)
        if _decided(noise - (tau - full), "the end of GMFL-I"):
            closure, share = Closure(noise / tau, tau - noise), (tau - noise) / full
            rest = (noise - (tau - full)) / full
            marked = with_masses(pinned_saddles(parameters, theory), share, rest)
            reason = "between coexistence and the end of GMFL-I: u and sigma^2 + lambda are pinned"
            note = neurons(parameters, share)
            learned = curves(parameters, theory, closure, arb(0))
            return _solution(theory, closure, marked, "GMFL-I", reason, learned, note)
    at_x = _full_ring_position(parameters, theory, bits)
    with precision(bits):
        _, tau, level, _, _ = full_branch(theory)(at_x, *values(parameters))
        closure = Closure(noise / tau, level)
        marked = with_masses(saddles(closure, parameters, theory), arb(1), arb(0))
        reason = "below the end of GMFL-I: the ring holds all of the probability"
        note = neurons(parameters, arb(1))
        learned = full_curves(parameters, theory, closure, at_x)
        return _solution(theory, closure, marked, "GMFL-II", reason, learned, note)


def _decided(value: arb, boundary: str) -> bool:
    sign = positive(value)
    if sign is None:
        raise Undecided(f"sigma^2 cannot be told from {boundary} at this precision")
    return sign


def _solution(
    theory: str,
    closure: Closure,
    points: tuple[Saddle, ...],
    phase: str,
    reason: str,
    learned: Curves,
    *more: str,
) -> Solution:
    return Solution(
        theory,
        "thermodynamic",
        Status.CERTIFIED,
        closure,
        points,
        phase,
        f"{reason}; the closure has one solution",
        (*notes(theory), ACTION_UNITS[theory], *more),
        curves=learned,
    )


def neurons(parameters: Mapping[str, Fraction | arb], share: arb) -> str:
    """How many neurons the ring of one mode holds on average, and what that means.

    The count is right to one unit of its last digit, as every number in a sentence.
    """
    count = ball(parameters["N"]) * share
    shown = count.str(4, radius=False)
    carried = f"neurons: the ring of one mode holds N m = {shown} neurons on average"
    if positive(1 - count):
        carried += (
            ", so the mean-field average is carried by less than one neuron per mode and "
            "a network of this N need not show it"
        )
    return carried


def saddles(
    closure: Closure, parameters: Mapping[str, Fraction], theory: str
) -> tuple[Saddle, ...]:
    """Zero state and, past birth, both rings, at the current precision; masses are left open.

    Raises :class:`Undecided` when u cannot be told from its value at birth.
    """
    exact = values(parameters)
    tau = ball(parameters["sigma2"]) / closure.a
    at_u = coupling(tau, parameters)
    born, _, tau_born, _ = event_values("birth", theory)(*exact)
    sign = positive(at_u - born)
    if sign is None:
        raise Undecided(f"sigma^2 + lambda = {tau.str(8)} cannot be told from birth at {tau_born}")
    if not sign:
        return (_zero(),)
    inner, outer, barrier, depth, _ = saddle_functions(theory)(at_u, exact[4], exact[1])
    return _with_rings(inner, barrier, outer, depth)


def pinned_saddles(parameters: Mapping[str, Fraction], theory: str) -> tuple[Saddle, ...]:
    """The saddles at coexistence: there the ring is exactly as deep as zero."""
    exact = values(parameters)
    at_u, position, _, _ = event_values("coexistence", theory)(*exact)
    inner, _, barrier, _, _ = saddle_functions(theory)(at_u, exact[4], exact[1])
    return _with_rings(inner, barrier, position, arb(0))


def _zero() -> Saddle:
    return Saddle(x=arb(0), action=arb(0), kind="minimum")


def _with_rings(inner: arb, barrier: arb, outer: arb, depth: arb) -> tuple[Saddle, ...]:
    """The zero state, the ring of saddles and the ring of minima."""
    between = Saddle(x=inner, action=barrier, kind="saddle")
    return _zero(), between, Saddle(x=outer, action=depth, kind="minimum")


def with_masses(points: tuple[Saddle, ...], ring: arb, zero: arb) -> tuple[Saddle, ...]:
    """The saddles with the probabilities of ring and zero state filled in."""
    return tuple(
        s if s.kind == "saddle" else replace(s, mass=zero if s.x == 0 else ring) for s in points
    )


def _full_ring_position(parameters: Mapping[str, Fraction], theory: str, bits: int) -> arb:
    """x of a ring that holds everything: sigma^2(x) falls strictly, so there is one."""

    def balance(at_x: arb) -> arb:
        sigma2: arb = full_branch(theory)(at_x, *values(parameters))[3]
        return sigma2 - ball(parameters["sigma2"])

    def slope(at_x: arb) -> arb:
        value: arb = full_branch(theory)(at_x, *values(parameters))[4]
        return value

    with precision(_SCAN_BITS):
        low = event_values("coexistence", theory)(*values(parameters))[1]
        low = arb(low.mid())
        high = 2 * low
        while not balance(high) < 0:
            high *= 2
        start = bisected(balance, low, high, steps=60)
    return refine(Scalar(balance, slope), [start], bits)[0]
