"""Known answers of modular addition by a second arithmetic."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from functools import partial

import sympy as sp

from binodal.derive.symbols import a, sigma2, u, x, x_v
from binodal.derive.theories import THEORIES
from binodal.models.modular.derivations.action import mode_action
from binodal.models.modular.numerics.critical import critical
from binodal.models.modular.numerics.solve import solve_thermodynamic
from binodal.models.modular.parameters import SPACE
from binodal.models.protocol import Check
from binodal.numerics.balls import bits_of
from binodal.numerics.parameters import Parameters
from binodal.numerics.rescale import rescale

_DIGITS = 30
FIG3 = Parameters(SPACE, SPACE.presets["fig3"])


def checks() -> Iterator[Check]:
    """Critical points put back into the action, and what the scalings keep."""
    for theory in THEORIES:
        yield f"modular coexistence, {theory}: S = S' = 0", partial(_equal_depth, theory)
    yield "modular gmfl2, published: a full ring of B.37b closes the equation", _full_ring
    yield "modular: invariant under the derived scaling, not under M.14", _invariance


def _equal_depth(theory: str) -> str | None:
    """The certified (sigma^2, x) put into the mode's action by SymPy's multiprecision."""
    point = critical(FIG3, "coexistence", theory=theory, digits=_DIGITS).point
    assert point is not None
    mode = mode_action(theory)
    free = mode.coupling.free_symbols | mode.s.free_symbols
    numbers = {s: sp.Rational(str(v)) for s in free for n, v in FIG3.items() if n == str(s)}
    numbers |= {
        s: sp.Float(v.str(_DIGITS + 10, radius=False), _DIGITS + 10)
        for s, v in ((sigma2, point.value), (a, point.a), (x, point.x))
    }
    diagonal = mode.s.subs(u, mode.coupling).subs(x_v, x)
    for order in (0, 1):
        height = abs(sp.diff(diagonal, x, order).evalf(_DIGITS, subs=numbers, maxn=200))
        if not height < sp.Float(10) ** (8 - _DIGITS):
            return f"derivative {order} of S/P is {height} there"
    return None


def _full_ring() -> str | None:
    """tau_c - sigma^2 at the end of GMFL-I is sigma_a^2 x^2: 2e-6 times 3/gamma = 0.06."""
    points = [
        critical(FIG3, event, theory="published", digits=_DIGITS).point
        for event in ("coexistence", "gmfl2")
    ]
    start, end = (
        Decimal(point.value.str(_DIGITS, radius=False)) for point in points if point is not None
    )
    gap = abs(start - end - Decimal("0.06"))
    return None if gap < Decimal(10) ** (2 - _DIGITS) else f"{start} - {end} is not 0.06"


def _invariance() -> str | None:
    """The ring's mass in GMFL-I at beta = 4: kept by the derived scaling, a quarter by M.14."""
    base = FIG3.replace(sigma2=Fraction(1, 5))
    printed = base.replace(
        N=base["N"] * 16,
        P=base["P"] * 2,
        sigma_a2=base["sigma_a2"] / 4,
        sigma2=base["sigma2"] / 4,
    )
    rescaled, _ = rescale(base, Fraction(4))
    masses = [
        solve_thermodynamic(values, "derived", bits_of(_DIGITS)).saddles[-1].mass
        for values in (base, rescaled, printed)
    ]
    here, derived, moved = (mass.mid() for mass in masses if mass is not None)
    fits = abs(derived / here - 1) < 1e-12 and abs(4 * moved / here - 1) < 1e-12
    return None if fits else f"masses {here}, {derived} (derived), {moved} (M.14)"
