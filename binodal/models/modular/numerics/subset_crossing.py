"""Where a neuron that memorises is as deep as one that generalises: at no share below one."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from math import inf

from flint import arb

from binodal.models.modular.numerics.results import CriticalPoint
from binodal.models.modular.numerics.subset_curves import (
    across,
    at_disorder,
    end_of,
    felt,
    held_of,
    on_curve,
    pair_coupling,
    pair_decay,
    ratio,
    rows_of,
    share_at,
)
from binodal.models.modular.parameters import SHARE
from binodal.numerics.balls import ball, positive
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.critical import Found, Request
from binodal.numerics.errors import Undecided
from binodal.numerics.outcome import Status

_memorising = Forms("binodal.models.modular.forms.subsets").balls("memorising")
CROSSING = "crossing"
_DEEPER = (
    "at the residual where a ring is as deep as the zero state, neurons that memorise are deeper "
    "{}, so that they come first in equilibrium of N -> infinity at fixed P: "
    "on average over subsets the deepest has S <= {} there"
)
_DIGITS, _BOXES = 6, 64


def left_at(parameters: Mapping[str, Fraction | arb]) -> arb:
    """sigma^2 at which a neuron that memorises is as deep as zero: a bound from below.

    Of equal modes, or of one that sees one pair, whichever has the larger pull.
    """
    share, order = ball(parameters[SHARE]), ball(parameters["P"])
    pull = _of(arb(1), share, parameters)[1] * felt(parameters)
    most = pull.max(pair_coupling()(arb(1), order)[0] / ball(pair_decay(parameters)).sqrt())
    start = ratio({**parameters, SHARE: Fraction(1)}) * most**2
    return across(on_curve("coexistence", arb(1)), "sigma2", ball(parameters["sigma2"]), start)


def deepest(squared: arb, parameters: Mapping[str, Fraction | arb]) -> arb:
    """S of a neuron that memorises, or more than it, where a ring has this U^2/gamma."""
    return _of(squared, ball(parameters[SHARE]), parameters)[0]


def _of(squared: arb, share: arb, parameters: Mapping[str, Fraction | arb]) -> tuple[arb, ...]:
    own = (ball(parameters[name]) for name in ("P", "gamma"))
    found: tuple[arb, ...] = _memorising()(
        squared * felt(parameters) ** 2, share, *own, *held_of(parameters)
    )
    return found


def _most(parameters: Mapping[str, Fraction], bits: int) -> arb:
    """sqrt(gamma) S/P^2 of it wherever a ring coexists with zero, at any share: no more than this.

    U^2/gamma grows with the stiffness of the other modes, as the share does, and what the neuron
    has over a ring falls with the share: between two points of the curve the corners are enough.
    """
    unit = ball(parameters["gamma"]).sqrt() / ball(parameters["P"]) ** 2
    start, most = end_of("coexistence", bits).z, -arb(inf)
    rings = [
        on_curve("coexistence", start + (1 - start) * arb(k) / _BOXES) for k in range(_BOXES + 1)
    ]
    for low, high in pairwise(rings):
        share = share_at(high.strength, rows_of(parameters))
        most = most.max(unit * _of(low.ratio, share, parameters)[0])
    return arb(most.upper())


def found_crossing(request: Request, bits: int) -> Found[CriticalPoint]:
    """None, with the bound of S at the parameters, at the current precision."""
    parameters, share = request.parameters, request.parameters[SHARE]
    if all(part == 1 for part in (*held_of(parameters), felt(parameters))):
        whole = "-(2 + sqrt(2))/3"
    else:
        most = _most(parameters, bits)
        whole = most.str(_DIGITS, radius=False) if positive(-most) else ""
    why = [_DEEPER.format("at every share below one", f"{whole} P^2/sqrt(gamma)")] if whole else []
    ring = at_disorder("coexistence", parameters, bits) if share < 1 else None
    here = deepest(ring.ratio, parameters) if ring else arb(0)
    value = here.str(_DIGITS, radius=False)
    if share == 1:
        why.append("at a share of one no pair is missing, and nothing memorises")
    elif whole:
        own = f"it is {value} or less" if ring else "no ring is as deep as the zero state"
        why.append(f"at a share of {share} {own}, and {_left(parameters)}")
    elif ring and positive(-here) and request.along != SHARE:
        why.append(f"{_DEEPER.format(f'at a share of {share}', value)}; {_left(parameters)}")
    else:
        raise Undecided("it is not told whether neurons that memorise are deeper at every share")
    return Status.ABSENT, (), "; ".join(why)


def _left(parameters: Mapping[str, Fraction]) -> str:
    first = left_at(parameters).str(_DIGITS, radius=False)
    return f"the zero state is left for memorising at sigma2 = {first} or before"
