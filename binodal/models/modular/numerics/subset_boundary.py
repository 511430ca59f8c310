"""Events on a subset of the pairs as curves over the share and another parameter.

Every curve is explicit in z, so a stretch of z is a stretch of the curve, and the window cuts it at
roots of polynomials: nothing is followed, and nothing missed.

>>> from binodal.models.modular.parameters import ON_SUBSET
>>> preset = ON_SUBSET.at(ON_SUBSET.presets["fig3"])
>>> found = boundary_on_subset(preset, "coexistence", points=5)
>>> found.status.value, [curve.ends for curve in found.curves]
('certified', [('the end', 'data_fraction=1')])
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import ClassVar

import numpy as np
from flint import arb
from numpy.typing import NDArray

from binodal.models.modular.numerics.results import NEVER, require
from binodal.models.modular.numerics.subset_critical import EVENTS, notes
from binodal.models.modular.numerics.subset_curves import (
    MOVES_DISORDER,
    Mode,
    OnCurve,
    across,
    end_of,
    felt,
    on_curve,
    points,
    ratio,
    ring_at,
    rows_of,
    share_at,
)
from binodal.models.modular.parameters import SHARE
from binodal.numerics.balls import ball, bits_of, positive, precision
from binodal.numerics.continuation.boundaries import Boundaries, Found, Request
from binodal.numerics.continuation.certify import Link
from binodal.numerics.continuation.result import BoundaryCurve, BoundaryPoint, EndPoint
from binodal.numerics.continuation.system import rounded
from binodal.numerics.continuation.window import shown
from binodal.numerics.errors import ParameterError, Undecided
from binodal.numerics.outcome import Status

Array = NDArray[np.float64]
_SEARCH_BITS = 256
_DENSE = 400
_COMPLETE = (
    "all curves: each is explicit in the stiffness of the other modes, and meets the edges of the "
    "window at roots of polynomials"
)
_ENDS = {
    "coexistence": "coexistence meets the loss to memorising: a smaller share of the pairs has no "
    "ring as deep as the zero state",
    "birth": "birth meets the loss to memorising: a smaller share of the pairs has no ring",
}
_ENDS["memorisation"] = _ENDS["birth"]


@dataclass(frozen=True)
class _Cut:
    """A place on the curve where a stretch may begin or end, and what is there."""

    z: arb
    name: str
    exact: Mapping[str, Fraction]


class _Plane:
    """An event over the share and another parameter, by z."""

    def __init__(self, request: Request, bits: int) -> None:
        self.request, self.event, self.bits = request, request.event, bits
        (self.other,) = (name for name in request.names if name != SHARE)
        self.end = end_of(self.event, bits)

    def values(self, place: OnCurve) -> dict[str, arb]:
        """Both parameters at a point of the curve."""
        given = self.request.parameters
        share = share_at(place.strength, rows_of(given))
        start = ratio({**given, SHARE: share})
        return {SHARE: share, self.other: across(place, self.other, ball(given[self.other]), start)}

    def inside(self, z: arb) -> bool:
        """Whether the curve is in the window at z. Raises Undecided."""
        for name, value in self.values(on_curve(self.event, z)).items():
            low, high = (ball(side) for side in self.request.window[name])
            signs = positive(value - low), positive(high - value)
            if False in signs:
                return False
            if None in signs:
                raise Undecided(f"the {self.event} cannot be told from an edge of the window")
        return True

    def cuts(self) -> list[_Cut]:
        """All places where the curve meets an edge, with its own ends, by z."""
        far = _Cut(arb(0), "", {}) if self.event == "memorisation" else _Cut(arb(1), "", {})
        cuts = [*self._edges(), _Cut(self.end.z, "the end", {}), far]
        return sorted(cuts, key=lambda cut: float(cut.z.mid()))

    def _edges(self) -> Iterator[_Cut]:
        for name, sides in self.request.window.items():
            along = self.other if name == SHARE else SHARE
            for side in sides:
                given = {**self.request.parameters, name: side}
                for place, _ in points(self.event, along, given, self.bits):
                    yield _Cut(place.z, f"{name}={side}", {name: side})

    def curves(self) -> Iterator[BoundaryCurve]:
        """The stretches between cuts that lie in the window."""
        for first, last in pairwise(self.cuts()):
            apart = positive(last.z - first.z)
            if apart is None and first.name and last.name:
                raise Undecided(f"the {self.event} meets two edges of the window in one place")
            if apart and self.inside(arb(((first.z + last.z) / 2).mid())):
                yield self._stretch(first, last)

    def _stretch(self, first: _Cut, last: _Cut) -> BoundaryCurve:
        count = self.request.points
        between = [_Cut(ball(z), "", {}) for z in self._even(first, last, count)[1:-1]]
        cuts = [first, *between, last]
        for _ in cuts:
            self.request.tell()
        points = tuple(self._point(cut) for cut in cuts)
        return BoundaryCurve(points, (Link(True, 1),) * (len(points) - 1), (first.name, last.name))

    def _even(self, first: _Cut, last: _Cut, count: int) -> list[Fraction]:
        """Values of z at even distances in the logarithms of both parameters."""
        z = np.linspace(float(first.z.mid()), float(last.z.mid()), _DENSE)
        share, other = self._floats(z[1:-1])
        steps = np.hypot(np.diff(np.log(share)), np.diff(np.log(other)))
        length = np.concatenate([[0.0], np.cumsum(steps)])
        even = np.interp(np.linspace(0, length[-1], count), length, z[1:-1])
        return [rounded(float(value)) for value in even]

    def _floats(self, z: Array) -> tuple[Array, Array]:
        values = [self.values(on_curve(self.event, arb(float(value)))) for value in z]
        rows = [[float(place[name].mid()) for place in values] for name in (SHARE, self.other)]
        return np.array(rows[0]), np.array(rows[1])

    def _point(self, cut: _Cut) -> BoundaryPoint:
        point = on_curve(self.event, cut.z)
        values = {**self.values(point), **{name: ball(side) for name, side in cut.exact.items()}}
        own = {name: ball(v) for name, v in self.request.parameters.items()} | values
        position, coupling = ring_at(point, own["gamma"], own[SHARE])
        ordered = {name: values[name] for name in self.request.names}
        coupling = felt(own) * coupling
        return BoundaryPoint(ordered, {"u": coupling, "x": position, "a": arb(1)}, cut.exact)


class SubsetBoundaries(Boundaries):
    """Birth, coexistence and loss to memorising over the share of the pairs.

    ``mode`` gives the parameters of a mode of Z_P from the model's own.
    """

    limit = "thermodynamic"
    events = EVENTS
    impossible = NEVER
    plane = (SHARE, "sigma2")

    most: ClassVar[Mapping[str, Fraction]] = {SHARE: Fraction(1)}

    def __init__(self, mode: Mode = dict) -> None:
        self.mode = mode

    def checked(self, request: Request) -> Request:
        """The request of the mode; the plane has the share, and what leaves the disorder alone."""
        require("coexistence", "sigma2", request.theory, request.digits)
        others = [name for name in request.parameters if name not in MOVES_DISORDER]
        for name in request.names:
            if SHARE not in request.names or name not in (SHARE, *others):
                raise ParameterError(
                    f"{', '.join(request.names)}: on a subset a plane has {SHARE} and one of "
                    f"{', '.join(others)}"
                )
        own = self.mode(request.parameters)
        for name in request.names:
            if own[name] != request.parameters[name]:
                raise ParameterError(f"{name}: no axis here, since irreps feel it each at a scale")
        return replace(request, parameters=own)

    def found(self, request: Request) -> Found:
        """All stretches in the window."""
        bits = max(bits_of(request.digits), _SEARCH_BITS)
        with precision(bits):
            try:
                curves = tuple(_Plane(request, bits).curves())
            except Undecided as doubt:
                return Status.UNDECIDED, (), str(doubt)
        status = Status.CERTIFIED if curves else Status.ABSENT
        return status, curves, f"{_COMPLETE}; searched {shown(request.window)}"

    def assumptions(self, request: Request) -> tuple[str, ...]:
        """Those of the quenched action."""
        return notes(request.parameters, SHARE)

    def end_points(self, request: Request) -> tuple[EndPoint, ...]:
        """Where the disorder is the most that the event can have, in the window or not."""
        if request.event not in _ENDS:
            return ()
        bits = max(bits_of(request.digits), _SEARCH_BITS)
        with precision(bits):
            plane = _Plane(request, bits)
            values = plane.values(plane.end)
        words = _ENDS[request.event]
        ordered = {name: values[name] for name in request.names}
        return (EndPoint("end of the curve", Status.CERTIFIED, ordered, words),)


boundary_on_subset = SubsetBoundaries()
