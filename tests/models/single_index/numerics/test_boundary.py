"""Curves of events in two parameters: slopes, points, and what is not claimed."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb

from binodal.api import boundary
from binodal.errors import RequestError
from binodal.models.registry import preset
from binodal.models.single_index.numerics.boundary_system import BoundarySystem
from binodal.models.single_index.numerics.critical import SingleIndexCriticalPoints
from binodal.models.single_index.numerics.setting import setting_of
from binodal.models.teacher_student.numerics.critical import critical
from binodal.numerics.balls import precision
from binodal.numerics.continuation.window import axes_of

PAPER = "1: 1, 3: -3/10"
WINDOW = {
    "sigma2": (Fraction(1, 10), Fraction(3, 10)),
    "sigma_w2": (Fraction(3, 10), Fraction(4, 5)),
}
PARAMETERS = {
    "N": Fraction(700),
    "n": Fraction(3000),
    "d": Fraction(150),
    "sigma2": Fraction(9, 50),
    "sigma_w2": Fraction(1, 2),
    "sigma_a2": Fraction(2, 175),
}


@pytest.mark.parametrize("event", ["birth", "coexistence"])
@pytest.mark.parametrize(("activation", "teacher"), [("erf", PAPER), ("gelu", "1: 1, 2: 1/2")])
def test_slopes_are_those_of_the_rows(event, activation, teacher):
    """Central differences in every coordinate at a generic point; a wrong point is no zero."""
    setting = setting_of(activation, teacher, "none")
    system = BoundarySystem(setting, event, axes_of(WINDOW, ""), PARAMETERS)
    place, step = ["0.61", "-0.23", "0.37", "0.71", "0.52"], arb(2) ** -60
    with precision(256):
        at = [arb(x) for x in place]
        slopes = system.jacobian(at)
        for k in range(len(at)):
            up, down = ([x + s * step * (i == k) for i, x in enumerate(at)] for s in (1, -1))
            for row, (high, low) in enumerate(
                zip(system.value(up), system.value(down), strict=True)
            ):
                assert abs((high - low) / (2 * step) - slopes[row][k]) < 1e-30
        assert not any(value.contains(0) for value in system.value(at))


def test_the_paper_s_curve_is_met():
    """Every point is the teacher-student model's coexistence with one parameter held."""
    ranges = {name: (str(low), str(high)) for name, (low, high) in WINDOW.items()}
    found = boundary(
        "single-index",
        "coexistence",
        names=("sigma2", "sigma_w2"),
        ranges=ranges,
        points=3,
        preset="fig2",
    )
    (curve,) = found.value[0].curves
    assert found.status == "certified" and not curve.undecided
    assert found.value[0].end_points == ()
    assert curve.ends == ("sigma_w2=3/10", "sigma_w2=4/5")
    for point in curve.points:
        ((held, value),) = point.exact.items()
        along = "sigma_w2" if held == "sigma2" else "sigma2"
        paper = critical(preset("fig2").replace(**{held: value}), "coexistence", along).point
        assert point.values[along].overlaps(paper.value)
        assert point.state["q"].overlaps(paper.q) and point.state["b"].overlaps(paper.b)
        assert point.state["margin"].contains(1)


def test_a_search_without_a_curve_proves_nothing_of_closed_ones():
    found = boundary(
        "single-index",
        "coexistence",
        names=("sigma2", "N"),
        points=3,
        preset="fig2",
        activation="relu",
        teacher="2: 1/2",
    )
    assert found.status == "undecided" and "no zero on the edges" in found.value[0].reason
    never = boundary("single-index", "instability", names=("sigma2", "N"), preset="fig2")
    assert never.status == "absent"


@pytest.mark.parametrize(
    ("activation", "teacher", "m2"), [("relu", "2: 1/2", 1), ("abs", "2: 1, 4: 1", Fraction(1, 2))]
)
def test_condensation_is_a_curve(activation, teacher, m2):
    """u sigma_w^2 = 8 pi: f = m^2/sqrt(8 pi), and sqrt(2/pi) (m^2 - m^4), largest at m^2 = 1/2."""
    found = boundary(
        "single-index",
        "condensation",
        names=("sigma2", "sigma_w2"),
        ranges={"sigma2": ("1/10", "1/5"), "sigma_w2": ("3/10", "4/5")},
        points=4,
        preset="fig2",
        activation=activation,
        teacher=teacher,
    )
    (curve,) = found.value[0].curves
    assert found.status == "certified" and len(curve.points) == 4 and not curve.undecided
    for point in curve.points:
        assert (point.state["u"] * point.values["sigma_w2"]).overlaps(8 * arb.pi())
        assert (point.state["m"] ** 2).overlaps(arb(m2.numerator) / m2.denominator)


def test_a_condensation_on_a_curve_is_that_of_critical():
    found = boundary(
        "single-index",
        "condensation",
        names=("sigma2", "N"),
        points=3,
        preset="fig2",
        activation="gelu",
        teacher="1: 1, 2: 1/2",
    )
    (curve,) = found.value[0].curves
    point = curve.points[1]
    ((held, value),) = point.exact.items()
    own = preset("fig2").replace(**{held: value})
    along = "sigma2" if held == "N" else "N"
    setting = setting_of("gelu", "1: 1, 2: 1/2", "none")
    event = SingleIndexCriticalPoints(setting)(own, "condensation", along).point
    assert point.values[along].overlaps(event.value) and point.state["b"].overlaps(event.b)


def test_what_has_no_curve_is_refused():
    with pytest.raises(RequestError, match="finite size"):
        boundary("single-index", "mass", names=("sigma2", "N"), preset="fig2")
    with pytest.raises(RequestError, match="boundary is not available"):
        boundary(
            "single-index",
            "birth",
            names=("sigma2", "N"),
            preset="fig2",
            teacher="(1,0): 1, (0,1): 1",
        )
