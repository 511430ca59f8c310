"""The share below which neurons that memorise weigh as much as the zero state, at finite N and P.

The zero state is balanced with the ring, so that there they weigh as much as those that generalise.
A neuron with weights that fit many pairs has a kernel of its own that is not small: at the widths
of networks it gains much less than in mean field, and below some share alone it weighs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from math import inf, sqrt
from typing import NamedTuple

import numpy as np
from flint import arb

from binodal.derive.assumptions import Assumption
from binodal.models.modular.numerics.finite import solve_finite
from binodal.models.modular.numerics.functions import coupling
from binodal.models.modular.numerics.memorising import Subset, action_at, needed
from binodal.models.modular.numerics.products import Products, Sums
from binodal.models.modular.numerics.results import CriticalPoint
from binodal.models.modular.numerics.subset_crossing import CROSSING
from binodal.models.modular.numerics.subset_curves import whole
from binodal.models.modular.parameters import SHARE
from binodal.numerics.balls import ball
from binodal.numerics.critical import CriticalPoints, Found, Request
from binodal.numerics.errors import ParameterError
from binodal.numerics.outcome import Status
from binodal.numerics.spread import spread_of

OTHERS = 0.9
"""a on pairs that are not seen, where half of them are known in networks."""
_UNSURE = 0.02
"""What the share moves by where that is 0.8 or 1 (P = 11 and 23)."""
WEIGHTS = (15.0, 5.0)
"""S + log det/2 at which the minima weigh one: the logarithm of how many there are lies between."""
NOTES = (
    "memorising neurons at finite N: one readout is integrated exactly beside what others leave, "
    f"a of all pairs at sigma^2/F on the pairs seen and {OTHERS} on the rest; fluctuations of the "
    "residual along it are left out",
    "functions of one input are fitted",
)
_ORDERS, _LEAST, _SUBSETS, _STARTS, _STEPS = (5, 41), 0.3, 3, 2, 6
_LADDER = (32, 8, 4, 2, sqrt(2), 1)


def log_weight(own: Mapping[str, float], left: float, of: Subset) -> float:
    """The least S + log det/2 of minima that memorise; infinite where there is none.

    Minima are followed from a width at which mean field holds down to the parameters' own.
    """
    size = of.order * sqrt(2)
    places = [
        end.weights * (size / np.linalg.norm(end.weights))
        for end in of.lowest(needed, of.starts(0, _STARTS))
    ]
    for factor in _LADDER:
        action = action_at(own, factor * own["N"], left, OTHERS)
        ends = of.lowest(action, places)
        places = [end.weights for end in ends]
    held = [m for m in ends if m.weights @ m.weights > 1 and not of.generalises(m.weights)]
    return min((m.value + of.stiffness(action, m.weights) for m in held), default=inf)


class OnAllPairs(NamedTuple):
    """Where rings are beside the zero state on all pairs: a, and x of a ring."""

    left: arb
    x: arb


class FiniteCrossing(CriticalPoints[CriticalPoint]):
    """Where memorising neurons come to weigh, along the share."""

    limit = "finite"
    theories, events, alongs = ("derived",), (CROSSING,), (SHARE,)

    def products(self, request: Request) -> Products:
        """Raises ParameterError for groups that are too small or too large to descend on."""
        order = request.parameters["P"]
        require_order("P", order)
        return Sums(int(order))

    def on_all_pairs(self, parameters: Mapping[str, Fraction]) -> OnAllPairs | None:
        """None where no neuron generalises. Raises Undecided."""
        solution = solve_finite(parameters)
        rings = [s.x for s in solution.saddles if s.kind == "minimum" and s.x > 0]
        closure = solution.closure
        return OnAllPairs(closure.a, rings[0]) if closure is not None and rings else None

    def checked(self, request: Request) -> Request:
        """Raises ParameterError where :meth:`products` does."""
        self.products(request)
        return request

    def assumptions(self, request: Request) -> tuple[str, ...]:
        """Those of mean field beside one neuron, whatever share of the pairs is seen."""
        used = (Assumption.MEAN_FIELD, Assumption.UNIFORM_PHASES, Assumption.MODE_DECAY)
        return (*(a.value for a in used), *NOTES)

    def found(self, request: Request) -> Found[CriticalPoint]:
        """By bisection, on some subsets."""
        products = self.products(request)
        given = {**whole(request.parameters), "P": Fraction(len(products.target))}
        state = self.on_all_pairs(given)
        if state is None:
            return Status.UNDECIDED, (), "on all pairs no neuron generalises"
        own, left = {name: float(value) for name, value in given.items()}, state.left
        ends = np.array([_ends(own, float(left), products, seed) for seed in range(_SUBSETS)])
        upper, lower = ends.mean(0)
        outside = {
            f"less above {_LEAST:g}": ends.min(1) == _LEAST,
            "more at every share below one": ends.min(1) == _most(own),
        }
        for where, beyond in outside.items():
            if beyond.any():
                how = f"on {beyond.sum()} of {_SUBSETS} subsets"
                return Status.UNDECIDED, (), f"neurons that memorise weigh {where} {how}"
        spread = float(spread_of(ends.mean(1)))
        radius = (upper - lower) / 2 + spread + (_most(own) - _LEAST) / 2**_STEPS + _UNSURE
        value = arb((upper + lower) / 2, radius)
        at_u = coupling(ball(given["sigma2"]) / (left / value), given)
        why = (
            f"S + log det/2 of the deepest of them passes from {WEIGHTS[0]:g} to {WEIGHTS[1]:g} "
            f"between shares of {upper:.3f} and {lower:.3f}, on {_SUBSETS} subsets: the logarithm "
            "of how many there are lies between; above, those that generalise are the heavier"
        )
        return Status.CONVERGED, (CriticalPoint(value, at_u, state.x, left / value),), why


def require_order(name: str, order: Fraction) -> None:
    """Raise ParameterError for groups that are too small or too large to descend on."""
    low, high = _ORDERS
    if not low <= order <= high:
        raise ParameterError(
            f"{name}={order}: memorising neurons are found by descents on actual subsets, for "
            f"{name} from {low} to {high}"
        )


def _most(own: Mapping[str, float]) -> float:
    """The share without one pair."""
    return 1 - 1 / own["P"] ** 2


def _ends(
    own: Mapping[str, float], left: float, products: Products, seed: int
) -> tuple[float, float]:
    """The shares at which the deepest on one subset has either weight."""

    @cache
    def weight(share: float) -> float:
        """sigma^2 + lambda is pinned, so that a goes as sigma^2/F."""
        return log_weight(own, min(left / share, 1.0), Subset.drawn(products, share, seed))

    many, one = WEIGHTS
    upper = _last(lambda share: weight(share) <= many, _LEAST, _most(own))
    return upper, _last(lambda share: weight(share) <= one, _LEAST, upper)


def _last(heavy: Callable[[float], bool], low: float, high: float) -> float:
    """The largest share at which they are heavy, by bisection; an end where none changes."""
    if heavy(high) or not heavy(low):
        return high if heavy(high) else low
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if heavy(middle) else (low, middle)
    return (low + high) / 2


finite_crossing = FiniteCrossing()
