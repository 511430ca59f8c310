"""Exact checks at an order: every group of it, and a wrong factor is caught on each."""

from __future__ import annotations

import pytest

from binodal.derive.groups.small import orders
from binodal.models.group.derivations import action, kernel
from binodal.models.group.derivations.symbols import order as size
from binodal.models.group.exact_checks import exact_checks


@pytest.mark.parametrize("order", [2, 6, 8, 12, 16])
def test_every_group_of_an_order_passes(order):
    named = dict(exact_checks(order))
    groups = {name.partition(":")[0] for name in named}
    assert len(groups) == sum(each == order for each in orders().values())
    assert len(named) == 5 * len(groups)
    assert [check() for check in named.values()] == [None] * len(named)


def test_an_order_without_groups_in_the_table_has_no_checks():
    assert list(exact_checks(25)) == []


@pytest.mark.parametrize(
    ("module", "claim", "step"),
    [
        (action, "projection", "projection"),
        (action, "interaction_of_products", "orthogonality"),
        (action, "plancherel", "Plancherel"),
        (kernel, "norm_of_target", "norm of the target"),
    ],
)
def test_a_lost_factor_is_caught_on_every_group(monkeypatch, module, claim, step):
    honest = getattr(module, claim)()
    monkeypatch.setattr(module, claim, lambda: honest * size / (size + 1))
    checks = [check for order in (5, 6, 8) for n, check in exact_checks(order) if n.endswith(step)]
    assert len(checks) == 8 and all(check() is not None for check in checks)
