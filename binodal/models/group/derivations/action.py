"""The action of one neuron, block by block: Schur's orthogonality, and exact small groups."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import ExactCases, exact_on
from binodal.derive.cyclotomic import Cyclotomic
from binodal.derive.derivation import Derivation
from binodal.derive.groups.irreps import blocks
from binodal.derive.step import Step
from binodal.derive.symbols import N, a, sigma2, sigma_a2, u
from binodal.models.group.derivations.exact import (
    GROUPS,
    cases,
    convolved,
    direct_overlaps,
    profile,
    residual_factors,
    square,
    squares_of_members,
    trace,
)
from binodal.models.group.derivations.symbols import copies, dimension, order, overlap

norms = sp.symbols("|W|^2 |V|^2", nonnegative=True)
decay = sp.Symbol("Gamma_rho", nonnegative=True)
"""The decay of a block over |G| d_rho mu, as one of the two conventions defines it."""


def projection() -> sp.Expr:
    """c in sum_{g,h} T^rho_p(g,h) (u(g) + v(h))^2 = c tr(U V rho(p)^{-1}).

    T^rho_p = (d/|G|) chi(g h p^{-1}); u^2 and v^2 drop out, since rho is not trivial, and the
    product 2 u v leaves U V in this order.
    """
    cross = 2
    return cross * dimension / order


def schur() -> sp.Expr:
    """sum_p |tr(M rho(p)^{-1})|^2 over |M|_F^2: |G|/d, by Schur's orthogonality."""
    return order / dimension


def interaction_of_products() -> sp.Expr:
    """sum_p (sum_{g,h} T_p (u + v)^2)^2 of one irrep over |U V|_F^2."""
    return projection() ** 2 * schur()


def plancherel() -> sp.Expr:
    """sum_g u(g)^2 is the sum over irreps of this times |U|_F^2."""
    return dimension / order


@cache
def coupling() -> sp.Expr:
    """u in S = |G| d mu ((|W|^2 + |V|^2)/2 + Gamma_rho - u |W V|^2), with W = U/|G|."""
    products = interaction_of_products() * order**4
    interaction = sigma_a2 * a**2 / (2 * N * sigma2**2) * products
    return sp.simplify(interaction / factor().subs(copies, 1))


def factor() -> sp.Expr:
    """What multiplies the density of a block: |G| d mu, from the prior sum_g u^2/2."""
    return plancherel() * order**2 * copies


def density() -> sp.Expr:
    """The action of a block over |G| d mu."""
    return sum(norms) / 2 + decay - u * overlap


def _at(claim: sp.Expr, group_order: int, of_dimension: int) -> Fraction:
    numbers = {order: group_order, dimension: of_dimension}
    return Fraction(str(claim.subs(numbers)))


def projection_cases(claim: sp.Expr, names: Sequence[str] = GROUPS) -> ExactCases:
    """Every label p of S3, Z2xZ4, ...: direct sums over pairs against tr(U V rho(p)^{-1})."""
    for group, left, right in cases(names):
        product = convolved(group, left, right)
        for block in blocks(group):
            shape = profile(group, {block.name: Fraction(1)})
            direct = direct_overlaps(group, shape, left, right)
            scale = _at(claim, group.order, block.dimension)
            for p in range(group.order):
                moved = [product[group.table[k][p]] for k in range(group.order)]
                fourier = trace(group, block.name, moved) * scale
                yield (group.name, block.name, p), direct[p], fourier


def interaction_cases(claim: sp.Expr, names: Sequence[str] = GROUPS) -> ExactCases:
    """All blocks at once, each with its own a_rho, by direct sums over labels and pairs."""
    for group, left, right in cases(names):
        factors = residual_factors(group)
        direct = direct_overlaps(group, profile(group, factors), left, right)
        total = sum((value * value for value in direct), start=direct[0] * 0)
        product, fourier = convolved(group, left, right), direct[0] * 0
        for block in blocks(group):
            scale = _at(claim, group.order, block.dimension) * factors[block.name] ** 2
            fourier = fourier + square(group, block.name, product) * scale
        yield group.name, total, fourier


def plancherel_cases(claim: sp.Expr, names: Sequence[str] = GROUPS) -> ExactCases:
    """The sum of squares of a generic function, and over irreps with the trivial one."""
    for group, left, _ in cases(names):
        total = Cyclotomic.rational(group.exponent, sum(left) ** 2 * Fraction(1, group.order))
        for block in blocks(group):
            scale = _at(claim, group.order, block.dimension)
            total = total + square(group, block.name, left) * scale
        yield group.name, sum(weight * weight for weight in left), total


