"""Overlaps of a single-index neuron with Hermite modes: <He_k(w*.x) phi(w.x)>, x ~ N(0, I_d).

r = |w|, m = w.w*/|w| with |w*| = 1, and c_k(r) = E[phi(r z) He_k(z)] with z ~ N(0, 1).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import sympy as sp
from sympy.simplify.simplify import hypersimp

from binodal.derive.derivation import Derivation
from binodal.derive.gaussian.activations import Activation, activation
from binodal.derive.gaussian.closed_forms import ClosedForm, j, r
from binodal.derive.gaussian.grammar import z
from binodal.derive.gaussian.overlap_checks import exact_overlap, hermite, mean, moment, quadrature
from binodal.derive.gaussian.pieces import polynomial_part
from binodal.derive.step import Cases, Step, both, close_on, equal_on

m = sp.Symbol("m", real=True)
"""The cosine between w and w*."""

k = sp.Symbol("k", integer=True, nonnegative=True)
c = sp.Function("c")
"""c(k, r) stands for c_k(r)."""

_MODES = 7
_POINTS = (sp.Rational(3, 7), sp.Rational(8, 5))


def correlated_mode() -> sp.Expr:
    """m^k c_k(r): with w*.x = m z + sqrt(1 - m^2) y the average over y leaves m^k He_k(z).

    The generating function exp(u w*.x - u^2/2) averages to exp(u m z - (u m)^2/2).
    """
    u, y = sp.symbols("u y", real=True)
    exponent = u * (m * z + sp.sqrt(1 - m**2) * y) - u**2 / 2
    of_y = sp.diff(exponent, y)
    averaged = sp.expand(exponent.subs(y, 0) + of_y**2 / 2)
    scaled = sp.Symbol("v")
    if averaged.subs(u, scaled / m).expand() != (scaled * z - scaled**2 / 2).expand():
        raise ValueError(f"the average {averaged} is no generating function of He_k")
    return m**k * c(k, r)


def ladder() -> sp.Expr:
    """r c_k' = c_{k+2} + k c_k: z d/dz moves from phi(r z) to He_k by parts against the Gaussian.

    (z - d/dz)(z He_k) with z He_k = He_{k+1} + k He_{k-1} and (z - d/dz) He_n = He_{n+1}.
    """
    lifted = {k + 1: sp.Integer(1), k - 1: k}
    raised = {order + 1: weight for order, weight in lifted.items()}
    return sp.Add(*(weight * c(order, r) for order, weight in raised.items()))


def _put(claim: sp.Expr, order: int, value: Callable[[int], sp.Expr]) -> sp.Expr:
    """A claim about c_k with explicit overlaps, given as functions of r."""
    return claim.subs(k, order).replace(c, lambda index, at: value(int(index)).subs(r, at))


def _mehler_cases(claim: sp.Expr) -> Cases:
    """The average over y of the polynomials themselves, from moments; He_k(r z) stands for c_k."""
    y = sp.Symbol("y", real=True)
    for order in range(_MODES):
        whole = sp.expand(hermite(order).subs(z, m * r * z + sp.sqrt(1 - m**2) * y))
        averaged = sum(a * moment(p) for (p,), a in sp.Poly(whole, y).terms())
        claimed = _put(claim, order, lambda index: hermite(index).subs(z, r * z))
        yield f"k = {order}", claimed, averaged


def _stein_cases(claim: sp.Expr) -> Cases:
    """Exact moments in d = 2 for phi = z^5 + z^4; k times Stein: c_k = r^k <phi^(k)(r z)>."""
    x, y = sp.symbols("x y", real=True)
    w, teacher = (sp.Rational(4, 7), sp.Rational(3, 7)), (sp.Rational(5, 13), sp.Rational(-12, 13))
    norm = sp.Rational(5, 7)
    cosine = sum(a * b for a, b in zip(w, teacher, strict=True)) / norm
    phi = z**5 + z**4
    for order in range(6):
        field = hermite(order).subs(z, teacher[0] * x + teacher[1] * y)
        whole = sp.Poly(sp.expand(field * phi.subs(z, w[0] * x + w[1] * y)), x, y)
        direct = sum(a * moment(p) * moment(q) for (p, q), a in whole.terms())
        stein = _put(claim, order, lambda n: r**n * mean(sp.diff(phi, z, n).subs(z, r * z)))
        yield f"k = {order}", direct, stein.subs({m: cosine, r: norm})


def _ladder_cases(claim: sp.Expr) -> Cases:
    """Powers, and functions with a kink or a jump, by exact integrals on half lines."""
    for phi in (z**3, z**4 - z, sp.Abs(z), sp.sign(z), sp.Max(z, 0) ** 2):
        for order in range(_MODES - 2):
            slope = r * sp.diff(exact_overlap(phi, order), r)
            claimed = _put(claim, order, partial(exact_overlap, phi))
            yield f"phi = {phi}, k = {order}", slope, claimed


@cache
def modes() -> Derivation:
    """<He_k(w*.x) phi(w.x)> = m^k c_k(r) and the ladder of c_k, for any activation."""
    field = sp.Function("He_k")(sp.Symbol("w*.x")) * sp.Function("phi")(sp.Symbol("w.x"))
    overlap, slope = correlated_mode(), ladder()
    steps = (
        Step(
            "overlap with a mode",
            "w*.x = m z + sqrt(1 - m^2) y with y independent of z = w.x/r; the generating function "
            "of He_k, averaged over y, leaves m^k He_k(z)",
            field,
            overlap,
            both(
                equal_on(_mehler_cases, "the polynomials averaged over y by moments, k = 0..6"),
                equal_on(_stein_cases, "Stein's identity k times, and exact moments in d = 2"),
            ),
        ),
        Step(
            "ladder of overlaps",
            "r d/dr phi(r z) = z d/dz phi(r z), integrated by parts against the Gaussian: no "
            "derivative of phi is needed, so kinks and jumps are covered",
            r * sp.Derivative(c(k, r), r),
            slope,
            equal_on(_ladder_cases, "exact half-line integrals of powers, |z|, sign and relu^2"),
        ),
    )
    results = {"overlap": overlap, "ladder": slope}
    return Derivation("Overlaps of a single-index neuron", steps, results)


def _closed_forms(claim: sp.Basic) -> ClosedForm:
    even, odd, *polynomial = claim.args
    return ClosedForm(even, odd, tuple(polynomial))


def _ladder_of(claim: sp.Basic) -> Cases:
    """The ladder divided by c_k in symbolic j; order by order for a sum of several such terms."""
    form = _closed_forms(claim)
    for parity, value in enumerate((form.even, form.odd)):
        ratio = hypersimp(value, j) if value != 0 else None
        if ratio is not None:
            slope = r * sp.diff(sp.expand_log(sp.log(value), force=True), r)
            yield f"parity {parity}", slope, ratio + 2 * j + parity
            continue
        for order in range(parity, _MODES, 2):
            above = form.order(order + 2) + order * form.order(order)
            yield f"k = {order}", r * sp.diff(form.order(order), r), above


def _quadrature_cases(claim: sp.Basic, phi: sp.Expr) -> Cases:
    form = _closed_forms(claim)
    for scale in _POINTS:
        for order, value in enumerate(quadrature(phi, scale, _MODES)):
            yield f"k = {order}, r = {scale}", form.order(order).subs(r, scale), value


def _learnable_cases(claim: sp.Basic, phi: sp.Expr) -> Cases:
    """Overlaps beyond a degree are zero by quadrature, and up to it, or to any order, not all."""
    values = quadrature(phi, _POINTS[1], _MODES)
    for parity, degree in enumerate(claim.args):
        orders = range(parity, _MODES, 2)
        zeros = [order for order in orders if abs(values[order]) < sp.Float("1e-12")]
        beyond = [order for order in orders if order > degree]
        yield f"parity {parity}", sp.Integer(len(zeros)), sp.Integer(len(beyond))
        if degree not in (-1, sp.oo, *orders):
            yield f"degree of parity {parity}", degree, sp.Integer(-1)


def closed_form_step(of: Activation, form: ClosedForm) -> Step:
    """c_{2j}, c_{2j+1} and the coefficients of the polynomial beside them."""
    return Step(
        f"overlaps of {of.name}",
        "terms z^p F(z): Gaussians, and erf as their integral, by smoothing; sign as the limit of "
        "steep erfs; waves by characters; powers by moments; a factor z by He_{k+1} + k He_{k-1}",
        of.phi,
        sp.Tuple(form.even, form.odd, *form.polynomial),
        both(
            equal_on(_ladder_of, "the ladder, in symbolic order"),
            close_on(
                lambda claim: _quadrature_cases(claim, of.phi),
                "quadrature between the corners at two generic r, k = 0..6",
            ),
        ),
    )


def learnable_step(of: Activation) -> Step:
    """The degree beyond which overlaps of each parity vanish identically; oo where none does.

    If c_k = 0 for every r, the ladder makes all higher ones of its parity vanish, so that this
    part of phi has finitely many Hermite coefficients: a polynomial. The converse is orthogonality.
    """
    degrees = [polynomial_part(of.phi, odd) for odd in (0, 1)]
    claim = sp.Tuple(*(sp.oo if d is None else sp.Integer(d) for d in degrees))
    return Step(
        f"modes that {of.name} can learn",
        "c_k = 0 for every r if and only if the part of phi of k's parity is a polynomial of a "
        "smaller degree, by the ladder and orthogonality",
        of.phi,
        claim,
        equal_on(lambda value: _learnable_cases(value, of.phi), "zeros among quadratures, k < 7"),
    )


@cache
def overlaps(text: str = "erf") -> Derivation:
    """Overlaps of one activation: for all modes, with closed forms where they are known.

    Results ``overlap``, ``ladder``, and for closed forms ``even`` and ``odd`` (c_{2j} and c_{2j+1}
    beside those of a polynomial). Raises :class:`ExpressionError` for what is no activation.
    """
    of = activation(text)
    form = of.closed_form
    steps = (
        [learnable_step(of)] if form is None else [closed_form_step(of, form), learnable_step(of)]
    )
    results = {} if form is None else {"even": form.even, "odd": form.odd}
    own = Derivation(f"Overlaps of {of.name}", tuple(steps), results)
    return modes().then(own)
