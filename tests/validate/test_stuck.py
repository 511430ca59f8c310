"""Networks that are stuck: frozen ones, groups that do not meet, and calm ones that look so."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, stats

pytest.importorskip("arviz_stats", reason="arviz-stats is not installed (extra train)")

from binodal.models.teacher_student.network.network_model import NETWORK
from binodal.validate.compare.measure import measurements
from binodal.validate.compare.record import Record
from binodal.validate.compare.verdict import Verdict, judge
from binodal.validate.diagnostics import diagnose, effective_draws, equilibrated, objection
from binodal.validate.modes import dip, two_groups
from binodal.validate.prediction import Prediction

DRAWS = 200
RATE = 1e-3
"""At which one group is taken for two, at the most."""

ALMOST = 1 - 1e-4
"""Of the chance that a count of alarms stays below its bound."""

LUCK = {
    "normal": lambda rng, n: rng.normal(size=n),
    "uniform": lambda rng, n: rng.uniform(-2, 2, size=n),
    "lognormal": lambda rng, n: rng.lognormal(sigma=1.0, size=n),
    "heavy tails": lambda rng, n: rng.standard_t(2, size=n),
    "none": lambda rng, n: np.zeros(n),
}


def chains(means, seed=1, spread=0.3):
    """Independent draws about the means (chain,)."""
    noise = np.random.default_rng(seed).normal(size=(len(means), DRAWS))
    return np.asarray(means)[:, None] + spread * noise


def problem(values, data_sets=None, starts=None):
    """What the verdict objects to chains, by default one a data set, from one start."""
    count = len(values)
    sets = np.arange(count) if data_sets is None else data_sets
    return objection(
        "b", diagnose(values, sets, np.repeat("prior", count) if starts is None else starts)
    )


def verdicts(values, predicted):
    """The theory's, with controls far away that any measurement rejects."""
    record = Record({"b": values}, np.arange(len(values)))
    said = [
        Prediction("derived", "b", predicted, limit="finite"),
        Prediction("wrong", "b", 50.0, limit="finite", control=True),
    ]
    return [row.verdict for row in judge(measurements(record, NETWORK.observables), said)]


def test_what_never_moves_counts_for_nothing():
    assert effective_draws(np.full((1, 400), 0.37)).tolist() == [0.0]
    still = np.full((8, 400), 0.37)
    assert "no network moves in b" in problem(still)
    assert verdicts(still, 0.37) == [Verdict.INCONCLUSIVE, Verdict.INCONCLUSIVE]


def test_two_frozen_networks_of_eight_are_named_and_block_a_verdict():
    values = chains(np.full(8, 0.37), spread=0.05)
    assert not problem(values) and verdicts(values, values.mean())[0] == Verdict.AGREE
    values[2:4] = 0.37
    assert "2 networks never move in b" in problem(values)
    assert verdicts(values, values.mean())[0] == Verdict.INCONCLUSIVE


def test_what_is_rarely_seen_is_not_frozen_and_no_evidence_either():
    """A neuron in a droplet now and then: most chains stand at none, where the others come by."""
    rare = np.zeros((40, DRAWS))
    rare[::9, 50:60] = 1.0
    found = diagnose(rare, np.arange(40), np.repeat("prior", 40))
    assert found.rare and not found.frozen and found.ess < 40 * DRAWS / 5
    calm = diagnose(chains(np.zeros(40)), np.arange(40), np.repeat("prior", 40))
    assert equilibrated({"b": calm, "tail": found}).equilibrated
    assert not equilibrated({"tail": found}).equilibrated


def test_halves_near_zero_and_three_do_not_agree_on_their_mean():
    values = chains(np.repeat([0.0, 3.0], 32), spread=0.05)
    assert diagnose(values, np.arange(64), np.repeat("prior", 64)).rhat < 1.01
    assert "fall into two groups of b" in problem(values)
    assert verdicts(values, 1.5)[0] == Verdict.INCONCLUSIVE


