"""Expressions as functions of Python: generated, then loaded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sympy as sp

from binodal.numerics.codegen.function import Function, fingerprint
from binodal.numerics.codegen.invariant import prepared
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
