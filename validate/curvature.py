"""The largest curvature of U and the step sizes that follow from it.

Only ``target.gradient`` is used: H v = (grad U(x + e v) - grad U(x - e v)) / (2 e). Krylov
(Lanczos) iteration takes the same products as power iteration and converges faster, to the
largest eigenvalue rather than the largest in magnitude: where a neuron chooses between minima, H
has negative ones too. Every member has its own eigenvalue; the products are batched.
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import torch
from torch import Tensor

from binodal.validate.errors import SamplerError, Untuned
from binodal.validate.normals import normals
from binodal.validate.target import Target

PRODUCTS = 8
"""Value plus residual is then within 3 % of its limit, at every size of figure 2."""
BAOAB_FRACTION = 0.6
EULER_FRACTION = 0.5

Kind = Literal["baoab", "euler"]


class Curvature(NamedTuple):
    """``largest`` (R,): Ritz values, each below the true eigenvalue; ``residual`` (R,): an
    eigenvalue of H lies within it."""

    largest: Tensor
    residual: Tensor

    @property
    def bound(self) -> float:
        """Largest value plus residual over the members: what a step size should be based on."""
        return float((self.largest + self.residual).max())


def hessian_product(target: Target, x: Tensor, v: Tensor) -> Tensor:
    """H v, shape (R, D), for rows v of length about one, by central differences.

    The distance is eps^(1/3) in units of the prior width, where truncation and rounding balance.
    """
    distance = torch.finfo(x.dtype).eps ** (1 / 3) * max(1.0, float(x.square().mean().sqrt()))
    ahead = target.gradient(torch.add(x, v, alpha=distance))
    behind = target.gradient(torch.sub(x, v, alpha=distance))
    return ahead.sub_(behind).div_(2 * distance)


def measure(
    target: Target,
    x: Tensor,
    generator: torch.Generator,
    metric: Tensor | None = None,
    products: int = PRODUCTS,
) -> Curvature:
    """Largest eigenvalue of M^(1/2) H M^(1/2) at x (R, D), for every member.

    ``metric`` (D,) is the diagonal of M, one without it; a zero leaves that coordinate out, which
    gives the curvature of a block. Start from x after a short burn-in: curvature at the prior may
    be far from that of typical states. Each of the ``products`` costs two gradients.

    Raises:
        Untuned: the curvature is not finite, or nowhere positive.
    """
    root = torch.ones_like(target.scale) if metric is None else metric.sqrt()
    v = _unit(normals(torch.empty_like(x), generator).mul_(root))[0]
    previous, off = torch.zeros_like(v), torch.zeros(x.shape[0], dtype=torch.float64)
    diagonals, offs = [], []
    for _ in range(min(products, int((root > 0).sum()))):
        w = hessian_product(target, x, v * root).mul_(root)
        diagonals.append((w * v).sum(1, dtype=torch.float64))
        w.addcmul_(v, diagonals[-1][:, None].to(w), value=-1)
        w.addcmul_(previous, off[:, None].to(w), value=-1)
        previous = v
        v, off = _unit(w)
        offs.append(off)
    result = _largest_ritz(torch.stack(diagonals, 1), torch.stack(offs, 1))
    if not (math.isfinite(result.bound) and result.bound > 0):
        raise Untuned(f"largest curvature {result.bound}: try another start", result)
    return result


def _unit(v: Tensor) -> tuple[Tensor, Tensor]:
    length = torch.linalg.vector_norm(v, dim=1, dtype=torch.float64)
    safe = length.clamp_min(torch.finfo(v.dtype).tiny)
    return v.div_(safe[:, None].to(v)), length


def _largest_ritz(diagonals: Tensor, offs: Tensor) -> Curvature:
    """Of the symmetric tridiagonal matrices (R, m, m); the last off-diagonal is the residual's."""
    if not bool(torch.isfinite(diagonals).all() and torch.isfinite(offs).all()):
        raise Untuned("the gradient is not finite near the start: try another start")
    between = offs[:, :-1]
    matrix = torch.diag_embed(diagonals)
    matrix += torch.diag_embed(between, 1) + torch.diag_embed(between, -1)
    values, vectors = torch.linalg.eigh(matrix)
    return Curvature(values[:, -1], (offs[:, -1] * vectors[:, -1, -1]).abs())


def layer_stiffness(target: Target, x: Tensor, generator: torch.Generator) -> tuple[float, ...]:
    """For each layer, the largest eigenvalue of its diagonal block of H, over all members."""
    stiffnesses = []
    for layer in target.layers:
        inside = torch.zeros_like(target.scale)
        inside[layer] = 1
        stiffnesses.append(measure(target, x, generator, inside).bound)
    return tuple(stiffnesses)


def stable_step(kind: Kind, largest: float) -> float:
    """The step for a largest curvature (Euler: in the metric of its own steps).

    BAOAB is stable on a quadratic well of curvature k for h < 2/sqrt(k), Euler for h < 2/k;
    anharmonic parts and moving curvature ask for a margin: 0.6 and 1/2 of these limits, by
    measurement.

    >>> stable_step("baoab", 4.0), stable_step("euler", 4.0)
    (0.6, 0.25)

    Raises:
        SamplerError: a curvature that is not finite and positive.
    """
    if not (math.isfinite(largest) and largest > 0):
        raise SamplerError(f"a curvature must be finite and positive, not {largest:g}")
    if kind == "baoab":
        return BAOAB_FRACTION * 2 / math.sqrt(largest)
    return EULER_FRACTION * 2 / largest
