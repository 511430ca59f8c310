"""What the single-index solvers return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flint import arb

from binodal.numerics.results import SolvedClosure, StationaryPoint


@dataclass(frozen=True)
class Closure:
    """The amplitudes of the modes, not normalised, in the mean residual.

    By the order k of He_k, or by the multi-index of several directions as text.
    """

    t: Mapping[Any, arb]


@dataclass(frozen=True)
class Saddle(StationaryPoint):
    """A stationary point of S/d in the cosine m and the norm r; q = m r."""

    m: arb
    r: arb

    @property
    def q(self) -> arb:
        """The overlap with the teacher."""
        return self.m * self.r


@dataclass(frozen=True)
class Solution(SolvedClosure[Closure, Saddle]):
    """Closure, saddles and phase."""


@dataclass(frozen=True)
class Held:
    """A feature that a mass of neurons holds at zero, the acting modes, and dt_k/dy_k of these."""

    m: arb
    r: arb
    amplitudes: tuple[arb, ...]
    mass: arb
    responses: Mapping[int, arb]
