"""Past condensation: the action on a grid, the closure at finite d, and a fit with weight decay."""

from __future__ import annotations

from fractions import Fraction
from math import pi, sqrt

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import erf

from binodal.api import critical, solve
from binodal.models.single_index.numerics.finite_closure import solved
from binodal.models.single_index.numerics.setting import setting_of
from tests.laws import cases

U, GAIN = 48 / 49, 8 / 35
"""u sigma^4 and G sigma^2 of Fig. 2."""


def _state(activation: str, teacher: str, sigma2: str) -> dict:
    return solve(
        "single-index", activation=activation, teacher=teacher, preset="fig2", sigma2=sigma2
    ).document


def _modes(document: dict) -> dict[int, float]:
    return {int(k): float(t["mid"]) for k, t in document["closure"]["t"].items()}


def _slopes(activation: str, orders: list[int]) -> list[float]:
    """c_k(1) by integrals of the bent line itself."""
    z = np.linspace(0, 12, 48001)
    weight = np.exp(-(z**2) / 2) / sqrt(2 * pi)
    plus, minus = {"relu": (1, 0), "abs": (1, -1), "leaky-relu:1/10": (1, 0.1)}[activation]
    found = []
    for k in orders:
        hermite = np.polynomial.hermite_e.HermiteE.basis(k)
        right, left = plus * z * hermite(z), minus * -z * hermite(-z)
        found.append(float(np.trapezoid(weight * (right + left), z)))
    return found


def _least_action(activation: str, document: dict, sigma2: float, share: float = 1.0) -> float:
    """The least S/d on a grid of m and norms up to 100 sigma_w, all modes times ``share``."""
    modes = {k: t for k, t in _modes(document).items() if k}
    slopes = _slopes(activation, list(modes))
    m = np.concatenate([-1 + np.geomspace(1e-9, 1, 600), 1 - np.geomspace(1e-9, 1, 600)])[:, None]
    r = np.geomspace(0.1, 100, 600)[None] * sqrt(0.5)
    force = share * r * sum(t * g * m**k for (k, t), g in zip(modes.items(), slopes, strict=True))
    cost = r**2 - 0.5 - np.log(r / sqrt(0.5)) - np.log((1 - m) * (1 + m)) / 2
    return float((cost - U / sigma2**2 / 2 * force**2)[np.abs(m[:, 0]) > 0.05].min())


CASES = [
    ("relu", "2: 1/2", "0.1"),
    ("relu", "1: 1, 2: 1/2", "0.2"),
    ("relu", "2: 1/2, 4: 1/5", "0.08"),
    ("abs", "2: -4", "1"),
    ("leaky-relu:1/10", "1: 1, 2: 1/2, 4: 1/10", "0.2"),
    ("leaky-relu:1/10", "1: 1, 2: 1/2, 4: 1/10", "0.002"),
]


@pytest.mark.parametrize(("activation", "teacher", "sigma2"), cases(CASES, every=3))
def test_no_neuron_lies_below_the_zero_state(activation, teacher, sigma2):
    """At the residual that is held; two per cent above it some neuron does, without a bound."""
    document = _state(activation, teacher, sigma2)
    assert document["status"] == "certified" and document["phase"] == "GMFL-I"
    assert _least_action(activation, document, float(sigma2)) > -1e-6
    assert _least_action(activation, document, float(sigma2), 1.02) < -1e-3


