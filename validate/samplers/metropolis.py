"""The accept or reject step that removes a proposal's bias, member by member."""

from __future__ import annotations

import torch
from torch import Tensor

from validate.samplers.sampler import Info, State


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
