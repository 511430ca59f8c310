"""Ratios that say on a whole box of parameters what is past."""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.symbols import sigma2
from binodal.models.modular.derivations.endpoints import COLD_END, NO_MEETING, NO_TRIPLE
from binodal.models.modular.derivations.events import full_ring
from binodal.models.modular.forms.action import PARAMETERS, critical_tau, powers
from binodal.numerics.codegen.function import Function


@cache
def _ratios(theory: str) -> dict[str, sp.Expr]:
    """sigma^2/tau_birth, sigma^2/tau_coexistence and Lambda/tau_coexistence."""
    birth, pinned = critical_tau("birth"), critical_tau("coexistence")
    return {
        "birth": sp.simplify(sigma2 / birth),
        "coexistence": sp.simplify(sigma2 / pinned),
        "ring": sp.simplify(full_ring(theory) / pinned),
    }


def ratio(name: str, theory: str) -> Function:
    """(parameters) -> a ratio."""
    return Function("ratio", {name: _ratios(theory)[name]}, PARAMETERS)


def powers_of_ratio(name: str, theory: str) -> dict[str, str]:
    """The exponents of the parameters in a ratio."""
    return powers(_ratios(theory)[name])


def reasons_of_ends() -> dict[str, str]:
    """Why a curve of an event ends where it does, and nowhere else."""
    return {"no meeting": NO_MEETING, "no triple": NO_TRIPLE, "cold end": COLD_END}