@pytest.mark.parametrize(("activation", "teacher", "sigma2"), CASES)
def test_weight_decay_fits_the_same_residual(activation, teacher, sigma2):
    """The residual nearest to the teacher with |f(m)| <= |m|/(sqrt(u) sigma_w) for all m.

    That is the dual of a fit with features at all m. The zero state's log det of the linear mode
    is added; a general-purpose optimiser knows nothing of which m is held.
    """
    document = _state(activation, teacher, sigma2)
    modes = {k: t for k, t in _modes(document).items() if k}
    slopes = np.array(_slopes(activation, list(modes)))
    orders = np.array(list(modes))
    target = {k: float(y) for k, y in setting_of(activation, teacher, "none").teacher.items()}
    wanted = np.array([target[k] for k in orders])
    factorials = np.array([np.prod(np.arange(1.0, k + 1)) for k in orders])
    u, gain = U / float(sigma2) ** 2, GAIN / float(sigma2)
    edge = 1 / sqrt(u * 0.5)
    places = np.cos(np.linspace(0, pi, 801))
    ratio = slopes * places[:, None] ** (orders - 1)

    def energy(t: np.ndarray) -> float:
        value = 0.5 * float(factorials @ (t - wanted) ** 2)
        if 1 in modes:
            value -= gain / (2 * u) * np.log(1 - u * 0.5 * slopes[0] ** 2 * t[0] ** 2)
        return value

    start = wanted * 0.5 * edge / np.abs(ratio @ wanted).max()
    found = minimize(
        energy,
        start,
        constraints=[
            {"type": "ineq", "fun": lambda t: edge - ratio @ t},
            {"type": "ineq", "fun": lambda t: edge + ratio @ t},
        ],
        options={"ftol": 1e-14, "maxiter": 500},
    )
    assert found.success
    assert found.x == pytest.approx(list(modes.values()), rel=2e-4, abs=1e-7)


@pytest.mark.parametrize("case", [0, 3])
def test_the_closure_at_finite_d_approaches_it(case):
    """The field at m = 1 exponentially, where g_0 = g_2; mode 0 itself falls like 1/d."""
    activation, teacher, sigma2 = CASES[case]
    limit, noise = _modes(_state(activation, teacher, sigma2))[2], float(sigma2)
    field, mean = [], []
    for d in (12.0, 24.0, 48.0):
        n = 700 * U / GAIN
        sizes = {"N": 700.0, "n": n, "d": d, "sigma2": noise, "sigma_w2": 0.5}
        sizes["sigma_a2"] = GAIN * d / n
        found = solved(setting_of(activation, teacher, "none"), sizes).residual
        field.append(abs(found[0] + found[2] - limit))
        mean.append(abs(found[0]))
    assert field[2] < 1e-2 * field[1] < 1e-3 * field[0]
    assert mean[2] < 0.8 * mean[1] and mean[1] < 0.85 * mean[0]


@pytest.mark.parametrize("teacher", ["2: 1e30", "1: 1e20, 2: 1e-3", "1: 1e60, 2: 1"])
def test_teachers_beyond_double_precision_are_undecided(teacher):
    state = _state("relu", teacher, "0.1")
    assert (state["status"], state["closure"]) == ("undecided", None)


def test_the_condensate_begins_at_its_event():
    """Certified from both sides, a part in 10^8 of the noise away; the weight begins at zero."""
    event = critical(
        "single-index", "condensation", activation="relu", teacher="2: 1/2", preset="fig2"
    ).document
    value = Fraction(event["value"]["mid"])
    for factor, phase in ((1 + Fraction(1, 10**8), "GFL"), (1 - Fraction(1, 10**8), "GMFL-I")):
        document = _state("relu", "2: 1/2", str(value * factor))
        assert document["phase"] == phase
        assert _modes(document)[2] == pytest.approx(0.5, rel=1e-7)


def _curved(k: int, r) -> np.ndarray:
    """c_k(r) of GELU by a sum over z."""
    z = np.linspace(-12, 12, 24001)
    weight = np.exp(-(z**2) / 2) / sqrt(2 * pi) * np.polynomial.hermite_e.HermiteE.basis(k)(z)
    x = np.asarray(r, dtype=float)[..., None] * z
    return np.trapezoid(weight * x * (1 + erf(x / sqrt(2))) / 2, z)


