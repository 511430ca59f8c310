"""Data sets: Gaussian inputs with the teacher's target, and all pairs of modular addition."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import sympy as sp
import torch
from torch import Tensor

from binodal.derive.gaussian.hermite import mode, t
from binodal.derive.gaussian.rank_one import TEACHER2
from binodal.derive.symbols import epsilon
from binodal.numerics.codegen.load import compiled
from binodal.validate.errors import DataError


@cache
def _teacher() -> Callable[..., tuple[Any, ...]]:
    target = (mode(1) + epsilon * mode(3)).subs(TEACHER2, 1)
    return compiled("teacher", {"y": sp.expand(target)}, (t, epsilon), "torch")


def teacher_target(along: Tensor, strength: float) -> Tensor:
    """y = H1(t) + eps H3(t) of the inputs' component t = w*.x, |w*| = 1 (M.1)."""
    target: Tensor = _teacher()(along, strength)[0]
    return target


def gaussian_inputs(
    members: int,
    count: int,
    dimension: int,
    generator: torch.Generator,
    dtype: torch.dtype = torch.float32,
) -> Tensor:
    """(R, n, d) inputs x ~ N(0, I_d), a fresh data set for every member.

    The teacher is w* = e_1: the law of the data is invariant under rotations, so nothing is lost.
    Drawn in float64 and rounded, so that both precisions see the same data.
    """
    shape = (members, count, dimension)
    drawn = torch.randn(shape, generator=generator, dtype=torch.float64, device=generator.device)
    return drawn.to(dtype)


def modular_target(order: int, dtype: torch.dtype = torch.float64) -> Tensor:
    """(P, P^2): y_p(n, m) = delta(p, n + m mod P) - 1/P for all pairs, m fastest.

    >>> modular_target(3)[0].reshape(3, 3).argmax(1).tolist()
    [0, 2, 1]
    """
    residues = torch.arange(order)
    answer = (residues[:, None] + residues[None, :]).remainder(order).reshape(-1)
    hot = (residues[:, None] == answer[None, :]).to(dtype)
    return hot - 1 / order


def require_finite(name: str, values: Tensor) -> Tensor:
    """The values, or :class:`DataError` naming the first entry that is not a number."""
    bad = ~torch.isfinite(values)
    if bad.any():
        where = tuple(torch.nonzero(bad)[0].tolist())
        raise DataError(
            f"{name}{list(where)} is {values[where].item()}: {int(bad.sum())} of {values.numel()} "
            "entries are not finite; remove them before training"
        )
    return values
