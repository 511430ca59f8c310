"""Rows of networks on a subset of the pairs: what stands in them, and controls that tell."""

from __future__ import annotations

from fractions import Fraction

import pytest

from binodal.models.modular.experiments.partial_data import COEXISTENCE
from binodal.models.modular.numerics.subset_solve import SubsetClosure, solve_on_subset
from binodal.models.modular.parameters import ON_SUBSET, SHARE
from binodal.models.modular.predictions import finite_width, subset_rows
from binodal.models.modular.predictions.subset_changes import Changes
from binodal.models.modular.predictions.subset_field import OnSubset
from binodal.numerics.parameters import Parameters
from binodal.validate.prediction import Prediction

SIZES = {"N": 500, "P": 5, "gamma": 2, "sigma_a2": Fraction(1, 5000)}


def at(share: Fraction, order: int = 5) -> Parameters:
    """Networks at half of what coexistence needs."""
    return ON_SUBSET.at({**SIZES, "P": order, "sigma2": Fraction(3, 1000), SHARE: share})


def rows(parameters: Parameters) -> dict[str, Prediction]:
    """Those of mean field on subsets, by observable."""
    return {p.observable: p for p in subset_rows._on_subsets(parameters)}


def test_a_share_adds_its_own_order_to_those_of_all_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    start, unsure = OnSubset(0.9, 1.5, 0.8), OnSubset(0.01, 0.1, 0.02)
    first, doubt = OnSubset(-0.03, -0.2, 0.05), OnSubset(0.001, 0.02, 0.003)
    found = Changes(start, unsure, first, doubt)
    monkeypatch.setattr(subset_rows, "changes", lambda rule, own, share: [found])
    floats = {name: float(value) for name, value in at(Fraction(1)).items() if name != SHARE}
    known = finite_width.expansion(floats)
    whole, part = (rows(at(Fraction(k, 25))) for k in (25, 24))
    assert {name: row.value for name, row in whole.items()} == {
        name: known.value(name) for name in ("a", "lambda")
    }
    for name, place in (("a", 0), ("lambda", 2)):
        begin = known.start[name]
        orders = begin * (start[place] + first[place]) + known.shift[name] + known.second[name]
        assert part[name].value == pytest.approx(orders)
        assert part[name].error > whole[name].error + begin * (unsure[place] + doubt[place])
    assert part["a_test"].value == pytest.approx(1.3) and not part["a_test"].missing
    assert part["a_test"].error > 0.12


def test_a_control_tells_where_no_pair_is_missing() -> None:
    """One at least is off by more than 5 % in each observable, and the theory is the reference."""
    found = subset_rows.predictions(at(Fraction(1)), ("derived",))
    for name in ("a", "lambda"):
        (theory,) = (
            p for p in found if p.observable == name and p.limit == "finite" and not p.control
        )
        wrong = [p.value for p in found if p.observable == name and p.control]
        assert max(abs(value / theory.value - 1) for value in wrong) > 0.05


def test_even_orders_say_why_there_is_no_number() -> None:
    assert all("odd P" in row.missing for row in rows(at(Fraction(9, 10), 4)).values())


@pytest.mark.parametrize(
    ("order", "share", "measured", "side"),
    [
        (23, "0.97", 0.722, 1),
        (23, "0.93", 0.801, 1),
        (11, "0.975", 1.129, -1),
        (7, "48/49", 1.45, -1),
    ],
)
def test_networks_on_pairs_that_they_have_not_seen(order, share, measured, side) -> None:
    """The side of 1 that networks are on, a third too far or too near; a of pairs seen is not."""
    width, spread, noise = COEXISTENCE[order]
    cold = {7: "0.57", 11: "0.5", 23: "0.38"}[order]
    values = {"N": width, "P": order, "gamma": 2, "sigma_a2": spread, SHARE: Fraction(share)}
    closure = solve_on_subset(ON_SUBSET.at({**values, "sigma2": noise * Fraction(cold)})).closure
    assert isinstance(closure, SubsetClosure)
    said, seen = float(closure.others), float(closure.a)
    assert side * (1 - said) > 0 and side * (1 - measured) > 0
    assert abs(said - measured) < 0.75 * abs(seen - measured)
