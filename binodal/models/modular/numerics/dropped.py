"""The terms that a result of modular addition leaves out, at its parameters and its state."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from flint import arb

from binodal.models.modular.numerics.functions import coupling, values
from binodal.models.modular.numerics.results import CriticalPoint, Solution
from binodal.numerics.balls import ball
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.dropped import Dropped, DroppedTerms
from binodal.numerics.results import Critical

_sizes = Forms("binodal.models.modular.forms.dropped").balls("sizes")
_STATE = ("a", "u", "x", "mass")

OWN = "lambda of the zero state, 4 sigma_a^2, beside sigma^2 + lambda"
WEIGHTS = "weights of ring and zero state beside their depths: shift of sigma^2 + lambda"
RING = "lambda of the metastable ring beside sigma^2 + lambda"
FIELD = "1/N: effective degrees of freedom of the prior's kernel over N"
NEURONS = "1/N with droplets: lambda of the ring beside sigma^2 + lambda, over the neurons on it"


class Terms(DroppedTerms):
    """Sizes at parameters and a state; what the state does not have is 1 and not asked for.

    >>> from binodal.models.registry import preset
    >>> from binodal.models.modular.numerics.solve import solve_thermodynamic
    >>> found = solve_thermodynamic(preset("fig3"))
    >>> [term.small for term in Terms.of(preset("fig3"), found)]
    [True, True, True]
    """

    def size(self, name: str, **state: arb) -> arb:
        """One term's size, without its sign."""
        values_of_state = [state.get(name, arb(1)) for name in _STATE]
        return abs(arb(_sizes(self.theory, name)(*values_of_state, *values(self.parameters))[0]))

    def of_solution(self, solution: Solution) -> Iterator[Dropped]:
        """The terms of a solved closure in its limit."""
        yield Dropped(FIELD, self.size("freedom_per_neuron"))
        if solution.closure is None:
            return
        share = solution.closure.a
        rings = [s for s in solution.saddles if s.kind == "minimum" and s.x > 0]
        held = rings[0].mass if rings else None
        if held is not None:
            carried = self.size("ring_kernel", a=share, x=rings[0].x, mass=held)
            yield Dropped(NEURONS, carried / arb(1).max(ball(self.parameters["N"]) * held))
        if solution.limit == "finite":
            return
        if solution.phase != "GMFL-II":
            yield Dropped(OWN, self.size("own_kernel", a=share))
        if rings and solution.phase in ("GFL", "GMFL-I"):
            tau = ball(self.parameters["sigma2"]) / share
            at_u = coupling(tau, self.parameters)
            state = {"a": share, "u": at_u, "x": rings[0].x}
            if solution.phase == "GFL":
                yield Dropped(RING, self.size("metastable_ring", **state))
            elif held is not None:
                yield Dropped(WEIGHTS, self.size("weight_shift", **state, mass=held))

    def of_event(self, critical: Critical[CriticalPoint]) -> Iterator[Dropped]:
        """The terms of an event in its limit, at the point nearest to the parameters."""
        yield Dropped(FIELD, self.size("freedom_per_neuron"))
        point = critical.point
        if critical.limit == "finite" or point is None:
            return
        if critical.event != "gmfl2":
            yield Dropped(OWN, self.size("own_kernel", a=point.a))
        if critical.event == "coexistence":
            state = {"u": point.u, "x": point.x, "mass": ball(Fraction(1, 2))}
            yield Dropped(WEIGHTS, self.size("weight_shift", **state))
