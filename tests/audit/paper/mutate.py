"""Wrong equations on purpose: one factor, sign, exponent, letter or index of a printed form."""

from __future__ import annotations

import random
from collections.abc import Iterator

import sympy as sp

Path = tuple[int, ...]
KINDS = ("factor 2", "sign", "exponent", "letter", "index")


def paths(expression: sp.Basic, prefix: Path = ()) -> Iterator[tuple[Path, sp.Basic]]:
    """Every node of an expression tree with the way to it."""
    yield prefix, expression
    if not isinstance(expression, sp.Indexed | sp.MatrixSymbol):
        for i, argument in enumerate(expression.args):
            yield from paths(argument, (*prefix, i))


def replaced(expression: sp.Basic, path: Path, node: sp.Basic) -> sp.Basic:
    """The expression with the node at the end of a path exchanged."""
    if not path:
        return node
    arguments = list(expression.args)
    arguments[path[0]] = replaced(arguments[path[0]], path[1:], node)
    return expression.func(*arguments)


def _scalar(node: sp.Basic) -> bool:
    return isinstance(node, sp.Expr) and not isinstance(node, sp.MatrixExpr)


def _sites(expression: sp.Basic, kind: str) -> list[tuple[Path, sp.Basic]]:
    """Where a kind of mutation can act: nodes of the tree that are scalars."""
    nodes = [(p, e) for p, e in paths(expression) if _scalar(e)]
    if kind in ("factor 2", "sign"):
        return [(p, e) for p, e in nodes if not e.is_Number or e != 0]
    if kind == "exponent":
        return [(p, e) for p, e in nodes if isinstance(e, sp.Pow) or e.is_Symbol]
    if kind == "index":
        return [(p, e) for p, e in nodes if isinstance(e, sp.Indexed)]
    return [(p, e) for p, e in nodes if e.is_Symbol]


def mutant(expression: sp.Basic, kind: str, generator: random.Random) -> sp.Basic | None:
    """One mutation of a kind at a random place, or None where there is no such place.

    >>> x = sp.Symbol("x")
    >>> mutant(x, "sign", random.Random(1))
    -x
    """
    sites = _sites(expression, kind)
    if not sites:
        return None
    path, node = generator.choice(sites)
    if kind == "factor 2":
        return replaced(expression, path, 2 * node)
    if kind == "sign":
        return replaced(expression, path, -node)
    if kind == "exponent":
        power = sp.Pow(node.base, node.exp + 1) if isinstance(node, sp.Pow) else node**2
        return replaced(expression, path, power)
    if kind == "index":
        return replaced(expression, path, node.base[node.indices[0] + 1])
    others = sorted({e for _, e in sites if e != node}, key=str)
    return replaced(expression, path, generator.choice(others)) if others else None
