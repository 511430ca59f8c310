"""Escape of a block of several rows out of zero: Eyring-Kramers over its saddles of rank one.

By von Neumann's inequality S is at least the sum over aligned pairs of singular values, none of
which is negative before one of them is at the barrier: the pass is that of one value alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

import sympy as sp
from sympy.polys.matrices import DomainMatrix

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, ExactCases, all_hold, exact_on
from binodal.derive.derivation import Derivation
from binodal.derive.reaction import OUTPUTS, PULL, SHARE, reaction, share_bound
from binodal.derive.step import Cases, Step, close_on
from binodal.derive.symbols import N, P, gamma, sigma2, sigma_a2, u, x
from binodal.models.group.derivations.blocks import (
    Field,
    basis,
    diagonal,
    hessian,
    mean_square_of_squares,
)
from binodal.models.group.derivations.escape import escape, largest_square
from binodal.models.group.derivations.saddles import beta, count, manifold_dimension, rows, saddles
from binodal.models.group.derivations.singular_values import STRENGTH
from binodal.models.modular.derivations.barrier import eigenvalues
from binodal.models.modular.derivations.saddles import SQUARE_POINTS, ring

R = sp.Rational
TURNED = 4 * u * x
"""Eigenvalue where W ends in another direction than that in which V begins."""
_LEVEL = sp.Symbol("level")
_KINDS = (("real", 2), ("real", 3), ("complex", 2), ("quaternionic", 1))


def multiplicities() -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    """Of 0, of that eigenvalue and of 1; the two of a single number come once each."""
    zero = sp.expand(manifold_dimension().subs(count, 1))
    return zero, beta * (rows - 1), 2 * beta * (rows - 1) ** 2


def sphere(components: sp.Expr) -> sp.Expr:
    """Area of the unit sphere in so many dimensions."""
    return 2 * sp.pi ** (components / 2) / sp.gamma(components / 2)


def area() -> sp.Expr:
    """Of all a b^+, b c^+: b moves both matrices, and a number of length 1 may turn a, b, c."""
    frames = sphere(beta * rows) ** 3 / sphere(beta)
    return frames * 2 ** (beta * (rows - 1) / 2)


def prefactor() -> sp.Expr:
    """A in the rate A exp(-F s(x_-)) out of zero, in coordinates sqrt(F) W of unit mobility."""
    zero, across, ones = multiplicities()
    down, up = eigenvalues()
    flux = area() * (STRENGTH * x) ** (zero / 2) * sp.sqrt(-down / up) * TURNED ** (-across / 2)
    gaussians = (2 * sp.pi) ** ((across + ones) / 2 - beta * rows**2)
    whole = sp.expand_power_base(flux * gaussians, force=True)
    merged = sp.powsimp(whole, force=True)
    return merged.replace(sp.Pow, lambda base, power: base ** sp.expand(power))


def zero_overlap() -> tuple[sp.Expr, sp.Expr]:
    """<|W V|^2> of free components, and its relative growth with the pull to first order."""
    entries = beta * rows**2
    mean = beta**2 * rows**3
    of_squares = beta * rows**2 * (2 * beta * rows + 2 - beta)
    square = rows**2 * beta**2 * entries * (entries + 2) + 2 * rows * beta * of_squares
    return mean / STRENGTH**2, sp.expand(sp.cancel(square / mean - mean)) * u / STRENGTH


def next_order() -> sp.Expr:
    """By how much the weight of zero is above that of its Gaussian, relative: F u <|W V|^2>."""
    return STRENGTH * u * zero_overlap()[0]


def _square() -> sp.Expr:
    """That of a number, with beta n sqrt(x) for the largest trace."""
    return largest_square().subs(beta, beta * rows)


def largest_reaction() -> sp.Expr:
    """The most that the network's reaction adds to S at rank one."""
    share = share_bound(_square(), sigma_a2 / N, sigma2)
    return reaction().subs({OUTPUTS: P, SHARE: share, PULL: STRENGTH * u * x**2})


def _sizes(kind: str, of_rows: int) -> dict[sp.Symbol, int]:
    return {beta: Field(kind).beta, rows: of_rows}


def _polynomial(entries: Sequence[Sequence[Any]]) -> sp.Poly:
    """The characteristic polynomial of a rational matrix."""
    own = [[sp.QQ(int(e.numerator), int(e.denominator)) for e in row] for row in entries]
    return sp.Poly(DomainMatrix(own, (len(own), len(own)), sp.QQ).charpoly(), _LEVEL)


def _at_saddle(kind: str, of_rows: int, at_u: sp.Rational) -> tuple[dict[sp.Symbol, Any], sp.Poly]:
    """A rational saddle of rank one, and the polynomial of the exact Hessian there."""
    place = R(4, 9)
    point = {**_sizes(kind, of_rows), x: place, u: at_u, gamma: (2 * at_u * place - 1) / place**2}
    values = [Fraction(2, 3), *[Fraction(0)] * (of_rows - 1)]
    found = hessian("schatten", kind, values, *(Fraction(str(point[s])) for s in (gamma, u)))
    often = Field(kind).twice
    return point, _polynomial([[e / often for e in row] for row in found])


