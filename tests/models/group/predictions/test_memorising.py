"""Neurons of a group that memorise: what they need on subsets, and their weight at finite N."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from binodal.api import critical
from binodal.models.group.derivations.equal_values import shares
from binodal.models.group.predictions.subset_rule import Products
from binodal.models.group.setting import blocks_of
from binodal.models.modular.derivations.crossing import least_pull
from binodal.models.modular.derivations.pair_left_out import HELD, TURNED
from binodal.models.modular.derivations.subsets import F
from binodal.models.modular.numerics.crossing_width import log_weight
from binodal.models.modular.numerics.memorising import Subset, needed
from binodal.numerics.errors import ParameterError
from tests.laws import beside


def least(group, decay):
    """The pull without one pair over that of all, as the shares of functions have it."""
    counts = [shares(b.kind, b.dimension, len(b.members), decay) for b in blocks_of(group, "every")]
    rest = Products(group, decay).setting.order - 1
    held, turned = (Fraction(sum(of[name] for of in counts), rest) for name in ("held", "turned"))
    return float(least_pull().subs({F: 1, HELD: str(held), TURNED: str(turned)}))


@pytest.mark.parametrize(
    ("group", "decay", "found"),
    [("S3", "schatten", 1.294), ("D5", "schatten", 1.313), ("D5", "frobenius", 1.080)],
)
def test_one_pair_left_out_is_deeper_than_any_ring(group, decay, found):
    """By descents over all weights, which find signs and phases that the bound does not have."""
    products = Products(group, decay)
    order = products.setting.order
    seen = np.ones((order, order), dtype=bool)
    whole, less = Subset.of(products, seen), seen.copy()
    less[0, 0] = False
    of = Subset.of(products, less)
    rng = np.random.default_rng(0)
    ring = min(needed(*whole.parts(products.ring(rng).ravel())[0])[0] for _ in range(3))
    every = min(end.value for end in whole.lowest(needed, whole.starts(0, 2)))
    assert every == pytest.approx(ring, abs=1e-6)
    best = min(of.lowest(needed, of.starts(0, 6)))
    assert not of.generalises(best.weights)
    assert np.exp(ring - best.value) == pytest.approx(found, abs=2e-3)
    assert np.exp(ring - best.value) > least(group, decay)


def test_memorising_minima_come_with_the_width():
    """D5 at the noise of its networks, a share of 0.8: beyond 250 neurons alone."""
    of = Subset.drawn(Products("D5", "schatten"), 0.8, 0)
    widths = [
        log_weight(
            {"N": n, "P": 10.0, "sigma2": 0.48120 / n, "sigma_a2": 0.025 / n, "gamma": 2.0},
            0.32,
            of,
        )
        for n in (125.0, 1000.0)
    ]
    assert widths[0] > 5 and widths[1] < -20


def test_where_it_is_not_offered():
    own = {"pairs": "subset", "preset": "fig3", "along": "data_fraction", "limit": "finite"}
    with pytest.raises(ParameterError, match=r"\|G\| from 5 to 41"):
        critical("group", "crossing", group="D51", **own)
    for group, decay, part in (("Q8", "schatten", 0.571), ("A4", "frobenius", 0.6)):
        with pytest.raises(ParameterError, match=f"one ring holds {part}"):
            critical("group", "crossing", group=group, decay=decay, **own)
    with pytest.raises(ParameterError, match="sigma2: add along='data_fraction'"):
        critical("group", "crossing", group="D5", **{**own, "along": "sigma2"})


@beside("test_memorising_minima_come_with_the_width")
def test_the_share_where_they_cross():
    """D5 as in the page on partial data."""
    own = {"N": 1000, "sigma2": "0.0004812", "sigma_a2": "1/40000", "gamma": 2, "limit": "finite"}
    found = critical("group", "crossing", along="data_fraction", group="D5", pairs="subset", **own)
    assert float(found.value.point.value) == pytest.approx(0.971, abs=0.02)
