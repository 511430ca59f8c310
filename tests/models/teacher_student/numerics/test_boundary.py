"""Boundary curves against the critical points along one parameter, found by another search."""

from __future__ import annotations

from fractions import Fraction as F
from functools import cache

import pytest
from flint import arb

from binodal.models.registry import parameters_of, preset
from binodal.models.teacher_student.derivations.endpoints import endpoints
from binodal.models.teacher_student.numerics.boundary import boundary, end_points
from binodal.models.teacher_student.numerics.boundary_complete import no_closed_curve
from binodal.models.teacher_student.numerics.boundary_system import BoundarySystem
from binodal.models.teacher_student.numerics.critical import critical
from binodal.numerics.balls import ball, precision
from binodal.numerics.continuation.certify import link
from binodal.numerics.continuation.result import Boundary
from binodal.numerics.continuation.window import axes_of
from binodal.numerics.errors import ParameterError
from binodal.numerics.outcome import Status
from tests.laws import cases

CURVES = "binodal.models.teacher_student.numerics.boundary"
GENERIC = parameters_of(
    "teacher-student",
    {
        "N": F(523),
        "n": F(2311),
        "d": F(97),
        "sigma2": F(2, 9),
        "sigma_w2": F(3, 7),
        "sigma_a2": F(1, 61),
        "epsilon": F(-5, 13),
    },
)
WINDOW = {"sigma2": (F(1, 10), F(3, 5)), "epsilon": (F(-1), F(1))}


@cache
def found(event: str, theory: str) -> Boundary:
    return boundary(GENERIC, event, theory=theory, window=WINDOW, points=12)


@pytest.mark.parametrize(
    ("event", "theory"),
    cases(
        [("birth", "derived"), ("coexistence", "published"), ("coexistence", "derived")], every=None
    ),
)
def test_points_agree_with_the_search_along_the_other_parameter(event, theory):
    curves = found(event, theory)
    assert curves.status is Status.CERTIFIED
    for curve, k in zip(curves.curves, (4, 7), strict=True):
        point = curve.points[k]
        ((name, exact),) = point.exact.items()
        other = next(n for n in curves.names if n != name)
        at = GENERIC.replace(**{name: exact})
        if other == "epsilon" and point.values["epsilon"] > 0:
            at = at.replace(epsilon=F(1, 3))
        expected = critical(at, event, other, theory)
        every = [expected.point, *expected.others]
        same = [p for p in every if p.value.overlaps(point.values[other])]
        assert len(same) == 1
        for state in ("rho", "b", "q", "u"):
            assert getattr(same[0], state).overlaps(point.state[state])
        assert float(point.values[other].rad()) < 1e-15 * abs(float(point.values[other].mid()))


def test_every_link_is_proved_and_the_curves_have_both_signs_of_epsilon():
    curves = found("coexistence", "derived").curves
    assert [c.undecided for c in curves] == [0, 0]
    signs = {bool(p.values["epsilon"] > 0) for c in curves for p in c.points}
    assert signs == {True, False}
    assert all(len(c.links) == len(c.points) - 1 for c in curves)


def test_ends_are_on_the_window_and_hold_its_exact_values():
    for curve in found("birth", "derived").curves:
        for end, point in zip(curve.ends, (curve.points[0], curve.points[-1]), strict=True):
            name, value = end.split("=")
            assert point.exact == {name: F(value)} and F(value) in WINDOW[name]


def test_birth_is_never_joined_to_coexistence_nor_one_sign_to_the_other():
    """The tube is asked to join points of two curves of the same system: it must not."""
    axes = axes_of({"sigma2": WINDOW["sigma2"], "epsilon": WINDOW["epsilon"]}, "epsilon")
    system = BoundarySystem("coexistence", "derived", axes, GENERIC)
    with precision(64):
        boxes = []
        for curve in found("coexistence", "derived").curves:
            point = curve.points[6]
            t = -(1 - 2 * point.state["rho"]).log()
            log = (point.values["sigma2"] / ball(WINDOW["sigma2"][0])).log()
            boxes.append([t, log, point.values["epsilon"]])
        joined = link(system, boxes[0], boxes[1])
        birth = found("birth", "derived").curves[0].points[6]
        other = [-(1 - 2 * birth.state["rho"]).log(), boxes[0][1], boxes[0][2]]
        assert not any(v.contains(0) for v in system.value(other))
    assert not joined.proved and joined.reason


def test_few_points_are_joined_by_more_tubes():
    curves = boundary(GENERIC, "birth", theory="published", window=WINDOW, points=3).curves
    assert all(c.undecided == 0 and sum(link.tubes for link in c.links) > 2 for c in curves)


