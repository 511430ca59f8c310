"""Laws of neurons with two directions or with biases, against vectors drawn at random."""

from __future__ import annotations

from math import factorial, prod

import numpy as np
import pytest
from scipy import integrate
from scipy.special import erf, eval_hermitenorm

from binodal.api import solve
from binodal.models.single_index.numerics.any_setting import any_setting
from binodal.models.single_index.numerics.closed_modes import closed_modes
from binodal.models.single_index.numerics.finite_closure import FiniteState, solved
from binodal.models.single_index.numerics.finite_width import first_order
from binodal.models.single_index.numerics.law_readings import averages
from tests.laws import cases

AT = {"N": 700.0, "n": 3000.0, "d": 12.0, "sigma2": 2.0, "sigma_w2": 0.5, "sigma_a2": 8 / 700}
COMMITTEE = ("erf", "(1,0): 1, (0,1): 1/2, (2,1): 1/5, (3,0): -3/10", "none")
SCALED = ("erf", "0: 1/4, 1: 1, 2: 1/2", "scaled:1")
PRIOR = ("erf", "1: 1, 3: -3/10", "prior:1/2")


def overlap(k: int, r: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """E[erf(r z + bias) He_k(z)] by a trapezoidal rule."""
    z = np.linspace(-9, 9, 121)
    weight = np.exp(-(z**2) / 2) * eval_hermitenorm(k, z)
    return sum(w * erf(r * at + bias) for w, at in zip(weight, z, strict=True)) * (
        (z[1] - z[0]) / np.sqrt(2 * np.pi)
    )


def left_over(state: FiniteState, spread: float, count: int = 60_000) -> np.ndarray:
    """t - y + gain <overlap F>/k! of every mode from prior draws, over its standard error."""
    setting, at = state.law.setting, state.law.at
    rng, d = np.random.default_rng(1), int(at["d"])
    w = rng.normal(size=(count, d)) * (at["sigma_w2"] / d) ** 0.5
    bias, norm = rng.normal(size=count) * spread, np.sqrt((w**2).sum(1))
    indices = [setting.index(k) for k in state.law.orders]
    table = {k: overlap(k, norm, bias) for k in {sum(a) for a in indices}}
    features = np.stack(
        [
            table[sum(a)] * np.prod([(w[:, j] / norm) ** p for j, p in enumerate(a)], axis=0)
            for a in indices
        ]
    )
    strength = at["n"] ** 2 * at["sigma_a2"] / (at["sigma2"] ** 2 * at["N"])
    force = state.modes @ features
    weight = np.exp(0.5 * strength * force**2)
    found = []
    for k, a, feature, mode in zip(state.law.orders, indices, features, state.modes, strict=True):
        gain = at["n"] * at["sigma_a2"] / at["sigma2"] / prod(map(factorial, a))
        sampled = weight * feature * force
        mean = sampled.mean() / weight.mean()
        error = np.std(sampled - mean * weight) / weight.mean() / np.sqrt(count)
        left = mode - float(setting.taught.get(k, 0)) + gain * mean
        found.append(left / (gain * error))
    return np.array(found)


@pytest.mark.parametrize(
    ("texts", "spread"), [(COMMITTEE, 0.0), (SCALED, 12**-0.5), (PRIOR, 0.5**0.5)]
)
def test_the_closure_holds_on_sampled_neurons(texts, spread):
    assert np.abs(left_over(solved(any_setting(*texts), AT), spread)).max() < 5


@pytest.mark.parametrize(
    ("texts", "d"), cases([(("erf", "1: 1, 3: -3/10", "none"), 2), (COMMITTEE, 3)], every=None)
)
def test_in_few_dimensions_it_holds_as_well(texts, d):
    """Most cosines are near one there, and many norms near zero."""
    few = AT | {"d": float(d), "n": 300.0, "sigma2": 0.4}
    state = solved(any_setting(*texts), few)
    assert np.abs(left_over(state, 0.0)).max() < 5
    assert all(np.isfinite(shift) for shift in first_order(state).averages.values())
    still = solved(any_setting(*texts), few | {"sigma_a2": 1e-12})
    found = averages(still.law, still.window, still.chances)
    assert found["m2" if d == 2 else "m2_1"] == pytest.approx(1 / d, rel=1e-6)
    assert found["q2" if d == 2 else "q2_2"] == pytest.approx(0.5 / d, rel=1e-6)


def test_a_law_with_biases_of_another_size_does_not_hold():
    state = solved(any_setting(*SCALED[:2], "scaled:2"), AT)
    assert np.abs(left_over(state, 12**-0.5)).max() > 8


def test_a_second_direction_that_is_not_taught_changes_nothing():
    one = solved(any_setting("erf", "1: 1, 3: -3/10", "none"), AT)
    two = solved(any_setting("erf", "(1,0): 1, (3,0): -3/10", "none"), AT)
    for k, value in one.residual.items():
        assert two.residual[k, 0] == pytest.approx(value, rel=1e-6)
    of_one, of_two = (averages(s.law, s.window, s.chances) for s in (one, two))
    assert of_two["m2_1"] == pytest.approx(of_one["m2"], rel=1e-6)
    # The rest of the sphere is uniform: the second cosine has its share of what is left.
    assert of_two["m2_2"] == pytest.approx((1 - of_one["m2"]) / 11, rel=1e-6)


def test_without_a_field_every_average_is_the_priors():
    still = AT | {"sigma_a2": 1e-12}
    for texts, variance in ((SCALED, 1 / 12), (PRIOR, 0.5)):
        state = solved(any_setting(*texts), still)
        found = averages(state.law, state.window, state.chances)
        assert found["bias2"] == pytest.approx(variance, rel=1e-6)
        assert found["m2"] == pytest.approx(1 / 12, rel=1e-6)
    state = solved(any_setting(*COMMITTEE), still)
    found = averages(state.law, state.window, state.chances)
    assert found["m2_1"] == pytest.approx(1 / 12, rel=1e-6)
    assert found["m2_shared"] == pytest.approx(1 / (12 * 14), rel=1e-6)
    assert found["w_perp2"] == pytest.approx(0.5 * 10 / 12, rel=1e-6)


@pytest.mark.parametrize(
    ("texts", "modes"),
    [
        (COMMITTEE, ((0, 1), (1, 0), (2, 1), (3, 0))),
        (("gelu", "(1,0): 1, (0,2): 1/2", "none"), ((0, 0), (0, 2), (1, 0))),
        (SCALED, (0, 1, 2)),
        (PRIOR, (1, 3)),
    ],
)
def test_modes_of_the_closure(texts, modes):
    assert closed_modes(any_setting(*texts)) == modes


def test_overlaps_with_a_bias_in_double_precision():
    setting = any_setting("erf", "1: 1", "scaled:1")
    r, bias = np.array([0.3, 0.8, 1.7]), np.array([-1.2, 0.4, 2.0])
    found = setting.table(r, bias, 6)
    for k in range(6):
        for i in range(3):
            value, _ = integrate.quad(
                lambda z, i=i, k=k: (
                    erf(r[i] * z + bias[i]) * eval_hermitenorm(k, z) * np.exp(-(z**2) / 2)
                ),
                -12,
                12,
                epsabs=1e-12,
            )
            assert found[k, i] == pytest.approx(value / np.sqrt(2 * np.pi), abs=1e-10)


def _t(teacher: str, **options: str) -> tuple[dict[str, float], dict[str, object]]:
    asked = {"preset": "fig2", "sigma2": "1/6", "limit": "finite", **options}
    found = solve("single-index", teacher=teacher, **asked).document
    return {k: float(ball["value"]) for k, ball in found["closure"]["t"].items()}, found


def test_a_turned_teacher_leaves_a_turned_residual() -> None:
    """3/5 of one direction and 4/5 of the other are one direction; the grid is not turned."""
    one, _ = _t("1: 1", activation="gelu", sigma2="1")
    two, found = _t("(1,0): 3/5, (0,1): 4/5", activation="gelu", sigma2="1")
    assert found["phase"] == "undecided" and "one direction" in str(found["reason"])
    assert two["(0,0)"] == pytest.approx(one["0"], rel=1e-8)
    assert two["(1,0)"] == pytest.approx(0.6 * one["1"], rel=1e-8)
    assert two["(0,1)"] == pytest.approx(0.8 * one["1"], rel=1e-8)


def test_weak_biases_leave_the_residual_without_any() -> None:
    none, _ = _t("1: 1, 3: -3/10")
    weak, found = _t("1: 1, 3: -3/10", bias="scaled:1/10000")
    assert weak["1"] == pytest.approx(none["1"], rel=1e-5) and weak["1"] != none["1"]
    assert set(found["corrections"]["1/N"]) == {"t", "m2", "q2", "w_perp2", "bias2"}
