"""Predictions of measures against neurons drawn from the law itself, and against a wrong law."""

from __future__ import annotations

from dataclasses import replace
from math import hypot, sqrt

import numpy as np
import pytest
from scipy.special import entr

from binodal.experiments.stored import read_experiments
from binodal.models.modular.network.measurable import MEASURABLE, task
from binodal.models.modular.network.network import ModularShape
from binodal.models.modular.predictions.losses import information
from binodal.models.modular.predictions.measure_means import Means
from binodal.models.modular.predictions.measures import _Orders, theory
from binodal.models.modular.predictions.mode_curvature import Spectrum
from binodal.models.modular.predictions.mode_law import pair_law, zero_law
from binodal.models.modular.predictions.mode_transforms import Modes
from binodal.models.registry import model
from binodal.validate.measures.exact import droplet_share
from binodal.validate.measures.network import TwoLayer
from binodal.validate.measures.table import table
from tests.validate.measures.constructed import gaussian

SETTINGS = [(13, 0.0, 1e-9), (13, 0.02, 1e-4), (7, 0.9, 0.3)]


def drawn(order, at_u, gamma, count=40000, seed=1):
    """Modes and entries of neurons, point by point of the law's quadrature."""
    rng, law = np.random.default_rng(seed), pair_law(at_u, order, gamma, nodes=12)
    modes = (order - 1) // 2
    sums = np.cumsum(law.mass.ravel())
    pick = np.searchsorted(sums, rng.random((count, modes)) * sums[-1])
    x, x_v = (law.points[i] for i in np.divmod(pick, law.points.size))
    root, alone = zero_law(order, gamma)
    places = np.searchsorted(np.cumsum(alone), rng.random((2, count)) * (1 - 1e-12))
    zero = root[np.minimum(places, root.size - 1)] * rng.choice([-1, 1], (2, count))
    turns = np.cos(rng.random((2, count, modes)) * 2 * np.pi)
    halves = [
        z + 2 * (np.sqrt(r) * t).sum(1) for z, r, t in zip(zero, (x, x_v), turns, strict=True)
    ]
    return law, x, x_v, zero, halves


