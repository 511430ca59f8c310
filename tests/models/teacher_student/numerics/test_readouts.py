"""What is quadratic in readouts: all functions of x in d = 2, slopes of log Z, drawn kernels."""

from __future__ import annotations

from dataclasses import replace
from math import factorial

import numpy as np
import pytest
from scipy.special import erf

from binodal.models.teacher_student.numerics.finite_data import first_order_data
from binodal.models.teacher_student.numerics.finite_width import Curvature, first_order
from binodal.models.teacher_student.numerics.readouts import (
    GRADIENTS,
    INFORMATION,
    OUTPUTS,
    READ,
    UNITS,
    Readouts,
)
from binodal.models.teacher_student.numerics.renormalised_noise import _Network, _Source

SMALL = {"N": 60.0, "n": 90.0, "d": 2.0, "sigma2": 0.4, "sigma_w2": 0.2, "epsilon": -0.3}
COUPLED = {"N": 100.0, "n": 1080.0, "d": 54.0, "sigma2": 0.11, "sigma_w2": 0.5, "epsilon": -1.0}
COUPLED["sigma_a2"] = 1e-4
NONE = np.zeros(4)
_NODES = 12


def of_orders(at):
    """Mean squares with both orders, and what they were made of."""
    of = Curvature(at)
    width, data = first_order(of), first_order_data(of)
    return Readouts(of, NONE).orders(width, data), of, width, data


def whole(of):
    """Posterior variance and scatter over data sets of f, and of its gradient, with the first 12
    Hermite polynomials of both coordinates: (OUTPUTS, GRADIENTS) of each."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    sizes = np.sqrt([factorial(k) for k in range(_NODES)])
    one = np.polynomial.hermite_e.hermeval(nodes, np.diag(1 / sizes)).T
    basis = np.kron(one, one)
    degrees = np.add.outer(np.arange(_NODES), np.arange(_NODES)).ravel()
    inputs = np.outer(weights, weights).ravel() / weights.sum() ** 2
    first, second = (x.ravel() for x in np.meshgrid(nodes, nodes, indexing="ij"))
    sectors, at, density = of.sectors(of.residual), of.at, of.at["n"] / of.at["sigma2"]
    q, s = (grid.ravel() for grid in np.meshgrid(of.q, of.s, indexing="ij"))
    chances = sectors.chances.ravel()
    kept = chances > 1e-9 * chances.max()
    q, s, chances = q[kept], s[kept], chances[kept]
    orders = np.eye(8)[1::2] / sizes[1:8:2, None]
    mean = of.residual @ np.stack([np.polynomial.hermite_e.hermeval(first, o) for o in orders])
    signs = [erf(np.outer(q, first) + sign * np.outer(np.sqrt(s), second)) for sign in (1, -1)]
    features = np.concatenate([values @ (inputs[:, None] * basis) for values in signs])
    law = np.concatenate([chances, chances]) / 2
    pull = features @ (basis.T @ (inputs * mean))
    pulled = features * pull[:, None]
    total = law @ pulled
    answer = at["sigma_a2"] * (features * law[:, None]).T @ features
    square = (pulled * law[:, None]).T @ pulled - np.outer(total, total)
    answer += at["sigma_a2"] ** 2 * density**2 / at["N"] * square
    kernel = answer @ np.linalg.inv(np.eye(len(answer)) + density * answer)
    local = basis.T @ ((inputs * mean**2)[:, None] * basis)
    own = kernel @ (basis.T @ (inputs * mean))
    scattered = kernel @ local @ kernel - np.outer(own, own)
    factor = at["n"] / at["sigma2"] ** 2
    counts = {OUTPUTS: np.ones_like(degrees), GRADIENTS: degrees}
    return {
        name: (count @ np.diag(kernel), factor * count @ np.diag(scattered))
        for name, count in counts.items()
    }


def test_sectors_are_all_functions_of_the_inputs():
    found, of, *_ = of_orders({**SMALL, "sigma_a2": 0.002})
    direct = whole(of)
    for name, (variance, scatter) in direct.items():
        assert found[name].width[1] == pytest.approx(variance, rel=2e-3)
        # Sectors above the first scatter by d times less than it, and are left out.
        assert found[name].data[1] == pytest.approx(scatter, rel=0.03)
    assert direct[GRADIENTS][0] > 1.05 * direct[OUTPUTS][0]


def closed(of, source):
    """log Z of the closure with renormalised noise when every readout's square weighs ``source``
    times its neuron's, which makes its prior wider."""
    network = _Network(of)
    basis = network.basis
    norms = (basis.along**2).sum(0) + (basis.across**2).sum(0) + basis.rest.sum(0)
    wider = 1 / (1 - 2 * source * of.at["sigma_a2"] / of.at["N"] * norms)
    root = np.sqrt(wider)
    network.basis = replace(
        basis, along=basis.along * root, across=basis.across * root, rest=basis.rest * wider
    )
    network.logs = network.logs + np.log(root)
    network.residual, network.chances = network._mean_field(
        network.logs, network.basis.along, network.basis.roots * network.target
    )[1:]
    return network.closed(_Source(), np.full(len(basis.roots), of.at["sigma2"])).whole


