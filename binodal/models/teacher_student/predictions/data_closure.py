"""The mean-field closure on one actual data set: no continuum, no modes, N -> infinity.

Neurons at a residual r on the data are independent with the action of one neuron,
S[w; r] = prior - (sigma_a^2/2N) (sum_mu r_mu phi(w.x_mu)/sigma^2)^2, and r follows from them by
r = sigma^2 (Q + sigma^2)^{-1} y. Many sampled neurons stand for the law; their kernel is averaged
over time with falling weights, so that r settles. The potential is convex: there is one solution.
What is left out is 1/N alone, so that networks on the same data measure exactly that. Networks
whose neurons keep their prior are the control without features.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import sympy as sp
import torch
from torch import Tensor

from binodal.derive.gaussian.activations import ERF
from binodal.derive.symbols import N, sigma_a2
from binodal.models.teacher_student.derivations.posterior import FIELD, neuron_action
from binodal.models.teacher_student.network.network import TeacherStudentShape
from binodal.models.teacher_student.network.overlaps import mode_amplitudes
from binodal.numerics.codegen.load import compiled
from binodal.validate.activation import Compiled
from binodal.validate.curvature import measure, stable_step
from binodal.validate.samplers.baoab import build

NEURONS = 512
_SWEEPS, _STEPS, _SETTLING, _GAIN, _MEASURED = 80, 5, 30, 0.15, 16


@cache
def _pull() -> Callable[..., tuple[Any, ...]]:
    """(field, N, sigma_a2) -> minus the slope of the action in the field sum tbar phi."""
    slope = {"pull": -sp.diff(neuron_action(), FIELD)}
    return compiled("pull", slope, (FIELD, N, sigma_a2), "torch")


class OneNeuron:
    """Independent neurons at a fixed residual, as a target: (neurons, d) whitened weights.

    ``residual`` (n,) may be replaced between steps.
    """

    def __init__(
        self, shape: TeacherStudentShape, inputs: Tensor, residual: Tensor, neurons: int
    ) -> None:
        self.shape, self.inputs = shape, inputs * shape.input_scale
        self.residual, self.members, self.dimension = residual, neurons, shape.d
        self.dtype, self.device = inputs.dtype, inputs.device
        self.layers = (slice(0, shape.d),)
        self.scale = torch.full((shape.d,), shape.input_scale, dtype=self.dtype)
        self._pair = Compiled(ERF)

    def features(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """phi and phi', each (neurons, n)."""
        return self._pair(x @ self.inputs.T)

    def energy(self, x: Tensor) -> Tensor:
        """U, (neurons,): the pull integrated, since the action is quadratic in the field."""
        field = self.features(x)[0] @ self.residual / self.shape.sigma2
        (pull,) = _pull()(field, self.shape.N, self.shape.sigma_a2)
        energy: Tensor = x.square().sum(1) / 2 - field * pull / 2
        return energy

    def gradient(self, x: Tensor) -> Tensor:
        """grad U, (neurons, d)."""
        phi, slope = self.features(x)
        tilt = self.residual / self.shape.sigma2
        (pull,) = _pull()(phi @ tilt, self.shape.N, self.shape.sigma_a2)
        gradient: Tensor = x - pull[:, None] * (slope @ (tilt[:, None] * self.inputs))
        return gradient


@dataclass(frozen=True)
class DataState:
    """Population modes (t_1, t_3, t_5, t_7) of y - f and <q^2>, as the last sweeps saw them.

    ``series`` (sweeps, 5) holds them by sweep; ``residual`` (n,) is y - f on the data.
    """

    series: Tensor
    residual: Tensor

    @property
    def values(self) -> dict[str, float]:
        """b, c, t5, t7, q2."""
        return dict(zip(("b", "c", "t5", "t7", "q2"), self.series.mean(0).tolist(), strict=True))

    @property
    def unsettled(self) -> dict[str, float]:
        """The difference between the halves of the sweeps: zero up to noise once settled."""
        half = self.series.shape[0] // 2
        change = self.series[half:].mean(0) - self.series[:half].mean(0)
        return dict(zip(self.values, change.tolist(), strict=True))


