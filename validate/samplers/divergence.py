"""Members that a step has lost: found in every step, reported with the step and the member."""

from __future__ import annotations

import torch
from torch import Tensor

from binodal.validate.errors import Diverged, SamplerError
from binodal.validate.samplers.sampler import Info, Sampler, State

BOUND = 1e6
"""Largest mean square of a coordinate or momentum, in units of the prior's or thermal variance.

An explosion grows geometrically and passes any bound soon; a start that is merely bad (a hundred
prior widths away) must not be mistaken for one.
"""


def lost(values: Tensor, bound: float = BOUND) -> Tensor:
    """(R,) bool: rows of ``values`` (R, D) that are not finite or whose mean square is > bound.

    One reading pass; the comparison is negated so that nan counts as lost.

    >>> lost(torch.tensor([[1.0, 2.0], [float("nan"), 0.0], [0.0, 3000.0]]))
    tensor([False,  True,  True])
    """
    limit = (bound * values.shape[1]) ** 0.5
    inside: Tensor = torch.linalg.vector_norm(values, dim=1) <= limit
    return ~inside


def unconditional(diverged: Tensor) -> Info:
    """The report of a step without Metropolis: everything accepted."""
    ones = torch.ones_like(diverged)
    return Info(ones, ones.to(torch.float64), diverged)


def require_alive(sampler: Sampler, state: State, info: Info, step: int) -> None:
    """Raise ``Diverged`` with the step, the members and the last state if any member is lost."""
    if bool(info.diverged.any()):
        members = torch.nonzero(info.diverged).flatten().tolist()
        raise Diverged(sampler.name, step, members, sampler.step_size, partial=state)


def require_positive(**values: float) -> None:
    """Raise ``SamplerError`` unless every value is a finite positive number.

    >>> require_positive(step_size=-0.5)
    Traceback (most recent call last):
        ...
    binodal.validate.errors.SamplerError: step_size must be finite and positive, not -0.5
    """
    for name, value in values.items():
        if not 0 < value < float("inf"):
            raise SamplerError(f"{name} must be finite and positive, not {value:g}")
