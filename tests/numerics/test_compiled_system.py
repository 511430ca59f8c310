"""A compiled system answers as its equations do, also where it keeps what it has just computed."""

from __future__ import annotations

import pytest
import sympy as sp
from flint import arb

from binodal.derive.functions import LogRatio
from binodal.numerics.balls import precision
from binodal.numerics.codegen.function import Function
from binodal.numerics.codegen.load import compiled_system, texts
from binodal.numerics.codegen.loaded import loaded
from binodal.numerics.compiled_system import CompiledSystem

x, y, p = sp.symbols("x y p")
ROWS = (sp.exp(x) * y - p, x**3 + sp.sin(p * y))


class Logarithmic(CompiledSystem):
    """ROWS at p = 3/7 in (x, log y)."""

    def __init__(self):
        super().__init__(compiled_system("rows", ROWS, (x, y), (x, y, p), {"product": x * y}))
        self.asked = 0

    def arguments(self, box):
        self.asked += 1
        return [box[0], box[1].exp(), arb(3) / 7]

    def factors(self, box):
        return {1: box[1].exp()}


class Unfactored(Logarithmic):
    def factors(self, box):
        return {}


def box_at(radius=0):
    return [arb("0.3", radius), arb("-0.8", radius)]


def contains(box, balls):
    """Whether balls hold ROWS, and then their slopes in (x, log y), at the middle of a box."""
    at = [sp.Rational(3, 10), sp.Rational(-8, 10)]
    rows = [row.subs({y: sp.exp(y), p: sp.Rational(3, 7)}, simultaneous=True) for row in ROWS]
    slopes = [sp.diff(row, v) for row in rows for v in (x, y)]
    exact = [
        arb(str(e.subs(dict(zip((x, y), at, strict=True))).evalf(40))) for e in (*rows, *slopes)
    ]
    return all((b + arb(0, 1e-30)).contains(e) for b, e in zip(balls, exact, strict=True))


@pytest.mark.parametrize("radius", [0, "1e-3"])
def test_rows_and_slopes_hold_those_of_the_equations(radius):
    with precision(128):
        system, box = Logarithmic(), box_at(radius)
        slopes = [v for row in system.jacobian(box) for v in row]
        assert contains(box, [*system.value(box), *slopes])
        assert contains(box, [*Logarithmic().value(box), *slopes])


def test_a_column_without_its_factor_is_noticed():
    with precision(128):
        system, box = Unfactored(), box_at()
        slopes = [v for row in system.jacobian(box) for v in row]
        assert not contains(box, [*system.value(box), *slopes])


def test_rows_come_with_the_jacobian_at_the_same_box_alone():
    with precision(128):
        system, box = Logarithmic(), box_at()
        system.jacobian(box)
        rows = system.value(list(box))
        assert system.asked == 1
        other = system.value(box_at("0.1"))
        assert system.asked == 2
        assert all(a.contains(b) and a.rad() > b.rad() for a, b in zip(other, rows, strict=True))
    with precision(200):
        assert all(a.rad() < b.rad() for a, b in zip(system.value(box), rows, strict=True))
        assert system.asked == 3


def test_the_shape_is_at_the_same_arguments():
    with precision(128):
        assert Logarithmic().shape(box_at())[0].overlaps(arb("0.3") * arb("-0.8").exp())


@pytest.mark.parametrize("radius", [0, "1e-25", "1e-3", "0.2"])
@pytest.mark.parametrize("place", ["-3", "-0.06", "0.01", "0.3", "0.7"])
def test_several_orders_at_once_are_what_each_is_alone(place, radius):
    orders = (0, 2, 3)
    several = Function("several", {f"F{k}": LogRatio(k, 2 * x) for k in orders}, (x,))
    (text,) = texts(several, "boxes").values()
    assert text[0].count("log_ratios(3, ") == 1
    with precision(128):
        at = arb(place, radius) / 2
        together = loaded(*text)(at)
        for order, ball in zip(orders, together, strict=True):
            (alone,) = texts(Function("alone", {"F": LogRatio(order, 2 * x)}, (x,)), "arb").values()
            height = arb.fac_ui(order) / (order + 1)
            for point in (at.lower(), at.mid(), at.upper()):
                exact = height * (2 * arb(point)).hypgeom_2f1(order + 1, order + 1, order + 2)
                assert ball.overlaps(exact)
            assert ball.overlaps(loaded(*alone)(at)[0])
            assert ball.rad() <= 2 * loaded(*alone)(at)[0].rad()
