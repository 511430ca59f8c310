"""What finite P changes at birth."""

from __future__ import annotations

from binodal.derive.symbols import P, sigma2
from binodal.models.modular.derivations.corrections import birth_shift
from binodal.models.modular.forms.action import PARAMETERS
from binodal.numerics.codegen.function import Function


def shift(theory: str) -> Function:
    """lambda of the zero state times P^2, with its first correction in 1/P."""
    value = birth_shift(theory) * P**2 + 0 * sigma2
    return Function("shift", {"shift": value}, PARAMETERS)
