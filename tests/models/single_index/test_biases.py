"""Random biases: numbers against quadrature and minimisation in three variables, and images."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from flint import arb
from scipy.optimize import brentq, minimize
from scipy.special import erf

from binodal.api import critical, solve
from binodal.errors import RequestError
from binodal.models.single_index.numerics.biased.setting import biased_setting
from binodal.numerics.errors import ParameterError
from tests.laws import WHOLE, beside

MIXED, EVEN = "1: 1, 2: 1/10, 3: -3/10", "1: 1, 2: 1/2"
_T, _WEIGHTS = np.polynomial.hermite_e.hermegauss(120)
_WEIGHTS = _WEIGHTS / np.sqrt(2 * np.pi)
_HE = {0: np.ones_like(_T), 1: _T, 2: _T**2 - 1, 3: _T**3 - 3 * _T}


def _overlap(k: int, r: float, bias: float) -> float:
    return float(_WEIGHTS @ (erf(r * _T + bias) * _HE[k]))


def _share(sigma2: float, law: tuple[np.ndarray, np.ndarray] | None = None) -> float:
    """t_1 with y_1 = 1 at the preset's numbers: of one bias, or of a law of biases."""
    u, gain = 48 / 49 / sigma2**2, 8 / 35 / sigma2
    biases, chances = (np.zeros(1), np.ones(1)) if law is None else law
    square = np.array([_overlap(1, np.sqrt(0.5), b) ** 2 for b in biases])

    def row(t: float) -> float:
        bend = 1 - u * t**2 * square
        tilted = chances / np.sqrt(bend)
        return float(t * (1 + gain * (tilted @ (square / bend)) / tilted.sum()) - 1)

    return brentq(row, 0, min(1, 1 / np.sqrt(u * square.max())) - 1e-12)


def _least(sigma2: float, teacher: dict[int, float], pin: float, t: float) -> np.ndarray:
    """(m, log r, bias, S) of the lowest action with m > 0, by descent from many places."""
    u = 48 / 49 / sigma2**2

    def action(place: np.ndarray) -> float:
        m, log_r, bias = place
        if not 0.2 < m < 1:
            return 1e3
        r = np.exp(log_r)
        field = sum((t if k == 1 else y) * m**k * _overlap(k, r, bias) for k, y in teacher.items())
        cost = r**2 - 0.5 - np.log(r / np.sqrt(0.5)) - np.log(1 - m**2) / 2 + pin * bias**2 / 2
        return cost - u / 2 * field**2

    starts = [(0.8, -0.1, b) for b in (-0.6, 0.0, 0.6)]
    ends = [
        minimize(action, s, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-13})
        for s in starts
    ]
    best = min(ends, key=lambda e: e.fun)
    return np.array([*best.x, best.fun])


@cache
def _even():
    setting = {"teacher": EVEN, "bias": "scaled:1", "preset": "fig2"}
    return critical("single-index", "coexistence", **setting).document


def test_an_even_teacher_is_learned_with_biases_where_descent_finds_it():
    """Without a bias erf learns no He_2 at all."""
    document = _even()
    assert document["status"] == "certified"
    assert document["class"] == "m beta < 0"
    assert document["others"] == []
    value = float(document["value"]["mid"])
    *place, depth = _least(value, {1: 1, 2: 0.5}, 1.0, _share(value))
    assert abs(depth) < 1e-8
    assert float(document["at"]["m"]["mid"]) == pytest.approx(place[0], abs=1e-4)
    assert float(document["at"]["beta"]["mid"]) == pytest.approx(place[2], abs=1e-4)


@beside("test_past_coexistence_an_odd_teacher_is_held_without_a_bias")
def test_an_odd_teacher_and_an_odd_activation_leave_the_bias_at_zero():
    """The certified event without a bias, with beta = 0 exactly."""
    random = critical("single-index", "coexistence", bias="scaled:1", preset="fig2").document
    plain = critical("single-index", "coexistence", preset="fig2").document
    assert random["class"] == "beta = 0"
    assert random["at"]["beta"] == {"mid": "0", "rad": "0"}
    distance = abs(Fraction(random["value"]["mid"]) - Fraction(plain["value"]["mid"]))
    assert distance <= Fraction(random["value"]["rad"]) + Fraction(plain["value"]["rad"])
    for name, ball in plain["transition"].items():
        there = float(random["transition"][name]["mid"])
        assert there == pytest.approx(float(ball["mid"]), rel=1e-13)


def test_saddles_with_a_bias_are_stationary_where_the_curvature_is_known():
    """1/V - 1/sigma_w^2 + 1/(r^2 (1 - m^2)) - u F_t^2 > 0 at the minimum, as derived."""
    document = solve(
        "single-index", teacher=MIXED, bias="scaled:1", preset="fig2", sigma2="9/40"
    ).document
    assert (document["phase"], document["theory"]) == ("GFL", "derived")
    assert document["limit"] == "thermodynamic"
    (minimum,) = [s for s in document["saddles"] if s["kind"] == "minimum" and s["m"]["mid"] != "0"]
    *place, depth = _least(0.225, {1: 1, 2: 0.1, 3: -0.3}, 1.0, _share(0.225))
    for name, value in zip(("m", "beta", "action"), (place[0], place[2], depth), strict=True):
        assert float(minimum[name]["mid"]) == pytest.approx(value, abs=1e-4)


