"""u, x, tau and lambda of a block where an event happens at its own size, and where that is.

At a fixed coupling sigma^2 + lambda is as sqrt(sigma_a^2/N), and lambda as sigma_a^2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

import numpy as np
from flint import arb, ctx

from binodal.models.group.numerics.block_closure import share_of_values
from binodal.models.group.numerics.computed_block import ComputedBlock
from binodal.models.group.numerics.cyclic import CyclicTwin
from binodal.models.group.numerics.determinant_law import DeterminantLaw
from binodal.models.group.numerics.results import GroupPoint
from binodal.models.group.parameters import ORDER
from binodal.models.modular.numerics.crossing import crossing
from binodal.models.modular.numerics.event_temperature import log_odds_of
from binodal.models.modular.numerics.functions import (
    event_values,
    saddle_functions,
    tau_of_coupling,
    values,
)
from binodal.numerics.balls import ball, positive, precision
from binodal.numerics.bracketed import bracketed
from binodal.numerics.errors import Undecided
from binodal.numerics.outcome import Status

Values = Mapping[str, Fraction]
State = tuple[arb, arb, arb, arb]
_JUST_BORN = 1 + 1e-9
_SEARCH_BITS = 64
_MOST_STEPS = 60
_NEAR, _ASIDE = 1e-9, 1e-4
_SECOND_ORDER, _ROUNDING = 1e-2, 4e-16


def of_determinant(
    twin: CyclicTwin, law: DeterminantLaw, event: str, wanted: Fraction | None
) -> State | str:
    """The certified state, or why there is none."""
    if wanted is None:
        u, x, tau = _of_action(twin, law.parameters, event)
        return u, x, tau, law.level(u)
    u, x, _ = _of_action(twin, law.parameters, "birth")
    goal = log_odds_of(wanted)

    def excess(place: arb) -> arb:
        return _log_odds(law.masses(place), event) - goal

    newborn = positive(_log_odds(law.masses(u, x / twin.felt_rank), event) - goal)
    if newborn is None:
        raise Undecided(f"the share {wanted} cannot be told from that of a newborn ring")
    if newborn:
        return f"minima hold more than {wanted} as soon as they exist"

    def rough(place: float) -> float:
        with precision(_SEARCH_BITS):
            return float(excess(arb(place)).mid())

    start = _zero(rough, float(u.mid()) * _JUST_BORN)
    at_u = crossing(excess, start, ctx.prec, 1e-3)
    level = law.level(arb(at_u.lower())).union(law.level(arb(at_u.upper())))
    return at_u, _ring(twin, law.parameters, at_u), tau_of_coupling(at_u, law.parameters), level


def of_computed(
    twin: CyclicTwin, law: ComputedBlock, event: str, wanted: Fraction | None
) -> State | str:
    """The converged state. Raises Undecided where a share is not reached past birth."""
    if wanted is None:
        u, x, tau = _of_action(twin, law.parameters, event)
        order, _ = law.state(float(u.mid()), _ROUNDING * float(u.mid()))
        return u, x, tau, law.scale() * order.mean
    born = float(_of_action(twin, law.parameters, "birth")[0].mid()) * _JUST_BORN
    goal = float(log_odds_of(wanted).mid())

    def excess(place: float) -> float:
        return float(_log_odds(law.rough(place).masses(), event).mid()) - goal

    if excess(born) > 0:
        raise Undecided(f"minima hold more than {wanted} as soon as they exist, by computed shares")
    root = _zero(excess, born)
    near = _ASIDE * root
    slope = (excess(root + near) - excess(root - near)) / (2 * near)
    fine = _log_odds(law.state(root)[1], event) - goal
    step, error = float(fine.mid()) / slope, float(fine.rad()) / slope
    at_u = arb(root - step, error + _SECOND_ORDER * abs(step) + _ROUNDING * root)
    order, _ = law.state(float(at_u.mid()), float(at_u.rad()))
    tau = tau_of_coupling(at_u, law.parameters)
    return at_u, _ring(twin, law.parameters, at_u), tau, law.scale() * order.mean


def _of_action(twin: CyclicTwin, parameters: Values, event: str) -> tuple[arb, arb, arb]:
    """u, x and tau of birth or coexistence, from the twin's."""
    u, x, tau, _ = event_values(event, "derived")(*values(twin.parameters(parameters)))
    return u * twin.felt_rank, x, tau


