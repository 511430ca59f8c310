"""Independent routes to the escape of a block: exact Hessians, generators of rotations, angles."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

import sympy as sp
from sympy.polys.matrices import DomainMatrix

from binodal.derive.checks import Claims, ExactCases
from binodal.derive.step import Cases
from binodal.derive.symbols import N, P, gamma, sigma2, sigma_a2, u, x
from binodal.models.group.derivations.block_components import Components, generators
from binodal.models.group.derivations.blocks import (
    Field,
    basis,
    diagonal,
    hessian,
    mean_square_of_squares,
)
from binodal.models.group.derivations.escape import escape, largest_square
from binodal.models.group.derivations.saddles import beta, rows
from binodal.models.group.derivations.singular_values import (
    Q_X,
    Q_Y,
    STRENGTH,
    X1,
    X2,
    index,
    measure_one,
    measure_two,
    pulled,
)
from binodal.models.modular.derivations.barrier import x_min
from binodal.models.modular.derivations.saddles import SQUARE_POINTS, ring

R = sp.Rational
_LEVEL = sp.Symbol("level")
_SHAPES = (("real", 2), ("real", 3), ("complex", 2), ("quaternionic", 1))
_ROOTS = (R(4, 9), R(9, 4))
"""x of saddle and minimum, both squares of rationals."""
_HESSIANS = (
    (("real", 2), "schatten", 1, _ROOTS),
    (("real", 2), "frobenius", 0, (R(4, 9), R(25, 9))),
    (("real", 3), "schatten", 0, (R(4, 9), R(16, 9))),
    (("complex", 2), "frobenius", 1, _ROOTS),
    (("quaternionic", 1), "frobenius", 0, (R(4, 9), R(49, 16))),
)
"""Shape, decay, whether at the saddle or the minimum, and both places."""


def _sizes(kind: str, of_rows: int) -> dict[sp.Symbol, int]:
    return {beta: Field(kind).beta, rows: of_rows}


def _polynomial(entries: Sequence[Sequence[Any]]) -> sp.Poly:
    """The characteristic polynomial of a rational matrix."""
    own = [[sp.QQ(int(e.numerator), int(e.denominator)) for e in row] for row in entries]
    return sp.Poly(DomainMatrix(own, (len(own), len(own)), sp.QQ).charpoly(), _LEVEL)


def _point(kind: str, of_rows: int, near: sp.Rational, far: sp.Rational) -> dict[sp.Symbol, Any]:
    """u and gamma that have these two stationary places."""
    wells = {u: (near + far) / (2 * near * far), gamma: 1 / (near * far), x: near, x_min: far}
    return {**_sizes(kind, of_rows), **wells}


def _characteristic(decay: str, kind: str, point: dict[sp.Symbol, Any], *places: Any) -> sp.Poly:
    """Of the exact Hessian at these squares of singular values; gamma is that of own numbers."""
    often = Field(kind).twice
    values = [Fraction(str(sp.sqrt(place))) for place in places]
    values += [Fraction(0)] * (point[rows] - len(places))
    decays = point[gamma] / (often**2 if decay == "frobenius" else 1)
    matrix = hessian(decay, kind, values, *(Fraction(str(e)) for e in (decays, point[u])))
    return _polynomial([[e / often for e in row] for row in matrix])


def spectrum_claims(claim: sp.Tuple) -> Claims:
    """Rational eigenvalues of exact Hessians in all components, all of them different."""
    turned, plain, whole, down, up, *numbers = claim
    for shape, decay, which, roots in _HESSIANS:
        point = _point(*shape, *roots)
        place = roots[which]
        own, values = _characteristic(decay, shape[0], point, place), {**point, x: place}
        free = {"schatten": plain, "frobenius": whole}[decay]
        levels = [e.subs(values) for e in (down, up, sp.S.Zero, turned, free)]
        often = (1, 1, *(number.subs(values) for number in numbers))
        expected = {e: n for e, n in zip(levels, often, strict=True) if n != 0}
        yield (*shape, decay, place), sp.roots(own, filter="Q") == expected


def _sphere(components: int) -> sp.Expr:
    """Area of the unit sphere, from a Gaussian integral in polar coordinates."""
    return (2 * sp.pi) ** R(components, 2) / (
        2 ** (R(components, 2) - 1) * sp.gamma(R(components, 2))
    )


def area_cases(claim: sp.Expr) -> Cases:
    """U(n)^3 over what leaves W and V alone, by how far each generator moves them."""
    for kind, of_rows in (*_SHAPES, ("quaternionic", 2)):
        b, own = Field(kind).beta, list(generators(kind, of_rows))
        block = sp.Matrix(diagonal(kind, [1] + [0] * (of_rows - 1)))
        moved = [[*(m * block), *(0 * block)] for m, _ in own]
        moved += [[*(-block * m), *(m * block)] for m, _ in own]
        moved += [[*(0 * block), *(-block * m)] for m, _ in own]
        lengths = [length for _, length in own] * 3
        flat = sp.Matrix(moved)
        gram = (flat * flat.T * sp.diag(*lengths).inv() / b).tolist()
        stretched = next((abs(c) for c in reversed(_polynomial(gram).all_coeffs()) if c), 1)
        unitary = _sphere(sp.Integer(b * of_rows)) * sp.Integer(2) ** R(b * (of_rows - 1), 2)
        kept = _sphere(sp.Integer(b)) * sp.Integer(3) ** R(b - 1, 2)
        counted = unitary**3 / kept * sp.sqrt(stretched)
        yield (kind, of_rows), sp.N(claim.subs(_sizes(kind, of_rows)), 30), sp.N(counted, 30)
    yield "angles", claim.subs({beta: 1, rows: 2}), _by_angles()


def _by_angles(*values: sp.Expr) -> sp.Expr:
    """Real two rows: three angles, which may be turned by pi together; all places are alike."""
    angles = sp.symbols("p q t", real=True)
    turns = [sp.Matrix([[sp.cos(t), -sp.sin(t)], [sp.sin(t), sp.cos(t)]]) for t in angles]
    middle = sp.diag(*(values or (1, 0)))
    both = [one * middle * other.T for one, other in pairwise(turns)]
    there = dict(zip(angles, (sp.pi / 3, sp.pi / 4, sp.pi / 6), strict=True))
    jacobian = sp.Matrix([*both[0], *both[1]]).jacobian(angles).subs(there)
    return sp.sqrt((jacobian.T * jacobian).det()) * (2 * sp.pi) ** 3 / 2


def rate_cases(claim: sp.Tuple) -> Cases:
    """One row is one number; two real rows with the roots of exact Hessians, and angles."""
    for b, corner in product((1, 2, 4), SQUARE_POINTS[:2]):
        values = {u: corner[0], gamma: corner[1], STRENGTH: 3, beta: b}
        values |= {x: ring(-1).subs(values), x_min: ring(1).subs(values)}
        for own, well in zip(claim, ("zero", "ring") * 2, strict=True):
            number = escape().results[well].subs(values)
            yield (b, corner[0], well), sp.N(own.subs({rows: 1, **values}), 30), sp.N(number, 30)
    point = _point("real", 2, *_ROOTS)
    wells = {"zero": (2 * sp.pi) ** 4}
    for k, decay in enumerate(("schatten", "frobenius")):
        flux, wells["ring"] = (_weight(decay, point, point[name]) for name in (x, x_min))
        for own, weight in zip(claim[2 * k : 2 * k + 2], wells.values(), strict=True):
            rate = own.subs({**point, STRENGTH: 3})
            yield ("two real rows", decay), sp.N(rate, 30), sp.N(flux / weight, 30)


def _weight(decay: str, point: dict[sp.Symbol, Any], *places: Any) -> sp.Expr:
    """Of an orbit with its Gaussian widths at F = 3; with the flux of a direction that falls."""
    own = _characteristic(decay, "real", point, *places)
    levels = [e for e in sp.roots(own, multiple=True, filter="Q") if e != 0]
    values = [sp.sqrt(3 * place) for place in (*places, 0)[:2]]
    total = _by_angles(*values)
    for e in levels:
        total *= sp.sqrt(2 * sp.pi / e) if e > 0 else sp.sqrt(-e / (2 * sp.pi))
    return total


def rise_cases(claim: sp.Expr) -> Cases:
    """Four signs of the second value of real rows; what two values have in common for any kind."""
    point = {**_point("real", 2, *_ROOTS), STRENGTH: 3}
    flux = 4 * _weight("schatten", point, point[x_min], point[x])
    rate = flux / _weight("schatten", point, point[x_min])
    yield "two real rows", sp.N(claim.subs(point), 30), sp.N(rate, 30)
    repelled = sp.simplify(measure_two() / measure_one().subs(x, X1) / measure_one().subs(x, X2))
    bessel = pulled()[1].subs({Q_X: X1 - X2, Q_Y: X1 - X2}) ** (-index() - R(1, 2))
    both = repelled**2 * bessel
    for b in (1, 2, 4):
        values = {beta: b, X1: point[x_min], **point}
        apart = (both.subs(X2, x) / both.subs(X2, 0)).subs({**values, beta: b})
        number = escape().results["zero"].subs({**values, beta: b})
        yield b, sp.N(claim.subs({**values, beta: b}), 30), sp.N(number * apart, 30)


def order_cases(claim: sp.Tuple) -> Cases:
    """Polynomial in the components, at values of u x on either side of 1."""
    for kind, of_rows in _SHAPES:
        for k, (decay, place) in enumerate(
            product(("schatten", "frobenius"), ("saddle", "minimum"))
        ):
            pull = R(11, 16) if place == "saddle" else R(8, 5)
            values = {**_sizes(kind, of_rows), u: pull / 3, x: 3, STRENGTH: R(2, 3)}
            components = Components(decay, kind, of_rows, Fraction(str(pull)))
            yield (kind, of_rows, decay, place), claim[k].subs(values), components.order(place) / 2


def overlap_cases(claim: sp.Tuple) -> ExactCases:
    """Wick's theorem entry by entry for tr (W W^+)^2; one number by moments of a Gamma law."""
    for b in (1, 2, 4):
        numbers = {beta: b, rows: 1, STRENGTH: 2, u: 3}
        mean, grown, weight = (Fraction(str(c.subs(numbers))) for c in claim)
        yield (b, "mean"), mean, Fraction(b**2, 4)
        yield (b, "growth"), grown, Fraction(3, 2) * ((b + 2) ** 2 - b**2)
        yield (b, "weight"), weight, Fraction(3, 2) * b**2
    for kind, n in (("real", 2), ("real", 3), ("complex", 2)):
        b, own = Field(kind).beta, [sp.Matrix(m) for m in basis(kind, n)]
        mean = Fraction(sum(int((w * v).norm() ** 2) for w in own for v in own), b)
        entries, traces = b * n * n, mean_square_of_squares(kind, n)
        square = n * n * b * b * entries * (entries + 2) + 2 * n * b * traces
        numbers = {**_sizes(kind, n), STRENGTH: 1, u: 1}
        yield (kind, n, "mean"), Fraction(str(claim[0].subs(numbers))), mean
        yield (
            (kind, n, "growth"),
            Fraction(str(claim[1].subs(numbers))),
            Fraction(square) / mean - mean,
        )


def reach_claims(claim: sp.Expr) -> Claims:
    """One row; beta n as a whole; rotations by thirds and mirrors of rank one, in full."""
    yield "one row", sp.expand(claim.subs(rows, 1) - largest_square()) == 0
    yield "beta n", claim.subs({beta: 2, rows: 3}) == claim.subs({beta: 6, rows: 1})
    own = [3 * sp.cos(2 * sp.pi * k / 3) for k in range(3)] * 2
    total = sum((one + other) ** 4 for one in own for other in own)
    bound = claim.subs({beta: 1, rows: 2, P: 6, x: R(9, 4)})
    yield "S3", bool(bound / 4 < total < bound)


def reaction_cases(claim: sp.Expr) -> Cases:
    """The bound depends on beta n alone: that of a number with 2 and with 4 components."""
    point = {P: 6, u: R(4, 7), STRENGTH: 5, x: R(9, 4), N: 40, sigma2: R(2, 9), sigma_a2: R(3, 8)}
    number = escape().results["reaction"].subs(point)
    for b, n in ((1, 2), (2, 2), (1, 4), (4, 1)):
        yield (b, n), claim.subs({**point, beta: b, rows: n}), number.subs(beta, b * n)