def test_biases_of_order_one_tilt_their_law_and_cost_nothing():
    """The zero branch by a sum over biases, the feature by descent without a cost of the bias."""
    document = solve(
        "single-index", teacher=MIXED, bias="prior:1", preset="fig2", sigma2="27/100"
    ).document
    biases = np.linspace(-8, 8, 321)
    share = _share(0.27, (biases, np.exp(-(biases**2) / 2)))
    assert document["status"] == "certified"
    assert float(document["closure"]["t"]["1"]["mid"]) == pytest.approx(share, abs=1e-10)
    assert abs(share - _share(0.27)) > 1e-3
    minimum = next(s for s in document["saddles"] if s["beta"]["mid"] != "0")
    *place, depth = _least(0.27, {1: 1, 2: 0.1, 3: -0.3}, 0.0, share)
    assert minimum["kind"] == "minimum"
    for name, value in zip(("m", "beta", "action"), (place[0], place[2], depth), strict=True):
        assert float(minimum[name]["mid"]) == pytest.approx(value, abs=1e-4)


@pytest.mark.parametrize("r", [0.1, 0.8])
def test_bounds_over_all_biases_hold_for_each(r):
    setting, biases = biased_setting("erf", MIXED, "scaled:1"), np.linspace(-4, 4, 81)
    c = setting.table(np.full_like(biases, r), biases, 6)
    for k, bounds in zip((1, 2, 3), setting.sizes(arb(r), (1, 2, 3)), strict=True):
        actual = (np.abs(c[k]).max(), np.abs(c[k + 2] + k * c[k]).max())
        assert actual[0] <= float(bounds[0]) and actual[1] <= float(bounds[1])


def test_a_law_without_closed_overlaps_is_undecided():
    document = solve("single-index", activation="tanh", bias="prior:1", preset="fig2").document
    assert document["status"] == "undecided"
    assert "closed form" in document["reason"]


def test_a_law_far_wider_than_overlaps_says_what_has_no_value():
    settings = {"preset": "fig2", "activation": "erf", "teacher": MIXED}
    document = solve("single-index", bias="prior:1e20", **settings).document
    assert document["status"] == "undecided" and "nan" not in document["reason"]
    assert "biases of standard deviation 1.0000e+10" in document["reason"]


@pytest.mark.parametrize(
    ("function", "more"),
    [
        (critical, {"event": "condensation"}),
        (critical, {"event": "coexistence", "teacher": "(1,0): 1, (0,1): 1"}),
        (critical, {"event": "coexistence", "limit": "finite"}),
    ],
)
def test_what_random_biases_lack_is_refused(function, more):
    with pytest.raises((RequestError, ParameterError), match="bias"):
        function("single-index", bias="scaled:1", preset="fig2", **more)


@pytest.mark.law
@pytest.mark.parametrize(("sigma2", "features"), [("1/5", 1), *([("1/50", 2)] if WHOLE else [])])
def test_past_coexistence_neurons_with_a_bias_hold_features_at_zero(sigma2, features):
    """Ridge regression with their kernel and the tilted law's gives the residual back.

    At the feature descent in three variables finds nothing below zero; at a thousandth more
    residual it does. The zero branch at sigma^2 = 1/50 is not searched: a feature is below it.
    """
    document = solve(
        "single-index", teacher=MIXED, bias="prior:1", preset="fig2", sigma2=sigma2
    ).document
    assert document["status"] == "certified" and document["phase"] == "GMFL-I"
    t = {k: float(document["closure"]["t"][str(k)]["mid"]) for k in (1, 2, 3)}
    held = [s for s in document["saddles"][1:] if s["kind"] == "minimum"]
    assert len(held) == features
    places = [[float(s[name]["mid"]) for name in ("m", "r", "beta")] for s in held]
    noise = float(Fraction(sigma2))
    u, gain = 48 / 49 / noise**2, 8 / 35 / noise
    roots = np.sqrt([1, 2, 6])
    kernel = np.zeros((3, 3))
    for (m, r, bias), s in zip(places, held, strict=True):
        feature = np.array([m**k * _overlap(k, r, bias) for k in t]) / roots
        kernel += 150 * s["mass"] * np.outer(feature, feature)
    biases = np.linspace(-8, 8, 641)
    square = np.array([_overlap(1, np.sqrt(0.5), b) ** 2 for b in biases])
    bend = 1 - u * t[1] ** 2 * square
    tilted = np.exp(-(biases**2) / 2) / np.sqrt(bend)
    kernel[0, 0] += tilted @ (square / bend) / tilted.sum()
    wanted = roots * [1, 0.1, -0.3]
    found = np.linalg.solve(np.eye(3) + gain * kernel, wanted)
    assert found == pytest.approx(roots * list(t.values()), rel=1e-9)
    if features > 1:
        return
    ((m, _, bias),) = places
    for share, depth in ((1.0, 0.0), (1.001, -1e-4)):
        scaled = {k: share * v for k, v in t.items()}
        *place, least = _least(noise, scaled, 0.0, scaled[1])
        assert least == pytest.approx(0, abs=1e-9) if share == 1 else least < depth
        assert share > 1 or np.abs(place[::2]) == pytest.approx([m, abs(bias)], abs=1e-4)


