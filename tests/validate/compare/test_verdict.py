"""Verdicts on synthetic networks: the null is true by construction, the control is not."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from binodal.validate.compare.record import Record
from binodal.validate.compare.uncertainty import jackknife
from binodal.validate.compare.verdict import Measurement, Verdict, judge
from binodal.validate.prediction import Prediction

TRUTH = np.array([1.0, -0.3, 2.5, 0.04])
RATE = 0.1
REPETITIONS = 400


def networks(rng, sets=12, members=2, draws=6, spread=0.3):
    """Correlated observables with variance between data sets, between members and between draws."""
    mix = np.array([[1.0, 0.5, 0, 0], [0, 1, 0.8, 0], [0, 0, 1, 0.3], [0.2, 0, 0, 1]])
    luck = rng.normal(size=(sets, 4)) @ mix * spread * np.abs(TRUTH)
    seed = rng.normal(size=(sets, members, 4)) * spread / 2 * np.abs(TRUTH)
    noise = rng.normal(size=(sets, members, draws, 4)) * spread * np.abs(TRUTH)
    values = (TRUTH + luck[:, None, None] + seed[:, :, None] + noise).reshape(-1, draws, 4)
    names = {str(i): values[..., i] for i in range(4)}
    return Record(names, np.repeat(np.arange(sets), members))


def measured(record, problem=""):
    found = []
    for name in record.values:
        value, error = jackknife(float, record.unit_means(name))
        found.append(Measurement(name, value, error, 12, 1e4, 1.0, problem=problem))
    return found


def theories(factor=3.0):
    right = [Prediction("derived", str(i), value) for i, value in enumerate(TRUTH)]
    wrong = [Prediction("no", str(i), factor * v, control=True) for i, v in enumerate(TRUTH)]
    return right + wrong


def test_false_alarms_come_at_the_declared_family_wise_rate():
    """Null: at most RATE of repetitions hold any DISAGREE; upper bound at 1e-4 by the binomial.

    Holm is not wasteful with four correlated rows, so that the rate is not far below either.
    """
    rng = np.random.default_rng(20261122)
    alarms = 0
    for _ in range(REPETITIONS):
        rows = judge(measured(networks(rng)), theories(), RATE)
        alarms += any(r.verdict is Verdict.DISAGREE for r in rows if not r.prediction.control)
    assert alarms <= stats.binom.ppf(1 - 1e-4, REPETITIONS, RATE)
    assert alarms >= stats.binom.ppf(1e-4, REPETITIONS, RATE / 3)


def test_pooling_members_as_if_independent_would_alarm_too_often():
    """The mistake that the hierarchy prevents is seen by this test's own statistics."""
    rng = np.random.default_rng(7)
    alarms = 0
    for _ in range(REPETITIONS):
        record = networks(rng, sets=6, members=8)
        flat = [
            Measurement(n, *jackknife(float, record.member_means(n)), 48, 1e4, 1.0)
            for n in record.values
        ]
        rows = judge(flat, theories(), RATE)
        alarms += any(r.verdict is Verdict.DISAGREE for r in rows if not r.prediction.control)
    assert alarms > stats.binom.ppf(1 - 1e-4, REPETITIONS, RATE)


def test_controls_are_rejected_and_then_the_theory_agrees():
    record = networks(np.random.default_rng(1), spread=0.02)
    rows = judge(measured(record), theories())
    assert {str(r.verdict) for r in rows if r.prediction.control} == {"DISAGREE"}
    assert {str(r.verdict) for r in rows if not r.prediction.control} == {"AGREE"}


def test_agreement_excludes_errors_above_the_stated_bound():
    """Not rejected and controls rejected, but a theory that is 5 % off would pass as well."""
    record = networks(np.random.default_rng(1), spread=0.1)
    told = [r for r in judge(measured(record), theories()) if not r.prediction.control]
    assert all(r.verdict is Verdict.INCONCLUSIVE and "errors up to" in r.why for r in told)
    assert all(0.05 < r.excludes < 0.5 for r in told)
    wide = judge(measured(record), theories(), within=0.5)
    assert {str(r.verdict) for r in wide if not r.prediction.control} == {"AGREE"}


