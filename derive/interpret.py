"""Formulas read as numbers of any ring, so that a check judges what a formula says."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import prod
from typing import Any

import sympy as sp


def interpreted(formula: sp.Basic, letter: Callable[[sp.Basic], Any]) -> Any:
    """The value of a formula in the ring of its letters' values.

    Rational numbers, sums, products, integer powers and finite sums are read here; what symbols,
    indexed letters and functions are worth ``letter`` says.

    >>> x, k = sp.symbols("x k")
    >>> interpreted(sp.Sum(k * x**2, (k, 1, 3)) / 7, {x: Fraction(1, 2)}.__getitem__)
    Fraction(3, 14)
    """
    if isinstance(formula, sp.Rational):
        return Fraction(int(formula.p), int(formula.q))
    if isinstance(formula, sp.Add):
        return sum(interpreted(term, letter) for term in formula.args)
    if isinstance(formula, sp.Mul):
        return prod(interpreted(factor, letter) for factor in formula.args)
    if isinstance(formula, sp.Pow) and formula.exp.is_Integer:
        power = prod([interpreted(formula.base, letter)] * abs(int(formula.exp)))
        return power if formula.exp > 0 else Fraction(1) / power
    if isinstance(formula, sp.Sum):
        ((index, *ends),) = formula.limits
        first, last = (int(interpreted(end, letter)) for end in ends)
        terms = (formula.function.subs(index, i) for i in range(first, last + 1))
        return sum(interpreted(term, letter) for term in terms)
    return letter(formula)
