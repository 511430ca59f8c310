"""The sizes of the terms that a result leaves out."""

from __future__ import annotations

from binodal.derive.symbols import a, mass, u, x
from binodal.models.modular.derivations.dropped import dropped
from binodal.models.modular.forms.action import PARAMETERS
from binodal.numerics.codegen.function import Function

_STATE = (a, u, x, mass)


def sizes(theory: str, name: str) -> Function:
    """(state, parameters) -> a size."""
    expression = {"size": dropped(theory).results[name]}
    return Function("dropped", expression, (*_STATE, *PARAMETERS))
