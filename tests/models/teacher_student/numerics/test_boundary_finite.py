"""Computed curves at finite d against the bracketed events along one parameter."""

from __future__ import annotations

from fractions import Fraction as F

import pytest

from binodal.models.registry import preset
from binodal.models.teacher_student.numerics.boundary_finite import boundary_finite
from binodal.models.teacher_student.numerics.finite_critical import critical_finite, event_level
from binodal.models.teacher_student.numerics.ladder import event_near
from binodal.numerics.errors import ParameterError
from binodal.numerics.outcome import Status

FIG2 = preset("fig2")
WINDOW = {"sigma2": (F(17, 100), F(1, 4)), "epsilon": (F(-2, 5), F(-1, 4))}


def test_a_curve_agrees_with_the_scan_and_proves_nothing():
    found = boundary_finite(FIG2, "birth", theory="published", window=WINDOW, points=4)
    assert found.status is Status.CONVERGED
    (curve,) = found.curves
    assert curve.undecided == 3 and all("without a proof" in link.reason for link in curve.links)
    point = curve.points[2]
    at = F(float(point.values["epsilon"].mid()))
    expected = critical_finite(FIG2.replace(epsilon=at), "birth", theory="published")
    values = [p.value for p in (expected.point, *expected.others)]
    assert any(
        float(v.mid()) == pytest.approx(float(point.values["sigma2"].mid()), rel=1e-8)
        for v in values
    )
    state = {name: float(ball.mid()) for name, ball in point.state.items()}
    assert state["q"] == pytest.approx(float(expected.point.q.mid()), rel=1e-3)
    ends = {end.split("=")[0] for end in curve.ends}
    assert ends <= {"sigma2", "epsilon"}


def test_nothing_found_is_undecided():
    far = {"sigma2": (F(5), F(6)), "d": (F(100), F(110))}
    found = boundary_finite(FIG2, "birth", ("sigma2", "d"), window=far, points=2)
    assert found.status is Status.UNDECIDED and not found.curves


@pytest.mark.parametrize(
    "options",
    [{"event": "gmfl2"}, {"event": "mass", "fraction": F(2)}, {"event": "birth", "points": 0}],
)
def test_bad_requests_are_refused(options):
    with pytest.raises(ParameterError):
        boundary_finite(FIG2, **options)


def test_an_event_is_found_again_near_a_guess():
    value = float(critical_finite(FIG2, "birth", theory="published").point.value.mid())
    found = event_near(FIG2, "birth", "published", value * 1.005)
    assert found is not None and found[0] == pytest.approx(value, rel=1e-8) and found[1] < 1e-8
    assert event_near(FIG2, "birth", "published", value * 3) is None


def test_a_level_is_that_of_the_plain_quadrature_unless_refined():
    at = {name: float(value) for name, value in FIG2.items()}
    plain, once, twice = (
        event_level(at, "birth", "derived", **more) for more in ({}, {"refine": 1}, {"refine": 2})
    )
    assert plain == once != twice and plain == pytest.approx(twice, rel=1e-9)
