"""Networks with two directions or with biases of their own, against definitions written out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.special import erf

from binodal.api import compare, train
from binodal.errors import RequestError
from binodal.models.single_index.network.data import draw_data
from binodal.models.single_index.network.network_model import build, feature_start, network_of
from binodal.models.single_index.network.observer import SingleIndexObserver
from binodal.models.single_index.network.shape import SingleIndexShape
from binodal.models.single_index.numerics.any_setting import any_setting
from tests.validate.problems import Problem
from tests.validate.samplers.cases import HMC
from tests.validate.samplers.laws import CAUGHT, LIMIT, z_scores

SIZES = {"N": 4, "n": 30, "d": 5, "sigma2": 0.3, "sigma_w2": 0.6, "sigma_a2": 0.8}
COMMITTEE = {
    "activation": "erf",
    "teacher": "(1,0): 1, (0,1): 1/2, (2,1): 1/5, (3,0): -3/10",
    "bias": "fixed:1/3",
}
SCALED = {"activation": "erf", "teacher": "1: 1, 2: 1/2, 3: -3/10", "bias": "scaled:3/2"}
PRIOR = SCALED | {"bias": "prior:3/2"}
SETTINGS = [COMMITTEE, SCALED, PRIOR]


def shape_of(settings: dict[str, str], **changes: float) -> SingleIndexShape:
    return SingleIndexShape(*(SIZES | changes).values(), **settings)


def network(of: SingleIndexShape):
    data = draw_data(of, torch.Generator().manual_seed(3))
    return build(of, [data], 1, torch.float64, torch.device("cpu"))


def state(of: SingleIndexShape) -> torch.Tensor:
    generator = torch.Generator().manual_seed(2)
    return torch.randn((1, of.dimension), generator=generator, dtype=torch.float64)


def bias_variance(settings: dict[str, str], d: int) -> float:
    return {"fixed:1/3": 0.0, "scaled:3/2": 1.5 / d, "prior:3/2": 1.5}[settings["bias"]]


def parts(settings: dict[str, str], x: torch.Tensor) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """w, biases and the readout of whitened coordinates, one neuron after another."""
    d, count = SIZES["d"], SIZES["N"]
    own = bias_variance(settings, d)
    first = x[0, : count * (d + bool(own))].view(count, -1).numpy()
    w = first[:, :d] * (SIZES["sigma_w2"] / d) ** 0.5
    b = first[:, d] * own**0.5 if own else np.full(count, 1 / 3)
    return w, b, x[0, -count:].numpy() * (SIZES["sigma_a2"] / count) ** 0.5


def teacher(settings: dict[str, str], x: np.ndarray) -> np.ndarray:
    s, t = x[:, 0], x[:, 1]
    if settings is COMMITTEE:
        return s + t / 2 + (s**2 - 1) * t / 5 - 0.3 * (s**3 - 3 * s)
    return s + (s**2 - 1) / 2 - 0.3 * (s**3 - 3 * s)


@pytest.mark.parametrize("settings", SETTINGS)
def test_the_posterior_is_the_definition_and_its_gradient_is_the_energys(settings):
    of = shape_of(settings)
    net, x = network(of), state(of)
    w, b, a = parts(settings, x)
    inputs = net.inputs[0, :, : of.d].numpy()
    y = teacher(settings, inputs)
    assert net.targets[0].numpy() == pytest.approx(y)
    output = erf(inputs @ w.T + b) @ a
    prior = (w**2).sum() * of.d / of.sigma_w2 + (a**2).sum() * of.N / of.sigma_a2
    if own := bias_variance(settings, of.d):
        prior += (b**2).sum() / own
    energy = ((y - output) ** 2).sum() / (2 * of.sigma2) + prior / 2
    assert float(net.energy(x)) == pytest.approx(energy, rel=1e-12)
    found, step = net.gradient(x), 1e-6
    for i in range(0, of.dimension, 3):
        ends = (x.clone(), x.clone())
        for sign, end in zip((1, -1), ends, strict=True):
            end[0, i] += sign * step
        slope = (net.energy(ends[0]) - net.energy(ends[1])) / (2 * step)
        assert float(found[0, i]) == pytest.approx(float(slope), rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("settings", SETTINGS)
def test_observables_are_projections_on_fresh_inputs_and_averages_over_neurons(settings):
    of = shape_of(settings)
    net, x = network(of), state(of)
    found = SingleIndexObserver(settings, SIZES).measure(net, x)
    w, b, a = parts(settings, x)
    inputs = np.random.default_rng(7).normal(size=(400_000, of.d))
    residual = teacher(settings, inputs) - erf(inputs @ w.T + b) @ a
    s, t = inputs[:, 0], inputs[:, 1]
    second, third = s**2 - 1, s**3 - 3 * s
    both = {"t1_0": (s, 1), "t0_1": (t, 1), "t2_1": (second * t, 2), "t1_2": (s * (t**2 - 1), 2)}
    one = {"t0": (np.ones_like(s), 1), "t1": (s, 1), "t2": (second, 2), "t3": (third, 6)}
    for name, (wave, size) in (both if settings is COMMITTEE else one).items():
        samples = residual * wave / size
        error = samples.std() / samples.size**0.5
        assert abs(samples.mean() - float(found[f"{name}_direct"])) < 5 * error
    norm2 = (w**2).sum(1)
    if settings is COMMITTEE:
        m2 = w[:, :2] ** 2 / norm2[:, None]
        assert float(found["m2_2"]) == pytest.approx(m2[:, 1].mean())
        assert float(found["m2_shared"]) == pytest.approx((m2[:, 0] * m2[:, 1]).mean())
        assert float(found["w_perp2"]) == pytest.approx((norm2 - (w[:, :2] ** 2).sum(1)).mean())
    else:
        assert float(found["bias2"]) == pytest.approx((b**2).mean())
        assert float(found["m2"]) == pytest.approx((w[:, 0] ** 2 / norm2).mean())


INPUTS = np.array([[-1.2, 0.4], [0.3, -0.9], [0.9, 1.1], [1.6, -0.2]])
LABELS = np.array([-1.0, 0.2, 0.9, 0.4])


def _observables(first: list, last, a) -> list:
    return [first[0] ** 2, last**2, first[0] * last, a**2, last * a, first[0] ** 2 * last**2]


def one_neuron(settings: dict[str, str], second: str, factor: float = 1.0) -> Problem:
    """a erf(w.x + beta) with two parameters before the readout, and averages by a trapezoidal rule.

    ``second``: w_2 or the bias; ``factor`` alters its prior.
    """
    wide = second == "w2"
    sizes = {"N": 1, "n": 4, "d": 1 + wide, "sigma2": 0.4, "sigma_w2": 0.8, "sigma_a2": 0.7}
    of = SingleIndexShape(*sizes.values(), **settings)
    x = INPUTS[:, : of.d]
    members = 500
    data = {"x": torch.tensor(x), "y": torch.tensor(LABELS)}
    net = build(of, [data] * members, members, torch.float64, torch.device("cpu"))
    prior = of.sigma_w2 / of.d if wide else factor * float(of.setting.bias_variance(of.d))
    fixed = 1 / 3 if wide else 0.0
    grid = np.linspace(-7, 7, 91)
    w, last, a = np.meshgrid(grid, grid, np.linspace(-6, 6, 81), indexing="ij")
    action = w**2 * of.d / (2 * of.sigma_w2) + last**2 / (2 * prior) + a**2 / (2 * of.sigma_a2)
    for inputs, y in zip(x, LABELS, strict=True):
        field = w * inputs[0] + last * (inputs[1] if wide else 1) + fixed
        action += (y - a * erf(field)) ** 2 / (2 * of.sigma2)
    weight = np.exp(-action) / np.exp(-action).sum()
    exact = np.array([(weight * value).sum() for value in _observables([w], last, a)])

    def observables(at: torch.Tensor) -> torch.Tensor:
        first, readout = net.weights(at)
        second_weight = first[:, 0, 1] * (1 if wide else of.constant)
        return torch.stack(_observables([first[:, 0, 0]], second_weight, readout[:, 0]), dim=1)

    return Problem(second, net, observables, exact)


@pytest.mark.parametrize(("settings", "second"), [(COMMITTEE, "w2"), (SCALED, "b")])
def test_the_sampler_has_the_exact_law_of_a_small_posterior(settings, second):
    assert z_scores(HMC, one_neuron(settings, second)).abs().max() < LIMIT


def test_a_prior_of_biases_of_another_size_is_seen():
    problem = one_neuron(SCALED, "b")
    wrong = replace(problem, exact=one_neuron(SCALED, "b", factor=2.0).exact)
    assert z_scores(HMC, wrong).abs().max() > CAUGHT


def test_features_start_along_every_direction():
    of = shape_of(COMMITTEE, N=8)
    w = feature_start(of, torch.Generator().manual_seed(1))[: 8 * 5].view(8, 5) * of.input_scale
    assert w[:4, :2].abs().diagonal().tolist() == pytest.approx([1, 1])
    assert float(w[2, 0].abs()) == pytest.approx(1) and float(w[3, 1].abs()) == pytest.approx(1)


def test_what_no_law_at_finite_d_is_solved_for_is_refused():
    with pytest.raises(RequestError, match="grow slower than linearly"):
        any_setting("relu", "2: 1/2", "scaled:1")
    with pytest.raises(RequestError, match="closed forms"):
        any_setting("tanh", "1: 1", "scaled:1")
    three = "(1,0,0): 1, (0,1,0): 1, (0,0,1): 1"
    with pytest.raises(RequestError, match="one direction or two"):
        any_setting("erf", three, "none")
    with pytest.raises(RequestError, match="bias"):
        network_of(COMMITTEE | {"bias": "prior:1"})


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        (COMMITTEE | {"bias": "none"}, {"t1_0", "t2_1", "m2_1", "m2_shared"}),
        (SCALED, {"t0", "t2", "m2", "bias2"}),
    ],
)
def test_a_run_is_trained_and_judged(tmp_path: Path, settings, names):
    sizes = {"N": 8, "n": 60, "d": 16, "sigma2": "2", "sigma_w2": "1/2", "sigma_a2": "1/2"}
    lengths = {"members": 8, "draws": 12, "burn_in": 10, "thin": 1, "workers": 1}
    train("single-index", tmp_path / "run", **settings, **sizes, **lengths)
    rows = compare(tmp_path / "run").rows
    assert names <= {row.prediction.observable for row in rows}
    assert any(row.prediction.control for row in rows)
