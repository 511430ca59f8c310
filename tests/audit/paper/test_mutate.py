"""Every place of an equation can be made wrong, in the way that was asked for."""

from __future__ import annotations

import random

import pytest
import sympy as sp

from binodal.derive.symbols import k
from binodal.models.modular.derivations.characters import W
from tests.audit.paper.mutate import mutant, paths

x, y = sp.symbols("x y", positive=True)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("factor 2", {2 * x * y**2, 4 * x * y**2, x * y**4}),
        ("sign", {-x * y**2, x * y**2, x / y**2}),
        ("exponent", {x**2 * y**2, x * y**3, x * y**4}),
        ("letter", {y**3, x**3}),
        ("index", {None}),
    ],
)
def test_what_each_kind_makes(kind, expected):
    generator = random.Random(4)
    assert {mutant(x * y**2, kind, generator) for _ in range(100)} == expected


def test_a_mode_is_one_thing_whose_label_moves():
    assert [node for _, node in paths(2 * W[k])] == [2 * W[k], sp.Integer(2), W[k]]
    assert mutant(2 * W[k], "index", random.Random(4)) == 2 * W[k + 1]


def test_a_path_leads_to_its_node():
    whole = sp.exp(x + y**3) / (1 + x)
    for path, node in paths(whole):
        found = whole
        for step in path:
            found = found.args[step]
        assert found == node
