"""Overlaps of neurons with a large norm, where phi is two straight lines up to a distance chi.

With phi = s z + a on each half line, up to chi, and g the Gaussian density,

    c_k(r) = g_k r + h_k + E_k(r)/r,   E_k(r) = int chi(x) (He_k g)(x/r) dx,

and E_k changes with 1/r no faster than int |x chi| dx times the largest |He_{k+1} g|.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.gaussian.closed_forms import r
from binodal.derive.gaussian.grammar import z
from binodal.derive.gaussian.overlap_checks import exact_overlap, hermite
from binodal.derive.step import Cases, Step, both, close_on, equal_on

minus, plus = sp.symbols("a_minus a_plus", real=True)
"""The constants of the straight lines."""

moment = sp.Symbol("chi_1", nonnegative=True)
"""A bound of int |x chi(x)| dx."""

_x, _s = sp.symbols("x s", positive=True)
_ORDERS = range(5)


def density(place: sp.Expr) -> sp.Expr:
    """g, the Gaussian density."""
    return sp.exp(-(place**2) / 2) / sp.sqrt(2 * sp.pi)


def constant(k: int) -> sp.Expr:
    """h_k: -He_{k-1} g is an integral of He_k g."""
    if k == 0:
        return (plus + minus) / 2
    return (plus - minus) * hermite(k - 1).subs(z, 0) * density(sp.S.Zero)


def turning(k: int) -> sp.Expr:
    """What x adds to dE_k/d(1/r), s = 1/r: (He_k g)' = -He_{k+1} g."""
    return -_x * hermite(k + 1).subs(z, _x * _s) * density(_x * _s)


def peak(k: int) -> sp.Expr:
    """|He_k g| is at most this: by its Fourier integral, int |t|^k exp(-t^2/2) dt/(2 pi)."""
    return sp.simplify(2 ** (sp.Rational(k + 1, 2)) * sp.gamma(sp.Rational(k + 1, 2)) / (2 * sp.pi))


def spread(k: int) -> sp.Expr:
    """|E_k(r) - E_k(R)| <= spread |1/r - 1/R|."""
    return moment * peak(k + 1)


def _constant_cases(claim: sp.Tuple) -> Cases:
    """Exact integrals on half lines of 1 and of a jump."""
    for k, value in zip(_ORDERS, claim, strict=True):
        level, jump = (exact_overlap(phi, k) for phi in (sp.S.One, sp.sign(z)))
        direct = (plus + minus) / 2 * level + (plus - minus) / 2 * jump
        yield f"k = {k}", sp.expand(value), sp.expand(direct)


def _turning_cases(claim: sp.Tuple) -> Cases:
    """chi = 1 for 0 < x < 1, where E_k is known exactly: as He_k g is, by -He_{k-1} g."""
    strength = sp.Rational(9, 7)
    for k, integrand in zip(_ORDERS, claim, strict=True):
        first = sp.erf(_s / sp.sqrt(2)) / 2
        inner = hermite(k - 1) * density(z) if k else sp.S.Zero
        whole = (first if k == 0 else inner.subs(z, 0) - inner.subs(z, _s)) / _s
        total = sp.Integral(integrand.subs(_s, strength), (_x, 0, 1)).evalf(18)
        yield f"k = {k}", total, sp.N(sp.diff(whole, _s).subs(_s, strength), 18)


def _moment_cases(claim: sp.Tuple) -> Cases:
    for k, value in zip(_ORDERS, claim, strict=True):
        size = sp.Integral(_x**k * sp.exp(-(_x**2) / 2), (_x, 0, sp.oo)).evalf(25)
        yield f"k = {k}", sp.N(value, 25), size / sp.pi.evalf(25)


def _peak_claims(claim: sp.Tuple) -> Claims:
    """Never above on a grid, and met at zero for even k."""
    for k, value in zip(_ORDERS, claim, strict=True):
        bound, shape = float(value), sp.lambdify(z, hermite(k) * density(z), "math")
        sizes = [abs(shape(i / 64)) for i in range(400)]
        yield (k, "bound"), max(sizes) <= bound * (1 + 1e-12)
        yield (k, "met"), k % 2 == 1 or abs(sizes[0] - bound) < 1e-12


@cache
def far() -> Derivation:
    """Overlaps at large norms, k = 0..4.

    Results: ``constant_k``, h_k; ``turning_k``, the integrand of dE_k/d(1/r) over chi; ``peak_k``.
    Source: derived here.
    """
    constants, turns = [constant(k) for k in _ORDERS], [turning(k) for k in _ORDERS]
    peaks = [peak(k) for k in _ORDERS]
    chi, density_of = sp.Function("chi"), sp.Function("He_k g")
    steps = (
        Step(
            "constants of the straight lines",
            "c_k of a_- for z < 0 and a_+ for z > 0",
            sp.Function("c_k")(r),
            sp.Tuple(*constants),
            equal_on(_constant_cases, "exact half-line integrals of a jump"),
        ),
        Step(
            "what is left at a large norm",
            "z = x/r in E[chi(r z) He_k(z)], differentiated by s = 1/r under the integral",
            sp.Integral(chi(_x) * density_of(_x * _s), _x),
            sp.Tuple(*turns),
            close_on(_turning_cases, "E_k of a step, known exactly, differentiated", 12),
        ),
        Step(
            "largest He_k g",
            "He_k g is the Fourier integral of (i t)^k exp(-t^2/2)/(2 pi)",
            density_of(_x),
            sp.Tuple(*peaks),
            both(
                close_on(_moment_cases, "absolute moments by quadrature", 20),
                all_hold(_peak_claims, "He_k g on a grid"),
            ),
        ),
    )
    results = {f"constant_{k}": value for k, value in zip(_ORDERS, constants, strict=True)}
    results |= {f"turning_{k}": value for k, value in zip(_ORDERS, turns, strict=True)}
    results |= {f"peak_{k}": value for k, value in zip(_ORDERS, peaks, strict=True)}
    return Derivation("Overlaps of a single-index neuron of large norm", steps, results)
