"""What a boundary is: curves of points in two parameters, end points, and what is proved of them.

Both models return these; field names are those of the JSON documents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from flint import arb

from binodal.numerics.continuation.certify import Link
from binodal.numerics.outcome import Status

Window = Mapping[str, tuple[Fraction, Fraction]]


@dataclass(frozen=True)
class BoundaryPoint:
    """A point: both parameters and the state there as balls.

    ``exact`` names the parameter that was held at an exact value, with that value; at most one.
    """

    values: Mapping[str, arb]
    state: Mapping[str, arb]
    exact: Mapping[str, Fraction] = field(default_factory=dict)


@dataclass(frozen=True)
class BoundaryCurve:
    """Points along one curve; ``links[i]`` is what is proved between points i and i + 1.

    ``ends`` says where the curve leaves the window, for both ends, or that it closes.
    """

    points: tuple[BoundaryPoint, ...]
    links: tuple[Link, ...]
    ends: tuple[str, str]

    @property
    def undecided(self) -> int:
        """Neighbours whose connection is not proved."""
        return sum(not link.proved for link in self.links)


@dataclass(frozen=True)
class EndPoint:
    """A limit where the curves of an event end, with its values; absent with the reason."""

    kind: str
    status: Status
    values: Mapping[str, arb]
    reason: str


@dataclass(frozen=True)
class Boundary:
    """An event in a plane of two parameters: its curves in the window and its end points."""

    event: str
    names: tuple[str, str]
    theory: str
    limit: str
    status: Status
    window: Window
    curves: tuple[BoundaryCurve, ...]
    end_points: tuple[EndPoint, ...]
    reason: str
    assumptions: tuple[str, ...]
