"""The accept or reject step that removes a proposal's bias, member by member."""

from __future__ import annotations

from abc import ABC, abstractmethod

import torch
from torch import Tensor

from binodal.validate.samplers.sampler import Info, State, empty
from binodal.validate.target import Target


def kinetic(momentum: Tensor) -> Tensor:
    """|p|^2/2 of each member (R,), summed in float64.

    >>> kinetic(torch.tensor([[3.0, 4.0]]))
    tensor([12.5000], dtype=torch.float64)
    """
    length: Tensor = torch.linalg.vector_norm(momentum, dim=1, dtype=torch.float64)
    return length.square_().div_(2)


def decide(
    state: State, proposal: State, rise: Tensor, generator: torch.Generator
) -> tuple[State, Info]:
    """Take each member's proposal with probability min(1, e^-rise), else keep its state.

    ``rise`` (R,) is the total energy after minus before. A proposal that is not finite has no
    chance, so a trajectory that explodes is a rejection and loses nobody; a member counts as lost
    only when its own energy is not finite. The proposal's tensors are overwritten.
    """
    probability = rise.neg().exp().clamp_max(1).nan_to_num(nan=0.0)
    chance = torch.rand(
        rise.shape, generator=generator, dtype=probability.dtype, device=rise.device
    )
    accepted = chance < probability
    chosen = State(
        *(
            torch.where(accepted.view(-1, *[1] * (new.dim() - 1)), new, old) if new.numel() else new
            for new, old in zip(proposal, state, strict=True)
        )
    )
    return chosen, Info(accepted, probability, ~torch.isfinite(chosen.energy))


class Metropolis(ABC):
    """A sampler of the exact law: a proposal, then :func:`decide`; only the proposal is its own."""

    target: Target

    def init(self, x: Tensor, generator: torch.Generator) -> State:
        """x (copied), its gradient and energy."""
        x = x.clone()
        energy = self.target.energy(x).to(torch.float64)
        return State(x, empty(x), self.target.gradient(x), energy)

    def step(self, state: State, generator: torch.Generator) -> tuple[State, Info]:
        """One proposal and its verdict for every member."""
        return decide(state, *self.propose(state, generator), generator)

    @abstractmethod
    def propose(self, state: State, generator: torch.Generator) -> tuple[State, Tensor]:
        """Where the members would go, and the rise of the total energy (R,)."""
