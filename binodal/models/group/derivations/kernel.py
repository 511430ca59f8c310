"""The kernel on an irrep's part of the target, averaged over the moves that keep the theory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import product

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import ExactCases, exact_on
from binodal.derive.cyclotomic import Cyclotomic
from binodal.derive.derivation import Derivation
from binodal.derive.groups.group import FiniteGroup
from binodal.derive.groups.irreps import blocks
from binodal.derive.groups.names import named
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import a, lam, sigma2, sigma_a2
from binodal.models.group.derivations.action import interaction_of_products
from binodal.models.group.derivations.exact import (
    GROUPS,
    Function,
    cases,
    convolved,
    direct_overlaps,
    profile,
    square,
)
from binodal.models.group.derivations.symbols import dimension, order, overlap
from binodal.models.modular.derivations.closure import residual_factor
from binodal.models.modular.derivations.nngp import spectrum


def norm_of_target() -> sp.Expr:
    """sum over g, h, p of |T^rho_p|^2 of one irrep: (d/|G|)^2 |G|^2 sum_k |chi(k)|^2."""
    of_character = order  # the norm of an irreducible character
    return (dimension / order) ** 2 * order**2 * of_character


def eigenvalue() -> sp.Expr:
    """lambda_rho of one neuron times N, in <|W V|^2>: what the kernel does to T^rho.

    The averaged kernel commutes with all moves, which act irreducibly on the span of T^rho_p, so
    it is a number there: the quotient of sum_p <(T_p, (u + v)^2)^2> and sum_p (T_p, T_p).
    """
    products = overlap * order**4
    return sp.simplify(sigma_a2 * interaction_of_products() * products / norm_of_target())


def prior_overlap() -> sp.Expr:
    """<|W V|^2> of unit Gaussian weights: rho(g h) is unitary, |rho|_F^2 = d, |G|^2 pairs."""
    return dimension * order**2 / order**4


def _moved(group: FiniteGroup, u: Function, v: Function) -> Iterator[tuple[Function, Function]]:
    """(g, h, p) -> (k g n^-1, n h m^-1, k p m^-1) on weights, for all k, n, m."""
    table, inverses = group.table, group.inverses
    elements = range(group.order)
    for k, n, m in product(elements, repeat=3):
        yield (
            [u[table[table[k][g]][inverses[n]]] for g in elements],
            [v[table[table[n][h]][inverses[m]]] for h in elements],
        )


def norm_cases(claim: sp.Expr, names: Sequence[str] = GROUPS) -> ExactCases:
    """The norm of an irrep's part of the target, every pair and label counted."""
    for group, *_ in cases(names):
        for block in blocks(group):
            shape = profile(group, {block.name: Fraction(1)})
            total = sum((z * z for z in shape), start=shape[0] * 0) * group.order**2
            sizes = {order: group.order, dimension: block.dimension}
            yield (group.name, block.name), total, len(block.members) * int(claim.subs(sizes))


def _kernel_cases(claim: sp.Expr) -> ExactCases:
    """The kernel of one generic neuron and all its images under moves, applied to T_p."""
    for seed, name in enumerate(("S3", "Z5", "Z2xZ2")):
        group, u, v = next(iter(cases((name,))))
        every = blocks(group)
        factors = {block.name: Fraction(seed + 2 * i + 1, 7) for i, block in enumerate(every)}
        shape = profile(group, factors)
        p = group.order - 1
        image = _averaged(group, shape, u, v, p)
        expected = profile(group, _scaled(group, claim, factors, convolved(group, u, v)))
        for g, h in product(range(group.order), repeat=2):
            place = group.table[group.table[g][h]][group.inverses[p]]
            yield (name, g, h), image[g][h], expected[place]


def _averaged(
    group: FiniteGroup, shape: list[Cyclotomic], u: Function, v: Function, p: int
) -> list[list[Cyclotomic]]:
    """(1/|G|^3) sum over moves of (u + v)^2 (g, h) times its product with T_p."""
    elements = range(group.order)
    zero = Cyclotomic.rational(group.exponent, 0)
    image = [[zero for _ in elements] for _ in elements]
    share = Fraction(1, group.order**3)
    for left, right in _moved(group, u, v):
        strength = direct_overlaps(group, shape, left, right)[p] * share
        for g, h in product(elements, repeat=2):
            image[g][h] = image[g][h] + strength * (left[g] + right[h]) ** 2
    return image