def _spectrum_claims(claim: sp.Tuple) -> Claims:
    """Rational eigenvalues of exact Hessians in all components, all of them different."""
    across, down, up, *numbers = claim
    for shape, at_u in zip(_KINDS, (R(3, 2), R(8, 5), R(5, 4), R(7, 5)), strict=True):
        point, own = _at_saddle(*shape, at_u)
        levels = (*(e.subs(point) for e in (down, up)), 0, across.subs(point), 1)
        often = (1, 1, *(number.subs(point) for number in numbers))
        expected = {e: n for e, n in zip(levels, often, strict=True) if n != 0}
        yield shape, sp.roots(own, filter="Q") == expected


def _generators(kind: str, of_rows: int) -> Iterator[tuple[sp.Matrix, int]]:
    """Anti-Hermitian matrices of U(n) over these numbers, with their squared lengths."""
    size = Field(kind).beta
    for k, one in enumerate(sp.Matrix(m) for m in basis(kind, of_rows)):
        i, j = divmod(k // size, of_rows)
        if i == j and -one == one.T:
            yield one, 1
        elif i < j:
            yield one - one.T, 2


def _area_cases(claim: sp.Expr) -> Cases:
    """U(n)^3 over what leaves W and V alone, by how far each generator moves them."""
    for kind, of_rows in (*_KINDS, ("quaternionic", 2)):
        b, own = Field(kind).beta, list(_generators(kind, of_rows))
        at = sp.Matrix(diagonal(kind, [1] + [0] * (of_rows - 1)))
        moved = [[*(m * at), *(0 * at)] for m, _ in own]
        moved += [[*(-at * m), *(m * at)] for m, _ in own]
        moved += [[*(0 * at), *(-at * m)] for m, _ in own]
        lengths = [length for _, length in own] * 3
        flat = sp.Matrix(moved)
        gram = (flat * flat.T * sp.diag(*lengths).inv() / b).tolist()
        stretched = next((abs(c) for c in reversed(_polynomial(gram).all_coeffs()) if c), 1)
        unitary = sphere(sp.Integer(b * of_rows)) * sp.Integer(2) ** R(b * (of_rows - 1), 2)
        kept = sphere(sp.Integer(b)) * sp.Integer(3) ** R(b - 1, 2)
        counted = unitary**3 / kept * sp.sqrt(stretched)
        yield (kind, of_rows), sp.N(claim.subs(_sizes(kind, of_rows)), 30), sp.N(counted, 30)
    yield "angles", claim.subs({beta: 1, rows: 2}), _by_angles()


def _by_angles() -> sp.Expr:
    """Real two rows: three angles, which may be turned by pi together; all places are alike."""
    angles = sp.symbols("p q t", real=True)
    first, second, third = (sp.Matrix([sp.cos(t), sp.sin(t)]) for t in angles)
    both = sp.Matrix([*(first * second.T), *(second * third.T)])
    there = dict(zip(angles, (sp.pi / 3, sp.pi / 4, sp.pi / 6), strict=True))
    jacobian = both.jacobian(angles).subs(there)
    return sp.sqrt((jacobian.T * jacobian).det()) * (2 * sp.pi) ** 3 / 2


def _prefactor_cases(claim: sp.Expr) -> Cases:
    """One row is one number; two real rows with the roots of the exact Hessian, and angles."""
    for b, at in ((b, point) for b in (1, 2, 4) for point in SQUARE_POINTS[:2]):
        values = {u: at[0], gamma: at[1], STRENGTH: 3, beta: b}
        values[x] = ring(-1).subs(values)
        number = escape().results["zero"].subs(values)
        yield (b, at[0]), sp.N(claim.subs({rows: 1, **values}), 30), sp.N(number, 30)
    point, polynomial = _at_saddle("real", 2, R(3, 2))
    spectrum = [e for e in sp.roots(polynomial, multiple=True, filter="Q") if e != 0]
    (down,) = (e for e in spectrum if e < 0)
    radius = sp.sqrt(3 * point[x])
    crossing = _by_angles() * radius ** (8 - len(spectrum)) * sp.sqrt(-down / (2 * sp.pi))
    crossing *= sp.Mul(*(sp.sqrt(2 * sp.pi / e) for e in spectrum if e > 0))
    rate = claim.subs({**point, STRENGTH: 3})
    yield "two real rows", sp.N(rate, 30), sp.N(crossing / (2 * sp.pi) ** 4, 30)


def _overlap_cases(claim: sp.Tuple) -> ExactCases:
    """Wick's theorem entry by entry for tr (W W^+)^2; one number by moments of a Gamma law."""
    for b in (1, 2, 4):
        at = {beta: b, rows: 1, STRENGTH: 2, u: 3}
        mean, grown, weight = (Fraction(str(c.subs(at))) for c in claim)
        yield (b, "mean"), mean, Fraction(b**2, 4)
        yield (b, "growth"), grown, Fraction(3, 2) * ((b + 2) ** 2 - b**2)
        yield (b, "weight"), weight, Fraction(3, 2) * b**2
    for kind, n in (("real", 2), ("real", 3), ("complex", 2)):
        b, own = Field(kind).beta, [sp.Matrix(m) for m in basis(kind, n)]
        mean = Fraction(sum(int((w * v).norm() ** 2) for w in own for v in own), b)
        entries, traces = b * n * n, mean_square_of_squares(kind, n)
        square = n * n * b * b * entries * (entries + 2) + 2 * n * b * traces
        at = {**_sizes(kind, n), STRENGTH: 1, u: 1}
        yield (kind, n, "mean"), Fraction(str(claim[0].subs(at))), mean
        yield (kind, n, "growth"), Fraction(str(claim[1].subs(at))), Fraction(square) / mean - mean


def _reach_claims(claim: sp.Expr) -> Claims:
    """One row; beta n as a whole; rotations by thirds and mirrors of rank one, in full."""
    yield "one row", sp.expand(claim.subs(rows, 1) - largest_square()) == 0
    yield "beta n", claim.subs({beta: 2, rows: 3}) == claim.subs({beta: 6, rows: 1})
    own = [3 * sp.cos(2 * sp.pi * k / 3) for k in range(3)] * 2
    total = sum((one + other) ** 4 for one in own for other in own)
    bound = claim.subs({beta: 1, rows: 2, P: 6, x: R(9, 4)})
    yield "S3", bool(bound / 4 < total < bound)


def _reaction_cases(claim: sp.Expr) -> Cases:
    """The bound depends on beta n alone: that of a number with 2 and with 4 components."""
    point = {P: 6, u: R(4, 7), STRENGTH: 5, x: R(9, 4), N: 40, sigma2: R(2, 9), sigma_a2: R(3, 8)}
    number = escape().results["reaction"].subs(point)
    for b, n in ((1, 2), (2, 2), (1, 4), (4, 1)):
        yield (b, n), claim.subs({**point, beta: b, rows: n}), number.subs(beta, b * n)


def _spectrum() -> sp.Tuple:
    return sp.Tuple(TURNED, *eigenvalues(), *multiplicities())


def _steps() -> tuple[Step, ...]:
    """The saddles, their area, and the rate over them."""
    return (
        Step(
            "Hessian at rank one",
            "the single number has its two eigenvalues and its turns; the rest of the column of W "
            "and of the row of V turn with the frames; where W ends and V begins they turn "
            "together or part, at 4 u x; all other components are the prior's",
            sp.Symbol("Hessian"),
            _spectrum(),
            all_hold(_spectrum_claims, "exact Hessians in all components of W and V"),
        ),
        Step(
            "area of the saddles",
            "a, b, c in a b^+ and b c^+ are unit vectors; b moves both matrices",
            sp.Symbol("a b^+, b c^+"),
            area(),
            close_on(_area_cases, "U(n)^3 by its generators; two real rows by angles"),
        ),
        Step(
            "rate out of zero",
            "the flux over those saddles by the Gaussian weight of all components at zero",
            sp.Tuple(_spectrum(), area()),
            prefactor(),
            close_on(_prefactor_cases, "one row: a number; two real rows: Hessian and angles"),
            (Assumption.LARGE_P,),
        ),
    )


@cache
def block_escape() -> Derivation:
    """Escape of a block of any number of rows out of zero, under ``schatten``.

    Results: ``zero``, prefactor of the rate, ``overlap``, the mean |W V|^2 at zero, ``growth``, how
    the pull adds to it, ``next_order`` of the weight of zero, and ``reaction``. Source: derived
    here.
    """
    mean, growth = zero_overlap()
    steps = (
        saddles().step_of("x_minus"),
        saddles().step_of("index_barrier"),
        *_steps(),
        Step(
            "overlap at zero",
            "all components are free; the pull adds its variance, by powers of u/F",
            sp.Symbol("|W V|^2"),
            sp.Tuple(mean, growth, next_order()),
            exact_on(_overlap_cases, "moments of numbers; tr (W W^+)^2 by Wick's theorem"),
            (Assumption.LARGE_P,),
        ),
        Step(
            "largest sum over pairs at rank one",
            "the trace of rank one is at most its singular value: beta n in place of beta",
            largest_square(),
            _square(),
            all_hold(_reach_claims, "the sum in full for rotations by thirds"),
            (Assumption.COMPLETE_DATA,),
        ),
        Step(
            "largest reaction at rank one",
            "that sum bounds the share, at the pull on one singular value",
            sp.Tuple(reaction(), _square()),
            largest_reaction(),
            close_on(_reaction_cases, "a number of as many real components"),
        ),
    )
    results = {
        "zero": prefactor(),
        "overlap": mean,
        "growth": growth,
        "next_order": next_order(),
        "reaction": largest_reaction(),
    }
    return Derivation("Escape of a block", steps, results)
