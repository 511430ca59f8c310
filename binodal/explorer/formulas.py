"""Every formula of the page, as one generated JavaScript module; no other file of it has any.

A function takes its unknowns and then all parameters of its model in the order of the table, so
that hand-written code need not know which of them a formula uses.
"""

from __future__ import annotations

from functools import cache

from binodal.explorer.offered import explored
from binodal.models.explorer import Formula
from binodal.models.registry import model
from binodal.numerics.codegen.function import Function
from binodal.numerics.codegen.module import javascript_module


@cache
def formulas(model_name: str, theory: str) -> tuple[Formula, ...]:
    """All formulas of a model in a theory."""
    return tuple(explored()[model_name].formulas(theory))


@cache
def module() -> str:
    """The generated module; ``FORMULAS[model][theory][name]`` is a function of numbers.

    A formula that both theories share is written once.
    """
    functions: list[Function] = []
    known: dict[tuple[object, ...], str] = {}
    tables = []
    for model_name, explorer in explored().items():
        rows = []
        for theory in model(model_name).theories:
            named = []
            for formula in formulas(model_name, theory):
                key = (model_name, formula.name, *formula.unknowns, *formula.values.values())
                if key not in known:
                    known[key] = _name(model_name, theory, formula)
                    arguments = (*formula.unknowns, *explorer.parameters, *explorer.fixed)
                    functions.append(Function(known[key], formula.values, arguments))
                named.append(f"{formula.name}: {known[key]}")
            rows.append(f"    {theory}: {{ {', '.join(named)} }},\n")
        tables.append(f'  "{model_name}": {{\n{"".join(rows)}  }},\n')
    table = f"export const FORMULAS = {{\n{''.join(tables)}}};\n"
    return f"{javascript_module(functions)}\n{table}"


def _name(model_name: str, theory: str, formula: Formula) -> str:
    """Without the theory where both share the formula."""
    others = model(model_name).theories
    shared = all(formula in formulas(model_name, other) for other in others)
    words = (model_name.replace("-", "_"), *(() if shared else (theory,)), formula.name)
    return "_".join(words)
