"""Every expression of a few single-index models in every target, by the law of code generation."""

from __future__ import annotations

from dataclasses import replace
from math import inf, nan

import numpy as np
import pytest

from binodal.models.single_index.expressions import expressions
from binodal.numerics.codegen.function import Function
from binodal.numerics.codegen.load import compiled
from tests.laws import cases
from tests.numerics.codegen.law import PRECISIONS, results, single, violations

MEMBERS = (
    ("relu", "2: 1/2"),
    ("gelu", "1: 1, 2: 1/2"),
    ("tanh", "1: 1, 3: -3/10"),
    ("leaky-relu:1/10", "1: 1, 2: 1/3"),
    ("softplus", "1: 1"),
)
SMALL = {"N": 7.0, "n": 12.0, "d": 5.0, "sigma2": 0.75, "sigma_w2": 0.5, "sigma_a2": 0.25}


def functions(activation: str, teacher: str) -> list[Function]:
    made = expressions(activation, teacher, "none")
    found = {name: quantity("derived") for name, quantity in made.items()}
    return [Function(k, e.values, tuple(e.arguments), e.notes) for k, e in found.items()]


def rows(function: Function, label: str) -> list[list[float]]:
    """Places, modes and overlaps of either sign, and parameters of order one."""
    rng = np.random.default_rng(7)
    found = []
    for _ in range(3):
        drawn = {p: SMALL.get(p, float(rng.uniform(-0.9, 0.9))) for p in function.parameters}
        drawn |= {p: abs(drawn[p]) + 0.2 for p in ("r", "u") if p in drawn}
        found.append([drawn[p] for p in function.parameters])
    return [[single(x) if label == "torch32" else x for x in row] for row in found]


@pytest.mark.parametrize("label", PRECISIONS)
@pytest.mark.parametrize(("activation", "teacher"), cases(MEMBERS, every=4))
def test_every_quantity_means_the_same_in_every_target(activation, teacher, label, tmp_path):
    cases = [(f, rows(f, label)) for f in functions(activation, teacher)]
    for (function, at), found in zip(cases, results(label, cases, tmp_path), strict=True):
        assert violations(label, function, at, found) == []


def test_notes_name_kinks_and_what_has_no_closed_form():
    (relu,) = (f for f in functions("relu", "2: 1/2") if f.name == "action")
    assert "kinks of the activation at z = 0" in relu.notes
    (tanh,) = (f for f in functions("tanh", "1: 1, 3: -3/10") if f.name == "law")
    assert any("c_1, c_3: overlaps" in note for note in tanh.notes)
    assert {"c_1", "c_3"} <= set(tanh.parameters)


OWN = (
    ("max(0, 1 - abs(z))", (-1.0, 0.0, 1.0)),
    ("sign(z - 1/2) + z/4", (0.5,)),
    ("z*sign(z^2 - 2)", (-(2**0.5), 2**0.5)),
    ("exp(-abs(z))", (0.0,)),
)


@pytest.mark.parametrize("label", ["torch", "c", "javascript", "mpmath"])
def test_activations_of_ones_own_mean_the_same_at_their_corners(label, tmp_path):
    """At corners, beside them by 1e-9 and 1e-3 of their size, and far out."""
    cases = []
    for i, (text, corners) in enumerate(OWN):
        (phi,) = (f for f in functions(text, "0: 1/2, 1: 1, 2: 1/2") if f.name == "activation")
        phi = replace(phi, name=f"activation_{i}")
        near = [c + away * (1 + abs(c)) for c in corners for away in (0, 1e-9, -1e-9, 1e-3, -1e-3)]
        cases.append((phi, [[x] for x in (*near, -40.0, -7.3, 7.1, 1e8)]))
    for (function, at), found in zip(cases, results(label, cases, tmp_path), strict=True):
        assert violations(label, function, at, found) == []


def test_an_activation_is_generated_where_it_is_not_smooth():
    (phi,) = (f for f in functions("relu", "2: 1/2") if f.name == "activation")
    value = compiled(phi.name, phi.expressions, phi.arguments, "numpy")
    found = value(np.array([-2.0, 0.0, 3.0, inf, nan]))
    assert np.array_equal(found[0], [0, 0, 3, inf, nan], equal_nan=True)
    assert np.array_equal(found[1], [0, 0.5, 1, 1, nan], equal_nan=True)