@pytest.mark.parametrize("count", [8, 16, 64])
def test_groups_of_few_and_many(count):
    apart = np.repeat([0.0, 3.0], count // 2)
    assert "two groups" in problem(chains(apart))
    luck = np.random.default_rng(2).normal(0, 0.2, count)
    assert "two groups" in problem(chains(apart + luck))


def test_groups_of_data_sets_on_which_both_starts_agree_are_reported_and_pass():
    means = np.repeat([0.0, 3.0], 16)
    sets, starts = np.tile(np.arange(32), 2), np.repeat(["prior", "feature"], 32)
    both = chains(np.tile(means, 2))
    found = diagnose(both, sets, starts)
    said = equilibrated({"b": found}, ("prior", "feature"))
    assert said.equilibrated and said.reason.endswith("two groups of data sets differ in b")


def test_starts_of_one_data_set_that_do_not_meet_are_seen():
    """One pair of 32, and all pairs, which then differ by as much in every data set."""
    sets, starts = np.tile(np.arange(32), 2), np.repeat(["prior", "feature"], 32)
    means = np.random.default_rng(3).normal(size=32)
    one, all_of_them = np.tile(means, 2), np.tile(means, 2)
    one[40] += 3
    all_of_them[32:] += 3
    assert "on data set 8" in problem(chains(one), sets, starts)
    assert "R-hat" in problem(chains(all_of_them), sets, starts)
    assert not problem(chains(np.tile(means, 2)), sets, starts)


@pytest.mark.parametrize("luck", LUCK)
@pytest.mark.parametrize("count", [8, 64])
def test_calm_networks_are_rarely_taken_for_two_groups(luck, count):
    """Two hundred ensembles, whatever the law of the data sets' luck."""
    rng, repetitions = np.random.default_rng(6), 200
    alarms = sum(two_groups(LUCK[luck](rng, count)) > 1 for _ in range(repetitions))
    assert alarms <= stats.binom.ppf(ALMOST, repetitions, RATE)


@pytest.mark.parametrize("count", [8, 16, 40, 64])
def test_the_limit_is_that_of_uniform_numbers(count):
    """The largest dips of all laws with one mode: no more often than stated, and not much less."""
    rng, repetitions = np.random.default_rng(7), 3000
    sizes = np.array([two_groups(rng.uniform(size=count)) for _ in range(repetitions)])
    assert (sizes > 1).sum() <= stats.binom.ppf(ALMOST, repetitions, RATE)
    assert (sizes > 0.8).sum() >= stats.binom.ppf(1 - ALMOST, repetitions, 5 * RATE)


def test_whole_verdicts_on_calm_chains_alarm_rarely():
    """All seven conditions together at rates of 1e-3 and less: at most 3 of 300 ensembles."""
    rng, alarms = np.random.default_rng(8), 0
    for seed in range(300):
        alarms += bool(problem(chains(rng.lognormal(size=16), seed, 1.0)))
    assert alarms <= stats.binom.ppf(ALMOST, 300, 2e-3)


def slow_dip(numbers):
    """The definition, as a linear program for each place of the mode: the least t for which some G,
    convex before the mode and concave behind it, differs from the sample's function by t at most.
    """
    x, n = np.sort(numbers), len(numbers)
    above, below = np.arange(1, n + 1) / n, np.arange(n) / n
    return min(_nearest(x, above, below, mode) for mode in range(n))


def _nearest(x, above, below, mode):
    count, jump, size = len(x), len(x), len(x) + 1  # G(x_i), G behind its jump at the mode, t
    rows, bounds = [], []

    def at_most(bound, **terms):
        rows.append(np.zeros(count + 2))
        for name, factor in terms.items():
            rows[-1][int(name[1:])] += factor
        bounds.append(bound)

    for i in range(count):
        right = jump if i == mode else i
        for sign in (1, -1):
            at_most(sign * above[i], **{f"g{right}": sign, f"t{size}": -1})
            at_most(sign * below[i], **{f"g{i}": sign, f"t{size}": -1})
    at_most(0, **{f"g{mode}": 1, f"g{jump}": -1})
    left = list(range(mode + 1))
    behind = [jump, *range(mode + 1, count)]
    for chain, places, sign in ((left, x[: mode + 1], 1), (behind, x[mode:], -1)):
        for k in range(len(chain) - 1):
            at_most(0, **{f"g{chain[k]}": 1, f"g{chain[k + 1]}": -1})
        for k in range(len(chain) - 2):
            first, second = 1 / np.diff(places[k : k + 3])
            middle = sign * (first + second)
            names = [f"g{c}" for c in chain[k : k + 3]]
            at_most(0, **dict(zip(names, (-sign * first, middle, -sign * second), strict=True)))
    cost = np.eye(count + 2)[size]
    return optimize.linprog(cost, np.array(rows), bounds, bounds=(0, 1)).fun


@pytest.mark.parametrize("seed", range(4))
def test_the_dip_is_that_of_its_definition(seed):
    rng = np.random.default_rng(seed)
    numbers = np.concatenate([rng.normal(size=4), rng.normal(2.0 * seed, 1.0, size=5)])
    assert dip(numbers) == pytest.approx(slow_dip(numbers), abs=1e-9)
