"""Checks that a user can repeat: all derivations, and known answers by a second arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from binodal.api import critical
from binodal.models.model import THEORIES, model, names

if TYPE_CHECKING:
    from flint import arb

    from derive.derivation import Derivation
    from derive.step import Step

Check = tuple[str, Callable[[], str | None]]
"""A name, and a function that returns None or a sentence about what is wrong."""

_DIGITS = 30


def checks() -> Iterator[Check]:
    """All checks, in the order in which results rest on each other."""
    for name in names():
        yield from _derivations(name)
    yield "teacher-student: sigma^2 = 0.18 is u = 30.2", _one_number
    for theory in THEORIES:
        yield f"teacher-student coexistence, {theory}: S = S' = 0", partial(_double_zero, theory)
        yield (
            f"teacher-student coexistence, {theory}: invariant under M.11",
            partial(_invariance, theory),
        )


def _derivations(name: str) -> Iterator[Check]:
    seen: list[Step] = []
    for quantity, derivation in model(name).quantities().items():
        yield f"{name}: {quantity}", partial(_verify, derivation, seen)


def _verify(derivation: Callable[[str], Derivation], seen: list[Step]) -> str | None:
    """Run the checks of the steps that are new, in both theories."""
    for theory in THEORIES:
        for step in derivation(theory).steps:
            if step not in seen:
                seen.append(step)
                wrong = step.check.counterexample()
                if wrong is not None:
                    return f"step '{step.name}': {wrong}"
    return None


def _double_zero(theory: str) -> str | None:
    """The certified point put into the action by SymPy's multiprecision, not by balls."""
    import sympy as sp

    from derive.symbols import b, c, kappa, rho
    from derive.teacher_student.action import action
    from derive.teacher_student.continuum import coupling
    from numerics.parameters import preset

    point = critical(
        "teacher-student", "coexistence", preset="fig2", theory=theory, digits=_DIGITS
    ).value.point
    exact = {name: sp.Rational(str(value)) for name, value in preset("fig2").items()}

    def decimal(value: arb) -> sp.Float:
        return sp.Float(value.str(_DIGITS + 10, radius=False), _DIGITS + 10)

    at = {
        s: exact[str(s)]
        for s in coupling().free_symbols | action(theory).density().free_symbols
        if str(s) in exact
    }
    at |= {rho: decimal(point.rho), b: decimal(point.b), c: exact["epsilon"]}
    at |= {s: decimal(point.value) for s in coupling().free_symbols if str(s) == "sigma2"}
    density = action(theory).density().subs(kappa, coupling())
    for order in (0, 1):
        height = abs(sp.diff(density, rho, order).evalf(_DIGITS, subs=at, maxn=200))
        if not height < sp.Float(10) ** (5 - _DIGITS):
            return f"derivative {order} of S/d is {height} there"
    return None


def _invariance(theory: str) -> str | None:
    """beta = 4 rescales every size; coexistence must stay at the same sigma^2."""
    here, there = (
        critical(
            "teacher-student", "coexistence", preset="fig2", theory=theory, beta=beta
        ).value.point.value
        for beta in (1, 4)
    )
    return None if here.overlaps(there) else f"{here} at beta = 1, {there} at beta = 4"


def _one_number() -> str | None:
    """The paper's 0.18 and 30.2 are the same point: u is fixed by the setting of Fig. 2."""
    from numerics.parameters import preset

    at = preset("fig2")
    u = at["n"] ** 2 * at["sigma_a2"] / (at["sigma2"] ** 2 * at["d"] * at["N"])
    return None if round(float(u), 1) == 30.2 else f"u = {u}"
