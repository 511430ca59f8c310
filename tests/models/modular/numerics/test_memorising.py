"""Neurons that see more than one pair: what coupling they need, and what is left of it at finite N.

A neuron that grows along a direction of its weights has the prior A, the decay C and the squared
pull Q: it is as deep as zero at a coupling of 2 sqrt(A C)/Q. Ratios are to that of all pairs.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from binodal.models.modular.experiments.partial_data import COEXISTENCE
from binodal.models.modular.numerics.crossing_width import finite_crossing, log_weight
from binodal.models.modular.numerics.memorising import Subset, needed
from binodal.models.modular.numerics.products import Sums
from binodal.models.modular.parameters import ON_SUBSET, SHARE
from binodal.numerics.errors import ParameterError
from binodal.numerics.outcome import Status
from tests.laws import beside

GAMMA = 2.0
"""The stored networks' decay."""


def ratios(of, count=8):
    """The most by which couplings of memorising and of generalising neurons exceed all pairs'."""
    order = of.order
    everything = Subset.of(of.rule, np.ones((order, order), dtype=bool))
    ring = of.rule.ring(np.random.default_rng(0)).ravel()
    whole = needed(*everything.parts(ring)[0])[0]
    most = {True: 0.0, False: 0.0}
    for value, end in of.lowest(needed, of.starts(0, count)):
        kind = of.generalises(end)
        most[kind] = max(most[kind], float(np.exp(whole - value)))
    return most[False], most[True]


def without(order, *missing):
    """All pairs but some."""
    seen = np.ones((order, order), dtype=bool)
    for first, second in missing:
        seen[first % order, second % order] = False
    return Subset.of(Sums(order), seen)


@pytest.mark.parametrize("order", [5, 7])
def test_on_all_pairs_no_neuron_is_deeper_than_a_ring(order):
    found = ratios(without(order))
    assert max(found) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("order", [3, 7, 11])
def test_one_pair_left_out_takes_a_quarter_of_the_coupling(order):
    """A neuron that is as deep as zero at 3/4 of what all pairs need; one of a ring needs more."""
    memorising, generalising = ratios(without(order, (0, 0)))
    assert max(memorising, generalising) == pytest.approx(4 / 3, abs=1e-3)
    assert order == 3 or generalising < 1.1


def test_pairs_apart_are_the_deepest_to_leave_out():
    """Two and three of P = 7, in a row, of one sum, and with nothing in common."""
    row, same, apart = (
        max(ratios(without(7, (0, 0), other))) for other in ((0, 1), (1, 6), (1, 1))
    )
    assert 1.34 < row < same < apart == pytest.approx(1.529, abs=2e-3)
    assert max(ratios(without(7, (0, 0), (1, 1), (2, 3)))) == pytest.approx(1.731, abs=2e-3)


def at_width(order, ratio, width):
    """The parameters of stored networks: N sigma_a^2 and N sigma^2 are the same at every width."""
    wide, spread, noise = COEXISTENCE[order]
    scale = wide / width
    own = {"N": width, "P": order, "sigma2": noise * Fraction(ratio) * scale, "gamma": GAMMA}
    return {k: float(v) for k, v in {**own, "sigma_a2": spread * scale}.items()}


def test_memorising_minima_are_lost_at_the_widths_of_networks():
    """P = 11, a quarter of the noise of coexistence, a share of 0.9: one is hundreds deep in mean
    field, weighs at N = 500, and is no more at 125."""
    wide, narrow, least = (
        log_weight(at_width(11, "0.25", width), 0.261, Subset.drawn(Sums(11), 0.9, 0))
        for width in (8000, 500, 125)
    )
    assert wide < -200 and 0 < narrow < 15 and least == np.inf


def test_what_has_no_crossing_at_finite_size():
    """Groups that are too large to descend on, and those where nothing generalises."""
    own = ON_SUBSET.at({**ON_SUBSET.presets["fig3"], SHARE: 1})
    with pytest.raises(ParameterError, match="for P from 5 to 41"):
        finite_crossing(own, "crossing", SHARE)
    with pytest.raises(ParameterError, match="sigma2: add along='data_fraction'"):
        finite_crossing(own, "crossing", "sigma2")
    hot = ON_SUBSET.at({**at_width(7, "3/2", 500), SHARE: 1})
    undecided = finite_crossing(hot, "crossing", SHARE)
    assert undecided.status is Status.UNDECIDED
    assert not any("training set" in of for of in undecided.assumptions)


@beside("test_memorising_minima_are_lost_at_the_widths_of_networks")
def test_the_crossing_rises_with_the_width():
    """P = 11: at N = 500 near where few pairs are missing; the range holds what descents find."""
    shares = []
    for width in (250, 500):
        own = ON_SUBSET.at({**at_width(11, "0.25", width), SHARE: 1})
        found = finite_crossing(own, "crossing", SHARE)
        assert (found.status, found.point is not None) == (Status.CONVERGED, True)
        shares.append(float(found.point.value))
    assert shares[1] == pytest.approx(0.933, abs=0.02) and shares[0] < shares[1] - 0.05