def test_past_coexistence_an_odd_teacher_is_held_without_a_bias():
    """The certified state of neurons without biases."""
    random, plain = (
        solve("single-index", bias=bias, preset="fig2", sigma2="1/5").document
        for bias in ("scaled:1", "none")
    )
    for k in ("1", "3"):
        one, other = (d["closure"]["t"][k] for d in (random, plain))
        distance = abs(Fraction(one["mid"]) - Fraction(other["mid"]))
        assert distance <= Fraction(one["rad"]) + Fraction(other["rad"])
    assert random["saddles"][1]["mass"] == pytest.approx(plain["saddles"][-1]["mass"], rel=1e-12)


@beside("test_past_coexistence_an_odd_teacher_is_held_without_a_bias")
def test_two_features_of_an_even_teacher_are_held_without_a_bias():
    """The certified state of neurons without biases, both masses with it."""
    settings = {"activation": "cos:2", "teacher": "2: 1/2, 4: 1/10", "preset": "fig2"}
    random, plain = (
        solve("single-index", bias=bias, sigma2="1/20", **settings).document
        for bias in ("scaled:1", "none")
    )
    assert random["status"] == "certified" and "at 2 features" in random["reason"]
    for k in ("2", "4"):
        one, other = (d["closure"]["t"][k] for d in (random, plain))
        distance = abs(Fraction(one["mid"]) - Fraction(other["mid"]))
        assert distance <= Fraction(one["rad"]) + Fraction(other["rad"])
    masses = [sorted(s["mass"] for s in d["saddles"] if s["mass"]) for d in (random, plain)]
    assert masses[0] == pytest.approx(masses[1], rel=1e-9) and len(masses[0]) == 3


def test_a_mean_that_neurons_with_a_bias_move_is_not_claimed():
    """A feature of an even teacher leaves t_0 = 0.0436 by its own equations, 0.045 at d = 150."""
    document = solve(
        "single-index", teacher="2: 1/2", bias="scaled:1", preset="fig2", sigma2="1/20"
    ).document
    assert document["status"] == "undecided" and "mean" in document["reason"]


def test_scaled_biases_learn_a_mean_as_slowly_as_a_linear_mode():
    """dt_0/dy_0 is what closures of a small mean come to as d grows."""
    setting = {"bias": "scaled:1", "preset": "fig2", "sigma2": "1/5"}
    modes = solve("single-index", teacher="1: 1", **setting).document["curves"]["modes"]
    response, lefts = float(modes["0"]["susceptibility"]["mid"]), []
    for beta in (4, 16):
        more = {"teacher": "0: 1/10000, 1: 1", "limit": "finite", "beta": beta}
        closure = solve("single-index", **setting, **more).document["closure"]
        lefts.append(1e4 * float(closure["t"]["0"]["value"]) - response)
    assert abs(lefts[1]) < 0.02 * response
    assert lefts[1] == pytest.approx(lefts[0] / 2, rel=0.1)
    past = solve("single-index", **setting).document["curves"]["modes"]
    assert past["0"]["susceptibility"] is None


@beside("tests/models/single_index/test_curves.py::test_the_evidence_bends_at_coexistence")
def test_the_evidence_bends_by_what_the_mean_gives_way_to():
    """(dS/dx)^2 over u F^2 G sum_k (m^k c_k)^2/k! dt_k/dy_k, the mean's among them."""
    document = _even()
    value, at = float(document["value"]["mid"]), document["at"]
    m, r, bias = (float(at[name]["mid"]) for name in ("m", "r", "beta"))
    u, gain = 48 / 49 / value**2, 8 / 35 / value
    pulls = [m**k * _overlap(k, r, bias) for k in range(3)]
    slope = _overlap(1, np.sqrt(0.5), 0.0) ** 2

    def action(x):
        share = _share(value * np.exp(x))
        return -u * np.exp(-2 * x) / 2 * (share * pulls[1] + pulls[2] / 2) ** 2, share

    rate = (action(1e-4)[0] - action(-1e-4)[0]) / 2e-4
    depth, share = action(0.0)
    bend = 1 - u * slope * share**2
    softness = 1 / (1 + gain * slope * (2 - bend) / bend**2)
    gives = (1 / (1 + 2 * gain * slope / bend), softness, 0.5)
    bends = -2 * depth * gain * sum(p**2 * g for p, g in zip(pulls, gives, strict=True))
    jump = float(document["transition"]["curvature_jump"]["mid"])
    assert jump == pytest.approx(rate**2 / bends, rel=1e-6)
