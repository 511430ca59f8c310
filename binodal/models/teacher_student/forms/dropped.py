"""The sizes of the terms that a result leaves out."""

from __future__ import annotations

import sympy as sp

from binodal.derive.symbols import b, c, d, mass, rho, sigma2
from binodal.models.teacher_student.derivations.corrections import birth_shift, residual_shift
from binodal.models.teacher_student.derivations.dropped import dropped
from binodal.models.teacher_student.forms.action import PARAMETERS, with_coupling
from binodal.numerics.codegen.function import Function

_STATE = (rho, b, c, mass)


_ARCSINE = sp.Symbol("arcsine", positive=True)


def sizes(theory: str, name: str) -> Function:
    """(state, parameters) -> a size, and the argument of its arcsine; (arcsine, ...) -> both."""
    b_shift, c_shift = residual_shift(theory)
    named: dict[str, sp.Expr] = {
        **dropped().results,
        "b": b_shift / (d * b),
        "c": c_shift / (d * c),
        "birth": birth_shift(theory) / (d * sigma2),
    }
    size = with_coupling(named[name])
    arcsines = size.atoms(sp.asin)
    pair = {"size": size.subs(dict.fromkeys(arcsines, _ARCSINE))}
    pair["argument"] = arcsines.pop().args[0] if arcsines else sp.Integer(0)
    return Function("dropped", pair, (_ARCSINE, *_STATE, *PARAMETERS))
