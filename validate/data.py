"""Inputs of data sets, and the refusal of what is not a number."""

from __future__ import annotations

import torch
from torch import Tensor

from binodal.validate.errors import DataError


def gaussian_inputs(
    members: int,
    count: int,
    dimension: int,
    generator: torch.Generator,
    dtype: torch.dtype = torch.float32,
) -> Tensor:
    """(R, n, d) inputs x ~ N(0, I_d), a fresh data set for every member.

    Drawn in float64 and rounded, so that both precisions see the same data.
    """
    shape = (members, count, dimension)
    drawn = torch.randn(shape, generator=generator, dtype=torch.float64, device=generator.device)
    return drawn.to(dtype)


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
