"""Proved stages of boxes against what single points say."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import arb

from binodal.models.single_index.numerics.box_state import on_box
from binodal.models.single_index.numerics.cells import Cells
from binodal.models.single_index.numerics.critical import SingleIndexCriticalPoints
from binodal.models.single_index.numerics.grid import grid_of
from binodal.models.single_index.numerics.phase_actions import Actions, Pulls
from binodal.models.single_index.numerics.phase_cell import cells_of, descends
from binodal.models.single_index.numerics.phase_floats import deepest, steepest
from binodal.models.single_index.numerics.phase_parts import Ancestors, part_of
from binodal.models.single_index.numerics.setting import setting_of
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import precision
from binodal.numerics.boxes.intervals import Intervals
from binodal.numerics.phases.quadtree import Axis, refine

ZERO = arb(0)
PAPER = "1: 1, 3: -3/10"
FIXED = {
    "N": Fraction(700),
    "n": Fraction(3000),
    "d": Fraction(150),
    "sigma2": Fraction(9, 50),
    "sigma_w2": Fraction(1, 2),
    "sigma_a2": Fraction(2, 175),
}


def box(**ranges: tuple[str, str]):
    whole = {name: (value, value) for name, value in FIXED.items()}
    return whole | {name: (Fraction(a), Fraction(b)) for name, (a, b) in ranges.items()}


def stages(activation, teacher, *boxes):
    classify = cells_of(setting_of(activation, teacher, "none")).classifier("derived")
    return classify(list(boxes), [(0, 2)] * len(boxes))


def test_the_four_proofs_on_the_paper_s_setting():
    """Before birth, between it and coexistence, past both, and across both: no answer there."""
    around = (("0.19", "0.191"), ("0.2225", "0.2227"), ("0.26", "0.262"), ("0.21", "0.25"))
    boxes = [box(sigma2=ends) for ends in around]
    assert stages("erf", PAPER, *boxes)[:3] == [(2, 2), (1, 1), (0, 0)]
    assert stages("erf", PAPER, boxes[3]) != [(2, 2)]
    wide = box(sigma2=("0.25", "0.27"), N=("690", "700"), d=("150", "151"))
    assert stages("erf", PAPER, wide) == [(0, 0)]


def test_without_a_lower_bound_coexistence_is_past():
    """ReLU past its condensation, across it and before it: there is no proof across it."""
    boxes = [box(sigma2=ends) for ends in (("0.05", "0.06"), ("0.13", "0.15"), ("0.4", "0.41"))]
    assert stages("relu", "2: 1/2", *boxes) == [(2, 2), (0, 2), (0, 0)]


def test_stages_of_a_map_change_at_the_certified_events():
    """Cells that inherit from larger ones: each stage on its own side of the certified events.

    They move by 1e-5 between the two N. Only a share of the area stays undecided.
    """
    setting = setting_of("erf", PAPER, "none")
    axes = (
        Axis("sigma2", Fraction(1, 5), Fraction(1, 4)),
        Axis("N", Fraction("699.99"), Fraction(700)),
    )
    fixed = {name: x for name, x in FIXED.items() if name not in ("sigma2", "N")}
    found = refine(cells_of(setting).classifier("derived"), axes, fixed, 7, (0, 2))
    for stage, event in enumerate(("birth", "coexistence")):
        at = float(SingleIndexCriticalPoints(setting)(FIXED, event).point.value.mid())
        for cell in found:
            left, right = map(float, axes[0].part(cell.column, cell.depth))
            assert cell.lowest <= stage or right < at + 1e-5
            assert cell.highest > stage or left > at - 1e-5
    assert sum(4.0**-cell.depth for cell in found if not cell.decided) < 0.1


def test_a_box_inherits_from_one_that_holds_it_alone():
    """A half inherits what its whole excluded; at another N the same ranges are another box's."""
    setting = setting_of("erf", PAPER, "none")
    whole, half = box(sigma2=("0.25", "0.27")), box(sigma2=("0.25", "0.26"))
    parts = Ancestors()
    parts.keep([whole], [part_of(setting, whole, None)])
    assert parts.parent(half) is not None and parts.parent(box(sigma2=("0.26", "0.27")))
    assert parts.parent(box(sigma2=("0.255", "0.265"))) is None
    assert parts.parent(half | {"N": (Fraction(900), Fraction(900))}) is None


def place_and_norms(activation, teacher, sigma2):
    """A wide box of no width: its pulls, with the place of its feature and bounds of log r."""
    setting = setting_of(activation, teacher, "none")
    with precision(80):
        part = part_of(setting, box(sigma2=(sigma2, sigma2)), None)
        on = Pulls(*(Intervals.balls([side]) for side in part.sides))
        h, v = deepest(setting, on, *np.full((2, 1), np.nan))
    return Actions(setting), on, h, v, part.reach


