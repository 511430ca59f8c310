"""The sizes of the terms that a result leaves out."""

from __future__ import annotations

import sympy as sp

from binodal.derive.symbols import b, c, d, mass, rho, sigma2
from binodal.models.teacher_student.derivations.corrections import birth_shift, residual_shift
from binodal.models.teacher_student.derivations.dropped import dropped
from binodal.models.teacher_student.forms.action import PARAMETERS, with_coupling
from binodal.numerics.codegen.function import Function

STATE = (rho, b, c, mass)
ARCSINE = sp.Symbol("arcsine", positive=True)


def named(theory: str) -> dict[str, sp.Expr]:
    """Every size by its name, of the parameters and the state (rho, b, c, mass)."""
    b_shift, c_shift = residual_shift(theory)
    expressions = {
        **dropped().results,
        "b": b_shift / (d * b),
        "c": c_shift / (d * c),
        "birth": birth_shift(theory) / (d * sigma2),
    }
    return {name: with_coupling(size) for name, size in expressions.items()}


def split(size: sp.Expr) -> dict[str, sp.Expr]:
    """A size with its arcsine as a symbol, and the arcsine's argument (0 if it has none)."""
    arcsines = size.atoms(sp.asin)
    argument = arcsines.pop().args[0] if arcsines else sp.Integer(0)
    return {"size": size.subs(sp.asin(argument), ARCSINE), "argument": argument}


def sizes(theory: str, name: str) -> Function:
    """(state, parameters) -> a size, and the argument of its arcsine; (arcsine, ...) -> both."""
    pair = split(named(theory)[name])
    return Function("dropped", pair, (ARCSINE, *STATE, *PARAMETERS))