@pytest.mark.parametrize(
    ("teacher", "sigma2"),
    cases([("1: 1, 2: 1/2", "0.4"), ("1: 1, 2: 1/2", "0.1"), ("2: 1/2", "0.05")], every=None),
)
def test_a_feature_holds_gelu_where_the_zero_branch_has_no_law(teacher, sigma2):
    """Ridge regression with its kernel and the zero state's gives the residual back.

    No place of a grid lies below the zero state; at a thousandth more residual some place does.
    """
    zero = critical(
        "single-index", "condensation", activation="gelu", teacher=teacher, preset="fig2"
    ).document
    assert float(sigma2) < float(zero["value"]["mid"])
    document = _state("gelu", teacher, sigma2)
    assert document["status"] == "certified" and document["phase"] == "GMFL-I"
    modes = {k: t for k, t in _modes(document).items() if k}
    (held,) = [s for s in document["saddles"][1:] if s["kind"] == "minimum"]
    m, r = float(held["m"]["mid"]), float(held["r"]["mid"])
    u, gain = U / float(sigma2) ** 2, GAIN / float(sigma2)
    orders = list(modes)
    roots = np.sqrt([np.prod(np.arange(1.0, k + 1)) for k in orders])
    own = roots * list(modes.values())
    feature = np.array([m**k * float(_curved(k, r)) for k in orders]) / roots
    kernel = 150 * held["mass"] * np.outer(feature, feature)
    if 1 in modes:
        square = float(_curved(1, sqrt(0.5))) ** 2
        kernel[0, 0] += square / (1 - u * square * modes[1] ** 2)
    targets = setting_of("gelu", teacher, "none").teacher
    wanted = roots * [float(targets[k]) for k in orders]
    assert np.linalg.solve(np.eye(len(orders)) + gain * kernel, wanted) == pytest.approx(own)

    places = np.concatenate([np.linspace(-0.999, 0.999, 301), [m]])[:, None]
    norms = np.append(np.geomspace(0.2, 60, 200), r)
    basis = sum(t * places**k * _curved(k, norms) for k, t in modes.items())
    cost = norms**2 - 0.5 - np.log(norms / sqrt(0.5)) - np.log(1 - places**2) / 2
    away = np.abs(places[:, 0]) > 0.05
    assert (cost - u / 2 * basis**2)[away].min() == pytest.approx(0, abs=1e-8)
    assert (cost - u / 2 * (1.001 * basis) ** 2)[away].min() < -1e-4


def _responses(document: dict) -> dict[int, float]:
    modes = document["curves"]["modes"]
    return {int(k): float(mode["susceptibility"]["mid"]) for k, mode in modes.items()}


@pytest.mark.parametrize("sigma2", ["0.08", "0.02"])
def test_responses_without_a_linear_mode_are_a_projection(sigma2):
    """At m = 1 the residual is the one nearest to the teacher with f(1) at its edge.

    Neurons of a mass that does not follow the teacher would be ridge regression on one feature.
    """
    document = _state("relu", "2: 1/2, 4: -1/5", sigma2)
    assert "m = 1 " in document["reason"]
    orders = [2, 4]
    squares = np.array(_slopes("relu", orders)) ** 2 / np.array([2.0, 24.0])
    found = [_responses(document)[k] for k in orders]
    assert found == pytest.approx(1 - squares / squares.sum(), abs=1e-8)
    learned = (0.5 - _modes(document)[2]) / _slopes("relu", [2])[0] * 2
    pull = learned * sqrt(U / float(sigma2) ** 2 * 0.5)  # G W, as the force is at its edge
    assert found != pytest.approx(1 - pull * squares / (1 + pull * squares.sum()), abs=1e-3)


@pytest.mark.parametrize(
    ("activation", "teacher", "sigma2"),
    cases(
        [("relu", "1: {1}, 2: {2}", "0.1"), ("leaky-relu:1/10", "1: {1}, 2: {2}, 4: 1/10", "0.2")],
        every=None,
    ),
)
def test_responses_are_differences_of_states(activation, teacher, sigma2):
    """At m = 1, and at an m inside that moves with the teacher."""
    step, targets = Fraction(1, 10**6), {1: Fraction(7, 8), 2: Fraction(1, 2)}

    def at(moved: int, by: Fraction) -> dict:
        own = [y + (by if k == moved else 0) for k, y in targets.items()]
        return _state(activation, teacher.format("", *own), sigma2)

    said = _responses(at(1, Fraction(0)))
    for k in targets:
        high, low = (_modes(at(k, way * step))[k] for way in (1, -1))
        assert said[k] == pytest.approx((high - low) / (2 * float(step)), abs=1e-7)
