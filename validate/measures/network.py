"""A two-layer network as measures see it: weights, activation, data and readout, no model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from binodal.derive.gaussian.activations import Activation, z
from binodal.numerics.codegen.load import compiled
from binodal.validate.activation import pair
from binodal.validate.errors import DataError
from binodal.validate.measures.inputs import Array, Inputs, Whole

_BLOCK = 1 << 21
"""Activations that are held at a time."""

LOSSES = ("mse", "cross-entropy")


@dataclass(frozen=True, eq=False)
class Task:
    """What networks are asked: inputs, their targets (n, O), and which of them were trained on.

    ``trained`` is None where nobody knows, and then ``size`` training inputs are as good as any, 0
    for all. ``classes``: the answer is the largest output.
    ``noise`` and ``spread`` are sigma^2 and sigma_a^2 of the posterior that a theory speaks of.
    """

    activation: Activation
    inputs: Inputs
    targets: Array
    trained: NDArray[np.bool_] | None = None
    classes: bool = False
    loss: str = "mse"
    noise: float = float("nan")
    spread: float = float("nan")
    size: int = 0

    def __post_init__(self) -> None:
        if self.loss not in LOSSES:
            raise DataError(f"loss {self.loss!r}: choose {', '.join(LOSSES)}")
        if self.loss == "cross-entropy" and not self.classes:
            raise DataError("cross-entropy: the targets are no classes")

    @property
    def seen(self) -> Whole:
        """Inputs that were trained on; all where nobody knows."""
        every = np.arange(self.inputs.count)
        return every if self.trained is None else every[self.trained]

    @property
    def held_out(self) -> Whole:
        """The others."""
        return np.setdiff1d(np.arange(self.inputs.count), self.seen)

    @cached_property
    def answers(self) -> Whole:
        """The right class of every input."""
        return np.asarray(self.targets.argmax(axis=1))

    def losses(self, outputs: Array, chosen: Whole) -> Array:
        """Of chosen inputs with these outputs: the mean of (y - f)^2, or nats of cross-entropy."""
        if self.loss == "mse":
            return np.asarray(np.square(self.targets[chosen] - outputs).mean(axis=1))
        top = outputs.max(axis=1, keepdims=True)
        logs = np.log(np.exp(outputs - top).sum(axis=1)) + top[:, 0]
        return np.asarray(logs - outputs[np.arange(len(outputs)), self.answers[chosen]])


@dataclass(frozen=True, eq=False)
class TwoLayer:
    """f_p(x) = sum_i a_ip phi(w_i.x): ``first`` (N, D), ``readout`` (N, O), on a task's inputs.

    ``seed`` is the root of every random choice that a measure makes, ``frequencies`` are those that
    somebody took for the network's keys. Raises DataError for shapes that do not match, for weights
    that are not finite, and for frequencies that its tokens do not have.
    """

    first: Array
    readout: Array
    task: Task = field(repr=False)
    seed: int = 0
    frequencies: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        inputs = self.task.inputs
        highest = inputs.order // 2 if inputs.cyclic else 0
        for k in self.frequencies:
            if not 1 <= k <= highest:
                allowed = f"from 1 to {highest}" if highest else "of tokens that are residues"
                raise DataError(f"frequency {k}: key frequencies are {allowed}")
        neurons, outputs = len(self.first), self.task.targets.shape[1]
        wanted = {"first": (neurons, self.task.inputs.dimension), "readout": (neurons, outputs)}
        for name, shape in wanted.items():
            weights = getattr(self, name)
            if weights.shape != shape or not neurons:
                raise DataError(f"{name} {weights.shape} is not {shape} as the task asks")
            if not np.isfinite(weights).all():
                raise DataError(f"{name}: {int((~np.isfinite(weights)).sum())} entries not finite")

    @property
    def neurons(self) -> int:
        """N."""
        return len(self.first)

    @property
    def weights(self) -> Array:
        """w_i, the first layer without biases, which are the weights of constants."""
        return self.first[:, : self.first.shape[1] - self.task.inputs.constants]

    def generator(self, purpose: str) -> np.random.Generator:
        """Random numbers of one measure, the same whatever else is measured."""
        return np.random.default_rng([self.seed, *purpose.encode()])

    def parts(self) -> Iterator[Whole]:
        """All inputs in parts whose activations can be held."""
        size = max(1, _BLOCK // self.neurons)
        everything = np.arange(self.task.inputs.count)
        return iter(np.split(everything, range(size, len(everything), size)))

    def fields(self, chosen: Whole) -> Array:
        """w_i.x_mu (N, number chosen)."""
        return self.task.inputs.fields(self.first, chosen)

    def activations(self, fields: Array) -> Array:
        """phi of fields, in their shape."""
        return values_of(self.task.activation, fields)

    def slopes(self, fields: Array) -> Array:
        """phi' of fields, in their shape."""
        return np.broadcast_to(_functions(self.task.activation)[1](fields)[0], fields.shape)

    def output(self, fields: Array) -> Array:
        """f of fields (N, m): (m, O)."""
        return np.asarray(self.activations(fields).T @ self.readout)

    @cached_property
    def outputs(self) -> Array:
        """f of all inputs, (n, O)."""
        return np.concatenate([self.output(self.fields(part)) for part in self.parts()])

    def with_weights(self, first: Array, readout: Array) -> TwoLayer:
        """Another network on the same task."""
        return replace(self, first=first, readout=readout)


def values_of(activation: Activation, fields: Array) -> Array:
    """phi of fields, in their shape."""
    return np.broadcast_to(_functions(activation)[0](fields)[0], fields.shape)


@cache
def _functions(activation: Activation) -> tuple[Any, Any]:
    expressions = pair(activation)
    return (
        compiled("phi", {"phi": expressions["phi"]}, (z,), "numpy"),
        compiled("slope", {"slope": expressions["slope"]}, (z,), "numpy"),
    )
