"""Error bars with known variance components, and chains with known defects."""

from __future__ import annotations

import numpy as np
import pytest

from validate.compare.chains import drift, effective_draws, pooled_rhat, unsettled
from validate.compare.errors import ComparisonError
from validate.compare.measure import measurements
from validate.compare.record import Record
from validate.compare.uncertainty import jackknife, shares


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


def test_chains_of_one_data_set_must_agree_and_of_different_ones_need_not():
    calm = np.random.default_rng(0).normal(size=(8, 200))
    moved = calm + np.arange(8)[:, None]
    assert pooled_rhat(moved, np.arange(8)) < 1.01
    assert pooled_rhat(moved, np.zeros(8, dtype=np.int64)) > 1.5


def test_a_common_drift_is_found_where_r_hat_is_blind():
    """A drift of a tenth of a standard deviation, the same in all of 200 networks."""
    calm = np.random.default_rng(0).normal(size=(200, 400))
    falling = calm + 0.2 * np.linspace(1, 0, 400)
    units = np.arange(200)
    assert pooled_rhat(falling, units) < 1.02
    assert "drifts" in unsettled(1e4, 1.0, drift(falling, units))
    assert not unsettled(1e4, 1.0, drift(calm, units))


def test_what_is_not_a_number_never_counts_as_settled():
    nothing = float("nan")
    assert unsettled(nothing, 1.0, 0.5) and unsettled(1e4, nothing, 0.5)


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ComparisonError, match="expected"):
        Record({"b": np.zeros((3, 5))}, np.arange(4))


def test_a_tail_carried_by_one_lucky_data_set_has_no_error_bar():
    """Log-normal luck of width 4: the mean density is one data set's."""
    rng = np.random.default_rng(4)
    luck = np.exp(4 * rng.normal(size=(30, 1, 1)))
    density = luck * rng.gamma(20.0, size=(30, 40, 1)) / 20
    axes = {"density": np.array([1.0])}
    found = measurements(Record({"density": density}, np.arange(30), axes), "teacher-student")
    by_name = {m.observable: m for m in found}
    assert "carried by" in by_name["log_density"].problem
    assert not by_name["log_density_typical"].problem