def test_a_fall_of_the_least_action_is_a_minimum_beyond():
    """It is proved just past birth at 0.23339, and nowhere before it."""
    actions, on, h, v, reach = place_and_norms("erf", PAPER, "0.2333")
    fall = steepest(actions.setting, on, h, v)
    with precision(80):
        assert descends(actions, on, fall, *np.array([reach]).T).all()
        assert not descends(actions, on, 1.5 * h, *np.array([reach]).T).any()
        assert not descends(actions, on, 0 * h, *np.array([reach]).T).any()
        before, on, *_, reach = place_and_norms("erf", PAPER, "0.2335")
        for at in np.linspace(0.05, 2.5, 50):
            assert not descends(before, on, np.array([at]), *np.array([reach]).T).any()


def test_actions_of_boxes_are_those_of_points():
    """S and all slopes at random places of a box lie in what the box says, and the box is wider."""
    setting, rng = setting_of("gelu", "1: 1, 2: 1/2", "none"), np.random.default_rng(2)
    ends = {"sigma2": ("0.5", "0.52"), "sigma_w2": ("0.49", "0.5")}
    h, v = rng.uniform(-1.5, 1.5, 24), rng.uniform(-1.0, 0.5, 24)
    with precision(80):
        whole, point = (
            Pulls(*(Intervals.balls([side] * 24) for side in part_of(setting, at, None).sides))
            for at in (box(**ends), box(**{name: (a, a) for name, (a, _) in ends.items()}))
        )
        actions, state = Actions(setting), State(setting, FIXED | {"sigma2": Fraction(1, 2)})
        state.parameters["sigma_w2"] = Fraction(49, 100)
        exact = Cells.along(state).at(
            Intervals.of(h), Intervals.of(v - np.log(0.7)), Intervals.of(np.zeros(24))
        )
        wide = actions.stationary(whole, Intervals(h, h + 0.01), Intervals(v, v + 0.01))
        near = actions.at(2, point, Intervals.of(h), Intervals.of(v))
    for name in ("S", "T", "Sl", "Smm", "Sml", "Sll"):
        middle = exact[name].middle.low
        assert (wide[name].low <= middle).all(), name
        assert (middle <= wide[name].high).all(), name
        assert np.allclose(near[name].low, middle, atol=1e-9), name


@pytest.mark.parametrize(("activation", "teacher"), [("erf", PAPER), ("sin:1", PAPER)])
def test_cells_hold_what_points_say(activation, teacher):
    """Decided cells of a map at depth 2: every phase of a grid inside them."""
    axes = Axis("sigma2", Fraction(1, 5), Fraction(2, 5)), Axis("N", Fraction(500), Fraction(900))
    setting = setting_of(activation, teacher, "none")
    classify = cells_of(setting).classifier("derived")
    boxes, places = [], []
    for k in range(16):
        ranges = {a.name: a.part(k // 4 if a is axes[0] else k % 4, 2) for a in axes}
        boxes.append({**{n: (v, v) for n, v in FIXED.items()}, **ranges})
        places.append({n: np.linspace(float(a), float(b), 3) for n, (a, b) in ranges.items()})
    found = classify(boxes, [(0, 2)] * 16)
    decided = 0
    for (low, high), at in zip(found, places, strict=True):
        columns = {n: float(v) for n, v in FIXED.items()} | at | {"N": at["N"][:, None]}
        phases = grid_of(setting)(columns, "derived")["phase"]
        assert low < 2 or (phases == 1).all()
        assert high > 1 or (phases == 0).all()
        decided += low == high
    assert decided >= 4


def test_a_box_holds_the_branch_of_its_points():
    """sqrt(u) t_k of states at corners and inside lie in the box's."""
    setting = setting_of("gelu", "1: 1, 2: 1/2", "none")
    ends = {"sigma2": ("0.5", "0.6"), "sigma_w2": ("0.4", "0.5"), "sigma_a2": ("0.01", "0.012")}
    with precision(80):
        whole = on_box(setting, box(**ends))
        for shares in np.ndindex(3, 3, 3):
            at = {
                name: Fraction(a) + (Fraction(b) - Fraction(a)) * share / 2
                for (name, (a, b)), share in zip(ends.items(), shares, strict=True)
            }
            state = State(setting, FIXED | at)
            u, _, _ = state.couplings(ZERO)
            for inner, outer in zip(state.amplitudes(ZERO), whole.amplitudes(ZERO), strict=True):
                assert outer.contains(u.sqrt() * inner)
        narrow = on_box(setting, box())
        assert not narrow.amplitudes(ZERO)[0].contains(whole.amplitudes(ZERO)[0])
