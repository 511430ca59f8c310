"""Following and certifying whole curves whose shape is known."""

from __future__ import annotations

from fractions import Fraction as F

import numpy as np
import pytest
from flint import arb

from binodal.numerics.balls import precision
from binodal.numerics.continuation.boundaries import Request
from binodal.numerics.continuation.certify import arc, certified, pinned
from binodal.numerics.continuation.computed import ComputedBoundaries, Levels
from binodal.numerics.continuation.level import _secant, curves, follow
from binodal.numerics.continuation.outline import Plan, Start, outlines
from binodal.numerics.continuation.track import Stop, spaced, tangent, track
from binodal.numerics.errors import Undecided
from tests.numerics.continuation.problems import Cusp, Ellipse, Fold, TwoBranches, plain_pin

FREE = (-9.0, 9.0)


def start_at(system, place, index):
    point = certified(system, np.array(place, dtype=float), 80, (index,))
    return point


def test_a_fold_is_passed_and_every_link_is_proved():
    system = Fold()
    heading = tangent(system, np.array([1.0, -1.0]))
    heading = heading if heading[0] < 0 else -heading
    found = track(system, np.array([1.0, -1.0]), heading, [(-1.0, 1.0), FREE], 0.1)
    assert found.stop is Stop.EDGE and found.edge == 0
    assert np.allclose(found.points[-1], [1, 1])
    proved = arc(system, spaced(found.points, 25), 100, (0, 1))
    assert proved.proved and len(proved.points) == 25
    for point in proved.points:
        assert (point.box[0] - point.box[1] ** 2).contains(0)
        assert float(point.box[1].rad()) < 1e-20
    assert {p.pin.index for p in proved.points if p.pin} == {0, 1}


def test_a_closed_curve_is_followed_once_round():
    system = Ellipse()
    plan = Plan([(-3.0, 3.0), (-3.0, 3.0)], 0.1, 30, 80, (0, 1))
    starts = [Start(start_at(system, [1, 0], 1)), Start(start_at(system, [0, 2], 0))]
    found = outlines(system, starts, plan)
    assert len(found) == 1 and found[0].stop is Stop.CLOSED and found[0].arc.proved
    angles = [
        np.arctan2(float(p.box[1].mid()) / 2, float(p.box[0].mid())) for p in found[0].arc.points
    ]
    assert np.ptp(np.unwrap(angles)) == pytest.approx(2 * np.pi, rel=1e-6)


def test_an_arc_found_from_inside_ends_where_the_window_does():
    """Its ends are edge starts where they were found as such, and the inner start is none."""
    plan = Plan([(-1.0, 1.0), FREE], 0.1, 20, 80, (0, 1))
    inside = Start(start_at(Fold(), [0.25, 0.5], 1))
    low, high = (Start(start_at(Fold(), [1.0, at], 0), (0, 1)) for at in (-1.0, 1.0))
    (alone,) = outlines(Fold(), [inside], plan)
    assert alone.ends == (None, None) and alone.arc.proved
    (whole,) = outlines(Fold(), [inside, low, high], plan)
    assert whole.arc.proved and {id(end) for end in whole.ends} == {id(low), id(high)}
    for found in (alone, whole):
        places = [float(found.arc.points[k].box[1].mid()) for k in (0, -1)]
        assert sorted(places) == pytest.approx([-1, 1], abs=1e-6)


def test_a_cusp_of_the_projection_is_passed_with_an_oblique_hyperplane():
    system = Cusp()
    places = [np.array([t, t * t, t**3]) for t in (-0.3, -0.1, 0.0, 0.1, 0.3)]
    proved = arc(system, places, 90, (1, 2))
    assert proved.proved and len(proved.points) == 5
    assert proved.points[2].pin is None and proved.points[0].pin is not None
    assert proved.points[2].box[1].contains(0)


def test_an_edge_start_ends_where_another_lies_and_is_used_once():
    system = Fold()
    starts = [Start(start_at(system, [1, y], 0), (0, 1)) for y in (-1, 1)]
    plan = Plan([(-1.0, 1.0), FREE], 0.1, 10, 80, (0, 1))
    found = outlines(system, starts, plan)
    assert len(found) == 1 and None not in found[0].ends


