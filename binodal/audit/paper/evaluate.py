"""Printed Fourier sums evaluated exactly on rational weights: modes are numbers of Q(zeta_P)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product

import sympy as sp

from binodal.derive.checks import generic_fractions
from binodal.derive.symbols import P
from binodal.models.modular.derivations.characters import W
from binodal.models.modular.derivations.cyclotomic import Cyclotomic
from binodal.models.modular.derivations.posterior import Row
from binodal.models.modular.derivations.symmetries import modes

Labels = Mapping[sp.Symbol, int]
ORDER = 5
FIRST: Row = tuple(generic_fractions(ORDER, 41))
SECOND: Row = tuple(generic_fractions(ORDER, 42))
"""w_n and v_m of one generic neuron at P = 5."""


def _factor(factor: sp.Expr, labels: Labels) -> Cyclotomic:
    """One factor: a mode, a character, or a rational number."""
    if isinstance(factor, sp.Indexed):
        row = FIRST if factor.base == W else SECOND
        return modes(row)[int(factor.indices[0].subs(labels)) % ORDER]
    if isinstance(factor, sp.exp):
        label = sp.simplify(factor.args[0] * P / (2 * sp.pi * sp.I)).subs(labels)
        return Cyclotomic.root(ORDER, int(label))
    if isinstance(factor, sp.Pow) and factor.exp.is_Integer and factor.exp > 0:
        base, power = _factor(factor.base, labels), Cyclotomic.rational(ORDER, 1)
        for _ in range(int(factor.exp)):
            power = power * base
        return power
    number = sp.Rational(factor.subs(P, ORDER).subs(labels))
    return Cyclotomic.rational(ORDER, Fraction(int(number.p), int(number.q)))


def value(expression: sp.Expr, labels: Labels) -> Cyclotomic:
    """A sum of products of modes and characters at explicit labels."""
    total = Cyclotomic.rational(ORDER, 0)
    for term in sp.Add.make_args(sp.expand(expression)):
        product_ = Cyclotomic.rational(ORDER, 1)
        for factor in sp.Mul.make_args(term):
            product_ = product_ * _factor(factor, labels)
        total = total + product_
    return total


def misses(
    summand: sp.Basic,
    summed: tuple[sp.Symbol, ...],
    sites: tuple[sp.Symbol, sp.Symbol],
    expected: Mapping[tuple[int, int], Fraction],
) -> sp.Integer:
    """At how many pairs (n, m) the sum of a printed summand over its labels is not as expected."""
    count = 0
    for pair, target in expected.items():
        at = dict(zip(sites, pair, strict=True))
        total = Cyclotomic.rational(ORDER, 0)
        for choice in product(range(ORDER), repeat=len(summed)):
            total = total + value(summand, at | dict(zip(summed, choice, strict=True)))
        count += total != target
    return sp.Integer(count)


def on_pairs(function: str) -> dict[tuple[int, int], Fraction]:
    """w_n ("first"), v_m ("second") or (w_n + v_m)^2 ("field") at five pairs (n, m)."""
    pairs = [(0, 1), (1, 3), (2, 2), (3, 0), (4, 1)]
    rules = {
        "first": lambda i, j: FIRST[i],
        "second": lambda i, j: SECOND[j],
        "field": lambda i, j: (FIRST[i] + SECOND[j]) ** 2,
    }
    return {pair: rules[function](*pair) for pair in pairs}
