"""Every formula of the page, as one generated JavaScript module; no other file of it has any.

A function takes its unknowns and then all parameters of its model in the order of the table, so
that hand-written code need not know which of them a formula uses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

import sympy as sp

from binodal.derive.symbols import b, c, kappa, mass, q, rho, sigma2, u, x, x_v
from binodal.derive.theories import THEORIES
from binodal.models.modular.derivations.closure import ring_lambda
from binodal.models.modular.derivations.events import temperature
from binodal.models.modular.derivations.saddles import quadratic
from binodal.models.modular.forms.action import PARAMETERS as MODULAR
from binodal.models.modular.forms.action import TAU
from binodal.models.registry import model
from binodal.models.teacher_student.derivations.action import action
from binodal.models.teacher_student.derivations.continuum import coupling
from binodal.models.teacher_student.forms.action import PARAMETERS as TEACHER_STUDENT
from binodal.numerics.codegen.function import Function
from binodal.numerics.codegen.module import javascript_module

PARAMETERS: Mapping[str, Sequence[sp.Symbol]] = {
    "teacher-student": TEACHER_STUDENT,
    "modular": MODULAR,
}


class Formula(NamedTuple):
    """A function of the page: its name there, its unknowns, its values by name."""

    name: str
    unknowns: tuple[sp.Symbol, ...]
    values: Mapping[str, sp.Expr]


def _offered(model_name: str, quantity: str, theory: str) -> Mapping[str, sp.Expr]:
    found: Mapping[str, sp.Expr] = model(model_name).offer("expressions")[quantity](theory).values
    return found


def _teacher_student(theory: str) -> Iterator[Formula]:
    def offered(quantity: str) -> Mapping[str, sp.Expr]:
        return _offered("teacher-student", quantity, theory)

    of = action(theory)
    (cold,) = sp.solve(coupling() - kappa, sigma2)
    state = (rho, b, c, kappa)
    yield Formula("action", state, offered("action"))
    yield Formula("slope", state, {"S_rho": of.slope()})
    yield Formula("curvature", state, {"S_rho_rho": sp.diff(of.slope(), rho)})
    yield Formula("overlap", (rho,), {"q2": of.overlap2})
    yield Formula("birth", (rho,), offered("birth"))
    yield Formula("coexistence", (rho,), offered("coexistence"))
    yield Formula("zeroState", (b,), offered("zero-state"))
    yield Formula("droplet", (rho, b, c), offered("droplet"))
    yield Formula("sigma2OfCoupling", (kappa,), {"sigma2": cold})
    place = q if theory == "published" else rho
    yield Formula("landscape", (place, b, c, kappa), offered("overlap-law"))


def _modular(theory: str) -> Iterator[Formula]:
    def offered(quantity: str) -> Mapping[str, sp.Expr]:
        return _offered("modular", quantity, theory)

    (at_u,) = sp.solve(quadratic(), u)
    branch = {"tau": temperature(u).subs(u, at_u), "lam": ring_lambda(theory).subs(mass, 1)}
    residual = {**offered("coupling"), "lam": _LAMBDA}
    of_tau = {name: sp.simplify(e.subs(_LAMBDA, TAU - sigma2)) for name, e in residual.items()}
    yield Formula("action", (x, x_v, u), offered("action"))
    yield Formula("saddles", (u,), offered("saddles"))
    yield Formula("residual", (TAU,), of_tau)
    yield Formula("fullRing", (x,), branch)
    yield Formula("sharing", (), offered("sharing"))
    for event in ("birth", "coexistence", "gmfl2"):
        yield Formula(event, (), offered(event))


_LAMBDA = sp.Symbol("lam", positive=True)
_FORMULAS = {"teacher-student": _teacher_student, "modular": _modular}


@cache
def formulas(model_name: str, theory: str) -> tuple[Formula, ...]:
    """All formulas of a model in a theory."""
    return tuple(_FORMULAS[model_name](theory))


@cache
def module() -> str:
    """The generated module; ``FORMULAS[model][theory][name]`` is a function of numbers.

    A formula that both theories share is written once.
    """
    functions: list[Function] = []
    known: dict[tuple[object, ...], str] = {}
    tables = []
    for model_name, parameters in PARAMETERS.items():
        rows = []
        for theory in THEORIES:
            named = []
            for formula in formulas(model_name, theory):
                key = (model_name, formula.name, *formula.unknowns, *formula.values.values())
                if key not in known:
                    known[key] = _name(model_name, theory, formula)
                    arguments = (*formula.unknowns, *parameters)
                    functions.append(Function(known[key], formula.values, arguments))
                named.append(f"{formula.name}: {known[key]}")
            rows.append(f"    {theory}: {{ {', '.join(named)} }},\n")
        tables.append(f'  "{model_name}": {{\n{"".join(rows)}  }},\n')
    table = f"export const FORMULAS = {{\n{''.join(tables)}}};\n"
    return f"{javascript_module(functions)}\n{table}"


def _name(model_name: str, theory: str, formula: Formula) -> str:
    """Without the theory where both share the formula."""
    shared = all(formula in formulas(model_name, other) for other in THEORIES)
    words = (model_name.replace("-", "_"), *(() if shared else (theory,)), formula.name)
    return "_".join(words)
