"""A whole source file of any target: comments, constants, helpers and functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sympy as sp

from binodal.numerics.codegen.function import Function
from binodal.numerics.codegen.layout_c import c_module
from binodal.numerics.codegen.layout_javascript import javascript_text
from binodal.numerics.codegen.layout_python import python_module
from binodal.numerics.codegen.targets import JAVASCRIPT, Target
from binodal.numerics.errors import CodegenError


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
    function = Function(name, expressions, arguments, notes)
    if target.language == "c":
        return c_module(function, target)
    if target.language == "javascript":
        return javascript_text([function], target)
    return python_module(function, target)


def javascript_module(functions: Sequence[Function]) -> str:
    """One ES module that exports all functions; each helper stands in it once.

    Every exported function takes numbers and returns the array of its results. Raises
    :class:`CodegenError` for two functions of one name.
    """
    names = [function.name for function in functions]
    if len(set(names)) != len(names):
        raise CodegenError(f"a module needs functions of different names, got {', '.join(names)}")
    return javascript_text(functions, JAVASCRIPT)
