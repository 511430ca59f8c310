"""What an answer on a subset of the pairs leaves out, with its size."""

from __future__ import annotations

from collections.abc import Iterator

from flint import arb

from binodal.models.modular.numerics.functions import coupling, values
from binodal.models.modular.numerics.results import CriticalPoint, Solution
from binodal.models.modular.numerics.subset_curves import strength_of, whole
from binodal.models.modular.parameters import SHARE
from binodal.numerics.balls import ball
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.dropped import Dropped, DroppedTerms
from binodal.numerics.results import Critical

_size = Forms("binodal.models.modular.forms.subsets").balls("dropped")
SQUARES = "1/(F P): squared pulls of the other modes beside their prior"
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
        at_u = coupling()(tau, *values(whole(self.parameters)))[0]
        return self._terms(at_u, rings[0])

    def of_event(self, critical: Critical[CriticalPoint]) -> Iterator[Dropped]:
        """The terms of an event."""
        point = critical.point
        return self._terms() if point is None else self._terms(point.u, point.x)

    def _terms(self, at_u: arb | None = None, x: arb | None = None) -> Iterator[Dropped]:
        share, order = (ball(self.parameters[name]) for name in (SHARE, "P"))
        strength = strength_of(self.parameters)
        names = {FITTED: "additive_share"}
        if at_u is not None and x is not None:
            names |= {SQUARES: "second_order", SPREAD: "spread"}
        state = (arb(1) if at_u is None else at_u * share**2, arb(1) if x is None else x)
        for said, name in names.items():
            yield Dropped(said, _size(name)(*state, strength, share, order)[0])
