"""The nonlinearity of a network, compiled from the activation that the theory was derived with."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Protocol

import sympy as sp
from torch import Tensor

from binodal.derive.gaussian.activations import Activation, z
from binodal.derive.gaussian.slope import bounded, slope
from binodal.numerics.codegen.load import compiled

BLOCK = 1 << 15
"""Entries that generated torch treats at a time: a block and its results fit a core's cache."""


class Elementwise(Protocol):
    """phi and phi' of every entry of a tensor; the argument may be overwritten.

    ``room`` is memory of the argument's shape and type, both contiguous, that phi' may be put
    into: a caller that comes again saves the allocation.
    """

    def __call__(self, argument: Tensor, room: Tensor | None = None, /) -> tuple[Tensor, Tensor]:
        """(phi(z), phi'(z)), each of the argument's shape."""

    def values(self, argument: Tensor, /) -> Tensor:
        """phi(z) alone, for a contiguous argument."""


class Compiled:
    """phi and phi' as generated torch code: one expression, one derivative, no second formula.

    >>> import torch
    >>> from binodal.derive.gaussian.activations import ERF
    >>> phi, slope = Compiled(ERF)(torch.tensor([0.0], dtype=torch.float64))
    >>> phi.item(), round(slope.item(), 6)
    (0.0, 1.128379)
    """

    def __init__(self, activation: Activation) -> None:
        self.activation = activation
        self._pair = _generated(activation)

    def __call__(self, argument: Tensor, room: Tensor | None = None, /) -> tuple[Tensor, Tensor]:
        """(phi(z), phi'(z)); with ``room`` in main memory both are written in place, in blocks."""
        if room is None or argument.device.type != "cpu":
            phi, slope = self._pair(argument)
            return phi, slope.expand_as(argument)  # one number where phi is linear
        # The generated code's intermediate results then never leave the cache.
        values, slopes = argument.view(-1), room.view(-1)
        for start in range(0, values.numel(), BLOCK):
            part = slice(start, start + BLOCK)
            values[part], slopes[part] = self._pair(values[part])
        return argument, room

    def values(self, argument: Tensor, /) -> Tensor:
        """phi(z), in a new tensor."""
        return _generated_phi(self.activation)(argument)[0]


def pair(activation: Activation) -> dict[str, sp.Expr]:
    """phi and phi', both without overflow."""
    return {"phi": bounded(activation.phi), "slope": slope(activation.phi)}


@cache
def _generated(activation: Activation) -> Callable[[Tensor], tuple[Tensor, ...]]:
    return compiled("activation", pair(activation), (z,), "torch")


@cache
def _generated_phi(activation: Activation) -> Callable[[Tensor], tuple[Tensor, ...]]:
    return compiled("phi", {"phi": pair(activation)["phi"]}, (z,), "torch")
