"""The action as LaTeX with places for numbers, and as MathML to read; both from the expressions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from html import escape

import sympy as sp

from binodal.derive.symbols import b, c, gamma, kappa, latex, mass, sigma_w2, u
from binodal.derive.theories import THEORIES
from binodal.explorer.formulas import formulas
from binodal.models.modular.derivations.closure import (
    renormalised_coupling,
    residual_factor,
    ring_lambda,
)
from binodal.models.modular.derivations.saddles import quadratic
from binodal.models.teacher_student.derivations.action import action
from binodal.models.teacher_student.derivations.continuum import coupling
from binodal.models.teacher_student.derivations.limit import gain, zero_stiffness
from binodal.page.mathematics import mathml

_NUMBERS = {"teacher-student": (b, c, kappa, sigma_w2), "modular": (u, gamma)}


def _lines(model: str, theory: str) -> Iterator[tuple[str, sp.Expr]]:
    """Left sides as LaTeX, right sides as expressions."""
    values = {formula.name: formula.values for formula in formulas(model, theory)}
    if model == "modular":
        yield r"\frac{S(x, x_v)}{P}", values["action"]["S"]
    elif theory == "published":
        yield r"\frac{S(q)}{d}", values["landscape"]["S"]
    else:
        yield r"\frac{S(\rho)}{d}", values["action"]["S"]
        yield "q^2", values["overlap"]["q2"]


@cache
def templates(model: str, theory: str) -> tuple[str, ...]:
    """One LaTeX formula a line; a number belongs where @name@ stands.

    >>> templates("modular", "published")[0].count("@gamma@")
    2
    """
    names = {symbol: f"@{symbol}@" for symbol in _NUMBERS[model]}
    return tuple(
        f"{left} = {sp.latex(right, symbol_names=names, mul_symbol='dot')}"
        for left, right in _lines(model, theory)
    )


def _closure_lines(model: str, theory: str) -> Iterator[tuple[str, str]]:
    """(words, LaTeX) of what fixes the residual and the coupling."""
    if model == "teacher-student":
        yield "Coupling.", rf"\kappa = {latex(coupling())}"
        yield (
            "Before coexistence c = ε, and b balances the zero state’s stiffness K against its "
            "gain G; past it b and c stay on the line S = S′ = 0.",
            rf"b\,G = (1 - b)\,K,\quad K = {latex(zero_stiffness())},\quad G = {latex(gain())}",
        )
        return
    pair = rf"u = {latex(renormalised_coupling())},\quad a = {latex(residual_factor())}"
    yield "Coupling and residual.", pair
    yield (
        "Saddles on the diagonal, and the kernel’s eigenvalue when a mass m sits on the ring.",
        rf"{latex(quadratic())} = 0,\quad \lambda = {latex(ring_lambda(theory).subs(mass, _MASS))}",
    )


_MASS = sp.Symbol("m", positive=True)


def _block(model: str, theory: str) -> str:
    parts: list[tuple[str, str]] = [
        ("", f"{left} = {latex(right)}") for left, right in _lines(model, theory)
    ]
    if (model, theory) == ("teacher-student", "derived"):
        words = f"Correlation ρ in place of q; the transverse weights follow it, {_perp()}."
        parts[0] = (words, parts[0][1])
    lines = [*parts, *_closure_lines(model, theory)]
    body = "".join(
        (f"<p>{words}</p>" if words else "") + mathml(formula) for words, formula in lines
    )
    return f'<div class="formula" data-of="{escape(model)} {theory}" hidden>{body}</div>'


def _perp() -> str:
    return mathml(rf"r_\perp^2 = {latex(action('derived').perp2)}", "inline")


def formula_blocks(models: Sequence[str]) -> str:
    """The formulas of every model and theory; the page shows one block at a time."""
    return "\n".join(_block(model, theory) for model in models for theory in THEORIES)
