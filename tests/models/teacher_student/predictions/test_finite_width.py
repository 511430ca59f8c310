"""First order in 1/N of teacher-student networks against a dense function space and its scaling."""

from __future__ import annotations

from itertools import product
from math import factorial

import numpy as np
import pytest

from binodal.derive.gaussian.activations import ERF, variance
from binodal.models.registry import preset
from binodal.models.teacher_student.numerics.finite_width import STEP, Curvature
from binodal.models.teacher_student.numerics.finite_width import first_order as shifts
from binodal.models.teacher_student.numerics.joint_law import log_weight
from binodal.models.teacher_student.numerics.law import solve_law
from binodal.models.teacher_student.predictions.finite_width import first_order
from binodal.models.teacher_student.predictions.rows import predictions
from binodal.numerics.codegen.load import compiled
from tests.laws import cases

SMALL = {
    "N": 60.0,
    "n": 90.0,
    "d": 3.0,
    "sigma2": 0.4,
    "sigma_w2": 0.5,
    "sigma_a2": 0.02,
    "epsilon": -0.3,
}
WIDE = {
    "N": 88.0,
    "n": 375.0,
    "d": 53.0,
    "sigma2": 0.2,
    "sigma_w2": 0.5,
    "sigma_a2": 0.0323248814,
    "epsilon": -0.3,
}

FIG2 = {name: float(value) for name, value in preset("fig2").items()}


def dense_log_det(of, residual):
    """log det over all Hermite polynomials of x in d = 3 up to degree 7, directions enumerated.

    Stein: <x^alpha erf(w.x)> in Hermite form is w^alpha <erf^(|alpha|)>, for any direction of w.
    """
    q, s = (grid.ravel() for grid in np.meshgrid(of.q, of.s, indexing="ij"))
    logs = log_weight(of.q[:, None], of.s[None, :], of.at, of.of, residual)
    chances = (of._measure * np.exp(logs - logs.max())).ravel()
    angles = 2 * np.pi * (np.arange(16) + 0.5) / 16
    weights = [q, *(np.sqrt(s) * turn(angles[:, None]) for turn in (np.cos, np.sin))]
    powers = [p for p in product(range(8), repeat=3) if sum(p) % 2 and sum(p) < 8]
    named = {f"F{k}": ERF.mean_derivative(k) for k in (1, 3, 5, 7)}
    slopes = dict(
        zip((1, 3, 5, 7), compiled("slopes", named, (variance,), "numpy")(q**2 + s), strict=True)
    )
    features = np.stack(
        [
            np.broadcast_to(
                weights[0] ** i
                * weights[1] ** j
                * weights[2] ** k
                * slopes[i + j + k]
                / np.sqrt(factorial(i) * factorial(j) * factorial(k)),
                (16, q.size),
            ).ravel()
            for i, j, k in powers
        ]
    )
    chances = np.tile(chances / chances.sum() / 16, 16)
    at, density = of.at, of.at["n"] / of.at["sigma2"]
    teacher = [powers.index((2 * m + 1, 0, 0)) for m in range(len(residual))]
    field = residual @ features[teacher]
    pulled = features * field
    mean = pulled @ chances
    covariance = (pulled * chances) @ pulled.T
    covariance -= np.outer(mean, mean)
    kernel = (features * chances) @ features.T
    total = at["sigma_a2"] * density * kernel
    total += at["sigma_a2"] ** 2 * density**3 / at["N"] * covariance
    return np.linalg.slogdet(np.eye(len(powers)) + total)[1]


@pytest.mark.parametrize(
    ("strength", "tolerance"), cases([(0.02, 0.02), (0.002, 0.004)], every=None)
)
def test_sectors_are_the_dense_function_space(strength, tolerance):
    """Sector 0, d - 1 copies of sector 1 and a trace, against all polynomials of x in d = 3.

    The trace is the first order of what it stands for: the error falls with the kernel.
    """
    of = Curvature({**SMALL, "sigma_a2": strength})
    residual = solve_law(of.of)
    found = of.at_residual(residual).log_dets.sum()
    assert found == pytest.approx(dense_log_det(of, residual), rel=tolerance)


def test_the_correction_falls_as_one_over_width():
    """N -> 4 N, sigma_a^2 -> /4, n -> 4 n leaves mean field and the degrees of freedom alone."""
    one = first_order(WIDE)
    four = first_order({**WIDE, "N": 352.0, "n": 1500.0, "sigma_a2": WIDE["sigma_a2"] / 4})
    assert four.freedom == pytest.approx(one.freedom, rel=1e-9)
    for name in ("b", "c", "q2"):
        assert four.start[name] == pytest.approx(one.start[name], rel=1e-9)
        assert four.shift[name] == pytest.approx(one.shift[name] / 4, rel=1e-4)


def test_differences_are_derivatives():
    """At Fig. 2's largest size <q^2>'s terms nearly cancel: a step of 1e-4 is off by a sixth."""
    of = Curvature({**FIG2, "sigma2": 0.1})
    found, finer, coarse = (shifts(of, step).shift for step in (STEP, STEP / 5, 1e-4))
    assert found == pytest.approx(finer, rel=1e-3)
    assert abs(coarse["q2"] / found["q2"] - 1) > 0.15


def test_a_neurons_share_is_the_slope_by_a_source():
    """Three log determinants, one by one, against differences of the law tilted by q^2."""
    of, step = Curvature(WIDE), 1e-5
    here = of.sectors(of.residual)
    up, down = (of.at_residual(of.residual, sign * step).log_dets for sign in (1, -1))
    apart = of.q[:, None] ** 2 - here.chances.sum(1) @ of.q**2
    found = (here.chances * of.by_neuron(here, here.weight) * apart).sum((1, 2))
    assert found == pytest.approx((up - down) / (2 * step), rel=1e-5)
    assert np.all(np.abs(found) > 1e-3)


def test_networks_extrapolated_to_infinite_data():
    """b, c and q2 at n/sigma^2 = 1875, linear in 1/n from n = 375, 750, 1500 (measured)."""
    found = first_order(WIDE)
    measured = {"b": (0.3082, 0.0050), "c": (-0.27786, 0.00021), "q2": (0.06003, 0.00032)}
    for name, (value, error) in measured.items():
        assert abs(found.value(name) - value) < 2 * error
    assert abs(found.start["b"] - 0.3082) > 2 * 0.0050


def test_rows_join_the_other_predictions():
    said = [p for p in predictions(preset("fig2"), ("derived",)) if not p.control]
    rows = [p for p in said if p.limit == "finite width"]
    assert {p.observable for p in rows} == {"b", "c", "t5", "t7", "q2", "r_perp2"}
    left = first_order({name: float(value) for name, value in preset("fig2").items()}, 2)
    for row in rows:
        numerical = row.error - left.dropped(row.observable)
        assert not row.missing and 0 < numerical < 1e-3 * abs(row.value)
    modes = {p.observable: p.value for p in said if (p.limit, p.modes) == ("finite", 4)}
    mean = sum(factorial(k) * modes[name] ** 2 for name, k in (("b", 1), ("c", 3), ("t5", 5)))
    mean += factorial(7) * modes["t7"] ** 2
    assert modes["train_loss"] == modes["test_loss"] == pytest.approx(mean, rel=1e-12)
    train, test = (
        next(p for p in said if (p.observable, p.limit) == (name, "finite width and data"))
        for name in ("train_loss", "test_loss")
    )
    assert train.value < mean < test.value and 0 < train.error < test.value - mean
