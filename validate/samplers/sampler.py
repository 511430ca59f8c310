"""The one shape of every sampler: build(target, ...) -> Sampler; init, step, Info."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import torch
from torch import Tensor


class State(NamedTuple):
    """Where the members are. ``momentum`` and ``gradient`` are empty (0 columns) when unused.

    A state is plain tensors, so that a checkpoint holds all of it.
    """

    x: Tensor
    momentum: Tensor
    gradient: Tensor


class Info(NamedTuple):
    """What one step did: members accepted (all ones without Metropolis) and members lost.

    ``diverged`` marks members with a coordinate or gradient that is not finite or past the
    sampler's bound; they must not be used.
    """

    accepted: Tensor
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
        """A state at x, with a drawn momentum where there is one."""

    def step(self, state: State, generator: torch.Generator) -> tuple[State, Info]:
        """One step of all members."""
