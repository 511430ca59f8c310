"""Overlaps are derived for every activation, and wrong ones do not verify."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import sympy as sp

from binodal.derive.gaussian.activations import activation
from binodal.derive.gaussian.closed_forms import closed_form, j, r
from binodal.derive.gaussian.hermite import erf_overlap
from binodal.derive.gaussian.hermite import j as order_of_erf
from binodal.derive.gaussian.overlaps import (
    _mehler_cases,
    _stein_cases,
    c,
    correlated_mode,
    k,
    m,
    modes,
    overlaps,
)
from binodal.derive.gaussian.rank_one import OVERLAP, TEACHER2, W2
from binodal.derive.step import Cases, Step
from tests.activations import CLOSED_FORMS
from tests.laws import cases

CLOSED = (*CLOSED_FORMS, "erf(z) - z^2*exp(-z^2)")
OPEN = ("tanh", "softplus", "elu")


@pytest.mark.parametrize("name", cases([(name,) for name in (*CLOSED, *OPEN)], every=3))
def test_every_activation_is_derived(name: str) -> None:
    derivation = overlaps(name)
    assert derivation.verify() == (4 if name in CLOSED else 3)
    assert (closed_form(activation(name).phi) is not None) == (name in CLOSED)


def _wrong(claim: sp.Basic) -> Iterator[sp.Basic]:
    """A claim with one of its members changed."""
    parts = claim.args if isinstance(claim, sp.Tuple) else (claim,)
    for index, part in enumerate(parts):
        wrongs = [sp.Integer(1)] if part == 0 else [2 * part, -part, part.subs(r, 2 * r)]
        wrongs += [part.subs(j, j + 1), part.subs(m, m**2), part.subs(k, k + 1)]
        if part in (sp.oo, sp.Integer(1)):
            wrongs = [sp.Integer(3)]
        for wrong in {w for w in wrongs if w != part}:
            changed = (*parts[:index], wrong, *parts[index + 1 :])
            yield sp.Tuple(*changed) if isinstance(claim, sp.Tuple) else wrong


def _survivors(step: Step) -> list[sp.Basic]:
    changed = (replace(step, after=wrong) for wrong in _wrong(step.after))
    return [step.after for step in changed if step.counterexample() is None]


@pytest.mark.parametrize("step", modes().steps, ids=lambda step: step.name)
def test_a_wrong_law_does_not_verify(step: Step) -> None:
    assert step.counterexample() is None and _survivors(step) == []


@pytest.mark.parametrize("cases_of", [_mehler_cases, _stein_cases])
def test_each_route_sees_a_mistake_of_either_parity(cases_of: Callable[[sp.Expr], Cases]) -> None:
    """Alone: the law holds in every case, and twice the law of even or odd k in none of those."""
    for parity in (0, 1):
        wrong = (3 + (-1) ** (k + parity)) / 2 * correlated_mode()
        right = [sp.expand(a - b) == 0 for _, a, b in cases_of(correlated_mode())]
        held = [sp.expand(a - b) == 0 for _, a, b in cases_of(wrong)]
        assert all(right)
        assert held == [order % 2 != parity for order in range(len(held))]


@pytest.mark.parametrize("name", ["erf", "relu", "he:4", "gauss"])
def test_a_wrong_closed_form_does_not_verify(name: str) -> None:
    assert [_survivors(step) for step in overlaps(name).steps[2:]] == [[], []]


def test_the_ladder_forgets_no_term() -> None:
    ladder = modes().steps[1]
    for wrong in (c(k + 2, r), c(k + 2, r) + c(k, r), c(k + 2, r) - k * c(k, r), c(k + 1, r)):
        assert replace(ladder, after=wrong).counterexample() is not None


def test_erf_agrees_with_its_own_derivation() -> None:
    """<H_{2j+1}(w*.x) erf(w.x)> of the teacher-student theory, at |w*| = 1."""
    own = erf_overlap().subs({TEACHER2: 1, order_of_erf: j, W2: r**2, OVERLAP: m * r})
    for index in range(6):
        general = m ** (2 * index + 1) * activation("erf").closed_form.order(2 * index + 1)
        assert sp.simplify(own.subs(j, index) - general) == 0


def test_overlaps_give_the_averages_of_derivatives() -> None:
    """Those without a smoothing of their own take them from the closed forms."""
    from binodal.derive.gaussian.activations import ERF, Activation

    bare = Activation("bare", ERF.phi)
    for order in range(5):
        assert sp.simplify(bare.mean_derivative(order) - ERF.mean_derivative(order)) == 0