def test_other_planes_pass_through_the_critical_point():
    curves = boundary(GENERIC, "coexistence", ("sigma_w2", "sigma2"), "derived", points=4).curves
    (curve,) = curves
    at = dict(curve.points[1].exact)
    ((name, exact),) = at.items()
    other = "sigma2" if name == "sigma_w2" else "sigma_w2"
    expected = critical(GENERIC.replace(**{name: exact}), "coexistence", other)
    every = [expected.point, *expected.others]
    assert sum(bool(p.value.overlaps(curve.points[1].values[other])) for p in every) == 1


def test_absences_have_their_reasons():
    none = boundary(GENERIC.replace(epsilon=F(0)), "birth", ("sigma2", "d"))
    assert none.status is Status.ABSENT and "no cubic mode" in none.reason
    stable = boundary(GENERIC, "instability")
    assert stable.status is Status.ABSENT and "stable" in stable.reason
    nowhere = boundary(GENERIC, "birth", window={**WINDOW, "sigma2": (F(50), F(60))}, points=2)
    assert nowhere.status is Status.ABSENT and "none is closed" in nowhere.reason
    assert "epsilon from 1/10000 to 1" in nowhere.reason


def test_no_curve_is_undecided_where_closed_curves_are_not_excluded():
    far = {"sigma2": (F(50), F(60))}
    found = boundary(GENERIC, "birth", ("sigma_w2", "sigma2"), window=far, points=2)
    assert found.status is Status.UNDECIDED and "not excluded" in found.reason


def test_which_planes_exclude_closed_curves():
    assert all(no_closed_curve((name, "epsilon")) for name in ("N", "n", "sigma2"))
    assert no_closed_curve(("d", "epsilon")) is None is no_closed_curve(("epsilon", "sigma_a2"))
    assert no_closed_curve(("sigma_w2", "N")) is None
    assert no_closed_curve(("n", "sigma2")) and no_closed_curve(("N", "d"))


@pytest.mark.parametrize(
    "options",
    [
        {"event": "mass"},
        {"event": "birth", "names": ("sigma2", "sigma2")},
        {"event": "birth", "names": ("sigma2", "gamma")},
        {"event": "birth", "window": {"sigma2": (F(2), F(1))}},
        {"event": "birth", "window": {"sigma2": (F(-1), F(1))}},
        {"event": "birth", "window": {"d": (F(1), F(2))}},
        {"event": "birth", "points": 1},
    ],
)
def test_bad_requests_are_refused(options):
    with pytest.raises(ParameterError):
        boundary(GENERIC, **options)


def test_end_points_of_the_published_theory_are_known_numbers():
    """Derived by hand from F = A/(1 - 2 rho): rho = 1/3 and 3/8, b/eps = 1/4, kappa eps^2 = 32."""
    ends = {e.kind: e for e in end_points(preset("fig2"), "coexistence", "published", 20)}
    expected = {
        "depleted limit": {"rho": arb(1) / 3, "b/epsilon": arb(0), "kappa*epsilon^2": arb(27) / 2},
        "marginal limit": {
            "rho": arb(3) / 8,
            "b/epsilon": arb(1) / 4,
            "kappa*epsilon^2": arb(32),
            "highest_epsilon": arb(4),
        },
        "tricritical limit": {"b/epsilon": arb(-2), "lowest_epsilon": arb(-1) / 2},
    }
    for kind, values in expected.items():
        assert ends[kind].status is Status.CERTIFIED
        for name, value in values.items():
            assert ends[kind].values[name].overlaps(value)
            assert float(ends[kind].values[name].rad()) < 1e-18
    absent = [e.kind for e in ends.values() if e.status is Status.ABSENT]
    assert absent == ["cusp", "meeting of birth and coexistence", "end inside the domain"]


def test_curves_approach_the_tricritical_limit_as_the_gain_falls():
    """Along d at fixed small epsilon kappa eps^2 and b/eps go to the limit's values."""
    at = preset("fig2").replace(epsilon=F(-1, 5))
    window = {"d": (F(10) ** 8, F(2) * F(10) ** 8), "N": (F(1, 10**9), F(10))}
    (curve,) = boundary(at, "coexistence", ("d", "N"), "derived", window, points=2).curves
    ends = {e.kind: e for e in end_points(at, "coexistence", "derived", 15)}
    limit = ends["tricritical limit"].values
    state = curve.points[-1].state
    assert float((state["b"] / arb("-0.2")).mid()) == pytest.approx(
        float(limit["b/epsilon"].mid()), rel=0.02
    )
    assert float(state["rho"].mid()) < 0.02


def test_the_derivation_of_the_end_points_holds():
    assert endpoints().verify() == 7


@pytest.mark.parametrize(
    ("rho", "b", "admissible"),
    [(0.25, 0.5, True), (0.25, 1.5, False), (0.25, -0.5, False), (0.75, 0.5, False)],
)
def test_states_have_an_overlap_and_a_residual_in_range(monkeypatch, rho, b, admissible):
    monkeypatch.setattr(f"{CURVES}._residual", lambda *_: (arb(rho), arb(b), {}))
    assert boundary.admissible(None, None, None) is admissible
