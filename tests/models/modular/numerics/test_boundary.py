"""Boundary curves of modular addition against closed forms and the search along one parameter."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F

import pytest
from flint import arb

from binodal.models.modular.derivations.endpoints import endpoints
from binodal.models.modular.numerics.boundary import boundary
from binodal.models.modular.numerics.boundary_finite import (
    FiniteCyclicBoundaries,
    boundary_finite,
)
from binodal.models.modular.numerics.critical import critical
from binodal.models.modular.numerics.finite_critical import critical_finite
from binodal.models.modular.numerics.functions import event_values, values
from binodal.models.registry import parameters_of, preset
from binodal.numerics.balls import ball
from binodal.numerics.continuation.boundaries import Request
from binodal.numerics.errors import ParameterError
from binodal.numerics.outcome import Status

FIG3 = preset("fig3")
GENERIC = parameters_of(
    "modular",
    {"N": F(531), "P": F(113), "sigma2": F(1, 7), "sigma_a2": F(1, 10**16), "gamma": F(1, 3331)},
)
PLANE = {"sigma2": (F(1, 100), F(2)), "sigma_a2": (F(1, 10**7), F(1, 10**4))}


@pytest.mark.parametrize("theory", ["published", "derived"])
@pytest.mark.parametrize("event", ["birth", "coexistence"])
def test_points_agree_with_closed_forms_along_another_parameter(event, theory):
    window = {"P": (F(100), F(10) ** 8), "gamma": (F(1, 10**6), F(1, 10))}
    (curve,) = boundary(GENERIC, event, ("P", "gamma"), theory, window, points=5).curves
    assert curve.undecided == 0
    point = curve.points[2]
    ((name, exact),) = point.exact.items()
    other = {"P": "gamma", "gamma": "P"}[name]
    expected = critical(GENERIC.replace(**{name: exact}), event, other, theory)
    assert expected.point.value.overlaps(point.values[other])
    assert expected.point.u.overlaps(point.state["u"])


def test_the_end_of_gmfl1_passes_its_fold():
    """sigma^2 = A s^(1/2) - B s in s = sigma_a^2 has its largest value A^2/(4 B)."""
    (curve,) = boundary(FIG3, "gmfl2", theory="published", window=PLANE, points=60).curves
    assert curve.undecided == 0
    assert set(curve.ends) == {"sigma2=1/100", "sigma_a2=1/10000000"}
    _, _, tau, full = event_values("gmfl2", "published")(*values(FIG3))
    top = float((tau**2 / (4 * full)).mid())
    heights = [float(p.values["sigma2"].mid()) for p in curve.points]
    assert max(heights) <= top * (1 + 1e-12) and max(heights) == pytest.approx(top, rel=2e-3)
    peak = heights.index(max(heights))
    assert 0 < peak < len(heights) - 1
    for point in curve.points:
        s, height = point.values["sigma_a2"] / ball(FIG3["sigma_a2"]), point.values["sigma2"]
        assert (tau * s.sqrt() - full * s - height).contains(0)


@pytest.mark.parametrize(("name", "grows"), [("sigma_a2", 1), ("gamma", -1)])
def test_the_cold_end_is_where_gmfl2_ceases_to_exist(name, grows):
    """Where Lambda/tau_c is one; it grows as sigma_a2^(1/2) and gamma^(-3/4)."""
    window = {"sigma2": PLANE["sigma2"], name: (FIG3[name] / 10, FIG3[name] * 10)}
    names = ("sigma2", name)
    found = boundary(FIG3, "gmfl2", names, theory="published", window=window, points=2)
    assert (found.event, found.names) == ("gmfl2", names)
    (cold,) = (e for e in found.end_points if e.kind == "cold end")
    at = cold.values[name]
    for beyond, status in ((-1, Status.CERTIFIED), (1, Status.ABSENT)):
        moved = F(float(at.mid())) * (1 + F(grows * beyond, 100))
        assert critical(FIG3.replace(**{name: moved}), "gmfl2", theory="published").status is status
    assert cold.values["sigma2"].contains(0) and cold.status is Status.CERTIFIED


def test_absences_are_proved():
    none = boundary(FIG3, "gmfl2", theory="derived", window=PLANE, points=2)
    assert none.status is Status.ABSENT and "never closes" in none.reason
    assert boundary(FIG3, "instability").status is Status.ABSENT
    kinds = [e.kind for e in boundary(FIG3, "birth", points=2).end_points]
    assert kinds == ["end inside the domain"]


def test_gmfl2_of_the_derived_theory_exists_where_neurons_are_few():
    wide = {"sigma2": (F(1, 10**10), F(1, 10**5)), "sigma_a2": (F(1, 10**22), F(1, 10**12))}
    found = boundary(FIG3, "gmfl2", theory="derived", window=wide, points=8)
    assert found.status is Status.CERTIFIED and found.curves[0].undecided == 0
    point = found.curves[0].points[3]
    at = {"sigma_a2": point.exact.get("sigma_a2", F(float(point.values["sigma_a2"].mid())))}
    expected = critical(FIG3.replace(**at), "gmfl2", theory="derived")
    assert float(expected.point.value.mid()) == pytest.approx(
        float(point.values["sigma2"].mid()), rel=1e-9
    )


@pytest.mark.parametrize(
    "options",
    [
        {"event": "mass"},
        {"event": "birth", "names": ("P", "P")},
        {"event": "birth", "theory": "other"},
        {"event": "birth", "window": {"sigma2": (F(0), F(1))}},
        {"event": "birth", "points": 1},
    ],
)
def test_bad_requests_are_refused(options):
    with pytest.raises(ParameterError):
        boundary(FIG3, **options)


def test_finite_curves_are_computed_and_agree_with_certified_points():
    found = boundary_finite(FIG3, "coexistence", theory="published", points=6)
    assert found.status is Status.CONVERGED and found.limit == "finite"
    (curve,) = found.curves
    assert curve.undecided == len(curve.points) - 1
    point = curve.points[3]
    at = F(float(point.values["sigma_a2"].mid()))
    expected = critical_finite(FIG3.replace(sigma_a2=at), "coexistence", theory="published")
    assert float(expected.point.value.mid()) == pytest.approx(
        float(point.values["sigma2"].mid()), rel=1e-8
    )
    with pytest.raises(ParameterError):
        boundary_finite(FIG3, "birth", ("sigma2", "P"), window={"P": (F(2), F(9))})
    limits = FiniteCyclicBoundaries()
    narrow = Request(
        event="mass",
        names=("sigma2", "N"),
        theory="derived",
        parameters=FIG3,
        window={"N": (F(2), F(9))},
        points=2,
        digits=15,
        fraction=F(1, 2),
        tell=lambda: None,
    )
    assert limits.checked(narrow) is narrow
    with pytest.raises(ParameterError, match="N >= 2"):
        limits.checked(replace(narrow, window={"N": (F(1), F(9))}))
    assert boundary_finite(FIG3, "instability").status is Status.ABSENT


@pytest.mark.parametrize("theory", ["published", "derived"])
def test_the_derivation_of_the_end_points_holds(theory):
    assert endpoints(theory).verify() == 3
    assert arb(float(endpoints(theory).results["coupling_ratio"])) > 1