def _action_cases(claim: sp.Tuple) -> ExactCases:
    """S of a neuron without decay, with one a_rho a block, from the claimed density."""
    at_density, at_factor, at_coupling = claim
    half, pull = (at_density.coeff(symbol, 1).subs(u, 1) for symbol in (norms[0], overlap))
    yield "both halves alike", at_density.coeff(norms[1], 1), half
    yield "decay", at_density.coeff(decay, 1), sp.S.One
    numbers = {N: sp.Rational(7, 3), sigma2: sp.Rational(5, 11), sigma_a2: sp.Rational(2, 13)}
    for group, left, right in cases(("S3", "Z2xZ4", "A4")):
        factors = residual_factors(group)
        direct = direct_overlaps(group, profile(group, factors), left, right)
        strength = Fraction(str((sigma_a2 / (2 * N * sigma2**2)).subs(numbers)))
        prior = Fraction(sum(w * w for w in (*left, *right)), 2)
        constant = Fraction(sum(left) ** 2 + sum(right) ** 2, 2 * group.order)
        defined = sum((o * o for o in direct), start=direct[0] * 0) * (-strength) + prior - constant
        total = direct[0] * 0
        product = convolved(group, left, right)
        for block in blocks(group):
            sizes = {order: group.order, dimension: block.dimension, copies: 1}
            scale = Fraction(str(at_factor.subs(sizes)))
            strong = at_coupling.subs({**numbers, **sizes, a: sp.Rational(factors[block.name])})
            norm = square(group, block.name, left) + square(group, block.name, right)
            total = total + norm * (scale * Fraction(str(half)) / group.order**2)
            pulled = scale * Fraction(str(pull * strong)) / group.order**4
            total = total + square(group, block.name, product) * pulled
        yield group.name, defined, total


def _block_cases(claim: sp.Expr) -> ExactCases:
    """The prior of a block, added over its members, is |W|^2 of one of them times the factor."""
    for group, left, _ in cases():
        for block in blocks(group):
            members = squares_of_members(group, block, left)
            sizes = {order: group.order, dimension: block.dimension, copies: len(members)}
            share = Fraction(block.dimension, group.order)
            added = sum((one * share for one in members), start=members[0] * 0)
            one = members[0] * Fraction(1, group.order**2)
            yield (group.name, block.name), added, one * Fraction(str(claim.subs(sizes)))


_GROUPS = "S3, Z2xZ4, Z5, Q8 and D5"
_PRODUCT, _SQUARE = sp.Symbol("tr(U V rho(p)^-1)"), sp.Symbol("|U V|^2")


def _sums() -> tuple[Step, ...]:
    """Sums over inputs, labels and elements."""
    weights = sp.Symbol("(u(g) + v(h))^2")
    target = sp.Symbol("T^rho_p(g,h)")
    return (
        Step(
            "projection",
            "T_p is (d/|G|) chi(g h p^-1) summed over rho; a nontrivial rho sums to zero over one "
            "input, so u^2 and v^2 drop out and 2 u v leaves the product U V, in this order",
            target * weights,
            projection(),
            exact_on(
                projection_cases, f"direct sums over all pairs at rational weights, {_GROUPS}"
            ),
        ),
        Step(
            "orthogonality",
            "sum over labels p: matrix elements of different irreps are orthogonal (Schur), and "
            "those of one have the norm |G|/d; no sum over pairs of irreps is left",
            (projection() * _PRODUCT) ** 2,
            interaction_of_products(),
            exact_on(interaction_cases, f"all blocks at once with unequal a_rho, {_GROUPS}"),
        ),
        Step(
            "Plancherel",
            "sum_g u^2 over irreps",
            sp.Symbol("sum u(g)^2"),
            plancherel(),
            exact_on(plancherel_cases, f"rational weights on {_GROUPS}"),
        ),
    )


def _densities() -> tuple[Step, ...]:
    """From sums to the action of one variable."""
    return (
        Step(
            "action of a block",
            "W = U/|G| and V/|G|; prior, interaction and decay over |G| d mu",
            sp.Tuple(plancherel(), interaction_of_products() * _SQUARE),
            sp.Tuple(density(), factor(), coupling()),
            exact_on(_action_cases, "the defined action at generic parameters, S3, Z2xZ4 and A4"),
            (Assumption.MEAN_FIELD,),
            source="M.16",
        ),
        Step(
            "conjugates",
            "real weights: W of the conjugate irrep is conj(W), so both are one variable and their "
            "terms are equal; mu is 2 for them and 1 for real and quaternionic irreps",
            factor().subs(copies, 1),
            factor(),
            exact_on(_block_cases, f"|U|^2 of each member, {_GROUPS}"),
        ),
    )


@cache
def action() -> Derivation:
    """The action of a block, its coupling u and its factor, for symbolic |G| and d_rho.

    Results: ``projection``, ``overlap_of_products``, ``plancherel``, ``exponent``, ``u`` and ``s``,
    the action over ``exponent``. Source: derived here; M.16 and B.34 for cyclic groups.
    """
    results = {
        "projection": projection(),
        "overlap_of_products": interaction_of_products(),
        "plancherel": plancherel(),
        "exponent": factor(),
        "u": coupling(),
        "s": density(),
    }
    return Derivation("Action of one neuron on a finite group", _sums() + _densities(), results)
