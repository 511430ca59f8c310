"""The action as LaTeX with places for numbers, and as MathML to read; both from the expressions."""

from __future__ import annotations

from functools import cache
from html import escape

import sympy as sp

from binodal.derive.symbols import latex
from binodal.explorer.offered import explored, pairs
from binodal.page.mathematics import mathml


@cache
def templates(model: str, theory: str) -> tuple[str, ...]:
    """One LaTeX formula a line; a number belongs where @name@ stands.

    >>> templates("modular", "published")[0].count("@gamma@")
    2
    """
    explorer = explored()[model]
    names = {symbol: f"@{symbol}@" for symbol in explorer.numbers}
    return tuple(
        f"{line.left} = {sp.latex(line.right, symbol_names=names, mul_symbol='dot')}"
        for line in explorer.lines(theory)
    )


def _block(model: str, theory: str) -> str:
    explorer = explored()[model]
    lines = [(line.words, f"{line.left} = {latex(line.right)}") for line in explorer.lines(theory)]
    body = "".join(
        (f"<p>{words}</p>" if words else "") + mathml(formula)
        for words, formula in (*lines, *explorer.closure(theory))
    )
    return f'<div class="formula" data-of="{escape(model)} {theory}" hidden>{body}</div>'


def formula_blocks() -> str:
    """The formulas of every model and theory; the page shows one block at a time."""
    return "\n".join(_block(model, theory) for model, theory in pairs())
