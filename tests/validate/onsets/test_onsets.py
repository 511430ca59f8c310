"""Onsets of curves: the rule on known curves, its false alarms, and verdicts over trainings."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

from binodal.validate.onsets.courses import REFERENCE, Course
from binodal.validate.onsets.rule import FLAT, SHUFFLES, WIDTHS, best_step, false_alarms, onset
from binodal.validate.onsets.verdict import lag


@pytest.mark.parametrize("seed", range(3))
def test_the_best_step_is_the_best_of_all_by_least_squares(seed):
    rng = np.random.default_rng(seed)
    places, values = np.sort(rng.uniform(0, 3, 11)), rng.standard_normal(11)
    left = {}
    for at in [*((places[1:] + places[:-1]) / 2), *places[1:-1]]:
        for width in WIDTHS:
            wave = 1 / (1 + np.exp(-(places - at) / (width * np.ptp(places))))
            left[at, width] = np.linalg.lstsq(np.stack([wave, np.ones(11)], 1), values)[1][0]
    found, best = best_step(places, values), min(left, key=left.get)
    assert found.place == pytest.approx(best[0])
    assert found.explained == pytest.approx(1 - left[best] / (11 * values.var()), abs=1e-9)


@pytest.mark.parametrize("width", [0.02, 0.08])
@pytest.mark.parametrize("at", [0.35, 0.6])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_rise_has_its_onset_where_it_is_half_done(at, sign, width):
    places = np.linspace(0, 1, 20)
    values = 3 + sign / (1 + np.exp(-(places - at) / width))
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
