"""The first order in 1/n verifies, and a wrong factor in it is caught by its own checks."""

from __future__ import annotations

import pytest
import sympy as sp

from binodal.derive import finite_data as general
from binodal.derive.assumptions import Assumption
from binodal.derive.derivation import Derivation
from binodal.derive.errors import StepFailed
from binodal.derive.symbols import n, sigma2
from binodal.models.teacher_student.derivations import finite_data as continuum

MISTAKES = [
    *((general, name) for name in ("variance_weight", "evidence_weight", "training_shift")),
    *((general, name) for name in ("population_shift", "neuron_shift", "scatter")),
    (general, "regression_shift"),
    *((continuum, name) for name in ("mean_at", "slope_at", "spread_at", "largest_share")),
]


@pytest.mark.parametrize(("module", "function"), MISTAKES)
def test_a_factor_two_is_caught(monkeypatch, module, function):
    original = getattr(module, function)
    chain = "finite_data" if module is general else "finite_data_of_continuum"
    whole = getattr(module, chain).__wrapped__
    monkeypatch.setattr(module, function, lambda *args: 2 * original(*args))
    # Earlier steps are those of the general chain, verified once below.
    steps = whole().steps if module is general else whole().steps[-2:]
    with pytest.raises(StepFailed):
        Derivation("broken", steps).verify()


def test_the_general_chain_verifies_and_says_what_it_assumes():
    derivation = general.finite_data()
    assert derivation.verify() == len(derivation.steps)
    assert derivation.assumptions == (Assumption.DATA_FIRST_ORDER, Assumption.MEAN_FIELD)


def test_noise_is_renormalised_by_the_other_modes():
    """m = y/(1 + n q/sigma^2) at sigma^2 -> sigma^2 + v - K, to first order in 1/n."""
    level, grown, small = sp.symbols("q v_K small", positive=True)
    shrunk = 1 / (1 + n * level / (sigma2 + small * grown))
    start = shrunk.subs(small, 0)
    direct = sp.diff(shrunk, small).subs(small, 0) / start
    learned = level * start
    claimed = general.regression_shift().subs(general.VARIANCE, grown + general.COVARIANCE)
    assert sp.simplify(claimed.subs(general.COVARIANCE, learned) - direct) == 0