def test_both_of_two_branches_are_followed():
    system = TwoBranches("0.25")
    starts = [Start(start_at(system, [-1, y], 0), (0, -1)) for y in (1.0, 1.25)]
    plan = Plan([(-1.0, 1.0), FREE], 0.05, 20, 80, (0, 1))
    found = outlines(system, starts, plan)
    assert len(found) == 2 and all(o.arc.proved for o in found)
    heights = [float((o.arc.points[9].box[1] - o.arc.points[9].box[0] ** 2).mid()) for o in found]
    assert sorted(round(h, 6) for h in heights) == [0, 0.25]


def test_a_polyline_that_jumps_is_undecided_where_it_does():
    system = TwoBranches("0.25")
    places = [np.array([x, x * x + (0.25 if x > 0.5 else 0)]) for x in (0.3, 0.4, 0.5, 0.6, 0.7)]
    verdicts = [link.proved for link in arc(system, places, 80, (0,)).links]
    assert verdicts == [True, True, False, True]


def test_a_wrong_jacobian_gives_no_wrong_proof():
    class Wrong(Fold):
        def jacobian(self, box):
            return [[arb(-1), -2 * box[1]]]

    with pytest.raises(Undecided):
        pinned(Wrong(), plain_pin(1, 0.7), np.array([0.5, 0.7]), 80)


def test_a_point_far_from_its_approximation_is_refused():
    with pytest.raises(Undecided, match="away"):
        pinned(Fold(), plain_pin(1, 0.7), np.array([0.4, 0.7]), 80)


def test_precision_is_restored():
    from flint import ctx

    before = ctx.prec
    arc(Fold(), [np.array([0.01, 0.1]), np.array([0.04, 0.2])], 200, (0, 1))
    with precision(77):
        arc(Fold(), [np.array([0.01, 0.1]), np.array([0.04, 0.2])], 200, (0, 1))
        assert ctx.prec == 77
    assert ctx.prec == before


def circle(at):
    return float(at[0] ** 2 + at[1] ** 2 - 1)


def test_level_curves_close_pass_folds_and_stop_where_the_function_stops():
    window = [(-2.0, 2.0), (-2.0, 2.0)]
    line = (np.array([0.0, -2.0]), np.array([0.0, 2.0]))
    found = curves(circle, lambda rows: np.array([circle(r) for r in rows]), [line], window, 0.1)
    assert len(found) == 1 and found[0].stop is Stop.CLOSED
    assert max(abs(circle(p)) for p in found[0].points) < 1e-9

    def broken(at):
        return circle(at) if at[0] < 0.5 else float("nan")

    stuck = follow(broken, np.array([0.0, 1.0]), np.array([1.0, 0.0]), window, 0.1)
    assert stuck.stop is Stop.STUCK and 0.4 < stuck.points[-1][0] < 0.5


def test_a_function_that_does_not_change_has_no_zero():
    assert _secant(lambda at: 0.1, np.zeros(2), np.array([0.0, 1.0]), 1.0, 100.0) is None


def test_a_jump_is_no_zero():
    line = (np.array([-1.0, 0.0]), np.array([1.0, 0.0]))
    window = [(-1.0, 1.0), (-1.0, 1.0)]

    def jump(at):
        return 1.0 if at[0] > 0.1 else -0.5

    assert curves(jump, lambda rows: np.array([jump(r) for r in rows]), [line], window, 0.1) == []


class Hyperbola(ComputedBoundaries):
    """x y = 1, with a finer computation that may have no value."""

    events, plane = ("hyperbola",), ("x", "y")

    def __init__(self, finer):
        self.finer = finer

    def assumptions(self, asked):
        return ()

    def levels(self, asked):
        return Levels(lambda at: at["x"] * at["y"] - 1, lambda at: (self.finer, {}))


@pytest.mark.parametrize(("finer", "count"), [(1e-9, 5), (float("nan"), 0), (float("inf"), 0)])
def test_a_point_without_a_finer_value_is_none(finer, count):
    own, window = {"x": F(1), "y": F(2)}, {"x": (F(1, 2), F(3)), "y": (F(1, 2), F(3))}
    asked = Request("hyperbola", ("x", "y"), "", own, window, 5, 15, F(1, 2), lambda: None)
    _, (curve,), _ = Hyperbola(finer).found(asked)
    assert len(curve.points) == count
    for point in curve.points:
        product = point.values["x"] * point.values["y"]
        assert product.contains(1) and product.rad() < 1e-7
