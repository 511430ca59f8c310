"""Steps of networks a second: batched BAOAB against loops that a user of torch would write.

Rows are CPU seconds of one step of one network on one thread in float32. A share of the peak
counts the 4 N n d operations of a gradient's two matrix products, against torch.mm in this run.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from math import sqrt
from typing import Any

import torch
from torch import Tensor, nn

from benchmarks.sampling import PEAK_FLOPS, SIZES, network, one_thread, peak, shape, shortest
from benchmarks.timing import Row
from binodal.derive.gaussian.activations import ERF, Activation, activation
from binodal.models.modular.network.network import ModularShape, QuadraticNetwork
from binodal.models.teacher_student.experiments.overlap_law import FIG2
from binodal.models.teacher_student.network.network import TeacherStudent
from binodal.models.teacher_student.network.network_model import NETWORK
from binodal.models.teacher_student.network.observer import TeacherStudentObserver
from binodal.numerics.errors import CodegenError
from binodal.validate.activation import Compiled, Elementwise
from binodal.validate.experiments.experiment import scaled
from binodal.validate.kernel import Native
from binodal.validate.run.spec import RunSpec
from binodal.validate.samplers import baoab
from binodal.validate.target import prior_draw

_STEADY = 0.1
"""Seconds of a candidate's turn: a run goes on for minutes, and finds its data in the cache."""

_STEP = 1e-6
OTHERS = ("relu", "tanh", "gelu")


class _Net(nn.Module):
    """f = sum_i a_i erf(w_i.x) with parameters drawn from the prior."""

    def __init__(self, beta: str) -> None:
        super().__init__()
        of = shape(beta)
        self.w = nn.Parameter(torch.randn(of.N, of.d) * of.input_scale)
        self.a = nn.Parameter(torch.randn(of.N) * of.readout_scale)

    def forward(self, x: Tensor) -> Tensor:
        """(n,)"""
        return torch.erf(x @ self.w.T) @ self.a


def _energy(of: Any, parameters: dict[str, Tensor], output: Tensor, y: Tensor) -> Tensor:
    misfit = (y - output).square().sum() / (2 * of.sigma2)
    w, a = parameters["w"], parameters["a"]
    return (
        misfit
        + w.square().sum() / (2 * of.input_scale**2)
        + a.square().sum() / (2 * of.readout_scale**2)
    )


def _plain(beta: str) -> Callable[[], object]:
    """One network: autograd, then a step with noise, parameter by parameter."""
    of, data, model = shape(beta), network(beta, 1), _Net(beta)
    x, y = data.inputs[0], data.targets[0]

    def step() -> None:
        model.zero_grad()
        _energy(of, dict(model.named_parameters()), model(x), y).backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= _STEP * parameter.grad
                parameter += sqrt(2 * _STEP) * torch.randn_like(parameter)

    return step


def _posteriors(beta: str) -> Callable[[], object]:
    """The same with SGLD of the package posteriors, full batch."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import posteriors
    of, data, model = shape(beta), network(beta, 1), _Net(beta)
    batch = data.inputs[0], data.targets[0]

    def log_posterior(parameters: dict[str, Tensor], pair: Any) -> tuple[Tensor, Tensor]:
        output = torch.func.functional_call(model, parameters, (pair[0],))
        return -_energy(of, parameters, output, pair[1]), output

    kernel = posteriors.sgmcmc.sgld.build(log_posterior, lr=_STEP)
    state = kernel.init({name: p.detach().clone() for name, p in model.named_parameters()})
    return lambda: kernel.update(state, batch, inplace=True)


def _ours(net: TeacherStudent) -> Callable[[], object]:
    """A step as a run takes it; in pure torch, noise is torch's as well."""
    generator = torch.Generator().manual_seed(3)
    sampler = baoab.build(net, 0.01)
    states = [sampler.init(prior_draw(net, generator), generator)]

    def in_torch() -> None:
        states[0], _ = sampler.step_with(states[0], lambda room: room.normal_(generator=generator))

    def step() -> None:
        states[0], _ = sampler.step(states[0], generator)

    return step if isinstance(net.elementwise, Native) else in_torch


def _gradient(net: TeacherStudent | QuadraticNetwork) -> Callable[[], object]:
    x = prior_draw(net, torch.Generator().manual_seed(4))
    return lambda: net.gradient(x)


def _elementwise(phi: Activation) -> dict[str, Elementwise]:
    try:
        return {"pure torch": Compiled(phi), "compiled": Native(phi)}
    except (CodegenError, OSError):
        return {"pure torch": Compiled(phi)}


def _activations(beta: str) -> list[Row]:
    """Networks that differ in the activation alone, against erf's: at least 1/1.3 is meant."""
    members = _batch(beta)
    works = {
        (name, way): _ours(network(beta, members, kind))
        for name in ("erf", *OTHERS)
        for way, kind in _elementwise(activation(name)).items()
    }
    took = shortest(works, _STEADY)
    return [
        Row(
            f"step, beta={beta}, {name}, {way}",
            seconds / members,
            took["erf", way] / members,
            "ratio: erf's step",
        )
        for (name, way), seconds in took.items()
        if name != "erf"
    ]


def _batch(beta: str) -> int:
    """As many networks as a run of many steps at once."""
    return RunSpec(NETWORK, scaled(FIG2, Fraction(beta)), 150).shard


def _rows(beta: str) -> list[Row]:
    members, of = _batch(beta), shape(beta)
    nets = {name: network(beta, members, kind) for name, kind in _elementwise(ERF).items()}
    works = {"peak": peak(), "plain": _plain(beta)}
    with suppress(ImportError):
        works["posteriors"] = _posteriors(beta)
    for name, net in nets.items():
        works[name], works[f"gradient, {name}"] = _ours(net), _gradient(net)
    took = shortest(works, _STEADY, rounds=15 if members > 1 else 10)
    at_peak = 4 * of.N * of.n * of.d * took["peak"] / PEAK_FLOPS
    rows = []
    for name in nets:
        ours = took[name] / members
        rows.append(Row(f"step, beta={beta}, {name}", ours, took["plain"], "naive: autograd loop"))
        if "posteriors" in took:
            rows.append(Row("", ours, took["posteriors"], "naive: SGLD of posteriors"))
        slope = took[f"gradient, {name}"] / members
        rows.append(Row(f"gradient, beta={beta}, {name}", slope, at_peak, "ratio: share of peak"))
    return rows


def _measuring() -> Row:
    """All observables of a draw, against five steps: what is drawn every fifth step."""
    net, of = network("1/8", 8), shape("1/8")
    observer = TeacherStudentObserver(vars(of))
    x = prior_draw(net, torch.Generator().manual_seed(5))
    took = shortest({"measure": lambda: observer.measure(net, x), "step": _ours(net)})
    return Row(
        "measuring a draw, beta=1/8", took["measure"] / 8, 5 * took["step"] / 8, "naive: five steps"
    )


def _modular(order: int, width: int) -> Row:
    net = QuadraticNetwork(ModularShape(width, order, 0.2, 0.01, 1e-4), 1)
    took = shortest({"peak": peak(), "gradient": _gradient(net)}, rounds=5)
    at_peak = 6 * width * order**3 * took["peak"] / PEAK_FLOPS
    name = f"modular gradient, P={order}, N={width}"
    return Row(name, took["gradient"], at_peak, "ratio: share of peak")


def run() -> list[Row]:
    """See the module: speed alone; what a step is worth is another benchmark."""
    with one_thread():
        rows = [row for beta in SIZES for row in _rows(beta)]
        return [*rows, *_activations("1/8"), _measuring(), _modular(23, 2000)]
