"""Where curves of events end in two parameters, as systems of equations.

At a birth the Hessian in (m, log r) has a null vector. Where the third derivative along it vanishes
two births meet and their curves end in a cusp; where S vanishes there a coexistence ends.
"""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp

from binodal.models.single_index.derivations.ends import hessian, null_slope, second_word
from binodal.models.single_index.derivations.limit import zero_branch
from binodal.models.single_index.forms.event_rows import (
    Action,
    branch_slopes,
    event_arguments,
    unknowns_of,
)
from binodal.numerics.codegen.function import Function
from binodal.numerics.codegen.system import with_matrix


def end(name: str, modes: tuple[int, ...], branch: bool) -> dict[str, Function]:
    """The rows of a "meeting", or of a cusp by the null vector's entry in m or in log r ("m", "l").

    Unknowns: m, log r, beta where there is a branch, and both parameters, of which the second has
    its slopes from the same functions with its own powers.
    """
    of = Action.on_branch(modes, branch, 4)
    stationary = [_plain(of, word) for word in ("m", "l")]
    last = _plain(of, "") if name == "meeting" else _composed(of, null_slope(name))
    parts = [*stationary, _composed(of, hessian()), last]
    rows = [value for value, _ in parts]
    slopes = [[slope(x) for x in unknowns_of(branch)] for _, slope in parts]
    if branch:
        rows.append(zero_branch())
        slopes.append(branch_slopes())
    return with_matrix(f"end_{name}", rows, slopes, event_arguments(modes, branch, 4))


Row = tuple[sp.Expr, Callable[[str], sp.Expr]]
"""An expression, and its derivative in an unknown by that one's letter."""


def _plain(of: Action, word: str) -> Row:
    return of.by(word), lambda x: of.by(word + x)


def _composed(of: Action, expression: sp.Expr) -> Row:
    """A polynomial in derivatives of S, and its slopes by the chain rule."""
    words = {s: second_word(s) for s in sorted(expression.free_symbols, key=str)}
    point = {s: of.by(word) for s, word in words.items()}

    def slope(x: str) -> sp.Expr:
        return sp.Add(
            *(sp.diff(expression, s).subs(point) * of.by(w + x) for s, w in words.items())
        )

    return expression.subs(point), slope
