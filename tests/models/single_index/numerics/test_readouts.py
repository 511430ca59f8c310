"""Both first orders for any activation: the teacher-student model's, turned teachers, slopes."""

from __future__ import annotations

import numpy as np
import pytest

from binodal.models.single_index.numerics.any_setting import any_setting
from binodal.models.single_index.numerics.finite_closure import solved
from binodal.models.single_index.numerics.finite_data import (
    DataTerm,
    first_order_data,
    training_slope,
)
from binodal.models.single_index.numerics.finite_width import Curvature
from binodal.models.single_index.numerics.readouts import LOST, Readouts
from binodal.models.teacher_student.numerics import finite_data, finite_width, losses
from binodal.models.teacher_student.numerics import readouts as paper

WIDE = {"N": 88.0, "n": 375.0, "d": 53.0, "sigma2": 0.2, "sigma_w2": 0.5, "sigma_a2": 0.0323248814}
SMALL = {"N": 60.0, "n": 90.0, "d": 6.0, "sigma2": 0.4, "sigma_w2": 0.5, "sigma_a2": 0.02}
PAPER = "1: 1, 3: -3/10"
TURNED = "(1,0): 3/5, (0,1): 4/5, (3,0): -81/1250, (2,1): -162/625, (1,2): -216/625, (0,3): -96/625"
CUBIC = ((0, 1), (1, 0), (0, 3), (1, 2), (2, 1), (3, 0))


def of_orders(texts, at, orders, beyond=2):
    """Terms of the mean squares, with the shift in 1/n."""
    state = solved(any_setting(*texts), at, orders, 2)
    term = DataTerm(Curvature(state, beyond))
    shift = first_order_data(term, state)
    return Readouts(term, np.zeros(len(term.mean))).orders(shift), shift, term


def test_erf_is_the_teacher_student_model():
    of = finite_width.Curvature({**WIDE, "epsilon": -0.3}, 2)
    width, data = finite_width.first_order(of), finite_data.first_order_data(of)
    theirs = paper.Readouts(of, np.zeros(4)).orders(width, data)
    ours, shift, term = of_orders(("erf", PAPER, "none"), WIDE, (1, 3, 5, 7), 4)
    whole = finite_data.DataTerm(of)
    direct = whole.value(whole.law(of.residual), of.residual @ whole.modes)
    assert term.value(term.kernel) == pytest.approx(direct, rel=1e-3)
    for name in paper.READ:
        assert ours[name].start == pytest.approx(theirs[name].start, rel=1e-5), name
        pairs = ((*ours[name].width, *ours[name].data), (*theirs[name].width, *theirs[name].data))
        for one, other in zip(*pairs, strict=True):
            assert one == pytest.approx(other, rel=2e-2, abs=1e-3 * abs(ours[name].value)), name
    lost = losses.losses(of, width, data.shift)
    # Squares of the shifts, which are of the next order, are kept here.
    first = sum(ours[LOST].data) - float(shift.population @ shift.population)
    assert first == pytest.approx(lost.data["test_loss"], rel=2e-2)
    assert sum(ours[LOST].width) == pytest.approx(lost.width["test_loss"], rel=3e-2)
    trained = training_slope(solved(any_setting("erf", PAPER, "none"), WIDE, (1, 3, 5, 7)), 4)
    assert trained == pytest.approx(lost.data["train_loss"], rel=2e-2)
    assert shift.shifts[1] == pytest.approx(data.shift.shift["b"], rel=5e-3)
    assert shift.shifts["q2"] == pytest.approx(data.shift.shift["q2"], rel=1e-2)
    assert shift.sizes["q2"] == pytest.approx(data.shift.sizes["q2"], rel=1e-2)
    assert shift.left_out == pytest.approx(data.left_out(375.0), rel=1e-2)


def test_a_teacher_turned_in_its_plane_has_the_same_squares():
    at = {**SMALL, "sigma_a2": 0.05}
    (one, a, _), (other, b, _) = (
        of_orders(("erf", text, "none"), at, CUBIC) for text in ("(1,0): 1, (3,0): -3/10", TURNED)
    )
    for name, terms in one.items():
        assert other[name].value == pytest.approx(terms.value, rel=1e-6), name
    for index, share in (((1, 0), 0.6), ((0, 1), 0.8)):
        assert b.shifts[index] == pytest.approx(share * a.shifts[1, 0], rel=1e-5)


@pytest.mark.parametrize(
    "texts", [("gelu", "1: 1, 2: 1/2", "none"), ("sin:1", "1: 1, 2: 1/2, 3: -3/10", "prior:1/2")]
)
def test_slopes_of_the_data_term_are_its_differences(texts):
    """By the residual that sets the law, along a generic direction."""
    state = solved(any_setting(*texts), SMALL)
    of = Curvature(state)
    term, step = DataTerm(of), 1e-5
    along = np.cos(np.arange(len(of.residual)) + 1)
    ends = [term.value(term.kernels(of.at(of.residual + sign * step * along))) for sign in (1, -1)]
    by_law = dict(zip(of.modes, term.by_law, strict=True))
    slope = sum(by_law[k] * way for k, way in zip(of.law.orders, along, strict=True))
    assert slope == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-5)


def test_what_is_unlearned_is_noise():
    """erf learns no H_2: it is in the loss as it stands, and moves all else by its scatter."""
    one, a, _ = of_orders(("erf", PAPER, "none"), SMALL, (1, 3))
    other, b, _ = of_orders(("erf", PAPER + ", 2: 1", "none"), SMALL, (1, 3))
    assert other[LOST].start == pytest.approx(one[LOST].start + 2)
    assert other[paper.OUTPUTS].width == pytest.approx(one[paper.OUTPUTS].width)
    assert other[paper.OUTPUTS].data[1] > 2 * one[paper.OUTPUTS].data[1]
    assert b.sizes["q2"] > a.sizes["q2"]