def test_what_a_row_excludes_is_what_it_rejects():
    """A theory off by a little more than ``excludes`` is rejected, one by a little less is not."""
    found = [Measurement("b", -0.4, 0.003, 9, 1e4, 1.0)]
    (row,) = judge(found, [Prediction("derived", "b", -0.4)])
    for sign in (-1, 1):
        for factor, verdict in ((0.99, Verdict.INCONCLUSIVE), (1.01, Verdict.DISAGREE)):
            wrong = Prediction("derived", "b", -0.4 * (1 + sign * factor * row.excludes))
            assert judge(found, [wrong])[0].verdict is verdict
    assert row.score.freedom == 8


def test_a_far_theory_is_no_agreement_because_units_are_few():
    """z = 6.2 on three units has p = 0.025: not rejected at 1 %, and never an agreement."""
    found = [Measurement("b", 1.0, 0.02, 3, 1e4, 1.0)]
    control = Prediction("no", "b", 9.0, control=True)
    rows = judge(found, [Prediction("derived", "b", 1.0 + 0.02 * 6.2), control])
    assert rows[0].score.p > rows[0].threshold and rows[0].verdict is Verdict.INCONCLUSIVE
    assert rows[0].excludes > 0.1


def test_a_logarithm_is_judged_by_the_relative_error_of_its_density():
    """log p = 0 has no relative error; its density does."""
    found = [Measurement("log_density", 0.0, 0.01, 40, 1e4, 1.0, 0.5, logarithm=True)]
    (row,) = judge(found, [Prediction("derived", "log_density", 0.0, at=0.5)])
    assert 0.02 < row.excludes < 0.04


@pytest.mark.parametrize(
    ("factor", "spread", "why"),
    [(3.0, 30.0, "no power"), (1.01, 0.3, "no control tells")],
)
def test_agreement_means_nothing_without_a_rejected_control(factor, spread, why):
    record = networks(np.random.default_rng(1), spread=spread)
    rows = judge(measured(record), theories(factor))
    judged = [r for r in rows if not r.prediction.control]
    assert all(r.verdict is Verdict.INCONCLUSIVE and why in r.why for r in judged)


def test_chains_that_have_not_settled_decide_nothing():
    rows = judge(measured(networks(np.random.default_rng(1)), "not equilibrated"), theories())
    assert {str(r.verdict) for r in rows} == {"INCONCLUSIVE"}


def test_a_wrong_theory_disagrees():
    wrong = [Prediction("derived", str(i), 2.2 * value) for i, value in enumerate(TRUTH)]
    rows = judge(measured(networks(np.random.default_rng(1))), wrong)
    assert {str(r.verdict) for r in rows} == {"DISAGREE"}


def test_one_data_set_has_no_error_bar():
    value, error = jackknife(float, np.array([1.0]))
    rows = judge([Measurement("b", value, error, 1, 1e4, 1.0)], [Prediction("derived", "b", 9.0)])
    assert rows[0].verdict is Verdict.INCONCLUSIVE and "independent units" in rows[0].why


def test_the_error_of_a_prediction_widens_its_row():
    found = [Measurement("b", 1.0, 0.01, 20, 1e4, 1.0)]
    rows = judge(found, [Prediction("derived", "b", 1.5), Prediction("rough", "b", 1.5, 1.0)])
    assert rows[0].verdict is Verdict.DISAGREE
    assert abs(rows[1].score.z) < 1


def test_a_theory_without_a_prediction_is_not_judged_and_weakens_no_control():
    found = [Measurement("b", 1.0, 0.01, 20, 1e4, 1.0)]
    silent = Prediction("published", "b", float("nan"), missing="no solution")
    mute = Prediction("no", "b", float("nan"), control=True, missing="did not settle")
    wrong = Prediction("wrong", "b", 2.0, control=True)
    rows = judge(found, [Prediction("derived", "b", 1.0), silent, mute, wrong])
    assert [str(r.verdict) for r in rows] == ["AGREE", *["INCONCLUSIVE"] * 2, "DISAGREE"]
    assert rows[1].why == "no prediction: no solution"
