"""Every witness supports the derived form, and contradicts the page where the page is wrong."""

from __future__ import annotations

from dataclasses import replace
from math import exp

import pytest

from binodal.audit import gaussian
from binodal.audit.modular_weights import _box
from binodal.audit.paper.registry import registry
from binodal.audit.witnesses import WITNESSES, run
from binodal.derive.symbols import x, x_v

ACCUSED = {
    "langevin-variance",
    "law-of-overlap",
    "printed-q11",
    "printed-prefactor",
    "response-to-chi",
    "overlaps",
    "regression",
    "target-eigenvalue",
    "axis-eigenvalues",
    "fourier-action",
    "saddle-equations",
    "lambda-under-m14",
    "odds",
    "saddle-count",
    "shift-of-coexistence",
    "modular-start",
}


@pytest.mark.parametrize("name", WITNESSES)
def test_the_derived_form_holds(name):
    assert run(name).derived_holds, run(name)


@pytest.mark.parametrize("name", sorted(ACCUSED))
def test_the_printed_form_fails(name):
    assert run(name).printed_fails, run(name)


def test_the_right_moments_are_not_accused():
    assert run("moments").printed_fails is False


def test_a_right_form_of_the_regression_is_not_accused(monkeypatch):
    right = gaussian.part("A.12", "residual")
    printed = replace(right, printed=right.derived())
    monkeypatch.setattr(gaussian, "part", lambda *_: printed)
    found = gaussian.regression()
    assert found.derived_holds and not found.printed_fails


def test_a_product_rule_integrates():
    square = _box(-x - 2 * x_v, (0.5, 1.5))
    assert square == pytest.approx((exp(-0.5) - exp(-1.5)) * (exp(-1) - exp(-3)) / 2, rel=1e-12)


def test_all_are_used_and_known():
    used = {name for entry in registry().values() for name in entry.witnesses}
    assert used == set(WITNESSES)
