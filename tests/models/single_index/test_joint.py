"""Several features, condensates and both hold the residual: against a search on rays.

With two modes the allowed residuals are a convex region of the plane, bounded on every ray by the
first place on a grid whose action vanishes. The state is the least of the potential on that
boundary; a grid and a golden section find it, which know neither masses nor which places are held.
"""

from __future__ import annotations

import re
from math import factorial, pi, sqrt

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import erf

from binodal.api import solve
from binodal.models.single_index.numerics.setting import setting_of
from tests.laws import cases

U, GAIN, NORM = 48 / 49, 8 / 35, 0.5
"""u sigma^4, G sigma^2 and sigma_w^2 of Fig. 2."""

_Z = np.linspace(-12, 12, 6001)
PHI = {
    "erf": erf,
    "gelu": lambda x: x * (1 + erf(x / sqrt(2))) / 2,
    "relu": lambda x: np.maximum(x, 0),
    "abs": np.abs,
    "softplus": lambda x: np.logaddexp(0, x),
    "gauss": lambda x: np.exp(-(x**2) / 2),
    "cos:2": lambda x: np.cos(2 * x),
}
CASES = [
    ("gelu", "1: 1, 2: 1/2", "0.01", "at 2 features"),
    ("softplus", "1: 1, 2: 1/2", "0.01", "at m = -1 and m = 1"),
    ("relu", "1: 1, 4: 1", "0.02", "at m = -1 and m = 1"),
    ("abs", "2: 1, 4: 1/5", "0.03", "the feature, .* at m = 1 "),
    ("gauss", "2: 1/2, 4: 1/10", "0.01", "at 2 features"),
    ("cos:2", "2: 1/2, 4: 1/10", "0.05", "at 2 features"),
]


def _overlap(activation: str, k: int, norms: np.ndarray) -> np.ndarray:
    """c_k by a sum over z."""
    weight = np.exp(-(_Z**2) / 2) / sqrt(2 * pi) * np.polynomial.hermite_e.HermiteE.basis(k)(_Z)
    return np.trapezoid(weight * PHI[activation](norms[:, None] * _Z), _Z, axis=1)


def _region(activation: str, orders: list[int], u: float) -> np.ndarray:
    """f/sqrt(2 C/u) at places (m, r), and at a norm of 10^6 without the logarithms: (2, places)."""
    side = 1 - np.geomspace(1e-7, 0.95, 300)
    m = np.concatenate([-side, side])[:, None]
    r = np.geomspace(0.15, 40, 160) * sqrt(NORM)
    cost = r**2 / NORM - 1 - 2 * np.log(r / sqrt(NORM)) - np.log((1 - m) * (1 + m))
    far = np.array([1e6])
    found = []
    for k in orders:
        inner = m**k * _overlap(activation, k, r) / np.sqrt(cost / u)
        edge = _overlap(activation, k, far)[0] * np.array([1.0, (-1.0) ** k])
        found.append(np.append(inner.ravel(), edge * sqrt(u * NORM) / far[0]))
    return np.array(found)


@pytest.mark.parametrize(("activation", "teacher", "sigma2", "holds"), cases(CASES, 3))
def test_no_residual_of_the_region_lies_lower(activation, teacher, sigma2, holds):
    document = solve(
        "single-index", activation=activation, teacher=teacher, preset="fig2", sigma2=sigma2
    ).document
    assert document["status"] == "certified" and document["phase"] == "GMFL-I"
    assert document["reason"].startswith("neurons at ")
    assert re.search(holds, document["reason"])
    targets = setting_of(activation, teacher, "none").teacher
    orders = list(targets)
    u, gain = U / float(sigma2) ** 2, GAIN / float(sigma2)
    walls = _region(activation, orders, u)
    wanted = np.array([float(y) for y in targets.values()])
    sizes = np.array([float(factorial(k)) for k in orders])
    rest = _overlap(activation, 1, np.array([sqrt(NORM)]))[0] if 1 in orders else 0.0

    def at(angle: float) -> np.ndarray:
        ray = np.array([np.cos(angle), np.sin(angle)])
        return ray / np.abs(ray @ walls).max()

    def potential(angle: float) -> float:
        t = at(angle)
        left = 1 - u * rest**2 * t[0] ** 2
        if left <= 0:
            return np.inf
        return float(sizes @ (t - wanted) ** 2 / gain - np.log(left) / u)

    angles = np.linspace(-pi, pi, 181)
    best = angles[int(np.argmin([potential(a) for a in angles]))]
    step = 2 * pi / 180
    found = minimize_scalar(
        potential, bounds=(best - step, best + step), method="bounded", options={"xatol": 1e-9}
    )
    own = np.array([float(document["closure"]["t"][str(k)]["mid"]) for k in orders])
    assert own == pytest.approx(at(found.x), rel=4e-3, abs=4e-3 * np.abs(own).max())


def test_three_modes_are_held_by_two_features():
    """Ridge regression with both features and the zero state's kernel gives the residual back.

    No neuron of a grid lies below the zero state; without the smaller mass some do.
    """
    document = solve(
        "single-index",
        activation="erf",
        teacher="1: 1, 3: -3/10, 5: 1/10",
        preset="fig2",
        sigma2="0.01",
    ).document
    places = [s for s in document["saddles"][1:] if s["mass"]]
    orders, targets = [1, 3, 5], np.array([1, -0.3, 0.1])
    u, gain = U / 0.01**2, GAIN / 0.01
    t = np.array([float(document["closure"]["t"][str(k)]["mid"]) for k in orders])
    roots = np.sqrt([factorial(k) for k in orders])
    rest = _overlap("erf", 1, np.array([sqrt(NORM)]))[0]

    def solved(kept: list[dict]) -> np.ndarray:
        kernel = np.diag([rest**2 / (1 - u * rest**2 * t[0] ** 2), 0, 0])
        for place in kept:
            m, r = (float(place[name]["mid"]) for name in ("m", "r"))
            own = np.array([m**k * _overlap("erf", k, np.array([r]))[0] for k in orders]) / roots
            kernel += 150 * place["mass"] * np.outer(own, own)
        return np.linalg.solve(np.eye(3) + gain * kernel, roots * targets) / roots

    walls = _region("erf", orders, u)
    assert document["status"] == "certified" and len(places) == 2
    assert solved(places) == pytest.approx(t, abs=1e-7)
    assert 0.99 < np.abs(t @ walls).max() < 1 + 1e-9
    assert np.abs(solved(places[:1]) @ walls).max() > 1.5
