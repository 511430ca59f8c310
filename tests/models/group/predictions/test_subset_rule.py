"""Mean field on subsets of a group's pairs: addition as a group, explicit sums, and S3."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from binodal.models.families import member
from binodal.models.group.derivations.real_irreps import real_irreps
from binodal.models.group.predictions import subset_rows
from binodal.models.group.predictions.subset_rule import Products
from binodal.models.group.predictions.train_loss import Orders
from binodal.models.group.setting import setting_of
from binodal.models.modular.predictions.neuron_moves import Law
from binodal.models.modular.predictions.subset_changes import Changes
from binodal.models.modular.predictions.subset_field import Field, OnSubset
from binodal.models.modular.predictions.subset_rule import Addition
from binodal.validate.expansion import Expansion
from tests.laws import beside
from tests.models.modular.predictions.test_subset_field import told_by_the_prior

AT = {"N": 100.0, "P": 6.0, "sigma2": 0.05, "sigma_a2": 0.002, "gamma": 0.5}
RNG = np.random.default_rng(3)


def test_the_cyclic_group_is_addition() -> None:
    own, cyclic = Products("Z7", "schatten"), Addition(7)
    at, halves = {**AT, "P": 7.0}, RNG.standard_normal((2, 4, 7))
    assert np.allclose(own.target, cyclic.target) and np.allclose(own.parts, cyclic.parts)
    for one, other in zip(own.decay(halves), cyclic.decay(halves), strict=True):
        assert np.allclose(one, other)
    assert np.allclose(own.levels(at, halves), cyclic.levels(at, halves))
    assert np.allclose(own.start(at), cyclic.start(at), rtol=1e-5)


@pytest.mark.parametrize("kind", ["schatten", "frobenius"])
def test_a_neuron_of_a_group_by_definition(kind: str) -> None:
    """Parts of the target and of lambda by matrices, and the gradient of the law by differences."""
    rule, halves = Products("S3", kind), RNG.standard_normal((2, 3, 6))
    assert np.allclose(rule.parts.sum(0), rule.target)
    group = rule.setting.group
    for place, rho in enumerate(real_irreps(group)[1:]):
        squares = np.square(halves[0][:, :, None] + halves[1][:, None, :]).reshape(3, -1)
        overlaps = squares @ rule.parts[place].T
        quotient = AT["sigma_a2"] * np.square(overlaps).sum(1) / np.square(rule.parts[place]).sum()
        assert np.allclose(rule.levels(AT, halves)[place], quotient), rho.name
    law = Law(rule, AT, RNG.standard_normal((6, 36)))
    slope = law.energy(halves)[1]
    for half, element in ((0, 1), (1, 4)):
        step = np.zeros_like(halves)
        step[half, :, element] = 1e-5
        found = (law.energy(halves + step)[0] - law.energy(halves - step)[0]) / 2e-5
        assert np.allclose(found, slope[half, :, element], rtol=1e-6, atol=1e-6)


@beside(
    "tests/models/modular/predictions/test_subset_field.py::test_agrees_with_neurons_of_the_prior"
)
def test_two_pairs_of_s3_left_out_by_neurons_of_the_prior() -> None:
    """Other draws and another solver; all pairs and a of the pairs that are seen are told apart."""
    rule, seen = Products("S3", "schatten"), np.arange(36) % 20 != 1
    one = np.array([Field.drawn(rule, AT, 4000, seed).solved(seen).mean_field for seed in range(3)])
    other = np.array([told_by_the_prior(rule, AT, seen, seed) for seed in range(3)])
    error = np.sqrt((one.var(0, ddof=1) + other.var(0, ddof=1)) / 3)
    assert (np.abs(one.mean(0) - other.mean(0)) < 4 * error).all()
    assert (one.mean(0)[:, 1] - other.mean(0)[:, 0] > 10 * error[:, 1]).all()
    whole = np.array(Field.drawn(rule, AT, 4000).solved(np.ones(36, dtype=bool)).mean_field)
    assert (whole[:, 2] - other.mean(0)[:, 2] > 3 * error[:, 2]).any()


def test_every_orbit_has_its_own_change(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside its own orders of all pairs; a group of more elements says why it has none."""
    found = [
        Changes(OnSubset(0.9, 1.5 + k, 0.8), *[OnSubset(0.01 * k, 0.1, 0.02)] * 3) for k in (1, 2)
    ]
    orders = {
        name: Expansion({"a": a, "lambda": 0.02}, {"a": 0.04, "lambda": -0.001}, 3.0, 500.0)
        for name, a in (("1b", 0.5), ("2a", 0.6))
    }
    known = Orders(orders, orders["1b"])
    monkeypatch.setattr(subset_rows, "expansions", lambda setting, own: (known, known))
    monkeypatch.setattr(subset_rows, "changes", lambda rule, own, share: found)
    at = {"N": 500, "sigma2": "1/500", "sigma_a2": "1/5000", "gamma": 2}
    rows = {}
    for group in ("S3", "D5"):
        space = member("group", (("group", group), ("pairs", "subset"))).space
        point = space.at({**at, "data_fraction": Fraction(35, 36)})
        own = subset_rows._on_subsets(setting_of(space.settings), point)
        rows[group] = {row.observable: row for row in own}
    for (name, here), change in zip(orders.items(), found, strict=True):
        value = here.value("a") + here.start["a"] * (change.start.a - 1 + change.shift.a)
        assert rows["S3"][f"a_{name}"].value == pytest.approx(value)
        assert rows["S3"][f"a_test_{name}"].value == change.start.a_test + change.shift.a_test
    assert rows["D5"].keys() == {
        f"{n}_{o}" for n in ("a", "a_test", "lambda") for o in ("1b", "2a")
    }
    assert all("up to 8 elements" in row.missing for row in rows["D5"].values())
