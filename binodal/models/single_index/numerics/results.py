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
class Place:
    """Where neurons hold the residual: m, their norm r, None without a bound, and their size.

    That is d times the share of all neurons, and without a bound W, d times their part of <|w|^2>.
    """

    m: arb
    r: arb | None
    size: arb


@dataclass(frozen=True)
class Held:
    """The places at which neurons hold the residual, its acting modes, and dt_k/dy_k of these.

    While the teacher moves a little, a place stays at an edge, or moves so that it holds the
    largest field still. Where ``shared``, only the size of a place and its image -m together is
    known; each counts half of it.
    """

    places: tuple[Place, ...]
    amplitudes: tuple[arb, ...]
    responses: Mapping[int, arb]
    shared: bool = False