def _ring(twin: CyclicTwin, parameters: Values, u: arb) -> arb:
    gamma, order = ball(parameters["gamma"]), ball(parameters[ORDER])
    outer: arb = saddle_functions("derived")(u / twin.felt_rank, gamma, order)[1]
    return outer


def _log_odds(masses: Sequence[arb], event: str) -> arb:
    """Of minima of any rank (``mass``), or of a singular value at random (``gmfl2``)."""
    if event == "mass":
        return (sum(masses[1:], arb(0)) / masses[0]).log()
    full, empty = share_of_values(masses)
    return (full / empty).log()


def _zero(function: Callable[[float], float], low: float) -> float:
    """The zero of what grows, from a point below it on."""
    high = low
    for _ in range(_MOST_STEPS):
        low, high = high, high * 1.25
        if function(high) > 0:
            return bracketed(function, low, high, _NEAR * low)
    raise Undecided(f"the share is not reached up to u = {np.format_float_scientific(high, 3)}")


ALONG = ("sigma2", "N", "sigma_a2", "gamma")
"""gamma, which moves the coupling itself, for modes of a cyclic group alone."""

_EXPLICIT = {
    "sigma2": "explicit in u: sigma^2 = tau(u) - lambda(u) is the only solution",
    "N": "explicit in u: N is as (sigma^2 + lambda(u))^-2, the only solution",
    "sigma_a2": "explicit in u: sigma_a^2 solves a quadratic equation",
}
_COLD = "the event needs sigma^2 + lambda below lambda alone: no sigma^2 > 0 reaches it"
_NOWHERE = "sigma^2 + lambda exceeds what the coupling needs at every sigma_a^2"

Answer = tuple[list[GroupPoint], str]


def explicit(along: str, event: str) -> bool:
    """Whether the coupling of an event is fixed along the parameter."""
    return along in _EXPLICIT and (along, event) != ("N", "gmfl2")


def points_along(
    along: str, state: State, parameters: Mapping[str, Fraction], known: Status
) -> tuple[Status, list[GroupPoint], str]:
    """All points from u, x, tau and lambda at the given parameters, or why there is none.

    ``known`` is how the state is. Raises Undecided where a sign is not proved.
    """
    noise, given = ball(parameters["sigma2"]), ball(parameters[along])
    points, reason = _SOLVED[along](state, noise, given)
    return (known if points else Status.ABSENT), points, reason


def _temperature(state: State, noise: arb, given: arb) -> Answer:
    u, x, tau, level = state
    sigma2 = tau - level
    if not _proved(sigma2, "sigma^2"):
        return [], _COLD
    return [GroupPoint(sigma2, u, x=x, a=sigma2 / tau)], _EXPLICIT["sigma2"]


def _neurons(state: State, noise: arb, given: arb) -> Answer:
    u, x, tau, level = state
    reached = noise + level
    return [GroupPoint(given * (tau / reached) ** 2, u, x=x, a=noise / reached)], _EXPLICIT["N"]


def _readouts(state: State, noise: arb, given: arb) -> Answer:
    """With the ratio r to its own value: r tau^2 = (sigma^2 + r lambda)^2."""
    u, x, tau, level = state
    under = tau * (tau - 4 * noise * level / tau)
    if not _proved(under, "the discriminant"):
        return [], _NOWHERE
    middle, apart = tau * tau - 2 * noise * level, tau * under.sqrt()
    largest = (middle + apart) / (2 * level * level)
    # The product of both is (sigma^2/lambda)^2, so that nothing cancels in the smaller one.
    ratios = (noise * noise / (level * level * largest), largest)
    points = [GroupPoint(given * r, u, x=x, a=noise / (noise + r * level)) for r in ratios]
    return points, _EXPLICIT["sigma_a2"]


_SOLVED = {"sigma2": _temperature, "N": _neurons, "sigma_a2": _readouts}


def _proved(number: arb, what: str) -> bool:
    """Whether it is positive. Raises Undecided where that is not proved."""
    if number > 0:
        return True
    if number <= 0:
        return False
    raise Undecided(f"{what} = {number.str(5)} at the event has no proved sign")
