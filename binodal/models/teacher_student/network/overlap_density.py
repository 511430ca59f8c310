"""Rao-Blackwell law of one neuron's overlap: all else fixed, its readout integrated out.

Given the other neurons and w_perp, the posterior of (q, a) of one neuron is known up to a
constant, and a enters as a Gaussian. What remains is a one-dimensional density in q that reaches
the tails from a single draw, where a histogram would have to wait for a visit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import sympy as sp
import torch
from torch import Tensor

from binodal.derive.gaussian.quadratic import gaussian_mean
from binodal.derive.symbols import N, d, q, sigma2, sigma_a2, sigma_w2
from binodal.models.teacher_student.network.network import TeacherStudent
from binodal.numerics.codegen.load import compiled

_a = sp.Symbol("a", real=True)
_AT_ONCE, _ON_DEVICE = 1 << 18, 1 << 27
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
def marginal() -> Callable[..., tuple[Any, ...]]:
    """(pull, square, q, sigma2, sigma_a2, sigma_w2, N, d) -> log of the weight of q."""
    arguments = (_PULL, _SQUARE, q, sigma2, sigma_a2, sigma_w2, N, d)
    return compiled("log_marginal", {"log": log_marginal()}, arguments, "torch")


def overlap_density(
    network: TeacherStudent, x: Tensor, residual: Tensor, grid: Tensor, neurons: Tensor
) -> Tensor:
    """p(q | rest) on an even symmetric grid, averaged over some neurons: (R, points).

    ``residual`` (R, n) is y - f of the whole network. Neurons are exchangeable, so that any fixed
    choice of them is as good as another. The grid must resolve sigma_w/sqrt(d) and reach beyond
    the density's support: the trapezoidal sum on it is the norm. The sign of (w, a) is a symmetry
    of the posterior, so q and -q are averaged.
    """
    shape = network.shape
    weights, readout = (whole[:, neurons] for whole in network.weights(x))
    phi = network.elementwise.values
    along = network.inputs[:, :, 0].unsqueeze(1)
    field = torch.bmm(weights, network.inputs.transpose(1, 2))
    across = field - weights[..., :1] * along
    rest = residual.unsqueeze(1) + readout.unsqueeze(2) * phi(field)
    rows = [values.flatten(0, 1) for values in (across, along.expand_as(across), rest)]
    pulls = sums(phi, rows, grid)
    (logs,) = marginal()(
        *pulls, grid, shape.sigma2, shape.sigma_a2, shape.sigma_w2, shape.N, shape.d
    )
    weight = torch.softmax(logs, 1)
    folded = (weight + weight.flip(1)) / 2
    return folded.view(-1, neurons.numel(), grid.numel()).mean(1) / (grid[1] - grid[0])


def sums(
    phi: Callable[[Tensor], Tensor], rows: Sequence[Tensor], grid: Tensor
) -> tuple[Tensor, Tensor]:
    """sum rest phi and sum phi^2 with phi of across + q along, over data: each (rows, points).

    ``rows`` are across, along and rest, each (rows, n) with a row for each neuron of each member.
    So many of them are taken at once that the values of phi stay in the cache; away from the CPU so
    many that a call takes longer than to be made.
    """
    across, along, rest = rows
    count, size = across.shape
    places = grid.to(across)[:, None]
    most = _AT_ONCE if across.device.type == "cpu" else _ON_DEVICE
    few = max(1, most // (size * grid.numel()))
    room = across.new_empty(few, grid.numel(), size)
    pull, square = (grid.new_empty(count, grid.numel()) for _ in range(2))
    for start in range(0, count, few):
        part = slice(start, min(start + few, count))
        values = room[: part.stop - start]
        offsets, slopes = across[part].unsqueeze(1), along[part].unsqueeze(1)
        values = phi(torch.addcmul(offsets, places, slopes, out=values))
        pull[part] = torch.bmm(rest[part].unsqueeze(1), values.transpose(1, 2)).squeeze(1)
        square[part] = torch.linalg.vector_norm(values, dim=2)
    return pull, square.square_()
