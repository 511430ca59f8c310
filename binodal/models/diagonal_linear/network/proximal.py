"""Networks in PyTorch that descend by proximal steps, many networks at once.

Nothing is used but outputs as functions of weights and the loss as one of outputs, with their
automatic derivatives. A step makes the loss plus |step|^2/(2 h) stationary, which is descent with
the gradient where it arrives, so that directions in which the loss is steep do not limit h, as they
do plain descent, whose steps would number 10^13 where the start is large and decay slow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import torch
from torch import Tensor

from binodal.models.diagonal_linear.numerics.predictors import early, late
from binodal.models.diagonal_linear.setting import Setting

BEYOND = 5.0
"""Networks are trained until lambda t is log(alpha) and so much more."""

REFINEMENTS = (1, 2, 4)
_GROWTH, _ROUNDS, _CLOSE = 10.0, 60, 1e-11


@dataclass(frozen=True)
class Networks:
    """Networks of one degree and loss, each with samples, a start and a decay of its own.

    ``rows`` (networks, samples, width), of a classifier y x; of the timed weight ``component``, and
    ``early`` and ``late``, the values between which it goes over.
    """

    loss: str
    degree: int
    rows: Tensor
    bounds: Tensor
    starts: Tensor
    decays: Tensor
    component: Tensor
    early: Tensor
    late: Tensor


def networks(
    settings: Sequence[Setting],
    degree: int,
    starts: Sequence[Fraction],
    decays: Sequence[Fraction],
    device: str = "cpu",
) -> Networks:
    """A network for each setting (of one loss), with its start and decay."""

    def tensor(values: object) -> Tensor:
        return torch.tensor(values, dtype=torch.float64, device=device)

    parts = [of.component for of in settings]
    return Networks(
        settings[0].loss,
        degree,
        tensor([[[float(x) for x in row] for row in of.rows] for of in settings]),
        tensor([[float(y) for y in of.bounds] for of in settings]),
        tensor([float(of) for of in starts]),
        tensor([float(of) for of in decays]),
        torch.tensor(parts, device=device),
        tensor([float(early(of)[j]) for of, j in zip(settings, parts, strict=True)]),
        tensor([float(late(of)[j]) for of, j in zip(settings, parts, strict=True)]),
    )


def times(of: Networks, step: float) -> tuple[Tensor, Tensor]:
    """lambda t of half of the transition, extrapolated to no step, and what that may be off by.

    ``step`` is that of lambda t; two and four times as short ones follow, and their errors of first
    and second order are taken off. NaN where a network does not go over.
    """
    first, second, third = (_crossed(of, step / k) for k in REFINEMENTS)
    rough, fine = 2 * second - first, 2 * third - second
    best = (4 * fine - rough) / 3
    return best, (best - fine).abs()


def outputs(of: Networks, weights: Tensor) -> Tensor:
    """Outputs (networks, samples) of weights (networks, 2 width), u before v."""
    return torch.einsum("knj,kj->kn", of.rows, _predictor(of, weights))


def losses(of: Networks, output: Tensor) -> Tensor:
    """The loss of each sample, without decay."""
    if of.loss == "squared":
        return (output - of.bounds) ** 2 / 2
    if of.loss == "logistic":
        return torch.nn.functional.softplus(-output)
    return torch.exp(-output)


def _predictor(of: Networks, weights: Tensor) -> Tensor:
    u, v = weights.chunk(2, 1)
    return u**of.degree - v**of.degree


def _crossed(of: Networks, step: float) -> Tensor:
    """lambda t when a network was on the early side of half for the last time."""
    weights = of.starts[:, None].repeat(1, 2 * of.rows.shape[-1])
    stiffness = of.degree**2 * (of.rows**2).sum((1, 2)) * of.starts ** (2 * of.degree - 2)
    ends = of.starts.log() + BEYOND
    passed, crossed = torch.zeros_like(ends), torch.full_like(ends, torch.nan)
    before, taken = _share(of, weights), 0
    while bool((passed < ends).any()):
        # From steps in which the samples are fitted to those in which the norm decays.
        slowing = torch.exp(torch.tensor(-_GROWTH * step * taken, dtype=weights.dtype))
        length = step / (of.decays + stiffness * slowing)
        weights = _moved(of, weights, length)
        share, now = _share(of, weights), passed + of.decays * length
        part = (0.5 - before) / (share - before)
        crosses = ((before < 0.5) != (share < 0.5)) & (passed < ends)
        crossed = torch.where(crosses, passed + part * (now - passed), crossed)
        before, passed, taken = share, now, taken + 1
    return crossed


def _moved(of: Networks, weights: Tensor, length: Tensor) -> Tensor:
    """A proximal step of every network, by Gauss and Newton's method from where it is.

    The curvature of outputs is left out of the matrix: it changes how fast the equation is solved,
    not its solution, and with it the method may go to another one.
    """
    unit, there = torch.eye(weights.shape[1]).to(weights), weights
    for _ in range(_ROUNDS):
        slope, bent = _slope_and_curvature(of, there)
        missing = there - weights + length[:, None] * slope
        step = torch.linalg.solve(unit + length[:, None, None] * bent, missing)
        there = there - step
        if bool((step.abs().amax(1) <= _CLOSE * there.abs().amax(1)).all()):
            break
    return there


def _slope_and_curvature(of: Networks, weights: Tensor) -> tuple[Tensor, Tensor]:
    leaf = weights.detach().requires_grad_()
    output = outputs(of, leaf)
    count, size = output.shape
    each = torch.eye(size).to(weights)[:, None, :].expand(size, count, size)
    (rows,) = torch.autograd.grad(output, leaf, each, is_grads_batched=True)
    there = output.detach().requires_grad_()
    (push,) = torch.autograd.grad(losses(of, there).sum(), there, create_graph=True)
    (bent,) = torch.autograd.grad(push.sum(), there)
    decay = of.decays[:, None] * torch.ones_like(weights)
    slope = torch.einsum("nki,kn->ki", rows, push.detach()) + decay * weights
    curvature = torch.einsum("nki,kn,nkj->kij", rows, bent, rows) + torch.diag_embed(decay)
    return slope, curvature


def _share(of: Networks, weights: Tensor) -> Tensor:
    """What part of its way the timed weight has gone; none before the samples are fitted."""
    w = _predictor(of, weights)
    output = outputs(of, weights)
    own = w.gather(1, of.component[:, None])[:, 0]
    if of.loss == "squared":
        fits = (output - of.bounds).abs().amax(1) < of.bounds.abs().amax(1) / 2
    else:
        margin = output.amin(1)
        fits, own = margin > 1, own / margin
    return torch.where(fits, (own - of.early) / (of.late - of.early), torch.zeros_like(own))
