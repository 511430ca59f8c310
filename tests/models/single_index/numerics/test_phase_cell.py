"""Proved stages of boxes against what single points say."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import arb

from binodal.models.single_index.numerics.box_state import on_box
from binodal.models.single_index.numerics.grid import grid_of
from binodal.models.single_index.numerics.phase_cell import cells_of
from binodal.models.single_index.numerics.setting import setting_of
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import precision
from binodal.numerics.phases.quadtree import Axis

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
