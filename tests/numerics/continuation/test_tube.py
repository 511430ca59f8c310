"""The proof between neighbours, attacked: it may fail, and must never join two branches."""

from __future__ import annotations

import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from binodal.numerics.balls import precision
from binodal.numerics.continuation.certify import link
from binodal.numerics.continuation.tube import tube
from tests.numerics.continuation.problems import Avoided, Ellipse, Fold, TwoBranches


def at(*values):
    return [arb(v) for v in values]


def test_a_short_chord_has_a_tube_with_both_ends_in_it():
    found = tube(Fold(), at(0.04, -0.2), at(0.01, 0.1))
    assert found is not None and found.holds(at(0.04, -0.2)) and found.holds(at(0, 0))
    assert not found.holds(at(0.5, 0.1)) and not found.holds([arb(0, 1), arb(0, 1)])


def test_a_point_is_no_chord():
    assert tube(Fold(), at(0.04, -0.2), at(0.04, -0.2)) is None


def test_a_long_step_round_the_fold_is_halved_and_proved():
    assert link(Fold(), at(1, -1), at(1, 1.0)).proved
    found = link(Ellipse(), at(0, -2), at(0, 2))
    assert found.proved is False or found.tubes > 1
    found = link(Ellipse(), at("0.6", "-1.6"), at("0.6", "1.6"))
    assert found.proved and found.tubes > 1
    unhalved = link(Ellipse(), at("0.6", "-1.6"), at("0.6", "1.6"), depth=1)
    assert not unhalved.proved and unhalved.tubes == 0


def test_the_other_side_of_an_isola_is_reached_round_it_or_not_at_all():
    assert link(Ellipse(), at(1, 0), at(0, 2)).proved
    opposite = link(Ellipse(), at(1, 0), at(-1, 0))
    assert opposite.proved or opposite.reason


@settings(max_examples=40, deadline=None)
@given(st.floats(-2, 2), st.floats(0.01, 1), st.sampled_from(["0.1", "1e-3", "1e-6", "1e-12"]))
def test_two_branches_are_never_joined(x, step, gap):
    with precision(64):
        system = TwoBranches(gap)
        p = [arb(x), arb(x) ** 2]
        end = arb(x) + arb(step)
        q = [end, end**2 + arb(gap)]
        found = link(system, p, q)
    assert not found.proved and found.reason


@pytest.mark.parametrize("delta", ["1e-2", "1e-5", "1e-9"])
def test_an_avoided_crossing_is_not_crossed(delta):
    """From (1, delta) straight on would be (-1, -delta), on the other branch."""
    d = arb(delta)
    found = link(Avoided(delta), [arb(1), d], [arb(-1), -d])
    assert not found.proved
    turned = link(Avoided("1e-2"), [arb(1), arb("1e-2")], [arb("1e-2"), arb(1)])
    assert turned.proved


def test_a_ball_that_may_hold_the_other_branch_is_refused():
    system = TwoBranches("0.01")
    wide = [arb(0.1), arb(0.01, 0.05)]
    assert tube(system, at(0, 0), wide) is None


def test_the_number_of_tubes_is_bounded():
    found = link(TwoBranches("1e-7"), at(0, 0), at(0.5, 0.25), most=16)
    assert not found.proved and found.tubes == 0
