"""Symmetries I, II and the flip hold for random P, shifts, multipliers, weights; mutants don't."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from binodal.derive.checks import generic_fractions
from binodal.models.modular.derivations.invariance import AT, sample_network
from binodal.models.modular.derivations.symmetries import Symmetry
from tests.models.modular.derivations.laws import LAWS, Sample
from tests.models.modular.derivations.strategies import (
    action_parameters,
    hyperparameters,
    networks,
    symmetries,
)

HYPER = dict(
    zip(("N", "sigma2", "sigma_a2", "a", "gamma"), map(abs, generic_fractions(5, 4)), strict=True)
)
MUTANTS = [(law, mutant) for law, (_, mutants) in LAWS.items() for mutant in mutants]


@pytest.mark.parametrize("name", LAWS)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_law_holds(name: str, data: st.DataObject) -> None:
    orders = (3, 4, 5) if name == "kernel" else (2, 3, 4, 5, 6, 7)
    g = data.draw(symmetries(orders))
    sample = Sample(
        data.draw(networks(g.order)), data.draw(hyperparameters), data.draw(action_parameters)
    )
    assert LAWS[name][0](g, sample)


@pytest.mark.parametrize("order", [5, 7])
@pytest.mark.parametrize(("name", "mutant"), MUTANTS)
def test_mutant_is_caught(name: str, mutant: type[Symmetry], order: int) -> None:
    sample = Sample(sample_network(order), AT, HYPER)
    law = LAWS[name][0]
    assert law(Symmetry(order, (1, 3), 2), sample)
    assert not law(mutant(order, (1, 3), 2), sample)


@pytest.mark.parametrize(("order", "multiplier"), [(4, 2), (6, 3), (9, 6), (5, 0)])
def test_symmetry_two_needs_a_unit(order: int, multiplier: int) -> None:
    with pytest.raises(ValueError, match="unit modulo"):
        Symmetry(order, multiplier=multiplier)


@settings(max_examples=40, deadline=None)
@given(symmetries(), symmetries())
def test_moving_twice_is_one_symmetry(g: Symmetry, h: Symmetry) -> None:
    """The images of all pairs under g after h form a permutation of the data."""
    if g.order == h.order:
        twice = [g.permutation()[i] for i in h.permutation()]
        assert sorted(twice) == list(range(g.order**2))


def test_gradient_is_the_slope_of_the_energy() -> None:
    """Every component against a centred difference of the exact polynomial."""
    from dataclasses import replace

    from binodal.models.modular.derivations.posterior import energy, gradient

    network, step = sample_network(4), Fraction(1, 10**12)
    exact = gradient(network, AT)
    for part in ("first", "second", "readouts"):
        for index in range(4):
            values = []
            for sign in (1, -1):
                rows = [list(row) for row in getattr(network, part)]
                rows[0][index] += sign * step
                moved = replace(network, **{part: tuple(map(tuple, rows))})
                values.append(energy(moved, AT))
            slope = (values[0] - values[1]) / (2 * step)
            assert abs(slope - getattr(exact, part)[0][index]) < Fraction(1, 10**9)
