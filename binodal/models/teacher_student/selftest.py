"""Known answers of the teacher-student model by a second arithmetic."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial

import sympy as sp
from flint import arb

from binodal.derive.symbols import b, c, kappa, rho
from binodal.derive.theories import THEORIES
from binodal.models.protocol import Check
from binodal.models.teacher_student.derivations.action import action
from binodal.models.teacher_student.derivations.continuum import coupling, strength
from binodal.models.teacher_student.numerics.critical import critical
from binodal.models.teacher_student.parameters import SPACE
from binodal.numerics.parameters import Parameters
from binodal.numerics.rescale import rescale

_DIGITS = 30
FIG2 = Parameters(SPACE, SPACE.presets["fig2"])


def checks() -> Iterator[Check]:
    """The paper's own numbers, and critical points put back into the action."""
    yield "teacher-student: sigma^2 = 0.18 is u = 30.2", _one_number
    for theory in THEORIES:
        yield f"teacher-student coexistence, {theory}: S = S' = 0", partial(_double_zero, theory)
        name = f"teacher-student coexistence, {theory}: invariant under M.11"
        yield name, partial(_invariance, theory)


def _one_number() -> str | None:
    """The paper's 0.18 and 30.2 are the same point: u is fixed by the setting of Fig. 2."""
    u = FIG2.put_into(strength())
    return None if round(float(u), 1) == 30.2 else f"u = {u}"


def _double_zero(theory: str) -> str | None:
    """The certified point put into the action by SymPy's multiprecision, not by balls."""
    point = critical(FIG2, "coexistence", theory=theory, digits=_DIGITS).point
    assert point is not None
    exact = {name: sp.Rational(str(value)) for name, value in FIG2.items()}

    def decimal(value: arb) -> sp.Float:
        return sp.Float(value.str(_DIGITS + 10, radius=False), _DIGITS + 10)

    numbers = {
        s: exact[str(s)]
        for s in coupling().free_symbols | action(theory).density().free_symbols
        if str(s) in exact
    }
    numbers |= {rho: decimal(point.rho), b: decimal(point.b), c: exact["epsilon"]}
    numbers |= {s: decimal(point.value) for s in coupling().free_symbols if str(s) == "sigma2"}
    density = action(theory).density().subs(kappa, coupling())
    for order in (0, 1):
        height = abs(sp.diff(density, rho, order).evalf(_DIGITS, subs=numbers, maxn=200))
        if not height < sp.Float(10) ** (5 - _DIGITS):
            return f"derivative {order} of S/d is {height} there"
    return None


def _invariance(theory: str) -> str | None:
    """beta = 4 rescales every size; coexistence must stay at the same sigma^2."""
    scaled, _ = rescale(FIG2, Fraction(4))
    points = [critical(place, "coexistence", theory=theory).point for place in (FIG2, scaled)]
    here, there = (point.value for point in points if point is not None)
    return None if here.overlaps(there) else f"{here} at beta = 1, {there} at beta = 4"
