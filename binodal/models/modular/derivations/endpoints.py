"""Where curves of birth, coexistence and the end of GMFL-I can end, for modular addition."""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.step import Step
from binodal.derive.symbols import sigma_a2
from binodal.derive.theories import require_theory
from binodal.models.modular.derivations.events import (
    FIG3,
    GENERIC,
    before_coexistence,
    birth,
    coexistence,
    end_of_coexistence,
    end_ratio,
    full_ring,
    temperature,
)

NO_MEETING = (
    "the couplings u of coexistence and birth have a constant ratio above one, so the two curves "
    "never meet and neither ends: each is one monomial in the parameters"
)
NO_TRIPLE = (
    "the end of GMFL-I lies below coexistence by Lambda > 0, lambda of a full ring, so the two "
    "curves never meet at finite positive parameters"
)
COLD_END = (
    "sigma^2 -> 0 where Lambda = tau_c: beyond it GMFL-I lasts down to sigma^2 = 0 and gmfl2 is "
    "absent"
)


def coupling_ratio() -> sp.Expr:
    """u at coexistence over u at birth."""
    return sp.simplify(coexistence()[0] / birth()[0])


def _ratio_claims(claim: sp.Expr) -> Claims:
    """u goes as the inverse square of the temperature, and the colder event has the larger u."""
    yield "constant", not claim.free_symbols
    yield "above one", bool(claim > 1)
    for values in (FIG3, GENERIC):
        lower, upper = (
            before_coexistence(s[0], "published").subs(values) for s in (coexistence(), birth())
        )
        yield "temperatures", bool(lower < upper)
        yield "ratio", bool(abs(sp.N(upper**2 / lower**2 / claim - 1, 20)) < sp.Float(10) ** -15)


def _gap_claims(claim: sp.Expr, theory: str) -> Claims:
    gap = temperature(coexistence()[0]) - end_of_coexistence(theory)
    for values in (FIG3, GENERIC):
        yield "gap is Lambda", sp.simplify((gap / claim).subs(values) - 1) == 0
    yield "positive", claim.is_positive is True


def _cold_claims(claim: sp.Expr, theory: str) -> Claims:
    """Along sigma_a^2 the ratio is a power: solve for one, and look at sigma^2 on both sides.

    The ratio is what sigma^2 at the end lacks of its value at coexistence, in its units.
    """
    tau = temperature(coexistence()[0])
    for values in (FIG3, GENERIC):
        lacks = (1 - end_of_coexistence(theory) / tau - claim).subs(values)
        yield "lacking share", bool(abs(sp.N(lacks, 30, chop=True)) < sp.Float(10) ** -20)
        fixed = {k: v for k, v in values.items() if k != sigma_a2}
        (variance,) = sp.solve(claim.subs(fixed) - 1, sigma_a2)
        end = end_of_coexistence(theory).subs(fixed)
        sides = [
            sp.sign(sp.N(end.subs(sigma_a2, variance * f), 30))
            for f in (sp.Rational(9, 10), sp.Rational(11, 10))
        ]
        yield "changes sign", set(sides) == {-1, 1}


@cache
def endpoints(theory: str = "derived") -> Derivation:
    """Which end points the curves have: only gmfl2 ends, at sigma^2 = 0.

    Results: ``coupling_ratio`` and ``cold_ratio`` (Lambda/tau_c, one at the end). Source: derived
    here.
    """
    require_theory(theory)
    limit = (Assumption.LARGE_P,)
    tau = temperature(coexistence()[0])
    steps = (
        Step(
            "no meeting",
            NO_MEETING,
            sp.Tuple(birth()[0], coexistence()[0]),
            coupling_ratio(),
            all_hold(_ratio_claims, "temperatures at explicit parameters"),
            limit,
        ),
        Step(
            "no triple point",
            NO_TRIPLE,
            tau - end_of_coexistence(theory),
            full_ring(theory),
            all_hold(lambda claim: _gap_claims(claim, theory), "explicit parameters"),
            limit,
        ),
        Step(
            "cold end",
            COLD_END,
            end_of_coexistence(theory),
            end_ratio(theory),
            all_hold(lambda claim: _cold_claims(claim, theory), "solved along sigma_a^2"),
            limit,
        ),
    )
    results = {"coupling_ratio": coupling_ratio(), "cold_ratio": end_ratio(theory)}
    return Derivation("End points of the modular events", steps, results)
