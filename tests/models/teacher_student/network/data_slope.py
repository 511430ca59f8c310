"""Small networks on n inputs, n = 16 and on, against the first order in 1/n.

Posteriors are sampled exactly (HMC, readouts integrated out), one chain a data set. For n ->
infinity the equivalent kernel's own posterior of the same N neurons is sampled, so that
n (mean - limit) goes to the slope in 1/n at that N. Printed by
``python -m tests.models.teacher_student.network.data_slope 16 32 64``.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from binodal.derive.gaussian.activations import ERF
from binodal.models.teacher_student.network.data import draw_data
from binodal.models.teacher_student.network.network import TeacherStudent, TeacherStudentShape
from binodal.models.teacher_student.network.overlaps import (
    feature_gram,
    mode_amplitudes,
    mode_norms,
    target_modes,
)
from binodal.models.teacher_student.network.readout import TeacherStudentReadout
from binodal.models.teacher_student.numerics.finite_data import first_order_data
from binodal.models.teacher_student.numerics.finite_width import Curvature, first_order
from binodal.models.teacher_student.numerics.losses import losses
from binodal.models.teacher_student.numerics.nodes import Array
from binodal.validate.kernel import fastest
from binodal.validate.samplers.adapt import adapt
from binodal.validate.samplers.collapsed import Collapsed
from binodal.validate.samplers.hmc import build
from binodal.validate.samplers.linear_readout import condition
from binodal.validate.target import Target, prior_draw
from tests.models.teacher_student.network.equivalent_kernel import EquivalentKernel

SHAPE = TeacherStudentShape(N=40, n=100, d=10, sigma2=0.5, sigma_w2=0.5, sigma_a2=0.1, epsilon=-0.3)
"""n/sigma^2 = 200, of which every n keeps the ratio."""
SHOWN = ("b", "c", "q2", "r_perp2", "test_loss", "train_loss")
_WARMING, _TOGETHER, _START = 60, 40, 0.3


@dataclass(frozen=True)
class Measured:
    """Means of what is :data:`SHOWN`, and their standard errors."""

    mean: Array
    error: Array


def _chain(target: Target, generator: torch.Generator, draws: int) -> Iterator[Tensor]:
    """Whitened first layers, ``draws`` times, after a warm-up that fixes the step."""
    sampler = build(target, _START)
    state = sampler.init(prior_draw(target, generator), generator)
    warm = adapt(sampler, state, generator, _WARMING)
    state = warm.state
    for _ in range(draws):
        state, _info = warm.sampler.step(state, generator)
        yield state.x


def _seen(shape: TeacherStudentShape, x: Tensor, mean: Tensor, covariance: Tensor) -> Tensor:
    """What is measured of networks on new inputs, averaged over the readout: (R, 5)."""
    weights = x.double().view(-1, shape.N, shape.d) * shape.input_scale
    q2, norm2 = weights[..., 0].square(), weights.square().sum(-1)
    output = torch.einsum("rn,rnk->rk", mean, mode_amplitudes(weights[..., 0], norm2))
    norms, target = mode_norms(), target_modes(shape.epsilon)
    squares = mean.unsqueeze(2) * mean.unsqueeze(1) + covariance
    loss = (norms * target * (target - 2 * output)).sum(1)
    loss += (feature_gram(weights) * squares).sum((1, 2))
    neurons = [q2.mean(1), (norm2 - q2).mean(1)]
    return torch.stack([*(target - output)[:, :2].unbind(1), *neurons, loss], 1)


def _in_sample(shape: TeacherStudentShape, model: TeacherStudentReadout, h: Tensor) -> Tensor:
    """The same on data sets, and the training loss: (R, 6)."""
    of, scale = condition(model, model.linearise(h).features), shape.readout_scale
    mean, covariance = of.mean.squeeze(2).double() * scale, of.covariance.double() * scale**2
    missed = (of.residual * of.noise).square().mean((1, 2))
    spread = (of.features @ of.covariance * of.features).sum(2).mean(1)
    loss = (missed + spread).double().unsqueeze(1)
    return torch.cat([_seen(shape, h, mean, covariance), loss], 1)


def without_data(shape: TeacherStudentShape, members: int, draws: int, seed: int) -> Measured:
    """n -> infinity at fixed n/sigma^2, at the same N: the equivalent kernel's posterior.

    There all inputs are training inputs.
    """
    generator = torch.Generator().manual_seed(seed)
    of = EquivalentKernel(shape, members)
    seen = [_seen(shape, x, *of.readout(x)) for x in _chain(of, generator, draws)]
    new = torch.stack(seen).mean(0).numpy()
    found = np.column_stack([new, new[:, -1]])
    return Measured(found.mean(0), found.std(0, ddof=1) / np.sqrt(members))


def on_data(shape: TeacherStudentShape, sets: int, draws: int, seed: int) -> Measured:
    """The mean over data sets of shape.n inputs each, the fluctuations of order n^{-1/2} removed.

    Functions of the inputs whose mean is known to be zero are fitted to the data sets' means.
    """
    generator = torch.Generator().manual_seed(seed)
    rounds = [_one_round(shape, draws, generator) for _ in range(-(-sets // _TOGETHER))]
    means, known = (np.concatenate(part) for part in zip(*rounds, strict=True))
    design = np.column_stack([np.ones(len(known)), known])
    fitted, *_ = np.linalg.lstsq(design, means, rcond=None)
    left = (means - design @ fitted).std(0, ddof=design.shape[1])
    share = np.linalg.inv(design.T @ design)[0, 0]
    return Measured(fitted[0], left * np.sqrt(share))


def _one_round(
    shape: TeacherStudentShape, draws: int, generator: torch.Generator
) -> tuple[Array, Array]:
    """Means of the observables and of the known functions by data set."""
    data = [draw_data(shape, generator) for _ in range(_TOGETHER)]
    x, y = (torch.stack([own[name] for own in data]) for name in ("x", "y"))
    single = fastest(ERF, torch.float32, x.device)
    network = TeacherStudent(shape, x.float(), y.float(), single)
    model = TeacherStudentReadout(network)
    chain = _chain(Collapsed(model), generator, draws)
    seen = torch.stack([_in_sample(shape, model, h) for h in chain]).mean(0)
    return seen.numpy(), _known(x).numpy()


def _known(inputs: Tensor) -> Tensor:
    """Functions of t = w*.x and of |x|^2 of Gaussian mean zero, averaged over each data set."""
    t = inputs[..., 0]
    bumps = [torch.exp(-k * t**2) - (1 + 2 * k) ** -0.5 for k in (0.25, 1.0)]
    bent = t**2 * torch.exp(-(t**2) / 2) - 2**-1.5
    length = inputs.square().mean(-1) - 1
    functions = [t**2 - 1, t**4 - 6 * t**2 + 3, *bumps, bent, length]
    return torch.stack([f.mean(1) for f in functions], 1)


def predicted(shape: TeacherStudentShape) -> Array:
    """n times the first order in 1/n, at N -> infinity."""
    of = Curvature(vars(shape))
    order = first_order_data(of).shift
    shift = {**order.shift, **losses(of, first_order(of), order).data}
    return np.array([shift[name] for name in SHOWN]) * shape.n


@dataclass(frozen=True)
class Ladder:
    """What networks show at each n, and at n -> infinity."""

    sizes: tuple[int, ...]
    rungs: tuple[Measured, ...]
    limit: Measured

    def scaled(self, rung: int) -> Measured:
        """n (mean - limit)."""
        n, found = self.sizes[rung], self.rungs[rung]
        error = np.hypot(found.error, self.limit.error)
        return Measured(n * (found.mean - self.limit.mean), n * error)

    def orders(self) -> tuple[Measured, Measured]:
        """The coefficients of 1/n and 1/n^2: weighted squares over all rungs and the limit."""
        inverse = np.array([0.0, *(1 / n for n in self.sizes)])
        design = np.stack([inverse**power for power in range(3)], 1)
        means, errors = (
            np.stack([getattr(one, part) for one in (self.limit, *self.rungs)])
            for part in ("mean", "error")
        )
        fits = [_fitted(design, *pair) for pair in zip(means.T, errors.T, strict=True)]
        found, spread = (np.array(part) for part in zip(*fits, strict=True))
        first, second = (Measured(found[:, k], spread[:, k]) for k in (1, 2))
        return first, second


def _fitted(design: Array, means: Array, errors: Array) -> tuple[Array, Array]:
    """Coefficients and their standard errors."""
    covariance = np.linalg.inv((design.T / errors**2) @ design)
    return covariance @ (design.T @ (means / errors**2)), np.sqrt(np.diag(covariance))


def ladder(sizes: Sequence[int], sets: int, draws: int, seed: int) -> Ladder:
    """Networks on ``sets`` data sets of each size, and without any."""
    limit = without_data(SHAPE, sets, 4 * draws, seed)
    shapes = [replace(SHAPE, n=n, sigma2=SHAPE.sigma2 * n / SHAPE.n) for n in sizes]
    rungs = [on_data(shape, sets, draws, seed + shape.n) for shape in shapes]
    return Ladder(tuple(sizes), tuple(rungs), limit)


def _line(name: str, found: Measured) -> str:
    pairs = zip(found.mean, found.error, strict=True)
    return f"| {name} | " + " | ".join(f"{m:.3f} +- {e:.3f}" for m, e in pairs) + " |"


def main() -> None:
    """Print the ladder as a table."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("n", nargs="+", type=int)
    words.add_argument("--sets", type=int, default=400, help="data sets, one chain each")
    words.add_argument("--draws", type=int, default=60, help="draws of a chain")
    words.add_argument("--seed", type=int, default=0)
    asked = words.parse_args()
    found = ladder(asked.n, asked.sets, asked.draws, asked.seed)
    print(
        "| n | "
        + " | ".join(f"n (shift of {name})" for name in SHOWN)
        + " |\n|"
        + "---|" * (1 + len(SHOWN))
    )
    for rung, n in enumerate(found.sizes):
        print(_line(str(n), found.scaled(rung)))
    if len(found.sizes) > 1:
        first, second = found.orders()
        print(_line("coefficient of 1/n", first))
        print(
            "| derived, N to infinity | " + " | ".join(f"{v:.3f}" for v in predicted(SHAPE)) + " |"
        )
        print(_line("coefficient of 1/n^2", second))


if __name__ == "__main__":
    main()
