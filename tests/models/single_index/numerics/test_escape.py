"""Escapes of any activation: against the teacher-student model, and Kramers' formula."""

from __future__ import annotations

from fractions import Fraction
from math import log10

import numpy as np
import pytest

from binodal.models.registry import preset
from binodal.models.single_index.numerics.escape import escapes
from binodal.models.single_index.numerics.finite_closure import solved
from binodal.models.single_index.numerics.metastable import zero_basin
from binodal.models.single_index.numerics.setting import setting_of
from binodal.models.teacher_student.numerics.hysteresis import solved as paper
from binodal.numerics.rescale import rescale

PAPER, EVEN = "1: 1, 3: -3/10", "1: 1, 2: 1/2"


def at(beta, sigma2):
    return rescale(preset("fig2"), Fraction(beta))[0].replace(sigma2=Fraction(sigma2))


def found(activation, teacher, beta, sigma2, theory="derived"):
    return escapes(setting_of(activation, teacher, "none"), at(beta, sigma2), theory)


@pytest.mark.parametrize("beta", [16, 36])
def test_erf_and_the_paper_s_teacher_have_its_times(beta):
    """Residuals within each other's errors, and exact times within theirs."""
    own = found("erf", PAPER, beta, "21/100")
    theirs = paper(at(beta, "21/100"), "derived", 96)[3]
    for well in ("from_zero", "from_feature"):
        one, other = getattr(own, well), getattr(theirs, well)
        for mode, name in (("t_1", "b"), ("t_3", "c")):
            assert one.residual[mode].overlaps(other.residual[name])
        assert one.rise.overlaps(other.rise)
        assert one.log10_time == pytest.approx(other.log10_time, abs=1e-4)
        assert abs(one.exact[0] - other.exact[0]) < one.exact[1] + other.exact[1] < 2e-3
        assert one.lag == pytest.approx(other.lag, rel=1e-2)


@pytest.mark.parametrize(
    ("activation", "teacher", "sigma2", "betas", "well"),
    [
        ("tanh", PAPER, "19/100", (16, 81), "from_zero"),
        ("gelu", EVEN, "2/5", (1, 4), "from_feature"),
    ],
)
def test_what_kramers_is_off_by_falls_as_one_over_the_barrier(
    activation, teacher, sigma2, betas, well
):
    """tanh has two exits, gelu one: a factor of two either way is above every error here."""
    off, heights = [], []
    for beta in betas:
        one = getattr(found(activation, teacher, beta, sigma2), well)
        off.append(one.exact[0] - one.log10_time)
        heights.append(float(one.rise.mid()))
        assert one.exact[1] < 1e-3 < off[-1] < one.error < log10(2) / 2
    assert off[1] / off[0] == pytest.approx(heights[0] / heights[1], rel=0.3)


def test_the_kept_state_is_cut_at_its_own_saddle():
    """Cubic tanh: it learns little, and less than equilibrium does; the cut law holds no more."""
    setting = setting_of("tanh", "3: 1", "none")
    parameters = {k: float(v) for k, v in at(1, "1/10").items() if k != "epsilon"}
    whole = solved(setting, parameters)
    state = zero_basin(whole)
    assert whole.modes[0] < 0.5 < 0.999 < state.modes[0] < 1
    assert state.errors[0] < 1e-6 < 1 - state.modes[0]
    window = state.law.window(state.modes)
    assert window.h[-1] <= state.law.within[1]
    assert np.tanh(state.law.within[1]) == pytest.approx(state.way.top.m, rel=1e-3)


def test_a_residual_of_odd_modes_has_two_exits_whatever_the_activation():
    """elu has even overlaps too, which the teacher does not use: one exit would be log10(2) off."""
    zero = found("elu", PAPER, 16, "1278/10000").from_zero
    assert abs(zero.exact[0] - zero.log10_time) < zero.error < log10(2)
    assert "t_0" in zero.residual


@pytest.mark.parametrize("activation", ["relu", "gelu"])
def test_zero_is_held_before_a_pass_from_which_s_falls_without_end(activation):
    """All neurons of relu have no law there; the time out of zero has both routes and a reason."""
    both = found(activation, "2: 1, 4: -3/10", 16, "3/10")
    zero = both.from_zero
    assert zero.rise > 100 and "without a minimum" in zero.why
    assert abs(zero.exact[0] - zero.log10_time) < zero.exact[1] + zero.error < 0.03
    assert (both.from_feature.exact is None) == (activation == "relu")
    assert activation == "gelu" or "no bound" in both.from_feature.why


def test_zero_that_is_no_minimum_holds_nothing():
    zero = found("gelu", EVEN, 1, "1/10").from_zero
    assert zero.exact is None and "zero overlap is no minimum" in zero.why


def test_the_deepest_of_two_features_has_its_time():
    """One on either side of zero, behind different passes: out of zero no way is chosen."""
    both = found("gelu", "1: 1/10, 2: 1, 4: -3/10", 1, "3/10")
    feature = both.from_feature
    assert abs(feature.exact[0] - feature.log10_time) < feature.exact[1] + feature.error < 0.05
    assert both.from_zero.exact is None and "not unique" in both.from_zero.why


def test_the_published_theory_has_no_times():
    none = found("erf", PAPER, 16, "21/100", "published")
    assert "published" in none.from_zero.why and none.from_zero.exact is None
