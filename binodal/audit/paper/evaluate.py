"""Printed Fourier sums evaluated exactly on rational weights: modes are numbers of Q(zeta_P)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from typing import Any

import sympy as sp

from binodal.derive.checks import generic_fractions
from binodal.derive.cyclotomic import Cyclotomic
from binodal.derive.symbols import P
from binodal.models.modular.derivations.characters import V, W
from binodal.models.modular.derivations.posterior import Row
from binodal.models.modular.derivations.reading import read
from binodal.models.modular.derivations.symmetries import modes

Labels = Mapping[sp.Symbol, int]
ORDER = 5
FIRST: Row = tuple(generic_fractions(ORDER, 41))
SECOND: Row = tuple(generic_fractions(ORDER, 42))
"""w_n and v_m of one generic neuron at P = 5."""
_MODES = {W: modes(FIRST), V: modes(SECOND)}
_E = sp.Function("e")


def value(expression: sp.Expr, labels: Labels) -> Any:
    """A sum of products of modes and characters at explicit labels."""
    characters = expression.replace(
        sp.exp, lambda turn: _E(sp.expand(turn * P / (2 * sp.pi * sp.I)))
    )
    return read(characters, ORDER, labels, _MODES)


def misses(
    summand: sp.Basic,
    summed: tuple[sp.Symbol, ...],
    sites: tuple[sp.Symbol, sp.Symbol],
    expected: Mapping[tuple[int, int], Fraction],
) -> sp.Integer:
    """At how many pairs (n, m) the sum of a printed summand over its labels is not as expected."""
    count = 0
    for pair, target in expected.items():
        point = dict(zip(sites, pair, strict=True))
        total = Cyclotomic.rational(ORDER, 0)
        for choice in product(range(ORDER), repeat=len(summed)):
            total = total + value(summand, point | dict(zip(summed, choice, strict=True)))
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
