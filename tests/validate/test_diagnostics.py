"""Diagnostics on series whose equilibrium is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import lfilter

pytest.importorskip("arviz_stats", reason="arviz-stats is not installed (extra train)")

from validate.diagnostics import diagnose, effective_draws, equilibrated, nested_rhat

MEMBERS, DRAWS, MEMORY = 25, 200, 0.6


def series(starts=2, members=MEMBERS, seed=11, draws=DRAWS):
    """Autoregressive chains at equilibrium, with a mean of their own for each data set."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=(starts, members, draws + 50)) * np.sqrt(1 - MEMORY**2)
    chains = lfilter([1], [1, -MEMORY], noise, axis=-1)[..., 50:]
    return chains + 3 * rng.normal(size=(1, members, 1))


def verdict(values, data_sets=None):
    sets = np.arange(values.shape[1]) if data_sets is None else data_sets
    return equilibrated({"b": diagnose(values, sets, 5)}, ("prior", "feature")[: len(values)])


@pytest.mark.parametrize("starts", [1, 2])
def test_calm_chains_pass_though_their_data_sets_differ(starts):
    passed = [verdict(series(starts, seed=seed)).equilibrated for seed in range(10)]
    assert all(passed)


def test_autocorrelation_is_that_of_the_process():
    found = diagnose(series(), np.arange(MEMBERS), 5)
    exact = (1 + MEMORY) / (1 - MEMORY)
    assert found.autocorrelation == pytest.approx(5 * exact, rel=0.15)
    assert found.ess == pytest.approx(2 * MEMBERS * DRAWS / exact, rel=0.15)


def test_a_common_difference_of_starts_is_seen():
    values = series() + np.array([0.0, 0.4])[:, None, None]
    assert diagnose(values, np.arange(MEMBERS)).worst < 1.3
    assert "between starts and halves" in verdict(values).reason


def test_a_drift_is_seen_with_one_start():
    assert not verdict(series(1) + np.linspace(0, 0.8, DRAWS)).equilibrated


def test_a_single_stuck_network_is_seen():
    values = series()
    values[1, 7] += 3
    found = diagnose(values, np.arange(MEMBERS))
    assert found.worst > found.limit and found.worst_data_set == 7
    assert not verdict(values).equilibrated


def test_members_of_one_data_set_are_compared_with_each_other():
    apart = series(1, members=24)
    assert verdict(apart).equilibrated
    shared = verdict(apart, np.arange(24) % 2)
    assert not shared.equilibrated


def test_nan_never_passes_and_lost_members_are_left_out():
    values = series()
    values[0, 3, 100:] = np.nan
    found = diagnose(values, np.arange(MEMBERS))
    calm = diagnose(np.delete(values, 3, axis=1), np.delete(np.arange(MEMBERS), 3))
    assert found == calm
    nothing = diagnose(values[:, 3:4], np.arange(1))
    assert not equilibrated({"b": nothing}).equilibrated
    assert not equilibrated({"b": found}, lost=1).equilibrated
    assert not equilibrated({}).equilibrated


def test_what_never_moves():
    still = np.ones((2, 4, 20))
    assert nested_rhat(still, np.arange(4)) == 1.0
    apart = still * np.array([1.0, 2.0])[:, None, None]
    assert nested_rhat(apart, np.arange(4)) == np.inf
    assert effective_draws(still[0]).tolist() == [20.0] * 4


def test_too_few_draws_are_no_verdict():
    found = verdict(series(members=2, draws=30))
    assert not found.equilibrated and "effective draws of at least" in found.reason
