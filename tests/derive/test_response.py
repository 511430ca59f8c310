"""The closure in the response verifies, and what is wrong in it is caught by its own checks."""

from __future__ import annotations

import pytest

from binodal.derive import response as of
from binodal.derive.assumptions import Assumption
from binodal.derive.symbols import N
from tests.laws import cases

MISTAKES = [
    ("response_of_others", lambda value: value.subs(N, N + 1)),
    ("seen_residual", lambda value: value - of.RESPONSE * of.MEAN),
    ("cavity", lambda value: of.VARIANCE),
    ("left_out", lambda value: value / 2),
]


@pytest.mark.parametrize(("function", "change"), cases(MISTAKES, every=None))
def test_a_wrong_part_is_caught(monkeypatch, function, change):
    original = getattr(of, function)
    monkeypatch.setattr(of, function, lambda: change(original()))
    steps = of.response.__wrapped__().steps
    assert any(step.counterexample() is not None for step in steps)


def test_the_chain_verifies_and_says_what_it_assumes():
    derivation = of.response()
    assert derivation.verify() == len(derivation.steps) == 2
    assert derivation.assumptions == (Assumption.RESPONSE,)
