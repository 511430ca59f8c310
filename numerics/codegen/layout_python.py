"""The text of a Python module: docstring, imports, constants, helpers, function."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from numerics.codegen.printer import Body
from numerics.codegen.rewrite import nearest_double
from numerics.codegen.support import helpers, imports
from numerics.codegen.targets import Target


def python_module(
    name: str,
    parameters: Sequence[str],
    body: Body,
    target: Target,
    title: str,
    comments: Sequence[str],
) -> str:
    """A module with one function that returns the tuple of all results."""
    function = _function(name, parameters, body, target)
    carried = helpers(target, function)
    head = ['"""' + title + '"""', "", *(f"# {line}" for line in comments)]
    parts = ["\n".join(head), "\n".join(_imports(target, "\n".join([*carried, function])))]
    parts += ["\n".join(f"{k} = {nearest_double(v)!r}  # {v}" for k, v in body.constants.items())]
    return "\n\n".join(filter(None, parts)) + "\n\n\n" + "\n\n\n".join([*carried, function])


def _imports(target: Target, text: str) -> Iterator[str]:
    """Imports whose last name occurs in the text, those that helpers need first."""
    for line in dict.fromkeys((*imports(target), *target.imports)):
        if line.startswith("from __future__") or re.search(rf"\b{line.split()[-1]}\b", text):
            yield line


def _function(name: str, parameters: Sequence[str], body: Body, target: Target) -> str:
    listed = ", ".join(parameters)
    lines = [f"def {name}({listed}):"]
    results = list(body.results)
    if target.name == "torch" and parameters:
        left = f"({listed},)" if len(parameters) == 1 else listed
        lines.append(f"    {left} = tensors({listed})")
        constant = re.compile(r"[-()\d./ ]+|-?K\d+")
        results = [
            f"{parameters[0]}.new_tensor({r})" if constant.fullmatch(r) else r for r in results
        ]
    lines += [f"    {left} = {right}" for left, right in body.assignments]
    return "\n".join([*lines, f"    return ({', '.join(results)},)", ""])
