"""A whole source file: what it was generated from, its helpers, and its function."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence

import sympy as sp

from numerics.codegen.layout_python import python_module
from numerics.codegen.printer import body
from numerics.codegen.targets import Target
from numerics.errors import CodegenError

_OWN_NAMES = re.compile(r"[tK]\d+")


def fingerprint(expressions: Mapping[str, sp.Expr]) -> str:
    """Hash of the expressions that code was generated from."""
    text = "\n".join(f"{name} = {sp.srepr(e)}" for name, e in expressions.items())
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def source(
    name: str,
    expressions: Mapping[str, sp.Expr],
    arguments: Sequence[sp.Symbol],
    target: Target,
    notes: Sequence[str] = (),
) -> str:
    """A file with one function of all expressions; it needs nothing but the target's library.

    ``notes`` (assumptions, source) become comments. Raises :class:`CodegenError` for a node
    that the target has no row for and for a symbol that is not an argument.
    """
    free = set().union(*(e.free_symbols for e in expressions.values())) - set(arguments)
    if free:
        raise CodegenError(f"{name}: {sorted(map(str, free))} are not among its arguments")
    taken = [str(a) for a in arguments if _OWN_NAMES.fullmatch(str(a))]
    if taken:
        raise CodegenError(f"{name}: {taken} are names that generated code uses itself")
    title = f"{name}: {', '.join(expressions)}."
    comments = (f"Generated from expressions {fingerprint(expressions)}.", *notes)
    parameters = tuple(map(str, arguments))
    return python_module(name, parameters, body(expressions, target), target, title, comments)
