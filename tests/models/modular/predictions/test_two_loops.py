"""The two loops of modular addition against all components written out, at P = 3."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.stats import chi2

from binodal.models.modular.predictions.field_rows import Features, features
from binodal.models.modular.predictions.field_saddle import Saddle, Scales
from binodal.models.modular.predictions.field_vertices import Cubic
from binodal.models.modular.predictions.finite_width import expansion
from binodal.models.modular.predictions.mode_averages import Averages
from binodal.models.modular.predictions.mode_curvature import Curvature
from binodal.models.modular.predictions.mode_moments import Moments
from binodal.models.modular.predictions.mode_polynomials import Terms
from binodal.models.modular.predictions.two_loops import two_loops
from binodal.validate.expansion import RATIO, Expansion
from tests.models.modular.predictions.test_finite_width import enumerated

STATES = ((0.2, 0.3, 0.7), (0.2, 0.7, 0.3), (0.6, 0.45, 0.45))
ZEROS = ((0.4, 0.2), (0.6, 0.5))
WIDTH, NOISE, FEATURE, FORCE = 130.0, 0.04, 0.006 / 130, 15.0
ANGLES = 13
"""More than any power of a phase in the square of two pulls."""


def dense():
    """h and L of all 27 components in real space, cumulants by their definition."""
    chances, features = enumerated(STATES, ZEROS, ANGLES)
    answer = np.add.outer(np.arange(3), np.arange(3)).ravel() % 3
    target = (np.arange(3)[:, None] == answer) - 1 / 3
    pulls = FORCE * features @ target.T
    g = FEATURE * (pulls[:, :, None] * features[:, None, :]).reshape(len(chances), -1)
    e = g - chances @ g
    outer = FEATURE * features[:, :, None] * features[:, None, :]
    second = np.zeros((len(chances), 27, 27))
    for p in range(3):
        second[:, 9 * p : 9 * p + 9, 9 * p : 9 * p + 9] = outer
    mean = np.einsum("i,iab->ab", chances, second)
    m = second - mean
    covariance = np.einsum("i,ia,ib->ab", chances, e, e)
    curvature = NOISE * np.eye(27) + WIDTH * (mean + covariance)
    G = np.linalg.inv(curvature)
    third = np.einsum("i,iab,ic->abc", chances, m, e, optimize=True)
    third = third + third.transpose(0, 2, 1) + third.transpose(2, 1, 0)
    third = WIDTH * (third + np.einsum("ia,ib,ic->abc", chances[:, None] * e, e, e, optimize=True))
    once = np.einsum("ab,abc->c", G, third)
    moved = np.einsum("abc,ad,be,cf->def", third, G, G, G, optimize=True)
    pulled = e @ G
    R = np.einsum("iab,ab->i", second, G) + np.einsum("ia,ia->i", pulled, e)
    mG = m @ G
    kernels = np.einsum("i,iab,iba->", chances, mG, mG, optimize=True)
    force = np.einsum("i,ia,iab,ib->", chances, pulled, m, pulled, optimize=True)
    CG = covariance @ G
    fourth = chances @ R**2 - (chances @ R) ** 2 + 2 * kernels + 4 * force - 2 * np.trace(CG @ CG)
    loops = WIDTH * fourth / 8 - once @ G @ once / 8 - (third * moved).sum() / 12
    return np.linalg.slogdet(curvature)[1], loops


def test_momentum_blocks_are_the_dense_loops_in_real_space():
    powers = np.arange(7)
    pair = sum(p * np.outer(w ** (2 * powers), v ** (2 * powers)) for p, w, v in STATES)
    zero = sum(p * z ** (2 * powers[:5]) for p, z in ZEROS)
    # A unitary character is P times its monomials; a pull on a unitary label mode 2 P sqrt(P) u v.
    scales = Scales(WIDTH, NOISE, FEATURE * 9, FEATURE * 3 * FORCE * 6 * 3**0.5)
    found = two_loops(3).at(Moments(pair, zero), scales)
    assert found == pytest.approx(dense(), rel=1e-9)


@pytest.mark.parametrize("order", [5, 9])
def test_one_momentum_an_orbit_stands_for_all(order):
    """Prime and composite P."""
    law = Curvature({"N": 300, "P": order, "sigma2": 0.01, "sigma_a2": 0.002, "gamma": 2})
    m = law.moments(0.6)
    scales = Scales(300.0, 0.01, 0.002 * order**2 / 300, 2e-4)
    found = []
    for every in (False, True):
        parts = Features(order)
        if every:
            number = np.arange(order**2)
            parts.rows.__dict__["representatives"] = number, np.ones_like(number)
        saddle, cubic = Saddle(parts, m, scales), Cubic(parts)
        found.append(cubic.diagrams(cubic.at(m, scales, saddle), saddle.propagator))
    assert found[0] == pytest.approx(found[1], rel=1e-10)
    momenta, sizes = Features(order).rows.representatives
    assert sizes.sum() == order**2 > 2 * momenta.size


@pytest.mark.parametrize("order", [5, 9, 11])
def test_the_curvature_is_that_of_the_first_order(order):
    """log det from all momenta here and from connected blocks there."""
    at = {"N": 300.0, "P": float(order), "sigma2": 0.01, "sigma_a2": 0.002, "gamma": 2.0}
    law, amplitude = Curvature(at), 0.6
    m = law.moments(amplitude)
    pull = np.sqrt(4 * amplitude**2 * order**5 * at["sigma_a2"] ** 2) / (at["N"] * at["sigma2"])
    scales = Scales(at["N"], at["sigma2"], at["sigma_a2"] * order**2 / at["N"], pull)
    found = Saddle(features(order), m, scales).log_det
    assert found == pytest.approx(law.log_det(amplitude, m), rel=1e-12)


def test_the_orders_fall_as_powers_of_the_width():
    """N -> 4 N with sigma^2, sigma_a^2 -> /4: first order by 4, second by 16."""
    one = expansion({"N": 1000, "P": 7, "sigma2": 0.0028, "sigma_a2": 1 / 5000, "gamma": 2})
    four = expansion({"N": 4000, "P": 7, "sigma2": 0.0007, "sigma_a2": 1 / 20000, "gamma": 2})
    for name in ("a", "x2", "x", "x4"):
        assert four.shift[name] == pytest.approx(one.shift[name] / 4, rel=1e-4)
        assert four.second[name] == pytest.approx(one.second[name] / 16, rel=1e-3)


@pytest.mark.parametrize(
    ("sigma2", "measured", "error"), [(0.0014, 0.209862, 6e-5), (0.0021, 0.190865, 5e-5)]
)
def test_the_size_of_a_mode_in_networks_of_a_thousand_neurons(sigma2, measured, error):
    """<x> at P = 7 by HMC (measured): the first order alone is three to five errors away."""
    found = expansion({"N": 1000, "P": 7, "sigma2": sigma2, "sigma_a2": 1 / 5000, "gamma": 2})
    assert abs(found.value("x") - measured) < 2 * np.hypot(error, found.dropped("x"))
    assert found.start["x"] + found.shift["x"] - measured > 3 * error


@pytest.mark.parametrize(
    ("width", "name", "measured", "error"),
    [
        (40, "a", 0.71528, 3.5e-4),
        (40, "x", 0.22967, 1.8e-4),
        (40, "x2", 0.05331, 1.0e-4),
        (80, "a", 0.67879, 2.4e-4),
        (80, "x", 0.23838, 1.2e-4),
        (80, "x2", 0.05817, 0.7e-4),
        (160, "a", 0.65776, 2.0e-4),
    ],
)
def test_small_networks(width, name, measured, error):
    """P = 3, N sigma^2 = 8, N sigma_a^2 = 2 (measured by HMC, 96 networks): the second order is
    what the first leaves, to within what is left out.
    """
    at = {"N": width, "P": 3, "sigma2": 8 / width, "sigma_a2": 2 / width, "gamma": 2}
    found = expansion(at)
    gap = abs(found.value(name) - measured)
    assert gap < 2 * error + found.dropped(name)
    assert gap < abs(found.start[name] + found.shift[name] - measured) / 4


def test_averages_refuse_a_phase():
    terms = Terms.of(5, [(0, 1.0, (1,), ())])
    with pytest.raises(ValueError, match="phase"):
        Averages(5, terms, 1)
    assert Averages(5, terms.neutral_with(terms.conjugate(), 1), 1).row.tolist() == [0]


def test_monomials_survive_as_their_phases_say():
    """Every product of two of u_i u_j v_k at P = 5, by a sum over fifth roots and signs."""
    labels = list(product(range(5), repeat=2))
    terms = Terms.of(5, [(i, 1.0, (a, b), (a,)) for i, (a, b) in enumerate(labels)])
    kept = set(terms.neutral_with(terms.conjugate(), 25).row.tolist())
    turns = np.exp(2j * np.pi * np.arange(7) / 7)
    signs = np.array([1.0, -1.0])

    def modes(zero, one, two):
        return np.array([zero, one, two, np.conj(two), np.conj(one)])

    grids = [modes(*state) for state in product(signs, turns, turns)]
    left = np.array([[u[a] * u[b] for a, b in labels] for u in grids])
    right = np.array([[v[a] for a, _ in labels] for v in grids])
    means = (left.T @ left.conj()) * (right.T @ right.conj()) / len(grids) ** 2
    assert kept == {25 * i + j for i, j in zip(*np.nonzero(abs(means) > 1e-9), strict=True)}


def test_a_series_that_does_not_fall_is_refused_and_one_that_does_says_what_it_leaves():
    rising = Expansion({"a": 0.5}, {"a": 0.1}, 30.0, 40.0, {"a": -0.12})
    with pytest.raises(Exception, match="not small"):
        rising.require_small()
    geometric = Expansion({"a": 1.0}, {"a": 0.25}, 3.0, 100.0, {"a": 0.0625})
    assert geometric.dropped("a") == pytest.approx(1 / 3 - 0.25 - 0.0625)
    lone = Expansion({"a": 1.0}, {"a": 0.25}, 2.0, 100.0)
    assert 0 < lone.dropped("a") <= abs(lone.shift["a"])


def test_the_guessed_ratio_is_that_of_one_gaussian_feature():
    """a/a_0 of K = chi^2_N/N by quadrature: N (r - 1) - 3 rho^2 over 3 rho^2 goes to -5 rho/N."""
    width, noise = 4000, 40.0
    points, weights = np.polynomial.legendre.leggauss(400)
    spread = 12 * np.sqrt(2 / width)
    kernel = 1 + spread * points
    law = weights * np.exp(chi2(width).logpdf(width * kernel) - chi2(width).logpdf(width))
    top, below = (law @ (noise + kernel) ** -power for power in (1.5, 0.5))
    rho = 1 / (1 + noise)
    first = 3 * rho**2 / width
    second = (noise + 1) * top / below - 1 - first
    assert second / first / (rho / width) == pytest.approx(-(RATIO - 8 * rho), rel=0.02)
