"""The text of an ES module: comments, constants, helpers, exported functions."""

from __future__ import annotations

from collections.abc import Sequence

from binodal.numerics.codegen.function import Function
from binodal.numerics.codegen.printer import Body, body
from binodal.numerics.codegen.rewrite import Constants, nearest_double
from binodal.numerics.codegen.support import helpers
from binodal.numerics.codegen.targets import Target


def javascript_text(functions: Sequence[Function], target: Target) -> str:
    """A module for browsers and node without imports; constants and helpers are shared."""
    constants = Constants()
    written = [_function(f, body(f.expressions, target, constants)) for f in functions]
    head = "\n".join(f"const {k} = {nearest_double(v)!r}; // {v}" for k, v in constants.values())
    parts = [head, *helpers(target, "\n".join(written)), *written]
    return "\n\n".join(filter(None, parts)) + "\n"


def _function(function: Function, of: Body) -> str:
    lines = [f"// {line}" for line in (function.title, *function.comments)]
    lines.append(f"export function {function.name}({', '.join(function.parameters)}) {{")
    lines += [f"  const {left} = {right};" for left, right in of.assignments]
    return "\n".join([*lines, f"  return [{', '.join(of.results)}];", "}"])
