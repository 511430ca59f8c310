"""Expressions as functions of Python: generated, then loaded.

What a function computes of arguments that rarely change can be computed once.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, cast

import sympy as sp

from binodal.numerics.codegen.function import Function, fingerprint
from binodal.numerics.codegen.loaded import loaded
from binodal.numerics.codegen.module import source
from binodal.numerics.codegen.system import system
from binodal.numerics.codegen.targets import BOXES, TARGETS, Target
from binodal.numerics.errors import CodegenError


def compiled(
    name: str, expressions: Mapping[str, sp.Expr], arguments: Sequence[sp.Symbol], target: str
) -> Callable[..., tuple[Any, ...]]:
    """The generated function of a target, ready to call with positional arguments.

    Raises :class:`CodegenError` for an unknown target and for one that Python cannot load: C is
    compiled by :func:`binodal.numerics.codegen.native.native`.
    """
    (text,) = texts(Function(name, expressions, arguments), target).values()
    return loaded(*text)


def compiled_system(
    name: str,
    equations: Sequence[sp.Expr],
    unknowns: Sequence[sp.Symbol],
    arguments: Sequence[sp.Symbol],
    shape: Mapping[str, sp.Expr] | None = None,
) -> Mapping[str, Callable[..., tuple[Any, ...]]]:
    """The functions of a :class:`binodal.numerics.compiled_system.CompiledSystem` in balls."""
    described = system(name, equations, unknowns, arguments)
    if shape is not None:
        described["shape"] = Function(f"{name}_shape", shape, arguments)
    return {key: loaded(*text) for key, text in texts(described, "arb").items()}


def texts(
    described: Function | Mapping[str, Function], target: str
) -> Mapping[str, tuple[str, str, str]]:
    """Of one or of several functions the generated text, its name and that of its module.

    Raises :class:`CodegenError` as :func:`compiled` does.
    """
    known = {**TARGETS, BOXES.name: BOXES}
    if target not in known:
        raise CodegenError(f"target {target!r} is not one of {', '.join(TARGETS)}")
    if known[target].language != "python":
        raise CodegenError(f"target {target!r} cannot be loaded into Python")
    named = {described.name: described} if isinstance(described, Function) else described
    return {name: _text(function, known[target]) for name, function in named.items()}


def _text(of: Function, target: Target) -> tuple[str, str, str]:
    text = source(of.name, of.expressions, of.arguments, target)
    text = prepared(text, of.name, of.fixed) if of.fixed else text
    return text, of.name, f"generated_{of.name}_{target.name}_{fingerprint(of.expressions)}"


def prepared(module: str, name: str, fixed: Collection[str]) -> str:
    """A module whose function takes the ``fixed`` arguments and returns one of the others.

    Every operation stays what it was, in its order, so that no bit of a result changes.

    >>> text = "def f(a, x):\\n    t0 = a * a\\n    return (2 * t0 * x + t0, -x)"
    >>> print(prepared(text, "f", ["a"]))
    def f(a):
        t0 = a * a
        s0 = 2 * t0
    <BLANKLINE>
        def at(x):
            return (s0 * x + t0, -x)
        return at
    """
    tree = ast.parse(module)
    (function,) = (d for d in tree.body if isinstance(d, ast.FunctionDef) and d.name == name)
    names = [argument.arg for argument in function.args.args]
    mover = _Mover({each for each in names if each not in fixed})
    inner: list[ast.stmt] = []
    for statement in function.body:
        if isinstance(statement, ast.Assign) and not mover.moves(statement.value):
            mover.once.append(statement)
            continue
        if isinstance(statement, ast.Assign):
            mover.moving |= {each.id for each in statement.targets if isinstance(each, ast.Name)}
        inner.append(cast(ast.stmt, mover.visit(statement)))
    inner_function = _function("at", [each for each in names if each not in fixed], inner)
    last = ast.Return(ast.Name("at", ast.Load()))
    outer = _function(
        name, [each for each in names if each in fixed], [*mover.once, inner_function, last]
    )
    tree.body[tree.body.index(function)] = outer
    return ast.unparse(ast.fix_missing_locations(tree))


def _function(name: str, arguments: list[str], body: list[ast.stmt]) -> ast.FunctionDef:
    listed = ast.arguments([], [ast.arg(each) for each in arguments], None, [], [], None, [])
    return ast.FunctionDef(name, listed, body, [], None)


class _Mover(ast.NodeTransformer):
    """Takes out of expressions the largest parts in which nothing moves, in order of use."""

    def __init__(self, moving: set[str]) -> None:
        self.moving = moving
        self.once: list[ast.stmt] = []
        self._named: dict[str, str] = {}

    def moves(self, node: ast.AST) -> bool:
        """Whether a part of it changes between calls."""
        return any(isinstance(n, ast.Name) and n.id in self.moving for n in ast.walk(node))

    def visit(self, node: ast.AST) -> ast.AST:
        """The node with names for what was taken out."""
        if not isinstance(node, (ast.BinOp, ast.UnaryOp, ast.Call)) or self.moves(node):
            return self.generic_visit(node)
        text = ast.unparse(node)
        if text not in self._named:
            self._named[text] = f"s{len(self._named)}"
            target = ast.Name(self._named[text], ast.Store())
            self.once.append(ast.Assign([target], node))
        return ast.Name(self._named[text], ast.Load())
