"""Everything that decides the numbers of a training by an optimiser, in one value with a hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from fractions import Fraction
from math import isfinite
from numbers import Integral
from typing import Any

from binodal.numerics.parameters import Parameters
from binodal.validate.measures.network import LOSSES
from binodal.validate.network_model import Find, NetworkModel
from binodal.validate.run.errors import RunError
from binodal.validate.run.spec import DTYPES, package_version

MACHINE = "rfm"
OPTIMIZERS = ("sgd", "adam", "adamw", MACHINE)
PER_DECADE = 8
"""Moments of a course in each power of ten of the step."""
EVERY_STEP = 100
"""A machine, whose steps are few, is kept at each of so many."""

_OF_DESCENT = ("learning_rate", "momentum", "batch_size", "initial_scale", "loss", "device")

_LARGEST = 10**9


@dataclass(frozen=True)
class OptimizerSpec:
    """A training by an optimiser: which networks, on which data, how, and the root of all seeds.

    ``members`` networks of one task, which differ by where they start: at the prior of
    ``parameters`` times ``initial_scale``. The loss is the mean over inputs and outputs of
    (y - f)^2, or the cross-entropy in nats, of a share ``data_fraction`` of the training inputs,
    the same for all members. ``batch_size`` inputs a step, 0 for all, in an order that is drawn
    anew when all have been seen. ``weight_decay`` is that of torch: a pull w in the gradient of
    sgd and adam, apart from it in adamw; ``momentum`` is that of sgd. A recursive feature machine
    (rfm) has one member, in double precision, and the ridge ``weight_decay``. Raises RunError for
    values that make no sense.
    """

    network: NetworkModel = field(compare=False, repr=False)
    parameters: Parameters
    members: int
    optimizer: str = "adamw"
    learning_rate: float = 0.01
    weight_decay: float = 0.0
    batch_size: int = 0
    initial_scale: float = 1.0
    loss: str = "mse"
    steps: int = 1000
    data_fraction: Fraction = Fraction(1)
    seed: int = 0
    dtype: str = "float32"
    device: str = "cpu"
    momentum: float = 0.0

    def __post_init__(self) -> None:
        if self.network.measurable is None:
            raise RunError(f"{self.model} has no task for an optimiser")
        choices = {"optimizer": OPTIMIZERS, "loss": LOSSES, "dtype": tuple(DTYPES)}
        for name, allowed in choices.items():
            if getattr(self, name) not in allowed:
                raise RunError(f"{name} {getattr(self, name)!r}: choose {', '.join(allowed)}")
        least = {"members": 1, "steps": 1, "batch_size": 0, "seed": 0}
        for name, at_least in least.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, Integral):
                raise RunError(f"{name}={value!r}: must be a whole number")
            if not at_least <= int(value) <= _LARGEST:
                raise RunError(f"{name}={value}: must be from {at_least} to {_LARGEST}")
            object.__setattr__(self, name, int(value))
        for name in ("learning_rate", "weight_decay", "initial_scale", "momentum"):
            value, may_vanish = getattr(self, name), name in ("weight_decay", "momentum")
            if not (isfinite(value) and value >= 0) or (not may_vanish and value == 0):
                raise RunError(f"{name}={value}: must be positive{' or zero' * may_vanish}")
        if self.momentum and (self.optimizer != "sgd" or self.momentum >= 1):
            raise RunError(f"momentum={self.momentum}: must be below 1, and is of sgd alone")
        if not 0 < self.data_fraction <= 1:
            raise RunError(f"data_fraction={self.data_fraction}: must be above 0 and at most 1")
        for name, value in self.parameters.items():
            if self.parameters.space.fields[name].whole and value.denominator != 1:
                raise RunError(f"{name}={value}: a network needs a whole number; round it")
        if self.optimizer == MACHINE:
            self._require_machine()
        elif self.network.jumps:
            raise RunError(
                f"optimizer {self.optimizer!r}: the networks of {self.model} jump, which a "
                "gradient does not see: their first layer would not learn"
            )

    def _require_machine(self) -> None:
        """Double precision, and nothing that a kernel regression does not have."""
        object.__setattr__(self, "dtype", "float64")
        defaults = {f.name: f.default for f in fields(self)}
        for name in _OF_DESCENT:
            if getattr(self, name) != defaults[name]:
                raise RunError(f"{name}={getattr(self, name)}: {MACHINE} has none; leave it out")
        if self.members != 1:
            raise RunError(f"members={self.members}: {MACHINE} starts nowhere at random, so 1")

    @property
    def model(self) -> str:
        """The name under which the run is stored."""
        return self.parameters.model

    @property
    def words(self) -> str:
        """How it is trained."""
        if self.optimizer == MACHINE:
            return f"{MACHINE} with the ridge {self.weight_decay:g}"
        pushed = f", momentum {self.momentum:g}" if self.momentum else ""
        return (
            f"{self.optimizer} at rate {self.learning_rate:g}{pushed}, decay "
            f"{self.weight_decay:g}, loss {self.loss}"
        )

    @property
    def moments(self) -> tuple[int, ...]:
        """Steps at which networks are kept: the start, the end, and evenly in the logarithm."""
        early = EVERY_STEP if self.optimizer == MACHINE else 0
        count, marks = 0, {self.steps, *range(min(early, self.steps) + 1)}
        while (step := round(10 ** (count / PER_DECADE))) < self.steps:
            marks.add(step)
            count += 1
        return tuple(sorted(marks))

    def document(self) -> dict[str, Any]:
        """The training as plain values."""
        own = {f.name: getattr(self, f.name) for f in fields(self) if f.compare}
        own["data_fraction"] = str(self.data_fraction)
        del own["parameters"]
        if not self.momentum:  # trainings of before there was any keep their names
            del own["momentum"]
        kept = {"model": self.model, "parameters": self.parameters.as_strings()}
        return {**kept, **own, "version": package_version()}

    @property
    def digest(self) -> str:
        """SHA-256 of the document: two trainings of one digest give the same numbers."""
        return hashlib.sha256(json.dumps(self.document(), sort_keys=True).encode()).hexdigest()


def spec_of(document: Mapping[str, Any], find: Find) -> OptimizerSpec:
    """The training that a document describes; ``find`` knows its model by name."""
    values = {name: Fraction(value) for name, value in document["parameters"].items()}
    own = {k: v for k, v in document.items() if k not in ("model", "parameters", "version")}
    parameters, network = find(document["model"], values)
    own["data_fraction"] = Fraction(own["data_fraction"])
    return OptimizerSpec(network, parameters, **own)
