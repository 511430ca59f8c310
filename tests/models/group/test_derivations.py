"""The theory of groups: every step by its other route, and wrong ones that are caught."""

from __future__ import annotations

import pytest

from binodal.derive.errors import StepFailed
from binodal.derive.groups.names import named
from binodal.models.group.derivations import (
    action,
    determinant,
    exact,
    kernel,
    order_parameter,
    quantities,
    saddles,
    singular_values,
    weight_decay,
)
from binodal.models.group.derivations.symbols import copies, dimension, order, overlap
from tests.laws import cases


@pytest.mark.parametrize("quantity", cases(quantities.quantities(named("S3")), every=6))
def test_every_step_of_every_quantity_passes_its_check(quantity):
    derivation = quantities.quantities(named("S3"))[quantity]("derived")
    assert derivation.verify() == len(derivation.steps)


@pytest.mark.parametrize("name", ["Z2xZ4", "Q8", "A5", "D5xZ3"])
@pytest.mark.parametrize("quantity", ["irreps", "nngp-spectrum"])
def test_steps_about_one_group_pass_for_others(name, quantity):
    derivation = quantities.quantities(named(name))[quantity]("derived")
    assert derivation.verify() == len(derivation.steps)


_REPELLED_TWICE = singular_values.measure_two() * (singular_values.X1 - singular_values.X2)
_NO_TURN = singular_values.average().subs(saddles.beta, saddles.beta + 2)


def _failing(derivation, place):
    """The step's check on something else than it ends in."""
    return next(step for step in derivation.steps if step.name == place)


@pytest.mark.parametrize(
    ("derivation", "place", "wrong"),
    [
        (action.action, "projection", 2 / order),  # an irrep without its dimension
        (action.action, "projection", dimension / order),
        (action.action, "orthogonality", 4 / order),
        (action.action, "orthogonality", 4 * dimension**2 / order),
        (action.action, "Plancherel", 1 / order),
        (action.action, "conjugates", order * dimension),  # a conjugate that is not counted
        (kernel.kernel, "eigenvalue of a block", 4 * order**2 * overlap),
        (kernel.kernel, "norm of the target", dimension * order),
        (weight_decay.weight_decay, "coupling", order * weight_decay.PAIRED),
        (weight_decay.weight_decay, "one block of two rows", 320 * weight_decay.ALPHA**3),
        (singular_values.singular_values, "measure of two singular values", _REPELLED_TWICE),
        (singular_values.singular_values, "average over the relative unitary", _NO_TURN),
        (determinant.determinant, "determinant", determinant.DETERMINANT),
        (determinant.determinant, "single numbers", saddles.beta / 2),
        (order_parameter.order_parameter, "squares of a Gaussian matrix", saddles.rows**4),
    ],
)
def test_a_lost_factor_is_caught(derivation, place, wrong):
    step = _failing(derivation(), place)
    assert step.counterexample() is None
    assert step.check.counterexample(wrong) is not None


@pytest.mark.parametrize("room", ["action", "kernel"])
def test_a_swapped_product_is_caught_where_the_group_does_not_commute(room, broken):
    """|V U| in place of |U V|."""
    honest = exact.convolved
    broken(
        f"binodal.models.group.derivations.{room}",
        "convolved",
        lambda group, left, right: honest(group, right, left),
    )
    with pytest.raises(StepFailed, match="S3"):
        {"action": action.action, "kernel": kernel.kernel}[room]().verify()


def test_no_abelian_group_sees_a_swapped_product(broken):
    honest, every = exact.convolved, exact.cases
    home = "binodal.models.group.derivations.action"
    broken(home, "convolved", lambda group, left, right: honest(group, right, left))
    broken(home, "cases", lambda names=(): every(("Z2xZ4", "Z5")))
    assert action.action().verify() == 5


def test_an_inverse_on_the_wrong_side_is_caught(broken):
    honest = exact.direct_overlaps

    def turned(group, shape, u, v):
        overlaps = honest(group, shape, u, v)
        return [overlaps[group.inverses[p]] for p in range(group.order)]

    broken("binodal.models.group.derivations.action", "direct_overlaps", turned)
    with pytest.raises(StepFailed, match="projection"):
        action.action().verify()


def test_a_cyclic_group_has_the_coupling_and_factor_of_modular_addition():
    from binodal.models.modular.derivations.action import mode_action

    mode, results = mode_action(), action.action().results
    assert results["u"] == mode.coupling
    assert results["exponent"].subs({dimension: 1, copies: 2}) == mode.factor
