"""Rao-Blackwell law of one neuron's overlap: all else fixed, its readout integrated out.

Given the other neurons and w_perp, the posterior of (q, a) of one neuron is known up to a
constant, and a enters as a Gaussian. What remains is a one-dimensional density in q that reaches
the tails from a single draw, where a histogram would have to wait for a visit.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import sympy as sp
import torch
from torch import Tensor

from derive.gaussian.activations import ERF, z
from derive.gaussian.quadratic import gaussian_mean
from derive.symbols import N, d, q, sigma2, sigma_a2, sigma_w2
from numerics.codegen.load import compiled
from validate.networks.teacher_student import TeacherStudent

_a = sp.Symbol("a", real=True)
_PULL, _SQUARE = sp.symbols("pull square", real=True)


def log_marginal() -> sp.Expr:
    """log of the weight of q: prior, and exp(-|r - a phi|^2/(2 sigma^2)) averaged over a.

    r is the residual without the neuron; ``pull`` = sum r phi and ``square`` = sum phi^2.

    >>> sp.simplify(log_marginal().subs({_PULL: 0, _SQUARE: 0})) == -d * q**2 / (2 * sigma_w2)
    True
    """
    misfit = (_a * _PULL - _a**2 * _SQUARE / 2) / sigma2
    average = gaussian_mean(misfit, _a, sigma_a2 / N)
    return sp.expand_log(sp.log(average), force=True) - d * q**2 / (2 * sigma_w2)


@cache
def _marginal() -> Callable[..., tuple[Any, ...]]:
    arguments = (_PULL, _SQUARE, q, sigma2, sigma_a2, sigma_w2, N, d)
    return compiled("log_marginal", {"log": log_marginal()}, arguments, "torch")


@cache
def _phi() -> Callable[..., tuple[Any, ...]]:
    return compiled("phi", {"phi": ERF.phi}, (z,), "torch")


def overlap_density(
    network: TeacherStudent, x: Tensor, residual: Tensor, grid: Tensor, neurons: Tensor
) -> Tensor:
    """p(q | rest) on an even symmetric grid, averaged over some neurons: (R, points).

    ``residual`` (R, n) is y - f of the whole network. Neurons are exchangeable, so that any fixed
    choice of them is as good as another. The grid must resolve sigma_w/sqrt(d) and reach beyond
    the density's support: the trapezoidal sum on it is the norm. The sign of (w, a) is a symmetry
    of the posterior, so q and -q are averaged.
    """
    shape, rows = network.shape, []
    weights, readout = network.weights(x)
    for member in range(network.members):
        inputs = network.inputs[member]
        total = torch.zeros(grid.numel(), dtype=torch.float64)
        for neuron in neurons.tolist():
            w, a = weights[member, neuron], readout[member, neuron]
            field = inputs @ w
            rest = residual[member] + a * _phi()(field)[0]
            along = (field - w[0] * inputs[:, 0])[:, None] + inputs[:, :1] * grid.to(inputs)
            (features,) = _phi()(along)
            pull = (rest @ features).double().cpu()
            square = features.square().sum(0, dtype=torch.float64).cpu()
            (logs,) = _marginal()(
                pull, square, grid, shape.sigma2, shape.sigma_a2, shape.sigma_w2, shape.N, shape.d
            )
            weight = torch.softmax(logs, 0)
            total += (weight + weight.flip(0)) / 2
        rows.append(total / (neurons.numel() * (grid[1] - grid[0])))
    return torch.stack(rows)
