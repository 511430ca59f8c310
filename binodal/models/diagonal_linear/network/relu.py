"""ReLU networks of two layers that descend by proximal steps from a large start.

Nothing is used but outputs as functions of weights, with their automatic derivatives. Neurons start
in pairs whose readouts cancel, so that the output is zero and the first predictor is that of the
tangent kernel. A step is solved in as many unknowns as samples, by Gauss and Newton's method.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.func import jacrev, vmap

_GROWTH, _ROUNDS, _CLOSE = 10.0, 12, 1e-9


@dataclass(frozen=True)
class ReluNetworks:
    """Networks of one shape, each with samples, a start and a decay of its own.

    ``inputs`` (networks, samples, width) and ``targets``; ``held_inputs`` and ``held_targets`` are
    not trained on; ``weights`` (networks, neurons (width + 1)) are the start, w before a.
    """

    inputs: Tensor
    targets: Tensor
    held_inputs: Tensor
    held_targets: Tensor
    weights: Tensor
    starts: Tensor
    decays: Tensor


@dataclass(frozen=True)
class Losses:
    """Mean squares (steps, networks) on the samples and on others, at lambda t."""

    passed: Tensor
    train: Tensor
    test: Tensor


def outputs(weights: Tensor, inputs: Tensor) -> Tensor:
    """sum_i a_i relu(w_i.x) of one network, at inputs (samples, width).

    >>> outputs(torch.tensor([2.0, -1.0, 3.0, 5.0]), torch.tensor([[1.0], [-1.0]])).tolist()
    [6.0, 5.0]
    """
    neurons = weights.numel() // (inputs.shape[1] + 1)
    first, readout = weights[:-neurons].view(neurons, -1), weights[-neurons:]
    hidden: Tensor = torch.relu(inputs @ first.mT)
    return hidden @ readout


_outputs, _slopes = vmap(outputs), vmap(jacrev(outputs))


def descended(of: ReluNetworks, step: float, beyond: float) -> Losses:
    """Losses until lambda t is log(alpha) and so much more, in steps of lambda t."""
    weights, ends = of.weights, of.starts.log() + beyond
    rows, count = _slopes(weights, of.inputs), of.targets.shape[1]
    stiffness = torch.linalg.matrix_norm(rows, 2).square() / count
    passed, taken, rows_at = torch.zeros_like(ends), 0, list[tuple[Tensor, Tensor, Tensor]]()
    while bool((passed < ends).any()):
        # From steps in which the samples are fitted to those in which the norm decays.
        slowing = torch.exp(torch.tensor(-_GROWTH * step * taken, dtype=weights.dtype))
        length = step / (of.decays + stiffness * slowing)
        weights = _moved(of, weights, length)
        passed, taken = passed + of.decays * length, taken + 1
        rows_at.append((passed, _loss(weights, of.inputs, of.targets), _held(of, weights)))
    return Losses(*(torch.stack(rows) for rows in zip(*rows_at, strict=True)))


def _held(of: ReluNetworks, weights: Tensor) -> Tensor:
    return _loss(weights, of.held_inputs, of.held_targets)


def _loss(weights: Tensor, inputs: Tensor, targets: Tensor) -> Tensor:
    return (_outputs(weights, inputs) - targets).square().mean(1)


def _moved(of: ReluNetworks, weights: Tensor, length: Tensor) -> Tensor:
    """Where the loss, half a mean square, plus |step|^2/(2 length) is stationary."""
    unit, there = torch.eye(of.targets.shape[1]).to(weights), weights
    kept = 1 + length * of.decays
    share = length / (of.targets.shape[1] * kept)
    for _ in range(_ROUNDS):
        rows, missing = _slopes(there, of.inputs), _outputs(there, of.inputs) - of.targets
        off = there - (weights - (share * kept)[:, None] * _back(rows, missing)) / kept[:, None]
        pushed = torch.einsum("nki,ni->nk", rows, off)
        inner = unit + share[:, None, None] * (rows @ rows.mT)
        move = off - share[:, None] * _back(rows, torch.linalg.solve(inner, pushed))
        there = there - move
        if bool((move.abs().amax(1) <= _CLOSE * there.abs().amax(1)).all()):
            break
    return there


def _back(rows: Tensor, values: Tensor) -> Tensor:
    return torch.einsum("nki,nk->ni", rows, values)
