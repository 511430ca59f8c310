"""Symmetries I, II and the flip hold for random P, shifts, multipliers, weights; mutants don't."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from binodal.derive.checks import generic_fractions
from binodal.models.modular.derivations.invariance import AT, sample_network
from binodal.models.modular.derivations.posterior import Network, energy, gradient
from binodal.models.modular.derivations.symmetries import Symmetry, modes
from tests.laws import cases
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


@pytest.mark.parametrize("name", cases(LAWS, every=3))
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


def after(g: Symmetry, h: Symmetry) -> Symmetry:
    """The one symmetry that is h and then g."""
    first, second = reversed(h.shift) if g.flip else h.shift
    shift = (g.multiplier * first + g.shift[0], g.multiplier * second + g.shift[1])
    return Symmetry(g.order, shift, g.multiplier * h.multiplier, g.flip != h.flip)


def is_one_after_the_other(both: Symmetry, g: Symmetry, h: Symmetry, network: Network) -> bool:
    """On pairs, labels, networks and modes."""
    residues, halves = range(g.order), (network.first[0], network.second[0])
    return (
        both.permutation() == [g.permutation()[i] for i in h.permutation()]
        and all(both.label(p) == g.label(h.label(p)) for p in residues)
        and both.network(network) == g.network(h.network(network))
        and both.modes(*map(modes, halves)) == g.modes(*h.modes(*map(modes, halves)))
    )


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_moving_twice_is_one_symmetry(data: st.DataObject) -> None:
    g = data.draw(symmetries())
    h = data.draw(symmetries((g.order,)))
    assert is_one_after_the_other(after(g, h), g, h, data.draw(networks(g.order)))


def test_moving_twice_in_another_way_is_seen() -> None:
    g, h, network = Symmetry(7, (1, 3), 2, True), Symmetry(7, (2, 5), 3), sample_network(7)
    assert is_one_after_the_other(after(g, h), g, h, network)
    unexchanged = replace(after(g, h), shift=after(replace(g, flip=False), h).shift)
    unmultiplied = replace(after(g, h), shift=after(replace(g, multiplier=1), h).shift)
    for wrong in (after(h, g), unexchanged, unmultiplied):
        assert not is_one_after_the_other(wrong, g, h, network)


def test_gradient_is_the_slope_of_the_energy() -> None:
    """Every component against a centred difference of the exact polynomial."""
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
