"""Single-index networks: gradients, observables by brute force, and a run that is judged."""

from __future__ import annotations

import pickle
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch

from binodal.api import compare, train
from binodal.derive.gaussian.activations import activation
from binodal.models.registry import model, parameters_of
from binodal.models.single_index.network.data import departures, draw_data, target_of
from binodal.models.single_index.network.network_model import build, network_of
from binodal.models.single_index.network.observer import SingleIndexObserver
from binodal.models.single_index.network.shape import SingleIndexShape, shape_of
from binodal.validate.activation import Compiled

CPU = torch.device("cpu")
SETTINGS = {"activation": "gelu", "teacher": "0: 1/4, 1: 1, 2: 1/2, 3: 1/5", "bias": "fixed:1/3"}
SIZES = {"N": 5, "n": 40, "d": 6, "sigma2": 0.3, "sigma_w2": 0.6, "sigma_a2": 0.8}


def shape(**settings: str) -> SingleIndexShape:
    return SingleIndexShape(*SIZES.values(), **{**SETTINGS, **settings})


def network(of: SingleIndexShape, seed: int = 1, dtype: torch.dtype = torch.float64):
    data = draw_data(of, torch.Generator().manual_seed(seed))
    return build(of, [{name: value.to(dtype) for name, value in data.items()}], 1, dtype, CPU)


def state(of: SingleIndexShape, seed: int = 2) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn((1, of.dimension), generator=generator, dtype=torch.float64)


@pytest.mark.parametrize("name", ["relu", "tanh", "gelu", "softplus", "abs", "elu(z+1/2)"])
def test_the_gradient_is_that_of_the_energy(name: str):
    of = shape(activation=name)
    net, x = network(of), state(of)
    found = net.gradient(x)
    step = 1e-6
    for i in range(0, of.dimension, 5):
        ends = (x.clone(), x.clone())
        for sign, end in zip((1, -1), ends, strict=True):
            end[0, i] += sign * step
        slope = (net.energy(ends[0]) - net.energy(ends[1])) / (2 * step)
        assert float(found[0, i]) == pytest.approx(float(slope), rel=1e-5, abs=1e-6)


def test_the_teacher_and_what_departs_from_it():
    teacher = {0: Fraction(1, 4), 2: Fraction(1, 2), 3: Fraction(-2)}
    t = torch.tensor([-1.5, 0.0, 2.0], dtype=torch.float64)
    expected = 0.25 + (t**2 - 1) / 2 - 2 * (t**3 - 3 * t)
    assert torch.allclose(target_of(t, teacher), expected)
    settings = SETTINGS | {"teacher": "0: 1/4, 2: 1/2, 3: -2"}
    member = model("single-index[" + "; ".join(f"{k}={v}" for k, v in settings.items()) + "]")
    values = parameters_of(
        member.name, {k: Fraction(str(v)) for k, v in (SIZES | {"n": 400}).items()}
    )
    data = draw_data(shape_of(values), torch.Generator().manual_seed(4))
    assert departures(values, data) == []
    (sentence,) = departures(values, {**data, "y": data["y"] + 1})
    assert "coefficients 0: 1/4, 2: 1/2, 3: -2" in sentence


def test_modes_are_projections_of_the_residual():
    """Against averages over fresh inputs, with the bias inside of the activation."""
    of = shape()
    net, x = network(of), state(of)
    found = SingleIndexObserver(SETTINGS, SIZES).measure(net, x)
    generator = torch.Generator().manual_seed(5)
    inputs = torch.randn((1, 400_000, of.d), generator=generator, dtype=torch.float64)
    t = inputs[0, :, 0]
    w, a = net.weights(x)
    phi, _ = Compiled(activation("gelu(z+1/3)"))((inputs[0] @ w[0].T).contiguous())
    residual = target_of(t, of.setting.teacher) - phi @ a[0]
    waves = {0: torch.ones_like(t), 1: t, 2: t**2 - 1, 3: t**3 - 3 * t, 4: t**4 - 6 * t**2 + 3}
    sizes = {0: 1, 1: 1, 2: 2, 3: 6, 4: 24}
    for k, wave in waves.items():
        samples = residual * wave / sizes[k]
        error = float(samples.std()) / samples.numel() ** 0.5
        assert abs(float(samples.mean()) - float(found[f"t{k}_direct"][0])) < 5 * error
    q, norm2 = w[0, :, 0], w[0].square().sum(1)
    assert float(found["q2"]) == pytest.approx(float(q.square().mean()))
    assert float(found["m2"]) == pytest.approx(float((q.square() / norm2).mean()))
    assert float(found["w_perp2"]) == pytest.approx(float((norm2 - q.square()).mean()))


