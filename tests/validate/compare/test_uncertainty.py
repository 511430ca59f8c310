"""Error bars with known variance components, and chains with known defects."""

from __future__ import annotations

import numpy as np
import pytest

from binodal.models.teacher_student.network.network_model import NETWORK
from binodal.validate.compare.errors import ComparisonError
from binodal.validate.compare.measure import measurements
from binodal.validate.compare.record import Record
from binodal.validate.compare.uncertainty import jackknife, shares
from binodal.validate.diagnostics import diagnose, effective_draws, equilibrated


def hierarchical(rng, between, members, draws, sets=60, per_set=4, length=50):
    luck = rng.normal(size=(sets, 1, 1)) * between
    seed = rng.normal(size=(sets, per_set, 1)) * members
    noise = rng.normal(size=(sets, per_set, length)) * draws
    values = (luck + seed + noise).reshape(-1, length)
    return Record({"b": values}, np.repeat(np.arange(sets), per_set))


@pytest.mark.parametrize(
    ("sizes", "dominant"),
    [((1.0, 0.3, 0.5), "data sets"), ((0.1, 2.0, 0.5), "members"), ((0.05, 0.1, 20.0), "draws")],
)
def test_variance_is_put_down_to_its_origin(sizes, dominant):
    """The components sum to the squared standard error, whose expectation is known exactly."""
    record = hierarchical(np.random.default_rng(3), *sizes)
    per_member = record.values["b"].var(axis=1, ddof=1) / 50
    found = shares(record, "b", per_member)
    between, members, draws = sizes
    expected = (between**2 + members**2 / 4 + draws**2 / 200) / 60
    assert found.dominant == dominant
    assert found.draws + found.members + found.data_sets == pytest.approx(expected, rel=0.5)


def test_the_standard_error_follows_the_intraclass_correlation():
    """Many draws and members of few data sets do not shrink the error below between/sqrt(sets)."""
    rng = np.random.default_rng(5)
    errors = [
        jackknife(float, hierarchical(rng, 1.0, 0.2, 1.0).unit_means("b"))[1] for _ in range(40)
    ]
    expected = np.sqrt((1 + 0.04 / 4 + 1 / 200) / 60)
    assert np.mean(errors) == pytest.approx(expected, rel=0.05)


def test_jackknife_of_a_ratio_matches_the_spread_over_repetitions():
    rng = np.random.default_rng(2)

    def ratio(top, bottom):
        return float(top / bottom)

    found, errors = [], []
    for _ in range(400):
        bottom = rng.gamma(4.0, size=40)
        value, error = jackknife(ratio, bottom * 2 + rng.normal(size=40), bottom)
        found.append(value)
        errors.append(error)
    assert np.mean(errors) == pytest.approx(np.std(found), rel=0.15)


def autoregressive(rng, memory, shape):
    values = rng.normal(size=shape)
    for step in range(1, shape[1]):
        values[:, step] += memory * values[:, step - 1]
    return values


def test_effective_draws_of_an_autoregressive_chain():
    """ESS/draws = (1 - m)/(1 + m)."""
    chains = autoregressive(np.random.default_rng(0), 0.6, (40, 2000))
    assert effective_draws(chains).mean() / 2000 == pytest.approx(0.25, rel=0.1)


def judged(seed=0, sets=40, length=60, **changes):
    """Measurements of calm b and c, one network a data set, with some draws changed."""
    rng = np.random.default_rng(seed)
    values = {name: rng.normal(size=(sets, 1)) + rng.normal(size=(sets, length)) for name in "bc"}
    fields = {name: changes.pop(name) for name in ("lost", "starts") if name in changes}
    values |= {name: values[name] + added for name, added in changes.items()}
    record = Record(values, np.arange(sets), **fields)
    return {m.observable: m for m in measurements(record, NETWORK.observables)}


def test_an_observable_that_has_not_settled_is_judged_alone():
    found = judged(c=np.linspace(0, 1, 60))
    assert not found["b"].problem and found["c"].problem.startswith("not equilibrated: c has R-hat")


def test_a_run_and_a_comparison_object_to_the_same():
    """The same sentence for the same draws, whatever is wrong with them."""
    starts = ("prior", "feature") * 20
    shift = 4.0 * np.array([[0.0], [1.0]] * 20)
    for change in (0.0, np.linspace(0, 1, 60), shift):
        found = judged(b=change, starts=starts)["b"]
        rng = np.random.default_rng(0)
        values = rng.normal(size=(40, 1)) + rng.normal(size=(40, 60)) + change
        own = equilibrated(
            {"b": diagnose(values, np.arange(40), np.array(starts))}, ("prior", "feature")
        )
        assert bool(found.problem) is not own.equilibrated
        assert found.problem in ("", own.reason)


def test_short_chains_and_lost_networks_are_not_judged():
    assert "0 effective draws" in judged(length=3)["b"].problem
    assert "2 networks diverged" in judged(lost=2)["b"].problem


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ComparisonError, match="expected"):
        Record({"b": np.zeros((3, 5))}, np.arange(4))


def test_a_tail_carried_by_one_lucky_data_set_has_no_error_bar():
    """Log-normal luck of width 4: the mean density is one data set's."""
    rng = np.random.default_rng(4)
    luck = np.exp(4 * rng.normal(size=(30, 1, 1)))
    density = luck * rng.gamma(20.0, size=(30, 40, 1)) / 20
    axes = {"density": np.array([1.0])}
    found = measurements(Record({"density": density}, np.arange(30), axes), NETWORK.observables)
    by_name = {m.observable: m for m in found}
    assert "carried by" in by_name["log_density"].problem
    assert not by_name["log_density_typical"].problem
