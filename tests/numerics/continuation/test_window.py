"""Ranges, halves and coordinates of the window that a boundary is drawn in."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb

from binodal.numerics.continuation.window import axes_of, halves, ranges, require_points, spans
from binodal.numerics.errors import ParameterError

F = Fraction
OWN = {"x": F(6), "y": F(-2), "z": F(0)}


def test_defaults_reach_from_a_third_to_three_times_the_own_value():
    assert ranges(OWN, ("x", "y"), {}, "y") == {"x": (F(2), F(18)), "y": (F(-6), F(6))}
    assert ranges(OWN, ("x", "z"), {}, "z")["z"] == (F(-1), F(1))
    given = {"x": (F(1), F(4))}
    assert ranges(OWN, ("x", "y"), given, "y")["x"] == (F(1), F(4))


@pytest.mark.parametrize(
    ("names", "given"),
    [
        (("x", "w"), {}),
        (("x", "x"), {}),
        (("x", "y"), {"z": (F(1), F(2))}),
        (("x", "y"), {"x": (F(2), F(2))}),
        (("x", "y"), {"x": (F(0), F(2))}),
        (("x", "y"), {"y": (F(1), F(-1))}),
    ],
)
def test_what_is_no_window_is_refused(names, given):
    with pytest.raises(ParameterError):
        ranges(OWN, names, given, "y")


def test_a_signed_parameter_is_cut_at_zero():
    """Both parts come close to zero, and neither holds it."""
    window = {"x": (F(1), F(4)), "y": (F(-1, 2), F(3))}
    below, above = halves(window, "y")
    assert below["y"][0] == F(-1, 2) and above["y"][1] == F(3)
    assert below["x"] == above["x"] == window["x"]
    assert F(-1, 100) < below["y"][1] < 0 < above["y"][0] < F(1, 100)
    assert halves({"y": (F(0), F(3))}, "y")[0]["y"][1] == 3
    assert halves({"y": (F(1), F(3))}, "y") == [{"y": (F(1), F(3))}]
    assert halves(window, "z") == [window]


def test_coordinates_start_at_zero_and_come_back():
    window = {"x": (F(2), F(18)), "y": (F(-6), F(5))}
    logarithmic, linear = axes_of(window, "y")
    (start, end), straight = spans((logarithmic, linear), window)
    assert start == 0 and straight == (-6, 5)
    assert float(logarithmic.value(arb(end)).mid()) == pytest.approx(18)
    assert logarithmic.value(logarithmic.coordinate(F(7))).contains(7)
    assert linear.value(linear.coordinate(F(7))).contains(7)
    assert (logarithmic.slope(arb(7)), linear.slope(arb(7))) == (7, 1)


def test_how_many_points_make_a_curve():
    require_points(2)
    for points in (1, 10**6):
        with pytest.raises(ParameterError):
            require_points(points)
