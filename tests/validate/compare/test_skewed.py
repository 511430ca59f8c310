"""The test of a mean holds its level on skewed units, where Student's t does not, and has power."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy import stats

from benchmarks.false_alarms import LAWS, Family, reached
from binodal.models.teacher_student.network.network_model import NETWORK
from binodal.validate.compare import measure as measuring
from binodal.validate.compare.measure import measurements
from binodal.validate.compare.record import Record
from binodal.validate.compare.skewed import critical, p_value, plausible_spread, too_skewed
from binodal.validate.compare.skewed_table import CHANCES, PATH, UNITS, simulated
from binodal.validate.compare.verdict import Verdict, judge
from binodal.validate.diagnostics import Diagnosis
from binodal.validate.prediction import Prediction
from binodal.validate.t_tests import critical as students
from binodal.validate.t_tests import two_sided

RATE, REPETITIONS = 0.05, 600
LIMIT = stats.binom.ppf(1 - 1e-5, REPETITIONS, RATE) / REPETITIONS

SHARP = "two kinds, 8"
"""With n units all are of one kind once in 2^(n - 1): no test of few such units holds its level."""


@pytest.mark.parametrize("family", [Family(1), Family(5), Family(5, correlated=True)], ids=str)
@pytest.mark.parametrize("units", [4, 8, 16, 64])
def test_the_family_wise_rate_is_held_for_every_law(family, units):
    """Null: at most RATE of families hold a DISAGREE, by the binomial at 1e-5 for each case."""
    for law in LAWS:
        if law != SHARP or units >= 16:
            ours, _ = reached(law, units, family, RATE, REPETITIONS)
            assert ours <= LIMIT, law


def test_students_t_would_alarm_a_third_of_the_time():
    """The control of the test above: it sees the mistake that this test mends."""
    ours, by_student = reached("lognormal", 12, Family(5), RATE, REPETITIONS)
    assert by_student > 0.25 and ours <= LIMIT


def lucky(rng, sets, draws=10, scalars=5):
    """Data sets of lognormal luck, their draws with a little noise; the true means are one."""
    luck = rng.lognormal(sigma=0.8, size=(sets, scalars + 1)) / np.exp(0.32)
    noise = rng.gamma(50.0, size=(sets, draws, scalars + 1)) / 50
    values = luck[:, None] * noise
    names = dict(
        zip(("b", "c", "t5", "t7", "q2"), np.moveaxis(values[..., :-1], 2, 0), strict=True)
    )
    axes = {"density": np.array([1.0])}
    return Record(names | {"density": values[..., -1:]}, np.arange(sets), axes)


def test_means_and_logarithms_of_a_record_hold_the_rate_together(monkeypatch):
    """From draws to verdicts; the chains' own diagnosis, which is slow, is taken as calm."""
    calm = Diagnosis(1.0, 1.0, 0, 2.0, 900.0, 1.0)
    monkeypatch.setattr(measuring, "diagnose", lambda *_: calm)
    rng = np.random.default_rng(20261126)
    alarms, judged, logs = 0, 0, 0
    names = ("b", "c", "t5", "t7", "q2")
    said = [Prediction("derived", name, 1.0) for name in names]
    said += [Prediction("derived", "log_density", 0.0, at=1.0)]
    for _ in range(60):
        rows = judge(measurements(lucky(rng, 30), NETWORK.observables), said, RATE)
        verdicts = [row.verdict for row in rows]
        alarms += Verdict.DISAGREE in verdicts
        judged += sum(not row.measurement.problem for row in rows)
        logs += not rows[-1].measurement.problem
    assert alarms <= stats.binom.ppf(0.9999, 60, RATE)
    assert judged > 200 and logs > 30


def test_a_wrong_theory_is_seen():
    """At one in 10 000: thirty standard errors on 8 normal units, 6.5 on 64, 4.6 on 200."""
    for units, sigmas in ((8, 30.0), (16, 16.0), (64, 6.5), (200, 4.6)):
        assert p_value(sigmas, units, 0.0) < 1e-4


@pytest.mark.parametrize("units", [4, 9, 30, 200, 3000])
@pytest.mark.parametrize("skewness", [float("nan"), -3.0, 0.0, 0.5, 4.0])
def test_p_values_fall_with_the_distance_and_are_never_below_students(units, skewness):
    places = np.geomspace(0.01, 1e3, 60)
    for sign in (-1, 1):
        found = np.array([p_value(sign * t, units, skewness) for t in places])
        assert (np.diff(found) <= 0).all() and (found <= 1).all()
        least = [two_sided(t, units - 1.0) for t in places]
        assert (found >= np.array(least) * (1 - 1e-9)).all()


def test_few_units_hide_their_skewness_and_many_show_it():
    assert plausible_spread(8, 0.0) == 1.0 == plausible_spread(200, float("nan"))
    assert plausible_spread(800, 0.0) < 0.2 < 0.5 < plausible_spread(800, 2.0)
    low, high = critical(1e-3, 400, 3.0)
    assert low > 1.2 * high >= 0.999 * students(1e-3, 399.0)
    assert too_skewed(64, 7.5) and not too_skewed(64, 3.0)


@pytest.mark.parametrize("units", [6, 16, 64])
def test_the_table_is_what_a_simulation_finds(units):
    """Another seed, another count of samples: the quantiles at one in a hundred and in 10 000."""
    table = json.loads(PATH.read_text("utf-8"))
    stored = dict(
        zip(table["chances"], table["entries"][UNITS.index(units)][-1]["ratio"], strict=True)
    )
    assert tuple(table["chances"]) == CHANCES and tuple(table["units"]) == UNITS
    t, _, weight = simulated(units, 1.0, 60_000, 7)
    for p in (1e-2, 1e-4):
        reach = stored[p] * students(2 * p, units - 1.0)
        assert weight @ (t <= -reach) / t.size == pytest.approx(p, rel=0.1)


def test_too_few_units_and_too_skewed_ones_are_not_judged():
    rng = np.random.default_rng(3)
    three = Record({"b": rng.normal(size=(3, 40))}, np.arange(3))
    (found,) = measurements(three, NETWORK.observables)
    assert "too few" in found.problem or "not equilibrated" in found.problem
    luck = np.zeros((60, 1))
    luck[7] = 1e4
    one = Record({"b": luck + rng.normal(size=(60, 400))}, np.arange(60))
    (found,) = measurements(one, NETWORK.observables)
    assert "too skewed" in found.problem
