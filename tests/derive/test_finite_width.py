"""The first order in 1/N verifies, and a wrong factor in it is caught by its own checks."""

from __future__ import annotations

import pytest
import sympy as sp

from binodal.derive import finite_width as general
from binodal.derive.assumptions import Assumption
from binodal.derive.errors import StepFailed
from binodal.models.modular.derivations import finite_width as modular
from binodal.models.modular.derivations.field_blocks import blocks
from binodal.models.teacher_student.derivations import finite_width as continuum
from tests.laws import cases

EARLIER = len(general.finite_width().steps)
MISTAKES = [
    (general, "neuron_in_cavity", "finite_width"),
    (general, "covariance_weight", "finite_width"),
    (general, "amplitude_shift", "finite_width"),
    (general, "mean_shift", "finite_width"),
    (modular, "curvature_scale", "finite_width_of_modes"),
    (continuum, "transverse_overlap", "finite_width_of_continuum"),
    (continuum, "norm_by_degree", "finite_width_of_continuum"),
]


@pytest.mark.parametrize(("module", "function", "chain"), cases(MISTAKES, every=3))
def test_a_factor_two_is_caught(monkeypatch, module, function, chain):
    original, whole = getattr(module, function), getattr(module, chain).__wrapped__
    monkeypatch.setattr(module, function, lambda *args: 2 * original(*args))
    # Earlier steps are those of the general chain, verified once below.
    derivation = whole()
    with pytest.raises(StepFailed):
        for step in derivation.steps if module is general else derivation.steps[EARLIER:]:
            found = step.counterexample()
            if found is not None:
                raise StepFailed(derivation.title, step.name, found)


def test_the_general_chain_verifies_and_says_what_it_assumes():
    derivation = general.finite_width()
    assert derivation.verify() == len(derivation.steps) == EARLIER
    assert derivation.assumptions == (Assumption.WIDTH_FIRST_ORDER,)


def test_without_covariance_and_response_there_is_no_shift():
    """h' = 0 leaves mean field; the shift is linear in it and falls as 1/|y|^2."""
    shift = general.amplitude_shift()
    assert shift.subs(general.SLOPE, 0) == 0
    doubled = shift.subs(general.NORM2, 2 * general.NORM2)
    assert sp.simplify(2 * doubled / shift) == 1


@pytest.mark.parametrize("order", [3, 9, 15, 23])
def test_every_row_of_the_covariance_is_in_one_block(order):
    counted = sum(block.multiplicity * len(block.kinds) for block in blocks(order))
    assert counted == (order - 1) * order**2
    assert max(len(block.kinds) for block in blocks(order)) == order - 1


def test_even_orders_are_refused():
    with pytest.raises(ValueError, match="odd P"):
        blocks(8)
