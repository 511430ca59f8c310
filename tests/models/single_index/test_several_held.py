"""Two directions past coexistence: features hold the residual, by regression and on grids."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import erf

from binodal.api import solve
from tests.laws import beside

COMMITTEE = "(1,0): 1, (0,1): 1, (3,0): -3/10, (0,3): -3/10"
_T, _WEIGHTS = np.polynomial.hermite_e.hermegauss(80)
_WEIGHTS = _WEIGHTS / np.sqrt(2 * np.pi)


def _linear(r: float) -> float:
    return float(_WEIGHTS @ (erf(r * _T) * _T))


def _cubic(r: float) -> float:
    return float(_WEIGHTS @ (erf(r * _T) * (_T**3 - 3 * _T)))


def _features(m1, m2, r: float) -> np.ndarray:
    """Overlaps with He_1 and He_3/sqrt(6) of both directions."""
    cubic = _cubic(r) / np.sqrt(6)
    return np.array([m1 * _linear(r), m2 * _linear(r), m1**3 * cubic, m2**3 * cubic])


def test_past_coexistence_neurons_hold_the_feature_at_zero():
    """Ridge regression with the kernel of that mass and of the zero state gives the residual back.

    No place on a grid of cosines and norms lies below the zero state there; a thousandth more
    residual takes one below.
    """
    document = solve("single-index", teacher=COMMITTEE, preset="fig2", sigma2="0.15").document
    assert document["status"] == "certified" and document["phase"] == "GMFL-I"
    t = {k: float(v["mid"]) for k, v in document["closure"]["t"].items()}
    u, gain = 48 / 49 / 0.15**2, 8 / 35 / 0.15
    (held,) = [s for s in document["saddles"][1:] if s["kind"] == "minimum"]
    m1, m2, r = (float(held[k]["mid"]) for k in ("m1", "m2", "r"))
    linear = np.array([t["(1,0)"], t["(0,1)"]])
    square = _linear(np.sqrt(0.5)) ** 2
    feature = _features(m1, m2, r)
    kernel = 150 * held["mass"] * np.outer(feature, feature)
    kernel[:2, :2] += square * np.linalg.inv(np.eye(2) - u * square * np.outer(linear, linear))
    wanted = np.array([1, 1, -0.3 * np.sqrt(6), -0.3 * np.sqrt(6)])
    residual = np.linalg.solve(np.eye(4) + gain * kernel, wanted)
    own = np.array([*linear, *(np.sqrt(6) * t[k] for k in ("(3,0)", "(0,3)"))])
    assert residual == pytest.approx(own, rel=1e-10)

    one, other = np.meshgrid(*[np.linspace(-0.99, 0.99, 67)] * 2)
    inside = (np.hypot(one, other) < 0.99) & (np.hypot(one, other) > 0.05)
    one, other = np.append(one[inside], m1), np.append(other[inside], m2)
    for norm in (*np.geomspace(0.3, 3, 40), r):
        field = own @ _features(one, other, norm)
        assert (_cost(one, other, norm) - u / 2 * field**2).min() > -1e-9
    assert _cost(m1, m2, r) - u / 2 * (1.001 * feature @ own) ** 2 < -1e-4


def _cost(m1, m2, r: float):
    """Prior and entropy of a neuron beside the zero state."""
    return r**2 - 0.5 - np.log(r / np.sqrt(0.5)) - np.log(1 - m1**2 - m2**2) / 2


@beside("test_past_coexistence_neurons_hold_the_feature_at_zero")
def test_two_features_of_two_directions_hold_the_residual():
    """Ridge regression with both and the zero state's kernel gives it back; no place lies lower.

    With the larger feature alone some places lie far below the zero state.
    """
    teacher = "(1,0): 1, (0,1): 1/2, (3,0): -3/10, (0,3): -3/10"
    document = solve("single-index", teacher=teacher, preset="fig2", sigma2="0.03").document
    assert document["status"] == "certified" and "at 2 features" in document["reason"]
    held = [s for s in document["saddles"][1:] if s["mass"]]
    u, gain, root = 48 / 49 / 0.03**2, 8 / 35 / 0.03, np.sqrt([1, 1, 6, 6])
    names = ("(1,0)", "(0,1)", "(3,0)", "(0,3)")
    own = root * [float(document["closure"]["t"][k]["mid"]) for k in names]
    square = _linear(np.sqrt(0.5)) ** 2

    def solved(kept: list[dict]) -> np.ndarray:
        kernel = np.zeros((4, 4))
        kernel[:2, :2] = square * np.linalg.inv(np.eye(2) - u * square * np.outer(own[:2], own[:2]))
        for place in kept:
            feature = _features(*(float(place[k]["mid"]) for k in ("m1", "m2", "r")))
            kernel += 150 * place["mass"] * np.outer(feature, feature)
        return np.linalg.solve(np.eye(4) + gain * kernel, root * [1, 0.5, -0.3, -0.3])

    one, other = np.meshgrid(*[np.linspace(-0.995, 0.995, 101)] * 2)
    inside = (np.hypot(one, other) < 0.999) & (np.hypot(one, other) > 0.05)
    one, other = one[inside], other[inside]

    def least(residual: np.ndarray) -> float:
        norms = np.geomspace(0.3, 4, 40)
        fields = [residual @ _features(one, other, r) for r in norms]
        pairs = zip(norms, fields, strict=True)
        return min((_cost(one, other, r) - u / 2 * f**2).min() for r, f in pairs)

    assert len(held) == 2 and solved(held) == pytest.approx(own, abs=1e-9)
    assert least(own) > -1e-9
    assert least(solved(held[:1])) < -1


def test_a_feature_of_gelu_holds_two_directions_where_the_zero_branch_has_no_law():
    """It and its image share the mass alike."""
    settings = {"activation": "gelu", "preset": "fig2", "sigma2": "1/40"}
    document = solve("single-index", teacher="(1,0): 1, (0,2): 1/2", **settings).document
    assert document["status"] == "certified" and document["phase"] == "GMFL-I"
    (one, other) = (s for s in document["saddles"][1:] if s["mass"])
    assert one["m1"] == other["m1"] and one["mass"] == other["mass"]


def test_a_condensate_of_two_directions_is_not_claimed():
    document = solve(
        "single-index",
        activation="relu",
        teacher="(2,0): 1, (0,2): 1/2",
        preset="fig2",
        sigma2="1/20",
    ).document
    assert document["status"] == "undecided" and "without a bound" in document["reason"]
