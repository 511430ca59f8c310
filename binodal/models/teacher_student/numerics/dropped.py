"""The terms that a result of the teacher-student model leaves out, at its parameters and state."""

from __future__ import annotations

from collections.abc import Iterator

from flint import arb

from binodal.models.teacher_student.numerics.critical import CriticalPoint
from binodal.models.teacher_student.numerics.functions import values
from binodal.models.teacher_student.numerics.thermodynamic import Solution
from binodal.numerics.balls import ball
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.dropped import Dropped, DroppedTerms, beyond
from binodal.numerics.errors import Undecided
from binodal.numerics.results import Critical

_sizes = Forms("binodal.models.teacher_student.forms.dropped").balls("sizes")
_STATE = ("rho", "b", "c", "mass")

FIELD = "1/N: effective degrees of freedom of the prior's kernel over N"
DATA = "1/n: effective degrees of freedom of the prior's kernel over n"
UNLEARNED = "unlearned modes: the kernel of all but the linear modes beside sigma^2"
NEURONS = "1/N with droplets: their kernel beside sigma^2/n + kernel, over the neurons in them"
SHIFT_B = "1/d: shift of b, zero state"
SHIFT_C = "1/d: shift of c, zero state"
SHIFT_BIRTH = "1/d: shift of sigma^2 at birth"
DROPLETS = "1/d with droplets: weights beside depths, leading logarithm: shift of b"


class Terms(DroppedTerms):
    """Sizes at parameters and a state; what the state does not have is 1 and not asked for.

    >>> from binodal.models.registry import preset
    >>> from binodal.models.teacher_student.numerics.thermodynamic import solve_thermodynamic
    >>> found = solve_thermodynamic(preset("fig2"), "derived", 128)
    >>> [term.small for term in Terms.of(preset("fig2"), found)]
    [True, True, True, True, True, True]
    """

    def size(self, name: str, **state: arb) -> arb:
        """One term's size, without its sign."""
        overlaps = [state.get(name, arb(1)) for name in _STATE]
        sizes, exact = _sizes(self.theory, name), values(self.parameters)
        # The table of code targets has no arcsine; flint does.
        _, argument = sizes(arb(0), *overlaps, *exact)
        return abs(sizes(arb(argument).asin(), *overlaps, *exact)[0])

    def of_data(self) -> Iterator[Dropped]:
        """What every result leaves out."""
        yield Dropped(FIELD, self.size("freedom_per_neuron"))
        yield Dropped(DATA, self.size("freedom_per_datum"))
        yield Dropped(UNLEARNED, self.size("unlearned"))

    def of_residual(self, at_b: arb) -> Iterator[Dropped]:
        """The first order in 1/d of the zero branch."""
        state = {"b": at_b, "c": ball(self.parameters["epsilon"])}
        yield Dropped(SHIFT_B, self.size("b", **state))
        if self.parameters["epsilon"]:
            yield Dropped(SHIFT_C, self.size("c", **state))

    def of_solution(self, solution: Solution) -> Iterator[Dropped]:
        """The terms of a solved closure in its limit."""
        yield from self.of_data()
        if solution.closure is None:
            return
        features = [s for s in solution.saddles if s.mass is not None and not s.q.is_zero()]
        held = sum((s.mass for s in features if s.mass is not None), arb(0))
        if features:
            state = {"b": solution.closure.b, "c": solution.closure.c, "rho": features[0].rho}
            carried = self.size("feature_kernel", **state, mass=held)
            yield Dropped(NEURONS, carried / arb(1).max(ball(self.parameters["N"]) * held))
        if features or solution.limit == "finite":
            yield beyond(self._modes())
        if solution.limit == "finite":
            return
        if solution.phase == "GFL":
            yield from self.of_residual(solution.closure.b)
        elif features and held < 1:
            yield Dropped(DROPLETS, self.size("droplet_shift", **state, mass=held))
        else:
            yield Dropped(DROPLETS, None)

    def _modes(self) -> list[tuple[float, float]]:
        """sqrt(k!) t_k of the closure at d with two modes, and with four."""
        from binodal.models.teacher_student.numerics.law import solved_law

        floats = {name: float(value) for name, value in self.parameters.items()}
        try:
            few, more = (solved_law(floats, self.theory, modes)[1] for modes in (2, 4))
        except Undecided:
            return []
        return list(zip(few, more[:2], strict=True))

    def of_event(self, critical: Critical[CriticalPoint]) -> Iterator[Dropped]:
        """The terms of an event in its limit, at the point nearest to the parameters."""
        yield from self.of_data()
        point = critical.point
        if critical.limit == "finite" or point is None:
            return
        yield from self.of_residual(point.b)
        if critical.event == "birth":
            state = {"b": point.b, "rho": point.rho, "c": ball(self.parameters["epsilon"])}
            yield Dropped(SHIFT_BIRTH, self.size("birth", **state))