@pytest.mark.parametrize(("ahead", "tolerance"), [(1.0, 0.01), (100.0, 1e-6)])
def test_squares_of_readouts_are_the_slope_of_log_z(ahead, tolerance):
    """The closure resums orders in 1/n, and has the first one."""
    found, of, *_ = of_orders({**COUPLED, "n": ahead * 1080.0, "sigma2": ahead * 0.11})
    small = 1e-4 * of.at["N"] / of.at["sigma_a2"]
    slope = (closed(of, small) - closed(of, -small)) / (2 * small)
    units = found[UNITS]
    assert units.value == pytest.approx(slope, rel=tolerance)
    for term in (*units.width, *units.data):
        if abs(term) > 2 * tolerance * slope:
            assert units.value - 2 * term != pytest.approx(slope, rel=tolerance)


def test_information_of_drawn_neurons_and_inputs():
    """Of the prior's neurons: a law's tilts are left out, and traces, which have no scatter."""
    at = {**COUPLED, "N": 40.0, "n": 50.0, "d": 3.0, "sigma2": 100.0, "sigma_w2": 0.05}
    at["sigma_a2"] = 30.0
    found, of, *_ = of_orders(at)
    told, here, rng = found[INFORMATION], of.sectors(of.residual), np.random.default_rng(5)
    norms = (of.along**2).sum(0) + (of.across**2).sum(0) + of.rest
    trace = float((here.chances * here.bare * norms).sum())
    w = rng.standard_normal((1500, 40, 3)) * (at["sigma_w2"] / 3) ** 0.5
    features = erf(w @ rng.standard_normal((1500, 3, 50)))
    kernel = features.mT @ features * (at["sigma_a2"] / 40 / at["sigma2"])
    drawn = np.linalg.slogdet(np.eye(50) + kernel)[1] - kernel.trace(axis1=1, axis2=2)
    mean, error = drawn.mean() / 2, drawn.std() / 2 / len(drawn) ** 0.5
    start, scattered = told.start - trace / 2, told.width[1] + told.data[1]
    assert abs(mean - start - scattered) < 3 * error
    for wrong in (0.0, told.width[1], told.data[1], 2 * scattered):
        assert abs(mean - start - wrong) > 4 * error


def test_orders_have_their_powers():
    """Four times the neurons, or the data, at the same closure: a quarter of what each adds."""
    one, *_ = of_orders({**COUPLED, "sigma2": 0.2})
    wide, *_ = of_orders({**COUPLED, "sigma2": 0.2, "N": 400.0, "sigma_a2": 4e-4})
    long, *_ = of_orders({**COUPLED, "sigma2": 0.8, "n": 4320.0})
    for name in READ:
        assert long[name].data[1] == pytest.approx(one[name].data[1] / 4, rel=1e-3)
        assert long[name].width[1] == pytest.approx(one[name].width[1], rel=1e-3)
    assert wide[INFORMATION].start > one[INFORMATION].start
