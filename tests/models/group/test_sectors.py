"""Blocks of any number of rows near each rank: against quadratures, determinants and harmonics."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from scipy import special

from binodal.api import critical, solve
from binodal.derive.groups.block import Block
from binodal.models.group.derivations.order_parameter import zero_moments
from binodal.models.group.numerics import sector_block, sector_law, triple_law
from binodal.models.group.numerics.block_law import law_of
from binodal.models.group.numerics.determinant_law import DeterminantLaw
from binodal.models.group.numerics.gridded_block import PairBlock, TripleBlock
from binodal.models.group.numerics.sector_block import SectorBlock
from binodal.numerics.balls import precision
from binodal.numerics.errors import Undecided
from tests.laws import beside

COLD = {"sigma_a2": "1/100000000", "gamma": "1/5", "N": 1000, "limit": "finite"}
_REACH = 2.2
"""A singular value of W beyond which the law of three rows holds nothing."""

CASES = [
    ("real", "schatten", 2, 30, 0.52),
    ("real", "frobenius", 2, 30, 0.52),
    ("complex", "frobenius", 2, 15, 0.52),
    ("quaternionic", "schatten", 4, 8, 0.5),
    ("quaternionic", "frobenius", 4, 8, 1.02),
]


def _block(kind, dimension):
    members = ("xa", "xb") if kind == "complex" else ("xa",)
    return Block("xa", dimension, kind, members, ("xa",))


def _sizes(order):
    return {"P": Fraction(order), "gamma": Fraction(1, 5), "sigma_a2": Fraction(1, 50)}


def _distances(estimated, exact):
    """Moments, and ratios of masses to the largest, in units of the stated errors."""
    return [
        abs(float(own.mid()) - float(other)) / float(own.rad())
        for own, other in zip(estimated, exact, strict=True)
    ]


def _state(block, u):
    order, masses = block.state(u)
    return [order.mean, order.square, *masses]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[1]}")
def test_two_rows_are_those_of_the_bessel_function(case, monkeypatch):
    monkeypatch.setattr(sector_block, "_FINE", 10)
    kind, decay, dimension, order, u = case
    block, sizes = _block(kind, dimension), _sizes(order)
    sampled = _state(SectorBlock(block, decay, sizes, 2), u)
    exact = [number.mid() for number in _state(PairBlock(block, decay, sizes), u)]
    assert max(_distances(sampled, exact)) < 1
    assert sampled[0].rad() < 0.05 * sampled[0].mid()


@pytest.mark.parametrize(
    ("decay", "strength", "place"),
    [
        ("schatten", 47.2, 0.991),
        ("schatten", 46.7, 0.972),
        ("schatten", 26.6, 0.981),
        ("frobenius", 48.8, 1.006),
        ("frobenius", 34.1, 0.956),
        ("frobenius", 52.7, 1.031),
    ],
)
def test_errors_hold_where_few_points_carry_much(decay, strength, place):
    """Beside the birth of a ring, where the scatter of the scramblings alone is too small."""
    gamma = Fraction(20 / strength).limit_denominator(10**6) ** 2
    block, sizes = _block("real", 2), {**_sizes(10), "gamma": gamma}
    u = place * float(gamma) ** 0.5
    sampled = _state(SectorBlock(block, decay, sizes, 2), u)
    exact = [number.mid() for number in _state(PairBlock(block, decay, sizes), u)]
    assert max(_distances(sampled, exact)) < 1


@beside("test_ranks_of_three_real_rows_are_those_of_drawn_points")
def test_three_complex_rows_are_a_determinant(monkeypatch):
    """Two ranks share the probability here, so that their weights are tested with the moments."""
    monkeypatch.setattr(sector_block, "_FINE", 10)
    block, sizes = _block("complex", 3), _sizes(21)
    with precision(64):
        order = DeterminantLaw(block, "schatten", 3, sizes).order(arb("0.52"))
    sampled, masses = SectorBlock(block, "schatten", sizes, 3).state(0.52)
    pairs = (sampled.mean, sampled.square), (order.mean.mid(), order.square.mid())
    assert max(_distances(*pairs)) < 1
    assert sampled.mean.rad() < 0.01 * sampled.mean.mid()
    assert sum(mass > 0.01 for mass in masses) == 2


@pytest.mark.parametrize("name", ["alone", "gaps"])
def test_a_wrong_power_is_caught(name, monkeypatch):
    """The Vandermonde determinant and det A, one power too many."""
    monkeypatch.setattr(sector_block, "_FINE", 10)
    honest = sector_law._powers

    def wrong(kind, rows):
        return {**honest(kind, rows), name: honest(kind, rows)[name] + 1}

    block, sizes = _block("real", 2), _sizes(8)
    exact = [number.mid() for number in _state(PairBlock(block, "schatten", sizes), 0.52)]
    monkeypatch.setattr(sector_law, "_powers", wrong)
    sampled = _state(SectorBlock(block, "schatten", sizes, 2), 0.52)
    assert max(_distances(sampled, exact)) > 10


def _harmonic_mean(strength, u, gamma, nodes):
    """<|W V|^2> of three real rows by another route than ranks.

    exp(F u tr X Q Y Q^T) over Q: traces apart, the symmetric matrices of trace zero are vectors of
    five components, and in each degree 3 k there is one harmonic that rotations keep, Legendre's
    polynomial of cos 3 phi.
    """
    (s, of_s), (a, of_a) = map(_gauss, nodes)
    s, a, b = (part.ravel() for part in np.meshgrid(_REACH * s, a, a, indexing="ij"))
    weight = np.einsum("i,j,k->ijk", of_s, of_a, of_a).ravel() * s**2 * a
    x = np.stack([s, s * a, s * a * b]) ** 2
    weight = weight * (x[0] - x[1]) * (x[0] - x[2]) * (x[1] - x[2])
    trace = x.sum(axis=0)
    away = x - trace / 3
    radius = np.sqrt((away**2).sum(axis=0))
    angle = np.clip(np.sqrt(54) * away.prod(axis=0) / radius**3, -1, 1)
    weight = weight * np.exp(-strength * (trace / 2 + gamma / 6 * (x**3).sum(axis=0)))

    def log(pull):
        z = pull * np.outer(radius, radius)
        total = np.exp(pull * np.outer(trace, trace) / 3) * np.outer(weight, weight)
        total = total * special.gamma(2.5) * (2 / z) ** 1.5
        every = ((2 * k + 1, special.eval_legendre(k, angle), 3 * k + 1.5) for k in range(5))
        return np.log(sum(c * (p @ (total * special.iv(nu, z)) @ p) for c, p, nu in every))

    step = 1e-3 * strength * u
    return (log(strength * u + step) - log(strength * u - step)) / (2 * step)


def _gauss(nodes):
    points, weights = np.polynomial.legendre.leggauss(nodes)
    return (points + 1) / 2, weights / 2


def test_three_real_rows_have_the_harmonics_of_five_dimensions():
    """By points of all six values at once, by projections on grids, and by drawn points."""
    mean, coarse = (_harmonic_mean(12.0, 0.3, 0.2, nodes) for nodes in ((12, 6), (11, 5)))
    assert abs(coarse / mean - 1) < 1e-3
    block, sizes = _block("real", 3), _sizes(4)
    order, _ = TripleBlock(block, "schatten", sizes).state(0.3)
    assert order.mean.rad() < 1e-4 * order.mean.mid()
    assert abs(float(order.mean.mid()) / mean - 1) < 1e-3
    sampled, _ = SectorBlock(block, "schatten", sizes, 3).state(0.3)
    assert abs(sampled.mean.mid() - order.mean.mid()) < sampled.mean.rad()
    assert sampled.mean.rad() < 0.4 * sampled.mean.mid()


@pytest.mark.parametrize("wrong", [None, "harmonic", "part_r"])
def test_ranks_of_three_real_rows_are_those_of_drawn_points(wrong, monkeypatch):
    """Three ranks share the probability here. One harmonic alone is caught, and so is r r_v/2."""
    block, sizes, u = _block("real", 3), _sizes(12), 0.5
    honest = triple_law._harmonic()

    def other(m, *at):
        size, slope, bend = honest(m, *at)
        if wrong == "harmonic":
            return size * (m == 0), slope, bend
        return (size, slope / 2, bend / 4) if wrong == "part_r" else (size, slope, bend)

    monkeypatch.setattr(triple_law, "_harmonic", lambda: other)
    sampled = _state(SectorBlock(block, "schatten", sizes, 3), u)
    exact = TripleBlock(block, "schatten", sizes).rough(u)
    numbers = [exact.mean, exact.square, *map(float, (m.mid() for m in exact.masses()))]
    assert (max(_distances(sampled[:5], numbers[:5])) < 1) == (wrong is None)
    assert sum(m > 0.005 for m in numbers[2:]) == 3


def test_errors_are_honest(monkeypatch):
    """Sixteen times as many points under other scramblings stay within the stated errors."""
    block = SectorBlock(_block("real", 3), "schatten", _sizes(12), 3)
    monkeypatch.setattr(sector_block, "_FINE", 8)
    coarse = {u: _state(block, u) for u in (0.4, 0.48, 0.53)}
    monkeypatch.setattr(sector_block, "_FINE", 12)
    for u, numbers in coarse.items():
        finer = [number.mid() for number in _state(block, u)]
        assert max(_distances(numbers, finer)) < 1


def test_hot_blocks_have_the_moments_of_gaussian_matrices():
    """Components of variance 1/F, without decay and coupling: nothing is left to be sampled."""
    sizes = {**_sizes(10), "gamma": Fraction(1, 10**12)}
    order, masses = SectorBlock(_block("real", 4), "schatten", sizes, 4).state(1e-15)
    known = zero_moments(1, 4)
    for power, (number, moment) in enumerate(
        zip((order.mean, order.square), known, strict=True), 1
    ):
        assert float(number.mid()) == pytest.approx(float(moment) / 40 ** (2 * power), rel=1e-9)
    assert masses[0].mid() == 1


@beside("tests/models/group/test_finite.py::test_at_its_event_a_block_has_its_share")
def test_at_its_event_the_irrep_of_a4_has_its_share():
    event = critical("group", "mass", group="A4", irrep="3a", sigma2="1/50000", **COLD).document
    assert event["status"] == "converged"
    document = solve(
        "group", group="A4", irrep="3a", **{**COLD, "sigma2": event["value"]["value"]}
    ).document
    (block,) = document["blocks"]
    assert block["saddles"][0]["mass"] == pytest.approx(0.5, abs=0.02)
    a, level, overlap = (float(block[name]["value"]) for name in ("a", "lambda", "overlap"))
    noise = float(event["value"]["value"])
    assert a * (noise + level) == pytest.approx(noise, rel=1e-4)
    assert level == pytest.approx(4e-8 * 12**2 * overlap / 3, rel=1e-3)


def test_too_many_rows_are_refused_by_number():
    with pytest.raises(Undecided, match="9 singular values of a real block"):
        law_of(_block("real", 9), "schatten", _sizes(360))
