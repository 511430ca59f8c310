"""The laws catch every mistake; what Metropolis repairs is no mistake."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

from tests.validate.problems import gaussian
from tests.validate.samplers import cases
from tests.validate.samplers.laws import CAUGHT, LIMIT, z_scores
from tests.validate.samplers.mutants import MUTANTS, clipped, of_target


@pytest.mark.parametrize("name", MUTANTS)
def test_caught(name):
    case, problem = MUTANTS[name]
    assert z_scores(case, problem()).abs().max() > CAUGHT


@pytest.mark.parametrize("case", [cases.MALA, cases.HMC], ids=["mala", "hmc"])
def test_metropolis_repairs_a_clipped_force(case):
    """A clipped force still makes a reversible map that keeps volume; only the energy matters."""
    assert z_scores(of_target(case, clipped), gaussian()).abs().max() < LIMIT
