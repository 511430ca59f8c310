"""Every named quantity verifies in both theories, and its results can be compiled."""

from __future__ import annotations

from itertools import product

import pytest
import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.render import render
from binodal.derive.symbols import TABLE, P
from binodal.derive.theories import THEORIES
from binodal.models.modular.derivations.quantities import QUANTITIES, complete
from binodal.models.modular.forms.curves import level
from tests.laws import cases

KNOWN = {entry.symbol for entry in TABLE}
COMPILED = ("action", "kernel", "saddles", "closure", "events", "weights")


@pytest.mark.parametrize(("name", "theory"), cases(product(QUANTITIES, THEORIES), every=10))
def test_quantity_verifies(name: str, theory: str) -> None:
    derivation = QUANTITIES[name](theory)
    assert derivation.verify() == len(derivation.steps) > 0
    assert derivation.results


@pytest.mark.parametrize("name", COMPILED)
@pytest.mark.parametrize("theory", ["derived", "published"])
def test_results_use_the_symbol_table_alone(name: str, theory: str) -> None:
    for key, expression in QUANTITIES[name](theory).results.items():
        foreign = expression.free_symbols - KNOWN
        assert {str(s) for s in foreign} <= {"odds"}, (key, foreign)


@pytest.mark.parametrize("theory", ["derived", "published"])
def test_chain_keeps_every_result(theory: str) -> None:
    chain = complete(theory)
    for quantity in QUANTITIES.values():
        for name, expression in quantity(theory).results.items():
            assert sp.simplify(chain.results[name] - expression) == 0, name
    assert Assumption.MEAN_FIELD in chain.assumptions
    assert (Assumption.PRINTED in chain.assumptions) == (theory == "published")


@pytest.mark.parametrize("form", ["text", "latex", "markdown", "json"])
def test_renders(form: str) -> None:
    shown = render(QUANTITIES["nngp-spectrum"]("derived"), form, steps=True)
    assert "P" in shown and "spectrum" in shown


def test_unknown_theory_is_refused_everywhere() -> None:
    for quantity in QUANTITIES.values():
        with pytest.raises(ValueError, match="theory"):
            quantity("relaxed")


def test_theories_share_saddles_and_coexistence_but_not_the_end() -> None:
    derived, published = complete("derived").results, complete("published").results
    for name in ("u_birth", "u_coexistence", "sigma2_birth", "sigma2_coexistence", "x_plus", "s"):
        assert sp.simplify(derived[name] - published[name]) == 0
    assert sp.simplify(derived["gmfl2_ratio"] / published["gmfl2_ratio"] - 4 * P**2) == 0


def test_without_learning_the_loss_is_the_variance_of_the_target():
    """One of P outputs is right."""
    assert sp.simplify(level().expressions["target"] - (1 - 1 / P)) == 0