@pytest.mark.parametrize(("order", "at_u", "gamma"), SETTINGS)
def test_one_quadrature_is_the_average_over_neurons(order, at_u, gamma):
    law, x, x_v, zero, (u, v) = drawn(order, at_u, gamma)
    modes = Modes(law, (order - 1) // 2, order, gamma, 12)
    ordered, ranks = np.sort(x, axis=1), 2 * np.arange(1, modes.count + 1) - modes.count - 1
    constant = 2 * (x + x_v).sum(axis=1) + np.square(zero).sum(axis=0) + 2 * zero[0] * zero[1]
    every = [np.hstack((half, half[:, ::-1])) for half in (x, x_v)]  # k and P - k are one mode
    pairs = {
        modes.neighbours(): (every[0][:, :-1] * every[1][:, 1:]).mean(axis=1),
        modes.participation(): np.square(x).sum(axis=1) / np.square(x.sum(axis=1)),
        modes.gini(): (ordered * ranks).sum(axis=1) / (modes.count * x.sum(axis=1)),
        modes.within(0.3): (np.abs(u + v) < 0.3).astype(float),
        modes.entropy(): entr(np.abs(u)),
        modes.mean_square_constant(): np.square(constant),
    }
    for predicted, values in pairs.items():
        error = values.std() / sqrt(len(values))
        assert abs(values.mean() - predicted) < 5 * error + 1e-4 * abs(predicted)


def test_of_the_prior_the_closed_forms_return():
    """Shares of exponentials are uniform: 2/(K + 1) and (K - 1)/(2 K)."""
    modes = Modes(pair_law(0.0, 23, 1e-12, nodes=12), 11, 23, 1e-12, 18)
    assert modes.participation() == pytest.approx(2 / 12, rel=1e-8)
    assert modes.gini() == pytest.approx(10 / 22, rel=1e-3)


def parameters(**changes):
    values = {"N": 400, "P": 7, "sigma2": "1/5", "sigma_a2": "1/50", "gamma": "1/1000"}
    return model("modular").space.at({**values, **changes})


def test_networks_of_the_prior_with_an_exact_readout():
    """Wide networks without learning: first layers of the prior, readouts of their posterior."""
    wide = parameters(N=3000, sigma_a2="1/500")
    at, said = {k: float(v) for k, v in wide.items()}, theory(wide).values
    shape = ModularShape(3000, 7, at["sigma2"], at["sigma_a2"], at["gamma"])
    names = ("restricted_loss", "excluded_loss", "train_loss", "train_accuracy")
    names += ("token_uniformity", "weight_entropy", "agop_trace")
    found = {name: [] for name in names}
    for seed in range(12):
        network = _with_readout(shape, seed)
        for name, values in found.items():
            values.append(table()[name].compute(network).number)
    for name, values in found.items():
        error = np.std(values, ddof=1) / sqrt(len(values))
        assert abs(np.mean(values) - said[name][0]) < 5 * error + 0.01 * abs(said[name][0]), name
    # The control: without the readout's fluctuations the restricted loss is another.
    alone = said["a"][0] ** 2 * 6 / 49
    error = np.std(found["restricted_loss"]) / sqrt(12)
    assert abs(np.mean(found["restricted_loss"]) - alone) > 5 * error


def _with_readout(shape, seed):
    rng = np.random.default_rng(seed)
    first = rng.standard_normal((shape.N, 2 * shape.P))
    of = replace(task(shape, None, None), trained=np.ones(shape.P**2, dtype=bool))
    blank = TwoLayer(first, np.zeros((shape.N, shape.P)), of)
    features = blank.activations(blank.fields(np.arange(of.inputs.count))).T
    prior = shape.sigma_a2 / shape.N
    kernel = prior * features @ features.T + shape.sigma2 * np.eye(len(features))
    start = rng.standard_normal((shape.N, shape.P)) * sqrt(prior)
    noise = rng.standard_normal(of.targets.shape) * sqrt(shape.sigma2)
    pull = np.linalg.solve(kernel, of.targets - features @ start - noise)
    return blank.with_weights(first, start + prior * features.T @ pull)


def test_droplets_are_counted_beyond_the_ring_that_is_a_barrier():
    found = theory(parameters(P=13, sigma_a2="1/20", gamma="1/100", sigma2="1/20"))
    assert found.barrier is not None and 0 < found.droplets < 1
    network = gaussian(13, 50)
    waves = np.cos(2 * np.pi * np.arange(13) / 13)
    first = network.first * 0.01
    first[:20] += 2 * sqrt(2 * found.barrier) * np.tile(waves, 2)
    value = droplet_share(MEASURABLE, found, network.with_weights(first, network.readout))
    assert value.number == pytest.approx(0.4) and 0.06 < value.stderr < 0.08


@pytest.mark.parametrize("order", (4, 2))
def test_at_even_order_nothing_is_predicted(order):
    assert not theory(parameters(P=order)).values


def test_degrees_of_freedom_are_those_of_the_kernel_of_drawn_neurons():
    order, gamma, spread, noise = 7, 0.02, 0.3, 0.8
    _, *moduli, zero, _ = drawn(order, 0.0, gamma)
    places = 2 * np.pi * np.outer(np.arange(1, order // 2 + 1), np.arange(order)) / order
    turned = 2 * np.pi * np.random.default_rng(2).random((2, *moduli[0].shape, 1))
    waves = np.cos(places + turned)
    u, v = (
        z[:, None] + 2 * np.einsum("ck,ckn->cn", np.sqrt(x), wave)
        for z, x, wave in zip(zero, moduli, waves, strict=True)
    )
    features = np.square(u[:, :, None] + v[:, None, :]).reshape(len(u), -1)
    level = np.linalg.eigvalsh(spread * features.T @ features / len(u))
    at = {"N": 50, "P": order, "sigma2": noise, "sigma_a2": spread, "gamma": gamma}
    of = Spectrum(at)
    known = of.freedom(of.levels(of.moments(1e-9)))
    assert known == pytest.approx((level / (noise + level)).sum(), rel=0.01)


def test_orders_in_width_bring_the_law_to_the_networks():
    """Stored readings of 12 networks, where mean field is many errors away."""
    (document,) = (d for d in read_experiments() if d["experiment"] == "measures-in-equilibrium")
    said = theory(parameters(N=200, sigma2="7/5000", sigma_a2="1/200000", gamma="1/2"))
    far = 0
    for name in said.values:
        curve = document["curves"].get(f"modular, {name}")
        if curve is None:
            continue
        place = curve["x"].index(0.0014)
        found, error, (value, left) = curve["y"][place], curve["error"][place], said.values[name]
        assert abs(value - found) < 2 * hypot(left, error), name
        far += abs(said.mean_field[name] - found) > 5 * error > 0
    assert far > 10


def test_information_falls_with_the_noise_by_half_the_freedom_and_holds_networks():
    """Networks of the experiment in equilibrium; a kernel of twice the size is seen."""
    at = {"N": 200.0, "P": 7.0, "sigma_a2": 5e-6, "gamma": 0.5, "sigma2": 3e-3}
    means = Means(at, 8, 12)
    up, down = (
        information({**at, "sigma2": at["sigma2"] * (1 + step)}, means.closure)
        for step in (1e-4, -1e-4)
    )
    of = Spectrum(at)
    freedom = of.freedom(of.levels(of.moments(means.closure.a)))
    assert (down - up) / 2e-4 == pytest.approx(freedom / 2, rel=1e-5)
    value, error = dict(_Orders(at, means, means).drawn())["mutual_information"]
    assert abs(value - 0.459) < 2 * error + 2 * 0.006  # of 12 networks
    assert error < 0.25 * value
    doubled = information({**at, "sigma_a2": 2 * at["sigma_a2"]}, means.closure)
    assert abs(doubled - 0.459) > 10 * error
