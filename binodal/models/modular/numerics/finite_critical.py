"""Events at finite P: explicit along sigma^2, bracketed along the other parameters.

Birth and coexistence are those of the action s at the closure of finite P; ``mass`` is where the
ring's basin holds ``fraction`` of the exact law.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from flint import arb

from binodal.derive.theories import THEORIES
from binodal.models.modular.numerics.crossing import crossing
from binodal.models.modular.numerics.event_temperature import (
    SHARED,
    State,
    float_temperatures,
    share_at_birth,
    share_wanted,
    state,
)
from binodal.models.modular.numerics.finite import CUT
from binodal.models.modular.numerics.results import (
    ALONG,
    EVENTS,
    NEVER,
    REAL_SIZES,
    CriticalPoint,
    assumptions,
    require_complex_mode,
)
from binodal.numerics.balls import ball, positive, precision
from binodal.numerics.bracketed import bracketed
from binodal.numerics.critical import CriticalPoints, Found, Request, nearest_first
from binodal.numerics.errors import ParameterError, Undecided
from binodal.numerics.outcome import Status
from binodal.numerics.phases.rule import RULE

_BITS = 160
_SEARCH_BITS = 112
_SCAN = np.linspace(-2.0, 2.0, 161)
GMFL2_RULE = (
    f"gmfl2 at finite P: where GMFL-II begins, that is where the ring's basin holds 1 - 1/N; {RULE}"
)


class _CriticalPoints(CriticalPoints[CriticalPoint]):
    """Birth, coexistence, mass or gmfl2 at the given P.

    Along sigma2 the answer is explicit, unique and certified; absence is proved. Along another
    parameter a scan from e^-2 to e^2 times its own value finds crossings, each with proved signs on
    both sides; a scan without one is undecided.
    """

    limit = "finite"
    theories, events, alongs = THEORIES, EVENTS, ALONG
    impossible = NEVER

    def checked(self, request: Request) -> Request:
        """The request, at sizes that are large enough."""
        require_complex_mode(request.parameters)
        neurons = request.parameters["N"]
        if request.event == "gmfl2" and neurons < 2:
            raise ParameterError(f"N={neurons}: event 'gmfl2' at finite P needs N >= 2")
        return request

    def assumptions(self, request: Request) -> tuple[str, ...]:
        """Those of an event at finite P."""
        return notes(request.theory, request.event, request.along)

    def found(self, request: Request) -> Found[CriticalPoint]:
        """Explicit along sigma^2, scanned along another parameter."""
        return _along_sigma2(request) if request.along == "sigma2" else _along_other(request)


def notes(theory: str, event: str, *names: str) -> tuple[str, ...]:
    """Assumptions of an event at finite P, as a function of the parameters named."""
    return assumptions(theory, *rules(event, *names))


def rules(event: str, *names: str) -> tuple[str, ...]:
    """What an event at finite P means, whatever the mode belongs to."""
    cut = (CUT,) if event in SHARED else ()
    end = (GMFL2_RULE,) if event == "gmfl2" else ()
    return (*cut, *end, *((REAL_SIZES,) if {"N", "P"} & set(names) else ()))


def _along_sigma2(request: Request) -> Found[CriticalPoint]:
    parameters, fraction = request.parameters, request.fraction
    with precision(_BITS):
        if request.event in SHARED:
            wanted = share_wanted(request.event, fraction, parameters["N"])
            least = share_at_birth(parameters, request.theory)
            if not positive(ball(wanted) - least):
                return Status.ABSENT, (), _too_small(wanted, least)
        event = state(parameters, request.event, request.theory, fraction)
        sign = positive(event.sigma2)
        if sign is None:
            raise Undecided(f"sigma^2 = {event.sigma2.str(5)} at the event has no proved sign")
        if not sign:
            return Status.ABSENT, (), _unreachable(event)
        point = _point(event, event.sigma2, event.sigma2)
    reason = "explicit in u: sigma^2 = tau(u) - lambda(u) is the only solution"
    return Status.CERTIFIED, [point], reason


def _too_small(wanted: Fraction, least: arb) -> str:
    """Raises Undecided when the two cannot be told apart."""
    if positive(ball(wanted) - least) is None:
        raise Undecided(f"the share {wanted} cannot be told from that of a newborn ring")
    return (
        f"the ring's basin holds {least.str(6, radius=False)} as soon as it exists and its share "
        f"grows with u, so it never holds {wanted}"
    )


def _unreachable(event: State) -> str:
    level = (event.tau - event.sigma2).str(8, radius=False)
    return (
        f"the event needs sigma^2 + lambda = {event.tau.str(8, radius=False)}, but lambda alone is "
        f"{level} there: no sigma^2 > 0 reaches it"
    )


def _point(event: State, value: arb, sigma2: arb) -> CriticalPoint:
    return CriticalPoint(value, event.u, event.x, sigma2 / event.tau)


def _along_other(request: Request) -> Found[CriticalPoint]:
    given = {name: float(value) for name, value in request.parameters.items()}
    along = request.along

    def height(logarithm: float) -> float:
        point = {**given, along: given[along] * np.exp(logarithm)}
        temperatures = float_temperatures(point, request.event, request.theory, request.fraction)
        return float(temperatures[0]) - given["sigma2"]

    columns = {**given, along: given[along] * np.exp(_SCAN)}
    scanned = float_temperatures(columns, request.event, request.theory, request.fraction)
    signs = np.sign(scanned - given["sigma2"])
    starts = np.flatnonzero(signs[:-1] * signs[1:] < 0)
    searched = f"a scan of {along} from e^-2 to e^2 times {request.parameters[along]}"
    if not len(starts):
        raise Undecided(f"no crossing in {searched}; no proof of absence")
    points = [_proved(request, bracketed(height, _SCAN[k], _SCAN[k + 1], 1e-14)) for k in starts]
    reason = f"found in {searched}, proved by signs on both sides; others may lie between its steps"
    return Status.CERTIFIED, nearest_first(points, request.parameters[along]), reason


def _proved(request: Request, logarithm: float) -> CriticalPoint:
    """The crossing as a ball with proved signs at its ends, and the state there."""
    along, parameters = request.along, request.parameters
    start = float(parameters[along]) * float(np.exp(logarithm))

    def at(value: arb) -> State:
        mantissa, exponent = arb(value.mid()).man_exp()
        exact = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
        return state({**parameters, along: exact}, request.event, request.theory, request.fraction)

    with precision(_SEARCH_BITS):
        sigma2 = ball(parameters["sigma2"])
        value = crossing(lambda v: at(v).sigma2 - sigma2, start, _SEARCH_BITS, 1e-9)
        low, high = at(arb(value.lower())), at(arb(value.upper()))
        both = State(sigma2, low.u.union(high.u), low.x.union(high.x), low.tau.union(high.tau))
        return _point(both, value, sigma2)


critical_finite = _CriticalPoints()
