"""Formulas of modes and characters at an explicit P: labels live in Z_P, e(c) is zeta^c."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sympy as sp

from binodal.derive.cyclotomic import Cyclotomic
from binodal.derive.interpret import interpreted
from binodal.derive.symbols import P


def read(
    formula: sp.Basic,
    order: int,
    labels: Mapping[sp.Symbol, Any],
    letters: Mapping[sp.IndexedBase, Sequence[Any]] | None = None,
    functions: Mapping[str, Callable[..., Any]] | None = None,
) -> Any:
    """The value of ``formula`` at P = ``order``.

    ``labels`` are the values of its symbols, ``letters`` those of w_k and v_k in the order of k,
    ``functions`` what its functions of labels give. Raises KeyError for what is not among them.

    >>> k = sp.Symbol("k", integer=True)
    >>> read(sp.Sum(sp.Function("e")(k), (k, 0, P - 1)) + P, 5, {}) == 5
    True
    """
    known = {"e": lambda c: Cyclotomic.root(order, c), **(functions or {})}

    def number(label: sp.Basic) -> int:
        return int(interpreted(label, letter))

    def letter(node: sp.Basic) -> Any:
        if isinstance(node, sp.Symbol):
            return order if node == P else labels[node]
        if isinstance(node, sp.Indexed):
            return (letters or {})[node.base][number(node.indices[0]) % order]
        if isinstance(node, sp.KroneckerDelta):
            return int(number(node.args[0] - node.args[1]) % order == 0)
        return known[str(node.func)](*map(number, node.args))

    return interpreted(formula, letter)