@pytest.mark.parametrize("name", ["gelu", "relu"])
def test_the_density_of_the_cosine_is_the_conditional_law(name: str):
    """One neuron's weight by its definition: prior, and the readout summed over a grid."""
    settings = {"activation": name, "teacher": "1: 1, 2: 1/2", "bias": "none"}
    of = SingleIndexShape(*(SIZES | {"N": 1}).values(), **settings)
    net, x = network(of), state(of)
    observer = SingleIndexObserver(settings, SIZES | {"N": 1})
    found = observer.measure(net, x)["density"][0].numpy()
    m = np.array(observer.quantities["density"].axis[1])
    w, _ = net.weights(x)
    across, size = w[0, 0, 1:].numpy(), float(w[0, 0, 1:].norm())
    inputs, targets = net.inputs[0].numpy(), net.targets[0].numpy()
    a = np.linspace(-12, 12, 4001) * of.readout_scale
    logs = []
    for cosine in m:
        q = size * cosine / np.sqrt(1 - cosine**2)
        field = torch.from_numpy(inputs @ np.array([q, *across]))
        phi = Compiled(activation(name))(field)[0].numpy()
        misfit = ((targets[:, None] - np.outer(phi, a)) ** 2).sum(0) / (2 * of.sigma2)
        weight = -misfit - a**2 / (2 * of.readout_scale**2)
        marginal = weight.max() + np.log(np.exp(weight - weight.max()).sum())
        jacobian = -1.5 * np.log(1 - cosine**2)
        logs.append(marginal - of.d * q**2 / (2 * of.sigma_w2) + jacobian)
    expected = np.exp(np.array(logs) - max(logs))
    # dm = (1 - m^2) dh, and the grid is even in h.
    weights = (1 - m**2) * (np.arctanh(m[1]) - np.arctanh(m[0]))
    expected /= expected @ weights
    assert found @ weights == pytest.approx(1, abs=1e-6)
    inside = expected > 0.05 * expected.max()
    assert found[inside] == pytest.approx(expected[inside], rel=1e-4)


def test_a_model_of_networks_travels_to_other_processes():
    again = pickle.loads(pickle.dumps(network_of(SETTINGS)))
    assert again.observables.scalars[:3] == ("t0", "t1", "t2")
    assert (
        again.observer(SIZES).quantities.keys()
        == SingleIndexObserver(SETTINGS, SIZES).quantities.keys()
    )


def test_a_run_is_trained_resumed_and_judged(tmp_path: Path):
    words = {"activation": "relu", "teacher": "2: 1/2"}
    sizes = {"N": 8, "n": 60, "d": 6, "sigma2": "1/2", "sigma_w2": "1/2", "sigma_a2": "1"}
    lengths = {"members": 8, "draws": 12, "burn_in": 10, "thin": 1, "workers": 1}
    asked = words | sizes | lengths
    done = train("single-index", tmp_path / "run", **asked)
    assert done.spec.model == "single-index[activation=relu; teacher=2: 1/2; bias=none]"
    assert train("single-index", tmp_path / "run", resume=True, **asked).path == done.path
    rows = compare(tmp_path / "run").rows
    assert {"t0", "t2", "q2", "m2"} <= {row.prediction.observable for row in rows}
    assert any(row.prediction.control for row in rows)
