"""Step sizes of Metropolis samplers from the acceptance, during warm-up only.

Dual averaging (Y. Nesterov; M. Hoffman and A. Gelman, J. Mach. Learn. Res. 15, 1593) on log h,
fed with the mean acceptance probability of all members. What it returns has a fixed step: a step
that kept moving with the state would spoil the invariant law.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import NamedTuple

import torch
from torch import Tensor

from binodal.validate.errors import Untuned
from binodal.validate.samplers.divergence import require_alive
from binodal.validate.samplers.hmc import Hmc
from binodal.validate.samplers.mala import Mala
from binodal.validate.samplers.sampler import State

STEPS = 100
GAIN, DELAY, DECAY = 0.1, 10.0, 0.75
LARGEST = {"hmc": math.log(math.pi / 2), "mala": math.inf}
"""Of log h. Beyond a quarter turn a step of HMC gains nothing, however often it is accepted."""


class Warm(NamedTuple):
    """The sampler with its frozen step, the state, and the acceptance over the last half."""

    sampler: Hmc | Mala
    state: State
    acceptance: float


def adapt(
    sampler: Hmc | Mala,
    state: State,
    generator: torch.Generator,
    steps: int = STEPS,
    least: float = 0.0,
) -> Warm:
    """Run ``steps`` steps while h follows the acceptance; freeze the average of log h.

    ``least``: share of the wanted acceptance that every member must have. A member far out in a
    steep tail never moves while the mean of all looks well; start members near typical states.

    Raises:
        Untuned: less than half of the wanted acceptance over the last half of the steps, or less
            than ``least`` of it for a member.
        Diverged: a member's energy is not finite.
    """
    anchor = math.log(10 * sampler.step_size)
    error, average = 0.0, math.log(sampler.step_size)
    accepted: list[Tensor] = []
    for count in range(1, steps + 1):
        state, info = sampler.step(state, generator)
        require_alive(sampler, state, info, count - 1)
        accepted.append(info.probability)
        weight = 1 / (count + DELAY)
        error += weight * (sampler.goal - float(accepted[-1].mean()) - error)
        log_step = min(anchor - math.sqrt(count) / GAIN * error, LARGEST[sampler.name])
        average += count**-DECAY * (log_step - average)
        sampler = replace(sampler, step_size=math.exp(log_step))
    frozen = replace(sampler, step_size=math.exp(average))
    members = torch.stack(accepted[steps // 2 :]).mean(0)
    warm = Warm(frozen, state, float(members.mean()))
    _require_tuned(warm, members, steps, least)
    return warm


def _require_tuned(warm: Warm, members: Tensor, steps: int, least: float) -> None:
    """``members`` (R,): the mean acceptance of each over the last half of the steps."""
    goal, worst = warm.sampler.goal, int(members.argmin())
    if warm.acceptance < goal / 2:
        whose, accepted = warm.sampler.name, warm.acceptance
    elif float(members[worst]) < goal * least:
        whose, accepted = f"{warm.sampler.name}, member {worst},", float(members[worst])
    else:
        return
    raise Untuned(
        f"{whose} accepts {accepted:.2f} of its proposals after {steps} steps of warm-up "
        f"(wanted {goal:g}): start with a smaller step or warm up longer",
        warm,
    )
