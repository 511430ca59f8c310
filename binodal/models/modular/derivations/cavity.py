"""A generalising neuron on one subset to all powers of epsilon = (1 - F)/(F P), by the cavity.

The squared pulls kappa T_p^2 are max over h_p of h_p T_p - h_p^2/(4 kappa). So pulls h and weights
w, v meet in one random trilinear form sum xi_nm 2 h_{n+m} w_n v_m. At large P, with the two lowest
cumulants of xi, it is replaced by its cavity value at one maximum (replica symmetric).
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.step import Step
from binodal.models.modular.derivations import cavity_checks as checks
from binodal.models.modular.derivations.symbols_of_subsets import DISORDER, STIFFNESS

Z = STIFFNESS
Y = sp.Symbol("y", positive=True)
"""U x."""
NORM, RESPONSE, PULL, SPREAD, YIELD = sp.symbols("q chi a f k", positive=True)
"""|W|^2 over that of the mode; response of a weight; the pulls along cos psi, and the variance of
the others, over those without disorder; response of a pull, over 2 kappa."""
W, E = sp.symbols("w e", positive=True)
"""k - 1, and epsilon q^2: by them the stationary point is rational."""
STATE = (NORM, RESPONSE, PULL, SPREAD, YIELD)
_LARGE = (Assumption.LARGE_P, Assumption.QUENCHED)


def gained() -> sp.Expr:
    """-S/(2 P x) without decay, to be made stationary in all of STATE.

    A quadratic field of response chi, whose incoherent part has the square q', adds q'/chi; random
    entries of variance F^2 P epsilon add half of the variance times the sum over the three fields
    of the response of one and the squares of the others.
    """
    squares = PULL**2 / 2 + SPREAD
    weights = (NORM - 1) / RESPONSE - NORM
    pulls = 2 * Y * (SPREAD / YIELD - squares + PULL)
    disorder = 16 * Y**2 * RESPONSE * NORM * squares + 2 * Y * NORM**2 * YIELD
    return weights + pulls + DISORDER * disorder


@cache
def surface() -> dict[sp.Symbol, sp.Expr]:
    """The stationary point with its y and epsilon, by w and e.

    By the pulls a = k and 8 epsilon y q chi = 1 - 1/k, by their response f = epsilon q^2 k^2; what
    is left is linear, first in q and then in chi.
    """
    level = 1 + W
    point = {YIELD: level, PULL: level, SPREAD: E * level**2}
    point |= {Y: W * NORM / (8 * RESPONSE * E * level), DISORDER: E / NORM**2}

    def solved(condition: sp.Symbol, unknown: sp.Symbol) -> None:
        (value,) = sp.solve(
            sp.numer(sp.together(sp.diff(gained(), condition).subs(point))), unknown
        )
        put = {unknown: sp.factor(value)}
        point.update({name: sp.factor(e.subs(put)) for name, e in point.items()} | put)

    solved(RESPONSE, NORM)
    solved(NORM, RESPONSE)
    return point


@cache
def density() -> tuple[sp.Expr, sp.Expr]:
    """s/x without decay, and its slope in y at fixed epsilon, by w and e.

    The point is stationary, so that only the explicit y counts.
    """
    values = surface()
    parts = -gained(), -sp.diff(gained(), Y)
    value, slope = (sp.factor(part.subs(values)) for part in parts)
    return value, slope


@cache
def coexistence_to_all_powers() -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    """(U x, gamma x^2, epsilon) by z = 1 - w where the mode is as deep as zero.

    s/x + gamma x^2/3 and its slope in x vanish, so that the density has y d/dy = 2 there: linear
    in e.
    """
    value, slope = density()
    condition = sp.numer(sp.together(surface()[Y] * slope - 2 * value))
    factors = [part for part, _ in sp.factor_list(condition)[1] if part.has(W)]
    (at_e,) = sp.solve(factors[0], E)
    surface_at = surface()[Y], -3 * value, surface()[DISORDER]
    y, decay, strength = (sp.factor(part.subs(E, at_e).subs(W, 1 - Z)) for part in surface_at)
    return y, decay, strength


@cache
def bend_to_all_powers() -> sp.Expr:
    """x d^2s/dx^2 where ds/dx = 0, in (w, e): zero at births and at losses to memorising.

    With gamma from the slope it is y^2 d^2/dy^2 of the density less twice the density, at fixed
    epsilon.
    """
    value, slope = density()
    y, strength = surface()[Y], surface()[DISORDER]
    along = sp.diff(strength, E), -sp.diff(strength, W)

    def rise(of: sp.Expr) -> sp.Expr:
        return sp.diff(of, W) * along[0] + sp.diff(of, E) * along[1]

    return sp.factor(y**2 * rise(slope) / rise(y) - 2 * value)


def cavity_steps() -> tuple[Step, ...]:
    """The functional, its stationary point, and coexistence."""
    return (
        Step(
            "pulls and weights as one form",
            "kappa T_p^2 is max over h of h T_p - h^2/(4 kappa); at large P the random trilinear "
            "form has its cavity value, stationary in the squares and responses of its fields",
            sp.Symbol("s"),
            gained(),
            all_hold(
                checks.gained_claims,
                "its first powers of epsilon from definitions, and what "
                "the leading order leaves out, by the leading state",
            ),
            _LARGE,
        ),
        Step(
            "state to all powers of epsilon",
            "stationary in all five: rational in w = k - 1 and e = epsilon q^2",
            sp.Tuple(*STATE),
            sp.Tuple(*(surface()[name] for name in (Y, DISORDER, *STATE))),
            all_hold(checks.surface_claims, "fixed points by iteration"),
            _LARGE,
        ),
        Step(
            "coexistence to all powers of epsilon",
            "s = 0 and ds/dx = 0, as in the order before, by z = 1 - w",
            sp.Symbol("s"),
            sp.Tuple(*coexistence_to_all_powers()),
            all_hold(checks.coexistence_claims, "differences of s at fixed points"),
            _LARGE,
        ),
        Step(
            "spinodals to all powers of epsilon",
            "where ds/dx = 0 the curvature of s vanishes with a polynomial in w and e, cubic in e",
            sp.Symbol("x d^2s/dx^2"),
            bend_to_all_powers(),
            all_hold(checks.bend_claims, "differences of s at fixed points"),
            _LARGE,
        ),
    )


@cache
def to_all_powers() -> Derivation:
    """Coexistence and spinodals on one subset to all powers of epsilon."""
    names = ("coupling", "decay", "disorder")
    curve = dict(zip(names, coexistence_to_all_powers(), strict=True))
    results = {f"{name}_coexistence_to_all_powers": value for name, value in curve.items()}
    results["bend_to_all_powers"] = bend_to_all_powers()
    return Derivation("To all powers of the disorder", cavity_steps(), results)
