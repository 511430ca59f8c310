"""Both predictors are the right ones, exactly, and only where they are proved."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
import sympy as sp

from binodal.api import solve
from binodal.errors import RequestError
from binodal.models.diagonal_linear.numerics import predictors
from binodal.models.diagonal_linear.numerics.predictors import early, late, require_predictors
from binodal.models.diagonal_linear.numerics.vertices import judged
from binodal.models.diagonal_linear.numerics.vertices import vertices as found_vertices
from binodal.models.diagonal_linear.setting import Setting, setting_of
from binodal.models.diagonal_linear.settings import canonical, samples_of
from binodal.numerics.errors import ParameterError, Undecided

PAIR = "1, 1/2: 1"
THREE = "1, 1/2, 1/4: 1 | 0, 1, 1: 2"
CLASSES = "1, 1/2, 1/3: 1 | 1/4, -1, 1: -1 | -1, -1/2, 3: 1"


def setting(samples: str, loss: str = "squared") -> Setting:
    given = {"samples": samples, "data": "none", "loss": loss, "component": "1"}
    return setting_of(canonical(given))


def drawn(seed: int, rows: int, width: int) -> Setting:
    """Small whole numbers."""
    chosen = np.random.default_rng(seed)
    data = chosen.integers(-9, 10, (rows, width + 1))
    return setting(" | ".join(f"{', '.join(map(str, row[:-1]))}: {row[-1]}" for row in data))


def vertices(of: Setting) -> list[tuple[Fraction, ...]]:
    """Interpolators with as many weights as samples at most."""
    found = []
    for support in combinations(range(of.width), len(of.rows)):
        part = sp.Matrix([[sp.Rational(row[j]) for j in support] for row in of.rows])
        if part.det() == 0:
            continue
        values = part.LUsolve(sp.Matrix([sp.Rational(y) for y in of.bounds]))
        w = [Fraction(0)] * of.width
        for j, value in zip(support, values, strict=True):
            w[j] = Fraction(int(value.p), int(value.q))
        found.append(tuple(w))
    return found


@pytest.mark.parametrize("seed", range(5))
def test_interpolators_are_those_of_least_norms(seed):
    """The pseudo-inverse, and the smallest vertex of all."""
    of = drawn(seed, 2, 5)
    rows = np.array(of.rows, dtype=float)
    least = np.linalg.pinv(rows) @ np.array(of.bounds, dtype=float)
    assert np.array(early(of), dtype=float) == pytest.approx(least, abs=1e-12)
    sizes = {w: sum(map(abs, w)) for w in vertices(of)}
    assert late(of) == min(sizes, key=lambda w: sizes[w])


def test_separators_keep_their_margins_and_touch_them():
    for of in (setting(CLASSES, "logistic"), setting("1, 1/2: 1 | 2, -1: -1", "exponential")):
        for w in (early(of), late(of)):
            margins = [sum(x * c for x, c in zip(row, w, strict=True)) for row in of.rows]
            assert min(margins) == 1
    square, absolute = early(of), late(of)
    assert sum(w * w for w in square) <= sum(w * w for w in absolute)
    assert sum(map(abs, absolute)) <= sum(map(abs, square))


def test_one_separator_by_hand():
    """x = (1, 1/2): w = x/|x|^2, and the largest component of x alone."""
    of = setting(PAIR, "logistic")
    assert early(of) == (Fraction(4, 5), Fraction(2, 5)) and late(of) == (1, 0)


@pytest.mark.parametrize("samples", ["1, 1: 1", "1, 1, 0: 1 | 0, 0, 1: 1", "1, -1: 2"])
def test_a_tie_is_undecided(samples):
    for loss in ("squared",) if ": 2" in samples else ("squared", "logistic"):
        with pytest.raises(Undecided, match="several"):
            late(setting(samples, loss))
    found = solve("diagonal-linear", preset="dichotomy", samples=samples)
    assert (found.status, found.exit_status) == ("undecided", 1)


def test_a_wrong_proposal_is_not_proved(monkeypatch):
    """The control: another vertex in place of the best."""
    of = setting(THREE)
    worse = max(vertices(of), key=lambda w: sum(map(abs, w)))
    wrong = np.array(worse, dtype=float)
    monkeypatch.setattr(predictors, "_least_norm_float", lambda setting: wrong)
    with pytest.raises(Undecided):
        late(of)


@pytest.mark.parametrize(
    ("samples", "loss", "why"),
    [
        ("1, 2: 1 | 2, 4: 2", "squared", "linearly independent"),
        ("1, 2: 0", "squared", "every y is zero"),
        ("1, 0: 1 | 1, 0: -1", "logistic", "no hyperplane"),
    ],
)
def test_data_without_predictors_are_refused(samples, loss, why):
    with pytest.raises(ParameterError, match=why):
        require_predictors(setting(samples, loss))


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"samples": "1, 2"}, "write x: y"),
        ({"samples": " "}, "there are none"),
        ({"samples": "1: 1 | 1, 2: 1"}, "same number"),
        ({"samples": "1: x"}, "not a finite number"),
        ({"samples": ",".join(["1"] * 41) + ": 1"}, "at most 40"),
        ({"samples": "1" * 30000}, "at most 20000"),
        ({"loss": "hinge"}, "choose squared"),
        ({"loss": "logistic", "samples": "1: 2"}, "1 or -1"),
        ({"component": "3"}, "from 1 to 2"),
        ({"component": "x"}, "from 1 to 2"),
        ({"data": "nowhere"}, "cannot be read"),
        ({"data": "nowhere", "samples": "1: 1"}, "not both"),
    ],
)
def test_settings_that_make_no_sense_are_refused(given, why):
    with pytest.raises(RequestError, match=why):
        solve("diagonal-linear", preset="dichotomy", **given)


def test_a_file_is_read_as_its_samples(tmp_path):
    place = tmp_path / "samples.txt"
    place.write_text("1, 1/2, 1/4: 1\n\n0, 1, 1: 2\n")
    found, same = (
        solve("diagonal-linear", preset="dichotomy", **given)
        for given in ({"data": str(place)}, {"samples": THREE})
    )
    assert found.document == same.document
    place.write_text("1: 1\n" * 4001)
    with pytest.raises(RequestError, match="more than 20000"):
        solve("diagonal-linear", preset="dichotomy", data=place)


def test_samples_are_read_exactly():
    assert samples_of("0.3, -1e-1: 1/3") == [((Fraction(3, 10), Fraction(-1, 10)), Fraction(1, 3))]


SPARSER = "2, -2, -2, 4: -3 | -2, 1, 3, 1: 3"
"""(-3/2, 0, 0, 0) interpolates too: smaller in sum |w|^(2/L), larger in sum |w|."""


@pytest.mark.parametrize("degree", [3, 4])
def test_vertices_by_other_means_judge_the_late_predictor(degree):
    """The least of sum |w|^(2/L) over all vertices, in floats, for drawn data."""
    seen = set()
    for seed in range(12):
        of = drawn(seed, 2, 4)
        own = late(of)
        assert set(found_vertices(of)) == set(vertices(of))
        sizes = {w: sum(abs(float(x)) ** (2 / degree) for x in w) for w in vertices(of)}
        words = judged(of, own, Fraction(degree))
        least = min(sizes, key=lambda w: sizes[w]) == own
        seen.add(least)
        assert ("least" in words) == least and ("local minimum" in words) != least
    assert seen == {True, False}


def test_between_equal_vertices_nothing_is_decided():
    """(1, 0) and (0, 1), whose sums of any power are one."""
    words = judged(setting("1, 1: 1", "squared"), (Fraction(1), Fraction(0)), Fraction(3))
    assert words.endswith("is not decided")


def test_a_sparser_interpolator_is_named():
    found = solve("diagonal-linear", preset="dichotomy", samples=SPARSER, L=4)
    assert "(-3/2, 0, 0, 0) has a smaller sum" in found.document["reason"]
    for other in ({"L": 2}, {"L": 4, "loss": "logistic", "samples": PAIR}):
        given = {"samples": SPARSER, **other}
        reason = solve("diagonal-linear", preset="dichotomy", **given).document["reason"]
        assert "(2/L)" not in reason
