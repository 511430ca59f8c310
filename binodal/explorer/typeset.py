"""The action as LaTeX with places for numbers, and as MathML to read; both from the expressions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from html import escape
from types import MappingProxyType

import sympy as sp

from binodal.derive.symbols import latex
from binodal.explorer.offered import explored, pairs
from binodal.models.explorer import Line
from binodal.page.mathematics import mathml


@cache
def templates(model: str, theory: str) -> tuple[str, ...]:
    """One LaTeX formula a line; a number belongs where @name@ stands.

    >>> templates("modular", "published")[0].count("@gamma@")
    2
    """
    explorer = explored()[model]
    names = {symbol: f"@{symbol}@" for symbol in explorer.numbers}
    return tuple(equation(line, names) for line in explorer.lines(theory))


def equation(line: Line, names: Mapping[sp.Symbol, str] = MappingProxyType({})) -> str:
    """A line as LaTeX, with names of its symbols where they are not their own."""
    return f"{line.left} = {sp.latex(line.right, symbol_names=dict(names), mul_symbol='dot')}"


def _block(model: str, theory: str) -> str:
    explorer = explored()[model]
    lines = [(line.words, f"{line.left} = {latex(line.right)}") for line in explorer.lines(theory)]
    body = "".join(
        (f"<p>{words}</p>" if words else "") + mathml(formula)
        for words, formula in (*lines, *explorer.closure(theory))
    )
    return _shown(f"{model} {theory}", body)


def formula_blocks() -> str:
    """The formulas of every model and theory, and of choices; the page shows those of its state."""
    blocks = [_block(model, theory) for model, theory in pairs()]
    blocks += [
        _shown(f"{model} {theory} {name}", "".join(mathml(equation(line)) for line in choice.lines))
        for model, theory in pairs()
        for name, choice in explored()[model].choices().items()
        if choice.lines
    ]
    return "\n".join(blocks)


def _shown(of: str, body: str) -> str:
    return f'<div class="formula" data-of="{escape(of)}" hidden>{body}</div>'
