"""Onsets of curves: the rule on known curves, its false alarms, and verdicts over trainings."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

from binodal.validate.onsets.courses import REFERENCE, Course
from binodal.validate.onsets.rule import FLAT, SHUFFLES, best_step, false_alarms, onset
from binodal.validate.onsets.verdict import lag


def by_hand(values):
    """All splits, each by the variances of its two parts."""
    whole = values.var() * len(values)
    left = {
        k: values[:k].var() * k + values[k:].var() * (len(values) - k)
        for k in range(1, len(values))
    }
    count = min(left, key=left.get)
    return count, 1 - left[count] / whole


@pytest.mark.parametrize("seed", range(5))
def test_the_best_step_is_the_best_of_all_splits(seed):
    values = np.random.default_rng(seed).standard_normal(13)
    count, explained = by_hand(values)
    found = best_step(values)
    assert found.count == count and found.explained == pytest.approx(explained, abs=1e-12)


@pytest.mark.parametrize("at", [0.35, 0.6])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_rise_has_its_onset_where_it_is_half_done(at, sign):
    places = np.linspace(0, 1, 20)
    values = 3 + sign / (1 + np.exp(-(places - at) / 0.02))
    found = onset(places, values, np.random.default_rng(0))
    assert abs(found - at) <= 1 / 19


@pytest.mark.parametrize(
    "values", [np.ones(20), np.linspace(0, 1, 20), np.arange(7.0) > 3, np.tile([0.0, 1.0], 10)]
)
def test_no_onset_of_constants_lines_few_points_and_flicker(values):
    places = np.arange(float(len(values)))
    assert onset(places, np.asarray(values, dtype=float), np.random.default_rng(0)) is None


def test_false_alarms_are_as_rare_as_is_said_and_walks_are_not():
    rates = false_alarms(16, 600, 1)
    noise, line, walk = (rates[kind] for kind in FLAT)
    chance = 2 / (SHUFFLES + 1)  # at most one shuffle of 199 is as good
    assert noise <= chance + 4 * np.sqrt(chance / 600) and line <= 0.01
    assert walk > 0.2  # the control: a curve that wanders is no curve without an onset


def course(onsets, end=1.0):
    curves = {name: np.array([0.0, end]) for name in onsets}
    blank = SimpleNamespace(name="", group="", spec=None)
    return Course(blank, [1, 2], np.array([0.0, 1.0]), curves, onsets, {}, {})


def courses(shift, spread, count=12, missing=0):
    rng = np.random.default_rng(3)
    found = []
    for number in range(count):
        at = rng.uniform(4, 7)
        own = None if number < missing else at + shift + spread * rng.standard_normal()
        found.append(course({REFERENCE: at, "m": own}))
    return found


@pytest.mark.parametrize(
    ("shift", "spread", "missing", "verdict"),
    [
        (-1.0, 0.2, 0, "before"),
        (1.0, 0.2, 3, "after"),
        (0.02, 0.05, 0, "with"),
        (0.3, 1.5, 0, "undecided"),
        (-1.0, 0.2, 7, "no onset"),
    ],
)
def test_verdicts(shift, spread, missing, verdict):
    found = lag(courses(shift, spread, missing=missing), "m", 0.29, 30)
    assert (found.verdict, found.seen, found.of) == (verdict, 12 - missing, 12)
    if found.mean is not None:
        assert abs(found.mean - shift) < found.half


def test_trainings_that_do_not_generalise_count_false_onsets_alone():
    flat = [course({REFERENCE: None, "m": 5.0}, end=0.1), course({REFERENCE: None, "m": None}, 0.1)]
    found = lag([*courses(-1.0, 0.2), *flat], "m", 0.29, 30)
    assert (found.of, found.false, found.flat, found.verdict) == (12, 1, 2, "before")
    assert lag(flat, "m", 0.29, 30).verdict == "no curve"


def test_onsets_that_agree_to_the_grid_keep_its_error():
    same = [course({REFERENCE: 5.0, "m": 5.0}) for _ in range(4)]
    found = lag(same, "m", 0.3, 1)
    assert found.stderr == pytest.approx(0.3 / np.sqrt(48)) and found.half > found.stderr
