"""Where an event of a known coupling happens along a parameter: explicit solutions of the closure.

At a fixed coupling sigma^2 + lambda is as sqrt(sigma_a^2/N), and lambda as sigma_a^2.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from flint import arb

from binodal.models.group.numerics.results import GroupPoint
from binodal.numerics.balls import ball
from binodal.numerics.errors import Undecided
from binodal.numerics.outcome import Status

ALONG = ("sigma2", "N", "sigma_a2", "gamma")
"""gamma, which moves the coupling itself, for modes of a cyclic group alone."""

_EXPLICIT = {
    "sigma2": "explicit in u: sigma^2 = tau(u) - lambda(u) is the only solution",
    "N": "explicit in u: N is as (sigma^2 + lambda(u))^-2, the only solution",
    "sigma_a2": "explicit in u: sigma_a^2 solves a quadratic equation",
}
_COLD = "the event needs sigma^2 + lambda below lambda alone: no sigma^2 > 0 reaches it"
_NOWHERE = "sigma^2 + lambda exceeds what the coupling needs at every sigma_a^2"

State = tuple[arb, arb, arb, arb]
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
