"""What the solvers of a neuron return; the attributes of a closure are its modes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flint import arb

from binodal.numerics.results import EventPoint, SolvedClosure, StationaryPoint


@dataclass(frozen=True)
class Saddle(StationaryPoint):
    """A stationary point of the action in the order parameter; ``action`` is S over the size."""

    order: arb


@dataclass(frozen=True)
class Closure:
    """The amplitudes of the mean residual by the names of its modes, and as attributes.

    >>> Closure({"t": arb(2)}).t
    2.00000000000000
    """

    modes: Mapping[str, arb]

    def __getattr__(self, name: str) -> arb:
        modes: Mapping[str, arb] = self.__dict__.get("modes", {})
        if name not in modes:
            raise AttributeError(name)
        return modes[name]


class Solution(SolvedClosure[Closure, Saddle]):
    """A solved closure."""


@dataclass(frozen=True)
class CriticalPoint(EventPoint):
    """Where an event happens, and the order parameter there; ``u`` is g over the size."""

    order: arb
