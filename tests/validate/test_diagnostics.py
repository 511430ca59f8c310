"""Diagnostics on series whose equilibrium is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.signal import lfilter

pytest.importorskip("arviz_stats", reason="arviz-stats is not installed (extra train)")

from binodal.validate import rhat
from binodal.validate.diagnostics import (
    OTHER,
    SAME,
    T_TEST,
    diagnose,
    drift,
    effective_draws,
    equilibrated,
    objection,
    start_difference,
)
from binodal.validate.rhat import nested_rhat, worst_rhat

MEMBERS, DRAWS, MEMORY = 25, 200, 0.6
STARTS = ("prior", "feature")


def series(starts=2, members=MEMBERS, seed=11, draws=DRAWS):
    """Autoregressive chains at equilibrium, with a mean of their own for each data set."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=(starts, members, draws + 50)) * np.sqrt(1 - MEMORY**2)
    chains = lfilter([1], [1, -MEMORY], noise, axis=-1)[..., 50:]
    return chains + 3 * rng.normal(size=(1, members, 1))


def alternating(seed=11, members=60, draws=DRAWS):
    """One chain a data set, as values (start = 1, member, draw) and where each began."""
    return series(1, members, seed, draws), np.array(STARTS * (members // 2))


def found(values, data_sets=None, starts=None):
    """The diagnosis of (start, member, draw), its starts named in order unless they are given."""
    count, members = values.shape[:2]
    sets = np.tile(np.arange(members) if data_sets is None else data_sets, count)
    names = np.repeat(STARTS[:count], members) if starts is None else starts
    return diagnose(values.reshape(count * members, -1), sets, names, 5)


def verdict(values, data_sets=None, starts=None):
    names = STARTS[: len(values)] if starts is None else STARTS
    return equilibrated({"b": found(values, data_sets, starts)}, names)


@pytest.mark.parametrize("starts", [1, 2])
def test_calm_chains_pass_though_their_data_sets_differ(starts):
    passed = [verdict(series(starts, seed=seed)).equilibrated for seed in range(10)]
    assert all(passed)


def test_autocorrelation_is_that_of_the_process():
    of = found(series())
    exact = (1 + MEMORY) / (1 - MEMORY)
    assert of.autocorrelation == pytest.approx(5 * exact, rel=0.15)
    assert of.ess == pytest.approx(2 * MEMBERS * DRAWS / exact, rel=0.15)


def test_a_common_difference_of_starts_is_seen():
    values = series() + np.array([0.0, 0.4])[:, None, None]
    assert found(values).worst < 1.3
    assert "between starts and halves" in verdict(values).reason


def test_a_difference_of_starts_below_what_r_hat_sees():
    """A tenth of a draw's spread, in all of 200 pairs."""
    values = series(members=200) + np.array([0.0, 0.12])[:, None, None]
    of = found(values)
    assert of.rhat < rhat.LARGEST_RHAT and of.compared == SAME
    assert "differs between starts on the same data sets" in verdict(values).reason


def test_a_drift_is_seen_with_one_start():
    assert not verdict(series(1) + np.linspace(0, 0.8, DRAWS)).equilibrated


def test_a_common_drift_is_found_where_r_hat_is_blind():
    """A drift of a tenth of a standard deviation, the same in all of 200 networks."""
    calm = np.random.default_rng(0).normal(size=(1, 200, 400))
    falling = calm + 0.2 * np.linspace(1, 0, 400)
    assert found(falling).rhat < 1.005
    assert "the mean of b drifts" in verdict(falling).reason
    assert verdict(calm).equilibrated


def test_starts_that_drift_towards_each_other_do_not_cancel():
    calm = np.random.default_rng(0).normal(size=(2, 200, 400))
    closing = calm + 0.2 * np.linspace(1, 0, 400) * np.array([1, -1])[:, None, None]
    starts = np.repeat(STARTS, 200)
    assert drift(closing.reshape(400, 400), starts) < T_TEST
    assert drift(closing.reshape(400, 400), np.repeat("prior", 400)) > T_TEST


def test_a_single_stuck_network_is_seen():
    values = series()
    values[1, 7] += 3
    of = found(values)
    assert of.worst > of.limit and of.worst_data_set == 7
    assert not verdict(values).equilibrated


def test_rare_events_pass_but_starts_that_stand_apart_do_not():
    values = np.zeros((2, 100, 40))
    values[0, ::9, 20:25] = 1.0
    assert found(values).worst <= found(values).limit
    values[1, 50] = 1.0
    of = found(values)
    assert not of.worst <= of.limit and of.worst_data_set == 50


def test_members_of_one_data_set_are_compared_with_each_other():
    apart = series(1, members=24)
    assert verdict(apart).equilibrated
    shared = verdict(apart, np.arange(24) % 2)
    assert not shared.equilibrated


@pytest.mark.parametrize(("sets", "members", "draws"), [(100, 1, 10), (60, 2, 10), (1, 12, 60)])
def test_the_worst_of_many_short_chains_passes(sets, members, draws):
    """At equilibrium; a limit from long chains' chi^2 would object to all of the first case."""
    chains = np.random.default_rng(5).normal(size=(sets * members, draws))
    worst = worst_rhat(chains, np.repeat(np.arange(sets), members), float(draws))
    assert worst.rhat <= worst.limit


def test_two_groups_on_different_data_sets_alarm_at_the_stated_rate():
    """Welch at 5 %, groups of unequal size and spread: the count is binomial, bounds at 1e-4."""
    rng, alarms = np.random.default_rng(8), 0
    starts, repetitions = np.repeat(STARTS, (9, 30)), 1500
    for _ in range(repetitions):
        means = rng.normal(size=39) * np.where(starts == "prior", 3.0, 1.0)
        difference, how = start_difference(means, np.arange(39), starts)
        assert how == OTHER
        alarms += difference.p < 0.05
    low, high = stats.binom.ppf([1e-4, 1 - 1e-4], repetitions, 0.05)
    assert low <= alarms <= high


def test_the_difference_that_may_be_missed_is_found_nine_times_in_ten():
    rng, hits, starts = np.random.default_rng(9), 0, np.array(STARTS * 30)
    calm = start_difference(rng.normal(size=60), np.arange(60), starts)[0]
    for _ in range(400):
        means = rng.normal(size=60) + calm.missed(T_TEST) / calm.error * np.sqrt(1 / 15) * (
            starts == "feature"
        )
        hits += start_difference(means, np.arange(60), starts)[0].p < T_TEST
    assert hits == pytest.approx(360, abs=4 * np.sqrt(36))


def test_alternate_starts_are_compared_as_groups():
    """False-alarm rate of the verdict: 1e-3 (worst) and 1e-4 (drift, starts), four ensembles."""
    for seed in range(4):
        values, starts = alternating(seed)
        calm = verdict(values, starts=starts)
        assert calm.equilibrated and "on different data sets; a difference of" in calm.reason
        assert "all from one start" not in calm.reason
        of = found(values, starts=starts)
        shifted = values + 1.3 * of.missed * (starts == "feature")[:, None]
        assert "differs between starts on different data sets" in (
            verdict(shifted, starts=starts).reason
        )


def test_pairs_see_what_groups_of_as_many_networks_miss():
    """The price of alternate starts: the luck of the data does not cancel."""
    values = series(2, 30)
    alternate, starts = alternating()
    assert found(values).missed < found(alternate, starts=starts).missed / 5


def test_starts_of_one_data_set_are_compared_chain_by_chain():
    """Modular networks: one data set, any order of the starts."""
    chains = np.random.default_rng(2).normal(size=(1, 16, 200))
    starts = np.array(STARTS * 8)
    one = np.zeros(16, dtype=np.int64)
    assert verdict(chains, one, starts).equilibrated and found(chains, one, starts).compared == SAME
    apart = chains + 0.3 * (starts == "prior")[:, None]
    assert not verdict(apart, one, starts).equilibrated


def test_too_few_networks_to_compare_starts_say_so():
    values = np.random.default_rng(3).normal(size=(1, 2, 800))
    said = verdict(values, starts=np.array(STARTS))
    assert said.equilibrated
    assert "prior and feature starts are too few to be compared: a barrier" in said.reason


def test_nan_never_passes_and_lost_chains_are_left_out():
    values = series()
    values[0, 3, 100:] = np.nan
    whole, sets = values.reshape(-1, DRAWS), np.tile(np.arange(MEMBERS), 2)
    starts = np.repeat(STARTS, MEMBERS)
    others = np.arange(2 * MEMBERS) != 3
    of = diagnose(whole, sets, starts)
    assert of == diagnose(whole[others], sets[others], starts[others])
    nothing = found(values[:1, 3:4])
    assert not equilibrated({"b": nothing}).equilibrated and objection("b", nothing)
    assert "1 networks diverged" in equilibrated({"b": of}, lost=1).reason
    assert not equilibrated({}).equilibrated


def test_what_never_moves():
    still, sets = np.ones((8, 20)), np.tile(np.arange(4), 2)
    starts = np.repeat(STARTS, 4)
    assert nested_rhat(still, sets, starts) == 1.0
    apart = still * np.repeat([1.0, 2.0], 4)[:, None]
    assert nested_rhat(apart, sets, starts) == np.inf
    assert drift(still, starts) == 1.0 and drift(still + np.linspace(0, 1, 20), starts) == 0.0
    assert start_difference(apart.mean(axis=1), sets, starts)[0].p == 0.0
    assert effective_draws(still).tolist() == [0.0] * 8


def test_too_few_draws_are_no_verdict():
    few = verdict(series(members=2, draws=30))
    assert not few.equilibrated and "effective draws of at least" in few.reason
    assert not verdict(series(draws=3)).equilibrated
    assert np.isnan(effective_draws(np.ones((2, 3)))).all()
