"""The path of interpolators that slow decay leads along, and where it begins and ends.

Once the residuals are gone, the weights are those w(A, phi) whose eta lie in the row space of the
data, eta = X^T rho, and that interpolate, X w = y. That is stationarity of the convex function
sum_i Phi(A, eta_i) - y.rho: one interpolator for every A.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, close_on
from binodal.models.diagonal_linear.derivations.flow import difference, flow
from binodal.models.diagonal_linear.derivations.symbols import (
    DEGREES,
    ETA,
    PHI,
    SCALE,
    TWO,
    L,
    U,
    V,
)

_AT = {SCALE: sp.Rational(6, 7), PHI: sp.Rational(2, 11)}
_TINY = sp.Rational(1, 10**40)


def _predictor_of_eta(degree: sp.Expr, eta: sp.Expr) -> sp.Expr:
    """u^L - v^L from the trajectory in eta."""
    of = flow().results
    u, v = ("u_2", "v_2") if degree == TWO else ("u", "v")
    return (of[u] ** L - of[v] ** L).subs({L: degree, ETA: eta})


def _eta(degree: sp.Expr, phi: sp.Expr) -> sp.Expr:
    return phi if degree == TWO else flow().results["eta"].subs(L, degree).subs(PHI, phi)


def _gain() -> sp.Tuple:
    """dw/d(eta) as a function of phi; at L = 2; and what makes of it the tangent kernel."""
    both = sp.cosh((L - 2) * PHI) ** ((2 * L - 2) / (L - 2))
    general = 2 * L * SCALE**L * both * sp.cosh((2 * L - 2) * PHI)
    return sp.Tuple(general, 4 * SCALE**2 * sp.cosh(2 * PHI), L * SCALE ** (L - 2))


def _gain_cases(claim: sp.Tuple) -> Cases:
    for degree in (TWO, *DEGREES):
        point = {**_AT, L: degree}
        gain = claim[1] if degree == TWO else claim[0]
        slope = difference(_predictor_of_eta(degree, ETA).subs(_AT), ETA, _eta(degree, _AT[PHI]))
        yield ("gain", degree), gain.subs(point), slope
        u, v = flow().results["u_by_ratio"], flow().results["v_by_ratio"]
        if degree != TWO:
            squares = sp.diff(U**L, U) ** 2 + sp.diff(V**L, V) ** 2
            tangent = squares.subs({U: u, V: v}).subs(point)
            yield ("tangent kernel", degree), (claim[2] * gain).subs(point), tangent


def _potential() -> sp.Tuple:
    """Phi as a function of phi, and at L = 2."""
    both = sp.cosh((L - 2) * PHI) ** (2 / (L - 2))
    general = SCALE**L * (both * sp.cosh(2 * PHI) - 1)
    return sp.Tuple(general, SCALE**2 * (sp.cosh(2 * PHI) - 1))


def _potential_cases(claim: sp.Tuple) -> Cases:
    for degree in (TWO, *DEGREES):
        point = {**_AT, L: degree}
        of = claim[1] if degree == TWO else claim[0]
        by_phi = difference(of.subs({L: degree, SCALE: _AT[SCALE]}), PHI, point[PHI])
        eta_by_phi = difference(_eta(degree, PHI), PHI, point[PHI])
        w = _predictor_of_eta(degree, _eta(degree, point[PHI])).subs(point)
        yield ("slope", degree), by_phi / eta_by_phi, w
        yield ("zero", degree), of.subs({**point, PHI: 0}), sp.Integer(0)


def _inverse(degree: sp.Expr, w: sp.Expr, scale: sp.Expr) -> sp.Expr:
    """eta where the predictor is w > 0: from phi, which Newton's method finds in the logarithm."""
    of = flow().results["predictor_2" if degree == TWO else "predictor"]
    log_w = sp.log(of.subs({L: degree, SCALE: scale}))
    start = sp.N(sp.log(w / scale**degree) / (2 * degree))
    phi = sp.nsolve(log_w - sp.log(w), PHI, start, prec=60)
    return _eta(degree, phi)


def _ends() -> sp.Tuple:
    """w/(A^L eta) for large A; for small A and w > 0 eta/log(1/A) at L = 2, and eta above."""
    return sp.Tuple(2 * L, sp.Integer(1), 1 / (L - 2))


def _ends_cases(claim: sp.Tuple) -> Cases:
    for degree in (TWO, *DEGREES):
        near = _predictor_of_eta(degree, _TINY).subs(SCALE, 1)
        yield ("large", degree), claim[0].subs(L, degree), sp.N(near, 90) / _TINY
    for w in (sp.Rational(5, 3), sp.Rational(1, 4)):
        first, second = (_inverse(TWO, w, sp.Integer(10) ** -k) for k in (20, 30))
        yield ("small", TWO, w), claim[1], (second - first) / (10 * sp.log(10))
        for degree in DEGREES:
            root = _inverse(degree, w, sp.Integer(10) ** -20)
            yield ("small", degree, w), claim[2].subs(L, degree), root


@cache
def path() -> Derivation:
    """The predictors at fixed A: least squares at first, least absolute values at last.

    >>> path().results["early"]
    2*L
    """
    gain, potential, ends = _gain(), _potential(), _ends()
    steps = (
        Step(
            "gain",
            "differentiate w in eta; the tangent kernel |dw/du|^2 + |dw/dv|^2 is its multiple",
            sp.Tuple(flow().results["predictor"], flow().results["predictor_2"]),
            gain,
            close_on(_gain_cases, "central differences of u^L - v^L, and squares of its slopes"),
        ),
        Step(
            "potential",
            "integrate w over eta: A^(L-2) times half of what |u|^2 + |v|^2 exceeds 2 A^2 by",
            gain,
            potential,
            close_on(_potential_cases, "central differences in phi"),
        ),
        Step(
            "ends of the path",
            "A to infinity: w is 2 L A^L X^T rho, the interpolator of least sum of squares. A to "
            "zero: eta tends to its largest size where w is not zero, log(1/A) or 1/(L-2), so that "
            "signs of w are in the row space: least sum of absolute values, for every L",
            potential,
            ends,
            close_on(_ends_cases, "u^L - v^L at eta 1e-40; Newton's method at A = 1e-20 and 1e-30"),
        ),
    )
    return flow().then(
        Derivation(
            "The path of interpolators",
            steps,
            {
                "gain": gain[0],
                "gain_2": gain[1],
                "tangent": gain[2],
                "potential": potential[0],
                "potential_2": potential[1],
                "early": ends[0],
                "late_2": ends[1],
                "late": ends[2],
            },
        )
    )