def _scaled(
    group: FiniteGroup, claim: sp.Expr, factors: Mapping[str, Fraction], products: Function
) -> dict[str, Cyclotomic]:
    """The claimed eigenvalue of every block, at sigma_a^2 = 1, times its factor."""
    scaled = {}
    for block in blocks(group):
        sizes = {order: group.order, dimension: block.dimension, sigma_a2: 1}
        each = Fraction(str((claim.coeff(overlap) / order**4).subs(sizes)))
        member = square(group, block.name, products) * (each / len(block.members))
        scaled[block.name] = member * factors[block.name]
    return scaled


def _prior_cases(claim: sp.Tuple) -> Cases:
    """Means over unit Gaussians of a form in u(g) v(h) by its diagonal; the NNGP spectrum."""
    mean, at_prior = claim
    for name in GROUPS:
        group = named(name)
        for block in blocks(group):
            total = Fraction(0)
            for g, h in product(range(group.order), repeat=2):
                point = [Fraction(int(k == group.table[g][h])) for k in range(group.order)]
                total += square(group, block.name, point).as_fraction()
            sizes = {order: group.order, dimension: block.dimension}
            counted = sp.Rational(total) / len(block.members) / group.order**4
            yield (name, block.name), mean.subs(sizes), counted
    yield "NNGP", at_prior, spectrum()["pair"][0]


def _closure_cases(claim: sp.Expr) -> Cases:
    """Ridge regression on a vector of eigenvalue lambda; blocks do not mix."""
    for at_lambda, noise in ((sp.Rational(3, 7), sp.Rational(2, 5)), (sp.Rational(11, 4), 3)):
        kernel = sp.diag(at_lambda, sp.Rational(1, 9))
        rest = sp.Matrix([1, 1]) - kernel * (kernel + noise * sp.eye(2)).inv() * sp.Matrix([1, 1])
        yield at_lambda, rest[0], claim.subs({lam: at_lambda, sigma2: noise})


@cache
def kernel() -> Derivation:
    """lambda_rho and a_rho: one closure for every block, which no other block enters.

    Results: ``lambda`` in <|W V|^2>, ``lambda_prior`` for the zero state, ``overlap_prior`` and
    ``a``. Source: derived here; B.37b for cyclic groups.
    """
    at_prior = sp.simplify(eigenvalue().subs(overlap, prior_overlap()))
    steps = (
        Step(
            "norm of the target",
            "T_p is (d/|G|) chi(g h p^-1): |G|^2 pairs (label, input) for every product",
            sp.Symbol("sum (T^rho_p(g,h))^2"),
            norm_of_target(),
            exact_on(norm_cases, "direct sums over explicit groups"),
        ),
        Step(
            "eigenvalue of a block",
            "the averaged kernel commutes with (g,h,p) -> (k g l^-1, l h m^-1, k p m^-1), whose "
            "action on the span of T^rho_p is irreducible: a number there, a quotient of sums",
            interaction_of_products() / norm_of_target(),
            eigenvalue(),
            exact_on(
                _kernel_cases,
                "a generic neuron with all its images, every entry of the image of the target: "
                "S3, Z5 and Z2xZ2",
            ),
            (Assumption.MEAN_FIELD,),
            source="B.37b",
        ),
        Step(
            "zero state",
            "unit Gaussian weights: rho(g h) is unitary for each of the |G|^2 products",
            eigenvalue(),
            sp.Tuple(prior_overlap(), at_prior),
            equal_on(_prior_cases, "the diagonal of the form on explicit groups; NNGP spectrum"),
            source="B.21b",
        ),
        Step(
            "closure of a block",
            "T^rho is an eigenvector, so its part of the residual shrinks by itself; lambda_rho "
            "depends on a_rho alone, since the action is a sum over blocks",
            a,
            residual_factor(),
            equal_on(_closure_cases, "two eigenvectors, solved as a regression"),
            source="B.38",
        ),
    )
    results = {
        "lambda": eigenvalue(),
        "overlap_prior": prior_overlap(),
        "lambda_prior": at_prior,
        "a": residual_factor(),
    }
    return Derivation("Kernel of a finite group", steps, results)
