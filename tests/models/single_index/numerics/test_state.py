"""Branches, bounds and symmetries of a setting, apart from any event."""

from __future__ import annotations

import pytest
from flint import arb

from binodal.models.single_index.numerics.condensation import (
    _FINEST,
    Growth,
    _crossings,
    place_of_growth,
)
from binodal.models.single_index.numerics.events import _belongs
from binodal.models.single_index.numerics.reach import _sizes
from binodal.models.single_index.numerics.setting import setting_of
from binodal.models.single_index.numerics.several.setting import several_setting
from binodal.models.single_index.numerics.several.symmetries import symmetries
from binodal.models.single_index.numerics.state import State
from binodal.numerics.errors import Undecided
from tests.models.single_index.numerics.test_cells import COMMITTEE, FIG2


def test_beta_is_one_where_the_linear_mode_is_not_learned() -> None:
    state = State(setting_of("relu", "2: 1/2", "none"), FIG2)
    assert not state.learns_linear_mode
    assert state.beta(arb(0)) == 1
    assert state.strength(arb(0)).overlaps(state.couplings(arb(0))[0])


@pytest.mark.parametrize(("activation", "k"), [("erf", 3), ("relu", 2)])
def test_bounds_of_one_mode_are_attained_at_m_one(activation: str, k: int) -> None:
    """F = t m^k c_k at m = 1, dF/dlog r = t (c_{k+2} + k c_k) and dF/dm = k t c_k."""
    of, r, t = setting_of(activation, f"{k}: 1", "none"), arb(1) / 8, arb(-3) / 10
    c = of.overlaps.at(r, k + 3)
    values = (t * c[k], t * (c[k + 2] + k * c[k]), k * t * c[k])
    for bound, value in zip(_sizes(of, r, (k,), [t]), values, strict=True):
        assert abs(value).lower() <= bound < abs(value) + arb("1e-12")


class _Line:
    """A growth that crosses one at x = 0.3."""

    def excess(self, x: arb) -> tuple[float, float]:
        return float(x.lower()) - 0.3, float(x.upper()) - 0.3


def test_only_cells_about_a_crossing_stay_open() -> None:
    ((low, high),) = _crossings(_Line().excess, -3.0, 2.0)
    assert low < 0.3 < high and high - low < 3 * _FINEST


def test_multi_indices_of_a_degree_are_all_there() -> None:
    committee = several_setting("erf", COMMITTEE, "none")
    assert committee.of_degree(2) == [(0, 2), (1, 1), (2, 0)]


def test_where_no_neuron_condenses_there_is_no_place_of_it() -> None:
    growth, warm = Growth(State(setting_of("relu", "2: 1/2", "none"), FIG2)), arb(3)
    assert growth.excess(warm)[1] < 0
    with pytest.raises(Undecided, match="not unique"):
        place_of_growth(growth, warm)


def test_a_zero_on_the_other_side_belongs_to_its_image() -> None:
    """Where m and -m are images only m > 0 is searched; Newton's method may leave that side."""
    even = State(setting_of("erf", "1: 1, 3: -3/10", "none"), FIG2)
    mixed = State(setting_of("gelu", "1: 1, 2: 1/2", "none"), FIG2)
    inside, outside = [arb(-0.5), arb(0), arb(0.1)], [arb(0.5), arb(0), arb(2)]
    assert not _belongs(even, inside, -1.0, 1.0) and _belongs(mixed, inside, -1.0, 1.0)
    assert _belongs(even, [-inside[0], *inside[1:]], -1.0, 1.0)
    assert not _belongs(even, outside, -1.0, 1.0) and not _belongs(mixed, outside, -1.0, 1.0)


def test_the_committee_may_be_exchanged_and_turned_over() -> None:
    committee = several_setting("erf", COMMITTEE, "none")
    whole = [(swap, sign, sign) for swap in (False, True) for sign in (1, -1)]
    assert symmetries(committee) == whole
    unequal = several_setting("erf", "(1,0): 1, (0,3): 1/2", "none")
    assert symmetries(unequal) == whole[:2]


def test_sizes_of_degrees_bound_their_forms() -> None:
    """|y^(1)| by its norm, and the sum of |y_a| for other degrees."""
    committee = several_setting("erf", COMMITTEE, "none")
    linear, cubic = committee.sizes_of_modes()
    assert linear.overlaps(arb(2).sqrt()) and linear < arb("1.42")
    assert cubic.overlaps(arb(3) / 5)
