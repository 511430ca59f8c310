"""What an answer on a subset of the pairs leaves out, with its size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from flint import arb, ctx

from binodal.models.modular.numerics.dropped import FIELD, NEURONS, OWN, RING, WEIGHTS, Terms
from binodal.models.modular.numerics.functions import coupling
from binodal.models.modular.numerics.results import CriticalPoint, Solution
from binodal.models.modular.numerics.subset_crossing import CROSSING
from binodal.models.modular.numerics.subset_curves import (
    ALL_POWERS,
    Mode,
    at_disorder,
    end_of,
    felt,
    level,
    norm_of,
    strength_of,
    whole,
    width_of,
)
from binodal.models.modular.numerics.subset_pair import ONE_PAIR
from binodal.models.modular.parameters import SHARE
from binodal.numerics.balls import ball, positive
from binodal.numerics.codegen.forms import Forms, exact
from binodal.numerics.dropped import Dropped, DroppedTerms
from binodal.numerics.errors import Undecided
from binodal.numerics.results import Critical

_FORMS = Forms("binodal.models.modular.forms.subsets")
_size = _FORMS.balls("dropped")
_largest = _FORMS.data("largest", exact)
SQUARES = "1/(F P): squared pulls of the other modes, as disorder beside its distance from the most"
POWERS = "1/(F P): squared pulls of the other modes, by what all of its powers do to U and x"
FITTED = "functions of one input: the share of the target on the subset that they fit"
PLACES = (
    "1/P: where on its ring a neuron is deepest: shift of sigma^2 + F lambda, on average over "
    "subsets"
)
FLUCTUATIONS = "fluctuations of the other modes: shift of sigma^2 + F lambda"
MEMORISING = (
    "memorising: neurons go below the zero state where the other modes lose their stiffness"
)


class SubsetTerms(DroppedTerms):
    """Those of all pairs, and those of the subset."""

    def of_solution(self, solution: Solution) -> Iterator[Dropped]:
        """The terms of a solved closure."""
        if solution.closure is None:
            yield from self._free()
            return
        left = solution.closure.a
        yield from self._free(left)
        at_u = coupling(ball(self.parameters["sigma2"]) / left, self.parameters)
        rings = [s for s in solution.saddles if s.kind == "minimum" and s.x > 0]
        for ring in rings[:1]:
            mass = ring.mass if solution.phase == "GMFL-I" else None
            yield from self._at_ring(left, at_u, ring.x, "coexistence", mass)
            if mass is not None:
                carried = self._of_ring(left, at_u, ring.x, mass)
                count = ball(width_of(self.parameters)) * mass
                yield Dropped(NEURONS, carried / arb(1).max(count))
            else:
                odds = (-ball(self.parameters["P"]) * ring.action).exp()
                yield Dropped(RING, self._of_ring(left, at_u, ring.x, odds))
        if self._strength > 0:
            held = positive(_size("edge")(self._inside(at_u), arb(1), *self._rest)[0])
            if solution.phase == "GFL" and not held:
                yield Dropped(MEMORISING, None)

    def of_event(self, critical: Critical[CriticalPoint]) -> Iterator[Dropped]:
        """The terms of an event."""
        point = critical.point
        if point is None or critical.event in (ONE_PAIR, CROSSING):
            yield from self._free()
            return
        yield from self._free(point.a)
        if point.x > 0:
            half = ball(Fraction(1, 2)) if critical.event == "coexistence" else None
            at_u = point.u / felt(self.parameters)
            yield from self._at_ring(point.a, at_u, point.x, critical.event, half)

    @property
    def _strength(self) -> arb:
        return strength_of(self.parameters)

    @property
    def _rows(self) -> arb:
        """P over the rows of the disorder: the squares of the weights over those of a mode."""
        return ball(norm_of(self.parameters)) / 2

    @property
    def _rest(self) -> tuple[arb, ...]:
        names = ("gamma", SHARE, "P")
        return (self._strength, *(ball(self.parameters[name]) for name in names))

    @property
    def _on_all(self) -> Terms:
        return Terms(whole(self.parameters), self.theory)

    @property
    def bare(self) -> Terms:
        """What the zero state and the prior are by: the parameters of the model's own."""
        return self._on_all

    @property
    def unit(self) -> arb:
        """The action of a ring over that of a mode with its s."""
        return self._rows

    def _inside(self, at_u: arb) -> arb:
        return at_u * ball(self.parameters[SHARE]) ** 2

    def _free(self, left: arb | None = None) -> Iterator[Dropped]:
        """Sizes that need no ring, at a residual."""
        yield Dropped(FIELD, self.bare.size("freedom_per_neuron"))
        yield Dropped(FITTED, _size("additive_share")(arb(1), arb(1), *self._rest)[0])
        if left is not None:
            own = self.bare.size("own_kernel", a=left)
            yield Dropped(OWN, ball(self.parameters[SHARE]) * own)

    def _of_ring(self, left: arb, at_u: arb, x: arb, mass: arb) -> arb:
        """F lambda of a ring beside sigma^2 + F lambda."""
        kept = self._on_all.size("ring_kernel", a=left, x=x, mass=mass)
        return ball(self.parameters[SHARE]) * self._level(at_u, x) * kept

    def _level(self, at_u: arb, x: arb) -> arb:
        y = self._inside(at_u) * x
        return level()((1 - _size("squared_radius")(y, arb(1), *self._rest)[0]).sqrt(), y)[0]

    def _at_ring(
        self, left: arb, at_u: arb, x: arb, event: str, mass: arb | None
    ) -> Iterator[Dropped]:
        """Sizes at a ring; with its mass, what balances it."""
        state = (self._inside(at_u), x)
        if event == "coexistence" and self._strength > 0:
            yield Dropped(POWERS, _moved(self.parameters))
        elif event != "coexistence":
            # A curvature of 1 that is lower acts as twice as much more disorder, and what that
            # does depends on how far the disorder is from the most that the event can have.
            distance = 1 - self._strength / end_of(event, ctx.prec).strength
            pulled = self._rows * _size("second_order")(*state, *self._rest)[0]
            yield Dropped(SQUARES, 2 * pulled / distance)
        if self._strength > 0:
            largest = self.largest_field
            turned = _size("turned")(*state, *self._rest)[0]
            yield Dropped(PLACES, None if largest is None else largest * turned)
            shift = _size("fluctuations")(*state, *self._rest)[0] / self.unit
            yield Dropped(FLUCTUATIONS, shift)
        if mass is not None:
            on_all = self.weights({"a": left, "u": state[0], "x": x, "mass": mass})
            yield Dropped(WEIGHTS, on_all / self._level(at_u, x))

    @property
    def largest_field(self) -> arb | None:
        """The mean largest field over a ring's places, of variance one a pair."""
        return ball(_largest()["largest"])

    def weights(self, state: Mapping[str, arb]) -> arb:
        """What weights of ring and zero state shift on all pairs."""
        return self._on_all.size("weight_shift", **state)


def dropped_terms(
    mode: Mode, parameters: Mapping[str, Fraction], result: Any
) -> tuple[Dropped, ...]:
    """What a solution or an event of the mode that parameters give leaves out."""
    return SubsetTerms.of(mode(parameters), result)


def _moved(parameters: Mapping[str, Fraction]) -> arb | None:
    """The relative change of U or x at coexistence; None where all powers leave none, or near."""
    try:
        leading, full = (
            at_disorder(event, parameters, ctx.prec) for event in ("coexistence", ALL_POWERS)
        )
    except Undecided:
        return None
    if leading is None or full is None:
        return None
    changes = full.ratio / leading.ratio, full.g / leading.g
    sizes = [abs(change.sqrt() - 1) for change in changes]
    return sizes[0].max(sizes[1])
