"""The zero branch of neurons with random biases: its row, and the row's slopes."""

from __future__ import annotations

import sympy as sp

from binodal.models.single_index.derivations.action import u
from binodal.models.single_index.derivations.biased import bias, variance
from binodal.models.single_index.derivations.limit import at_rest, beta, gain, target, zero_branch
from binodal.models.single_index.derivations.prior_branch import NORM, PULL, prior_row, tilted
from binodal.models.single_index.forms.events import POWERS, by_parameter
from binodal.numerics.codegen.function import Function
from binodal.numerics.codegen.module import source
from binodal.numerics.codegen.targets import ANALYTIC

_NUMBERS = (u, gain, *POWERS, target(1))
_BY = sp.symbols("norm_by_beta pull_by_beta norm_by_x pull_by_x", real=True)


def scaled_branch() -> Function:
    """(beta, ..., c_1, c_3) -> the row, and its slopes in beta and in x."""
    row = zero_branch()
    values = {"row": row, "by_beta": sp.diff(row, beta), "by_x": by_parameter(row)}
    return Function("scaled_branch", values, (beta, *_NUMBERS, at_rest(1), at_rest(3)))


def prior_branch() -> Function:
    """The same from the integrals of ``tilted`` and their slopes in beta and in x."""
    row = prior_row()
    integrals = (NORM, PULL)
    chain = [
        sp.Add(*(sp.diff(row, s) * slope for s, slope in zip(integrals, slopes, strict=True)))
        for slopes in (_BY[:2], _BY[2:])
    ]
    values = {
        "row": row,
        "by_beta": sp.diff(row, beta) + chain[0],
        "by_x": by_parameter(row) + chain[1],
    }
    return Function("prior_branch", values, (beta, gain, POWERS[1], *integrals, *_BY))


_INTEGRAND = (bias, variance, beta, u, POWERS[0], POWERS[2], target(1), at_rest(1), at_rest(3))


def _tilted() -> dict[str, sp.Expr]:
    values: dict[str, sp.Expr] = {}
    for name, integrand in zip(("norm", "pull"), tilted(), strict=True):
        values[name] = integrand
        values[f"{name}_by_beta"] = sp.diff(integrand, beta)
        values[f"{name}_by_x"] = by_parameter(integrand)
    return values


def tilted_floats() -> Function:
    """The two integrands as functions of arrays."""
    norm, pull = tilted()
    return Function("tilted", {"norm": norm, "pull": pull}, _INTEGRAND)


def tilted_analytic() -> list[str]:
    """The six integrands on complex boxes, which refuse what is not analytic: what loads them."""
    return [source("tilted", _tilted(), _INTEGRAND, ANALYTIC), "tilted", "generated_tilted"]
