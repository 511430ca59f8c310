"""What is trained step by step: networks under an optimiser, or a machine without one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from torch import Tensor

from binodal.validate.measures.network import Task
from binodal.validate.optimizers.descent import Descent
from binodal.validate.optimizers.feature_machine import FeatureMachine
from binodal.validate.optimizers.spec import MACHINE, OptimizerSpec


class Learner(Protocol):
    """A training at some step, whose next one is the same whatever came between."""

    step_count: int

    @property
    def spec(self) -> OptimizerSpec:
        """What was asked."""

    @property
    def finite(self) -> bool:
        """Whether all weights are numbers."""

    def step(self) -> None:
        """One step."""

    def weights(self) -> dict[str, Tensor]:
        """Both layers of all members in main memory."""

    def tensors(self) -> dict[str, Tensor]:
        """All that the next step depends on."""

    def restore(self, step: int, tensors: Mapping[str, Tensor]) -> None:
        """Be as :meth:`tensors` said at a step."""


def learner(spec: OptimizerSpec, task: Task) -> Learner:
    """What a training asks for, at its start."""
    return (FeatureMachine if spec.optimizer == MACHINE else Descent)(spec, task)
