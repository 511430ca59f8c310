"""A neuron that sees one pair: where it is as deep as the zero state.

Its action is that of a mode at another coupling, without disorder: a bound from one side of where
equilibrium leaves the zero state for memorising.
"""

from __future__ import annotations

from flint import arb

from binodal.models.modular.numerics.functions import coupling
from binodal.models.modular.numerics.results import CriticalPoint
from binodal.models.modular.numerics.subset_curves import (
    OnCurve,
    across,
    least_share,
    on_curve,
    pair_coupling,
    pair_decay,
    points,
    ratio,
    ring_at,
)
from binodal.models.modular.parameters import SHARE
from binodal.numerics.balls import ball, positive
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
    end, decay = on_curve("coexistence", arb(1)), ball(pair_decay(own))
    start = pair_coupling()(_coupling(own), own["P"])[0] ** 2 / (decay * own["gamma"])
    value = across(end, request.along, own[request.along], start)
    there = {**own, request.along: value}
    position, _ = ring_at(end, decay * there["gamma"], arb(1))
    point = CriticalPoint(value, _coupling(there), position, arb(1))
    why = f"{_BOUND}; a neuron that generalises comes before it {_first(there, end, bits)}"
    return Status.CERTIFIED, (point,), why


def _first(there: dict[str, arb], end: OnCurve, bits: int) -> str:
    """At which shares a ring is as deep as zero there, in words."""
    shares = [share.str(6, radius=False) for _, share in points("coexistence", SHARE, there, bits)]
    if shares:
        return f"above a share of {shares[-1]}"
    learned = positive(ratio({**there, SHARE: arb(1)}) - end.ratio)
    least = least_share("coexistence", there, bits).str(6, radius=False)
    return f"at every share above {least}, which it needs" if learned else "nowhere"


def _coupling(own: dict[str, arb]) -> arb:
    """u of the zero state, which has a = 1."""
    return coupling(own["sigma2"], own)
