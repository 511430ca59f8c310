"""What an answer on a subset of the pairs leaves out, with its size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from flint import arb, ctx

from binodal.models.modular.numerics.functions import coupling
from binodal.models.modular.numerics.results import CriticalPoint, Solution
from binodal.models.modular.numerics.subset_curves import (
    ALL_POWERS,
    Mode,
    at_disorder,
    end_of,
    strength_of,
)
from binodal.models.modular.numerics.subset_pair import ONE_PAIR
from binodal.models.modular.parameters import SHARE
from binodal.numerics.balls import ball
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.dropped import Dropped, DroppedTerms
from binodal.numerics.errors import Undecided
from binodal.numerics.results import Critical

_size = Forms("binodal.models.modular.forms.subsets").balls("dropped")
SQUARES = "1/(F P): squared pulls of the other modes, as disorder beside its distance from the most"
POWERS = "1/(F P): squared pulls of the other modes, by what all of its powers do to U and x"
FITTED = "functions of one input: the share of the target on the subset that they fit"
SPREAD = "1/P: spread of S over subsets and over the phases of the ring, beside its prior"


class SubsetTerms(DroppedTerms):
    """Sizes at parameters and at a ring, where there is one."""

    def of_solution(self, solution: Solution) -> Iterator[Dropped]:
        """The terms of a solved closure."""
        rings = [s.x for s in solution.saddles if s.kind == "minimum" and s.x > 0]
        if solution.closure is None or not rings:
            return self._terms()
        tau = ball(self.parameters["sigma2"]) / solution.closure.a
        at_u = coupling(tau, self.parameters)
        return self._terms(at_u, rings[0])

    def of_event(self, critical: Critical[CriticalPoint]) -> Iterator[Dropped]:
        """The terms of an event."""
        point = critical.point
        if point is None or critical.event == ONE_PAIR:
            return self._terms()
        return self._terms(point.u, point.x, critical.event)

    def _terms(
        self, at_u: arb | None = None, x: arb | None = None, event: str = "coexistence"
    ) -> Iterator[Dropped]:
        """Sizes at a ring, where there is one."""
        share, order = (ball(self.parameters[name]) for name in (SHARE, "P"))
        strength = strength_of(self.parameters)
        rest = (strength, share, order)
        yield Dropped(FITTED, _size("additive_share")(arb(1), arb(1), *rest)[0])
        if at_u is not None and x is not None:
            state = (at_u * share**2, x)
            if event == "coexistence":
                yield Dropped(POWERS, _moved(self.parameters))
            else:
                # A curvature of 1 that is lower acts as twice as much more disorder, and what that
                # does depends on how far the disorder is from the most that the event can have.
                distance = 1 - strength / end_of(event, ctx.prec).strength
                yield Dropped(SQUARES, 2 * _size("second_order")(*state, *rest)[0] / distance)
            yield Dropped(SPREAD, _size("spread")(*state, *rest)[0])


def dropped_terms(
    mode: Mode, parameters: Mapping[str, Fraction], result: Any
) -> tuple[Dropped, ...]:
    """What a solution or an event of the mode that parameters give leaves out."""
    return SubsetTerms.of(mode(parameters), result)


def _moved(parameters: Mapping[str, Fraction]) -> arb | None:
    """The relative change of U or x at coexistence; None where all powers leave none, or near."""
    try:
        leading, whole = (
            at_disorder(event, parameters, ctx.prec) for event in ("coexistence", ALL_POWERS)
        )
    except Undecided:
        return None
    if leading is None or whole is None:
        return None
    changes = whole.ratio / leading.ratio, whole.g / leading.g
    sizes = [abs(change.sqrt() - 1) for change in changes]
    return sizes[0].max(sizes[1])
