"""Where neurons of two directions can be, against one direction and against random cosines."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import arb

from binodal.api import critical, solve
from binodal.models.single_index.numerics.condensation import normalisable
from binodal.models.single_index.numerics.setting import setting_of
from binodal.models.single_index.numerics.several.reach import FarField, Reach
from binodal.models.single_index.numerics.several.setting import several_setting
from binodal.models.single_index.numerics.several.turn import turn_of
from binodal.models.single_index.numerics.state import State
from tests.models.single_index.numerics.test_cells import FIG2

PRESET = {**FIG2, "sigma2": Fraction(1, 2)}
TURNED = "(1,0): 3/5, (0,1): 4/5, (2,0): 9/50, (1,1): 12/25, (0,2): 8/25"
COMMITTEE = "(1,0): 1, (0,1): 1, (2,0): 1/2, (0,2): 1/2"


def _state(activation: str, teacher: str, along: str = "sigma2") -> tuple[State, Reach, FarField]:
    setting = several_setting(activation, teacher, "none")
    state, turn = State(setting, PRESET, along), turn_of(setting)
    return state, Reach(state, setting, turn), FarField(state, setting, turn)


def test_a_turned_teacher_is_normalisable_where_it_is() -> None:
    """3/5 and 4/5 of two directions are one direction."""
    _, reach, _ = _state("gelu", TURNED)
    one = State(setting_of("gelu", "1: 1, 2: 1/2", "none"), PRESET, "sigma2")
    parts, expected = reach.parts(-3.0, 3.0, 0.0), normalisable(one, -3.0, 3.0, 0.0)
    assert len(parts) == len(expected) == 1
    assert np.allclose(parts, expected, atol=4e-3)


@pytest.mark.parametrize(("activation", "teacher"), [("relu", COMMITTEE), ("gelu", TURNED)])
def test_the_largest_growth_is_that_of_some_neuron_and_above_all(
    activation: str, teacher: str
) -> None:
    state, _, field = _state(activation, teacher)
    slopes = [float(g.mid()) for g in state.setting.slopes(3)]
    u, _, norm = (float(value.mid()) for value in state.couplings(arb(0)))
    beta, modes = float(state.beta(arb(0)).mid()), state.setting.taught
    angle = np.linspace(-np.pi, np.pi, 4001)
    length = np.linspace(0, 1, 101)[:, None]
    places = length * np.cos(angle), length * np.sin(angle)
    force = sum(
        float(y)
        * (beta if sum(a) == 1 else 1)
        * slopes[sum(a)]
        * places[0] ** a[0]
        * places[1] ** a[1]
        for a, y in modes.items()
    )
    low, high = field.excess(arb(0))
    assert low - 1e-9 < u * norm * (force**2).max() - 1 < high + 1e-9
    assert high - low < 0.02


def test_beyond_its_bound_a_norm_grows_the_action() -> None:
    """The bound is proved where the law is normalisable, and not where it is not."""
    _, reach, field = _state("gelu", TURNED)
    ((low, high),) = reach.parts(-3.0, 3.0, 1 / 64)
    for x in (low, high):
        below, above, _ = reach.bounds(x, x)
        assert below < 0 < above
        assert field.rises(arb(x), (2 * arb(above)).exp())
    assert not field.rises(arb(low - 0.1), arb(10) ** 8)


def test_events_are_sought_where_the_law_is_normalisable() -> None:
    """Of bent lines too, as for one direction; sums of the modes' sizes bounded no norm there."""
    asked = {"preset": "fig2", "sigma2": "3/5", "sigma_w2": "17/10", "activation": "leaky-relu:1/5"}
    two = critical(
        "single-index",
        "coexistence",
        teacher="(2,0): 27/250, (1,1): 36/125, (0,2): 24/125",
        **asked,
    ).document
    one = critical("single-index", "coexistence", teacher="2: 3/10", **asked).document
    assert two["status"] == one["status"] == "absent"
    assert "where the law of a neuron is normalisable" in two["reason"]


def test_a_turned_teacher_of_bent_lines_is_solved() -> None:
    asked = {"preset": "fig2", "sigma2": "2/5", "sigma_w2": "3/10", "activation": "relu"}
    turned = "(2,0): -117/250, (1,1): -156/125, (0,2): -104/125"
    two = solve("single-index", teacher=turned, **asked).document
    one = solve("single-index", teacher="2: -13/10", **asked).document
    assert two["status"] == one["status"] == "certified"
    assert two["phase"] == one["phase"] == "GFL"
