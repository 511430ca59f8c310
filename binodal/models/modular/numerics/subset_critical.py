"""Critical points on a random subset of the pairs: all roots of a polynomial, none missed.

The zero branch has a = 1. At F = 1 the answer is that of all pairs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from math import sqrt

from flint import arb

from binodal.derive.assumptions import Assumption
from binodal.models.modular.numerics.critical import critical as on_all_pairs
from binodal.models.modular.numerics.results import DROPPED_PRIOR, NEVER, REAL_SIZES, CriticalPoint
from binodal.models.modular.numerics.subset_crossing import CROSSING, found_crossing
from binodal.models.modular.numerics.subset_curves import (
    MOVES_DISORDER,
    Mode,
    OnCurve,
    norm_of,
    of_one_pair,
    pair_decay,
    points,
    ring_at,
    whole,
)
from binodal.models.modular.numerics.subset_pair import (
    NO_SHARE,
    ONE_PAIR,
    found_pair,
    require_along,
)
from binodal.models.modular.numerics.subset_widths import limits_of, widths
from binodal.models.modular.parameters import ON_SUBSET, SHARE
from binodal.numerics.balls import ball, bits_of, precision
from binodal.numerics.critical import CriticalPoints, Found, Request, nearest_first
from binodal.numerics.outcome import Status

EVENTS = ("birth", "coexistence", "memorisation", "instability")
_MEMORISING = (
    "memorising neurons: not weighed, so a state here may be metastable. One that sees a single "
    "pair has "
)
_SAME_DECAY = (
    "S = P^2 s at u (1 - 1/P), where {} s at F^2 u: minimum and barrier are {} times as large at "
    "the same coupling"
)
_OTHER_DECAY = (
    "{:.4g} times the decay of a ring at the same x, and is as deep as the zero state at {:.4g} of "
    "its coupling on all pairs, whatever the share"
)
_SEARCH_BITS = 512
ALONE: Mapping[str, Fraction] = {}
"""Of a mode of Z_P, which is given by its parameters alone."""


class SubsetPoints(CriticalPoints[CriticalPoint]):
    """Birth, coexistence and loss of a generalising mode on a subset.

    ``mode`` gives the parameters of a mode of Z_P from the model's own, which are ``alongs``.
    """

    limit = "thermodynamic"
    theories: tuple[str, ...] = ("derived",)
    events: tuple[str, ...] = (*EVENTS, ONE_PAIR, CROSSING)
    impossible = NEVER

    def __init__(
        self, mode: Mode = dict, alongs: tuple[str, ...] = tuple(ON_SUBSET.fields)
    ) -> None:
        self.mode, self.alongs = mode, alongs

    def checked(self, request: Request) -> Request:
        """The request of the mode; a neuron that sees one pair has no values along P."""
        if request.event == ONE_PAIR:
            require_along(request.along)
        return replace(request, parameters=self.mode(request.parameters))

    def never(self, request: Request) -> str:
        """A neuron that sees one pair has no share where it begins to be deeper."""
        if (request.event, request.along) == (ONE_PAIR, SHARE):
            return NO_SHARE
        return super().never(request)

    def assumptions(self, request: Request) -> tuple[str, ...]:
        """Those of the quenched action."""
        return notes(request.parameters, request.along)

    def found(self, request: Request) -> Found[CriticalPoint]:
        """All roots; where the subset is everything and stays so, those of all pairs."""
        bits = max(bits_of(request.digits), _SEARCH_BITS)
        if request.event == ONE_PAIR:
            with precision(bits):
                return found_pair(request, bits)
        if request.event == CROSSING:
            with precision(bits):
                return found_crossing(request, bits)
        if request.parameters[SHARE] == 1 and request.along != SHARE:
            return self._on_all(request)
        with precision(bits):
            answers = points(request.event, request.along, request.parameters, bits)
            limits = limits_of(request.event, request.parameters, bits)
            states = [_state(place, value, request) for place, value in answers]
        if not states:
            return Status.ABSENT, (), f"no root of the polynomial for {request.event}: {limits}"
        if request.along == "P":
            limits = "the polynomial in the stiffness of the other modes"
        ordered = nearest_first(states, request.parameters[request.along])
        pair = _pair(ordered[0], request)
        return Status.CERTIFIED, ordered, f"all roots of a polynomial; {limits}; {pair}"

    def _on_all(self, request: Request) -> Found[CriticalPoint]:
        if request.event == "memorisation":
            return Status.ABSENT, (), "on all pairs there is no disorder"
        given = whole(request.parameters)
        return on_all_pairs.found(replace(request, parameters=given))


def _pair(point: CriticalPoint, request: Request) -> str:
    own: dict[str, Fraction | arb] = {**request.parameters, request.along: point.value}
    return of_one_pair(point.u, ball(own["P"]), own)


def _state(place: OnCurve, value: arb, request: Request) -> CriticalPoint:
    """u and x there; the residual has not begun to fall."""
    own = {name: ball(v) for name, v in request.parameters.items()} | {request.along: value}
    position, coupling = ring_at(place, own["gamma"], own[SHARE])
    smeared = widths(request.event, request.along, place, own)
    return CriticalPoint(value, coupling, position, arb(1), widths=smeared)


def notes(of: Mapping[str, Fraction | arb] = ALONE, along: str = "sigma2") -> tuple[str, ...]:
    """What an answer rests on: of a ring with this norm, and this decay of one pair."""
    used = (Assumption.MEAN_FIELD, Assumption.MODE_DECAY, Assumption.LARGE_P, Assumption.QUENCHED)
    sizes = (REAL_SIZES,) if along in ("N", *MOVES_DISORDER) else ()
    memorising = _MEMORISING + _of_pair(float(norm_of(of)), float(pair_decay(of)))
    return (*(a.value for a in used), memorising, DROPPED_PRIOR, *sizes)


def _of_pair(norm: float, decay: float) -> str:
    if decay != 1:
        return _OTHER_DECAY.format(decay, sqrt(decay))
    own = {1: ("an irrep has P", "P"), 2: ("a mode has 2 P", "P/2")}
    return _SAME_DECAY.format(*own.get(int(norm), (f"an irrep has {norm:g} P", f"P/{norm:g}")))


critical_on_subset = SubsetPoints()
