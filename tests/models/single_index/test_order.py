"""The order of the transition, against searches for features and with teachers that have none."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb

from binodal.api import critical, solve
from binodal.models.registry import preset
from binodal.models.single_index.numerics import order
from binodal.models.single_index.numerics.order import never_a_feature
from binodal.models.single_index.numerics.setting import setting_of
from binodal.models.single_index.numerics.state import State


def _order(activation: str, teacher: str, sigma2: str) -> str:
    setting = {"activation": activation, "teacher": teacher, "sigma2": sigma2}
    document = solve("single-index", preset="fig2", **setting).document
    assert document["status"] == "certified" and "never unstable" in document["order_reason"]
    return document["order"]


@pytest.mark.parametrize("activation", ["erf", "tanh", "linear", "relu", "sin:1"])
def test_a_linear_teacher_has_no_transition_where_that_is_proved(activation):
    assert _order(activation, "1: 1", "0.2") == "none"


def test_where_none_is_said_no_feature_is_born():
    born = critical("single-index", "birth", preset="fig2", activation="erf", teacher="1: 1")
    assert born.document["status"] == "absent"


def test_a_linear_teacher_may_have_one_where_the_overlap_falls():
    """The control: c_1 of sin(3 z) falls at rest, and neurons shrink to learn."""
    event = critical(
        "single-index", "coexistence", preset="fig2", activation="sin:3", teacher="1: 1"
    )
    assert event.document["status"] == "certified"
    assert Fraction(event.document["at"]["r"]["mid"]) ** 2 < Fraction(1, 2)
    assert _order("sin:3", "1: 1", "0.35") == "first"
    assert not never_a_feature(State(setting_of("sin:3", "1: 1", "none"), preset("fig2")))


@pytest.mark.parametrize(("activation", "teacher"), [("erf", "1: 1, 3: -3/10"), ("sign", "3: 1")])
def test_a_bounded_activation_learns_a_further_mode_at_first_order(activation, teacher):
    """Said where no feature is there yet; colder there is a coexistence."""
    assert _order(activation, teacher, "1") == "first"
    setting = {"activation": activation, "teacher": teacher}
    event = critical("single-index", "coexistence", preset="fig2", **setting)
    assert event.document["status"] == "certified"


def test_what_grows_is_decided_where_its_law_is_a_bent_line():
    """Another activation that grows may lose its law first."""
    assert _order("abs", "2: 1/2", "0.9") == "first"
    assert _order("gelu", "1: 1, 2: 1/2", "0.6") == "undecided"


def test_features_are_excluded_up_to_the_strength_at_which_the_zero_state_ends(monkeypatch):
    """u c_1^2 = 1, with c_1 = 3/sqrt(pi) for 3 erf at sigma_w^2 = 1/2."""
    asked = []

    def reach(setting, strength, sigma, amplitudes):
        asked.append((strength, sigma))
        return 0.0, 0.0, 0.0

    monkeypatch.setattr(order, "reach_of", reach)
    state = State(setting_of("3*erf(z)", "1: 1", "none"), preset("fig2"))
    never_a_feature(state)
    ((strength, sigma),) = asked
    assert strength.contains(arb.pi() / 9) and strength < 0.36
    assert sigma.overlaps(arb(1) / arb(2).sqrt())
