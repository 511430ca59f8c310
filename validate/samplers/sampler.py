"""The one shape of every sampler: build(target, ...) -> Sampler; init, step, Info."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

import torch
from torch import Tensor

Fill = Callable[[Tensor], Tensor]
"""Writes standard normals into a tensor's memory and returns it."""


class State(NamedTuple):
    """Where the members are.

    ``x`` (R, D) in whitened coordinates; ``momentum`` (R, D); ``gradient`` (R, D), grad U at x;
    ``energy`` (R,), U at x. What a sampler does not carry has no elements. A state is plain
    tensors, so that a checkpoint holds all of it.
    """

    x: Tensor
    momentum: Tensor
    gradient: Tensor
    energy: Tensor


class Info(NamedTuple):
    """What one step did to each of the R members.

    ``accepted``, bool: the proposal was taken (all true without Metropolis). ``probability``: the
    chance it had, min(1, e^-Delta) (all ones without Metropolis). ``diverged``, bool: a coordinate
    or gradient is not finite or past the sampler's bound; the member must not be used any more.
    """

    accepted: Tensor
    probability: Tensor
    diverged: Tensor


class Sampler(Protocol):
    """One Markov kernel that leaves exp(-U) invariant, exactly or up to its step's bias."""

    @property
    def name(self) -> str:
        """Name in records."""

    @property
    def step_size(self) -> float:
        """The step in the sampler's own time."""

    def init(self, x: Tensor, generator: torch.Generator) -> State:
        """A state at a copy of x, with a drawn momentum where there is one."""

    def step(self, state: State, generator: torch.Generator) -> tuple[State, Info]:
        """One step of all members. The given state is consumed: its tensors may be overwritten."""


def empty(x: Tensor) -> Tensor:
    """What stands in a state for something that the sampler does not carry: no columns.

    >>> empty(torch.zeros(3, 2)).shape
    torch.Size([3, 0])
    """
    return x.new_empty((x.shape[0], 0))
