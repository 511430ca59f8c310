"""Checks that a user can repeat: all derivations, and known answers by a second arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from binodal.api import critical
from binodal.derive.theories import THEORIES
from binodal.models.registry import model, names

if TYPE_CHECKING:
    from flint import arb

    from binodal.derive.derivation import Derivation
    from binodal.derive.step import Step

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
        yield f"modular coexistence, {theory}: S = S' = 0", partial(_equal_depth, theory)
    yield "modular gmfl2, published: a full ring of B.37b closes the equation", _full_ring
    yield "modular: invariant under the derived scaling, not under M.14", _modular_invariance


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
                wrong = step.counterexample()
                if wrong is not None:
                    return f"step '{step.name}': {wrong}"
    return None


def _double_zero(theory: str) -> str | None:
    """The certified point put into the action by SymPy's multiprecision, not by balls."""
    import sympy as sp

    from binodal.derive.symbols import b, c, kappa, rho
    from binodal.models.registry import preset
    from binodal.models.teacher_student.derivations.action import action
    from binodal.models.teacher_student.derivations.continuum import coupling

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


def _equal_depth(theory: str) -> str | None:
    """The certified (sigma^2, x) put into the mode's action by SymPy's multiprecision."""
    import sympy as sp

    from binodal.derive.symbols import a, sigma2, u, x, x_v
    from binodal.models.modular.derivations.action import mode_action
    from binodal.models.registry import preset

    point = critical(
        "modular", "coexistence", preset="fig3", theory=theory, digits=_DIGITS
    ).value.point
    mode = mode_action(theory)
    free = mode.coupling.free_symbols | mode.s.free_symbols
    at = {s: sp.Rational(str(v)) for s in free for n, v in preset("fig3").items() if n == str(s)}
    at |= {
        s: sp.Float(v.str(_DIGITS + 10, radius=False), _DIGITS + 10)
        for s, v in ((sigma2, point.value), (a, point.a), (x, point.x))
    }
    diagonal = mode.s.subs(u, mode.coupling).subs(x_v, x)
    for order in (0, 1):
        height = abs(sp.diff(diagonal, x, order).evalf(_DIGITS, subs=at, maxn=200))
        if not height < sp.Float(10) ** (8 - _DIGITS):
            return f"derivative {order} of S/P is {height} there"
    return None


def _full_ring() -> str | None:
    """tau_c - sigma^2 at the end of GMFL-I is sigma_a^2 x^2: 2e-6 times 3/gamma = 0.06."""
    from decimal import Decimal

    start, end = (
        Decimal(
            critical("modular", event, preset="fig3", theory="published", digits=_DIGITS).document[
                "value"
            ]["mid"]
        )
        for event in ("coexistence", "gmfl2")
    )
    gap = abs(start - end - Decimal("0.06"))
    return None if gap < Decimal(10) ** (2 - _DIGITS) else f"{start} - {end} is not 0.06"


def _modular_invariance() -> str | None:
    """The ring's mass in GMFL-I at beta = 4: kept by the derived scaling, a quarter by M.14."""
    from binodal.models.registry import preset
    from binodal.numerics.rescale import rescale

    base = preset("fig3").replace(sigma2=Fraction(1, 5))
    printed = base.replace(
        N=base["N"] * 16,
        P=base["P"] * 2,
        sigma_a2=base["sigma_a2"] / 4,
        sigma2=base["sigma2"] / 4,
    )
    of = model("modular")
    rescaled, _ = rescale(base, Fraction(4))
    here, derived, moved = (
        of.offer("solve")(values, "derived", "thermodynamic", _DIGITS).saddles[-1].mass.mid()
        for values in (base, rescaled, printed)
    )
    fits = abs(derived / here - 1) < 1e-12 and abs(4 * moved / here - 1) < 1e-12
    return None if fits else f"masses {here}, {derived} (derived), {moved} (M.14)"


def _one_number() -> str | None:
    """The paper's 0.18 and 30.2 are the same point: u is fixed by the setting of Fig. 2."""
    from binodal.models.registry import preset
    from binodal.models.teacher_student.derivations.continuum import strength

    u = preset("fig2").put_into(strength())
    return None if round(float(u), 1) == 30.2 else f"u = {u}"
