"""A neuron that sees one pair: where it is as deep as the zero state.

Its action is that of a mode at another coupling, without disorder: a bound from one side of where
equilibrium leaves the zero state for memorising.
"""

from __future__ import annotations

from flint import arb

from binodal.models.modular.numerics.functions import coupling
from binodal.models.modular.numerics.results import CriticalPoint
from binodal.models.modular.numerics.subset_curves import (
    across,
    on_curve,
    pair_coupling,
    points,
    ring_at,
)
from binodal.models.modular.parameters import SHARE
from binodal.numerics.balls import ball
from binodal.numerics.critical import Found, Request
from binodal.numerics.errors import ParameterError
from binodal.numerics.outcome import Status

ONE_PAIR = "one-pair"
NO_SHARE = (
    "a neuron that sees one pair has the same action for every share: ask along another parameter"
)
_BOUND = (
    "colder than this the zero state is not the deepest, whatever the share; other neurons that "
    "memorise may be deeper, and then it is left before"
)


def require_along(along: str) -> None:
    """Raise ParameterError for P, of which the coupling is no monomial."""
    if along == "P":
        raise ParameterError(f"event {ONE_PAIR!r} has no values along P: ask along another")


def found_pair(request: Request, bits: int) -> Found[CriticalPoint]:
    """The one point along a parameter that multiplies the coupling, at the current precision."""
    own = {name: ball(value) for name, value in request.parameters.items()}
    end = on_curve("coexistence", arb(1))
    start = pair_coupling()(_coupling(own), own["P"])[0] ** 2 / own["gamma"]
    value = across(end, request.along, own[request.along], start)
    there = {**own, request.along: value}
    position, _ = ring_at(end, there["gamma"], arb(1))
    point = CriticalPoint(value, _coupling(there), position, arb(1))
    shares = [share.str(6, radius=False) for _, share in points("coexistence", SHARE, there, bits)]
    first = f"above a share of {shares[-1]}" if shares else "nowhere"
    why = f"{_BOUND}; a neuron that generalises comes before it {first}"
    return Status.CERTIFIED, (point,), why


def _coupling(own: dict[str, arb]) -> arb:
    """u of the zero state, which has a = 1."""
    return coupling(own["sigma2"], own)
