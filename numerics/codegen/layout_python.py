"""The text of a Python module: docstring, imports, constants, helpers, function."""

from __future__ import annotations

import re
from collections.abc import Iterator

from binodal.numerics.codegen.function import Function
from binodal.numerics.codegen.printer import Body, body
from binodal.numerics.codegen.rewrite import Constants, nearest_double
from binodal.numerics.codegen.support import helpers, imports
from binodal.numerics.codegen.targets import Target


def python_module(function: Function, target: Target) -> str:
    """A module with one function that returns the tuple of all results."""
    constants = Constants()
    text = _function(function, body(function.expressions, target, constants), target)
    carried = helpers(target, text)
    head = [f'"""{function.title}."""', "", *(f"# {line}" for line in function.comments)]
    parts = ["\n".join(head), "\n".join(_imports(target, "\n".join([*carried, text])))]
    parts.append("\n".join(f"{k} = {nearest_double(v)!r}  # {v}" for k, v in constants.values()))
    return "\n\n".join(filter(None, parts)) + "\n\n\n" + "\n\n\n".join([*carried, text])


def _imports(target: Target, text: str) -> Iterator[str]:
    """Imports whose last name occurs in the text, those that helpers need first."""
    for line in dict.fromkeys((*imports(target), *target.imports)):
        if line.startswith("from __future__") or re.search(rf"\b{line.split()[-1]}\b", text):
            yield line


def _function(function: Function, of: Body, target: Target) -> str:
    listed = ", ".join(function.parameters)
    lines = [f"def {function.name}({listed}):"]
    results = list(of.results)
    if target.name == "torch" and function.parameters:
        left = f"({listed},)" if len(function.parameters) == 1 else listed
        lines.append(f"    {left} = tensors({listed})")
        results = [
            f"{function.parameters[0]}.new_tensor({text})" if e.is_number else text
            for text, e in zip(results, function.expressions.values(), strict=True)
        ]
    lines += [f"    {left} = {right}" for left, right in of.assignments]
    return "\n".join([*lines, f"    return ({', '.join(results)},)", ""])