def data_closure(
    shape: TeacherStudentShape,
    inputs: Tensor,
    targets: Tensor,
    generator: torch.Generator,
    neurons: int = NEURONS,
    sweeps: int = _SWEEPS,
) -> DataState:
    """Solve the closure on ``inputs`` (n, d) and ``targets`` (n,) by sampled neurons."""
    x = torch.randn((neurons, shape.d), generator=generator, dtype=inputs.dtype)
    target = OneNeuron(shape, inputs, targets.clone(), neurons)
    kernel = kernel_of(target, x)
    target.residual = residual_of(kernel, targets, shape)
    sampler = build(target, 0.2)
    state = sampler.init(x, generator)
    seen = []
    for sweep in range(sweeps + _SETTLING):
        if sweep == _SETTLING // 2:
            few = OneNeuron(shape, inputs, target.residual, _MEASURED)
            curvature = measure(few, state.x[:_MEASURED].clone(), generator)
            sampler = build(target, stable_step("baoab", curvature.bound))
        for _ in range(_STEPS):
            state, _info = sampler.step(state, generator)
        gain = _GAIN if sweep < _SETTLING else 1 / (sweep - _SETTLING + 1 / _GAIN)
        kernel += gain * (kernel_of(target, state.x) - kernel)
        target.residual = residual_of(kernel, targets, shape)
        state = state._replace(gradient=target.gradient(state.x))
        if sweep >= _SETTLING:
            seen.append(observed(target, state.x))
    return DataState(torch.stack(seen), target.residual)


def kernel_of(target: OneNeuron, x: Tensor) -> Tensor:
    """sigma_a^2 <phi phi> over neurons (neurons, d), on the data: (n, n)."""
    phi, _ = target.features(x)
    return target.shape.sigma_a2 / phi.shape[0] * (phi.T @ phi)


def residual_of(kernel: Tensor, targets: Tensor, shape: TeacherStudentShape) -> Tensor:
    """sigma^2 (Q + sigma^2)^{-1} y; the matrix is at least sigma^2, so Cholesky is safe."""
    matrix = kernel + shape.sigma2 * torch.eye(kernel.shape[0], dtype=kernel.dtype)
    factor = torch.linalg.cholesky(matrix)
    solved = torch.cholesky_solve(targets[:, None], factor)[:, 0]
    return solved * shape.sigma2


def observed(target: OneNeuron, x: Tensor) -> Tensor:
    """Modes of y - f with f = sigma_a^2 <phi (phi.r)>/sigma^2 over the neurons, and <q^2>."""
    shape = target.shape
    w = (x * shape.input_scale).double()
    field = (target.features(x)[0] @ target.residual).double() / shape.sigma2
    modes = mode_amplitudes(w[:, 0], w.square().sum(1))
    output = shape.sigma_a2 * (modes * field[:, None]).mean(0)
    teacher = torch.tensor([1.0, shape.epsilon, 0.0, 0.0], dtype=torch.float64)
    return torch.cat([teacher - output, w[:, 0].square().mean()[None]])


_BATCHES = 16


def fixed_kernel(
    shape: TeacherStudentShape, inputs: Tensor, targets: Tensor, generator: torch.Generator
) -> DataState:
    """Regression with the prior's kernel, from 16 x 512 neurons of the prior.

    The series of the state are the batches, at the residual of all of them together.
    """
    batches = [
        torch.randn((NEURONS, shape.d), generator=generator, dtype=inputs.dtype)
        for _ in range(_BATCHES)
    ]
    target = OneNeuron(shape, inputs, targets.clone(), NEURONS)
    kernel = torch.stack([kernel_of(target, x) for x in batches]).mean(0)
    target.residual = residual_of(kernel, targets, shape)
    return DataState(torch.stack([observed(target, x) for x in batches]), target.residual)
