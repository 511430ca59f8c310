"""A proof of an event at finite d: signs at both ends of an interval of the parameter.

What vanishes at an event is continuous where the stationary points that it speaks of stay apart;
one enclosure over the whole interval proves that they do. Opposite signs at its ends then prove
that the event happens between them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from binodal.models.teacher_student.numerics.certify import QUADRATURE_BITS
from binodal.models.teacher_student.numerics.critical import CriticalPoint
from binodal.models.teacher_student.numerics.finite import float_state, proved_closure
from binodal.models.teacher_student.numerics.functions import (
    curvature_coefficients,
    density,
    limit_functions,
    order_parameters,
    strength,
    values,
)
from binodal.models.teacher_student.numerics.integrals import NeuronIntegrals, Panels
from binodal.models.teacher_student.numerics.masses import certified_masses
from binodal.models.teacher_student.numerics.saddles import Closure, Saddle, in_range, saddles
from binodal.numerics.balls import ball, interval, positive, precision
from binodal.numerics.critical import Request
from binodal.numerics.errors import Undecided
from binodal.numerics.polynomials import real_roots

_WIDENINGS = (1, 30, 1000)
_SLACK = Fraction(1, 10**19)
_OF_PRIOR = ("d", "sigma_w2")

State = Mapping[str, Fraction | arb]


@dataclass(frozen=True)
class _Solved:
    """The closure at one value of the parameters, or over an interval of one of them."""

    request: Request
    parameters: State
    closure: Closure
    integrals: NeuronIntegrals

    def level(self) -> arb:
        """What vanishes at the event."""
        return {
            "birth": self._birth,
            "coexistence": self._coexistence,
            "instability": self._stiffness,
            "mass": self._mass,
        }[self.request.event]()

    def place(self) -> arb:
        """rho where it happens; its enclosure proves that the level is continuous.

        The outermost feature for coexistence and mass, the inflection of least slope for birth,
        and zero itself for the instability.
        """
        if self.request.event == "instability":
            return arb(0)
        if self.request.event == "birth":
            return min(self._inflections(), key=lambda row: float(row[1].mid()))[0]
        return self._feature().rho

    def _saddles(self) -> list[Saddle]:
        return saddles(self.parameters, self.closure, self.request.theory)

    def _feature(self) -> Saddle:
        outward = [s for s in self._saddles() if s.q > 0]
        if len(outward) < 2 or outward[-1].kind != "minimum":
            raise Undecided("there is no barrier with a minimum behind it beside the event")
        return outward[-1]

    def _state(self) -> tuple[arb, arb, arb, arb]:
        exact = values(self.parameters)
        kappa = limit_functions()(self.closure.b, *exact)[4]
        return self.closure.b, self.closure.c, kappa, ball(self.parameters["sigma_w2"])

    def _inflections(self) -> list[tuple[arb, arb]]:
        """rho and S' at every inflection of S."""
        state = self._state()
        roots = real_roots(curvature_coefficients(self.request.theory)(*state))
        inflections = [(x, density(self.request.theory)(x, *state)[1]) for x in in_range(roots)]
        if not inflections:
            raise Undecided("there is no inflection beside the event")
        return inflections

    def _birth(self) -> arb:
        slopes = [slope for _, slope in self._inflections()]
        least = slopes[0]
        for slope in slopes[1:]:
            least = least.min(slope)
        return least

    def _coexistence(self) -> arb:
        return self._feature().action

    def _stiffness(self) -> arb:
        return limit_functions()(self.closure.b, *values(self.parameters))[2]

    def _mass(self) -> arb:
        points = self._saddles()
        shares = certified_masses(points, self.closure, self.integrals)
        if len(shares) < 2:
            raise Undecided("there is no barrier beside the event")
        return shares[-1] - ball(self.request.fraction)


class _Solver:
    """Certified solutions at values of the parameter beside one of them.

    The float solution of that one starts them all, and where the parameter is not one of the
    prior they use the same panels.
    """

    def __init__(self, request: Request, value: Fraction) -> None:
        self.request = request
        self._near = float_state({**request.parameters, request.along: value}, request.theory)
        self._panels: Panels = {}

    def __call__(self, value: Fraction | arb) -> _Solved:
        parameters: State = {**self.request.parameters, self.request.along: value}
        shared = None if self.request.along in _OF_PRIOR else self._panels
        solved = proved_closure(parameters, self.request.theory, self._near, shared)
        return _Solved(self.request, parameters, *solved)


def proved_point(request: Request, near: float, slope: float) -> CriticalPoint:
    """The event as balls, beside a float value where the level has this slope.

    The ball of the value contains at least one point where the event happens. Raises
    :class:`Undecided` without a proof.
    """
    with precision(QUADRATURE_BITS):
        start = Fraction(near)
        solved = _Solver(request, start)
        height = solved(start).level()
        if not height.is_finite() or not slope:
            raise Undecided(f"the level beside {near} is {height.str(5)}")
        middle = start - Fraction(float(height.mid()) / slope)
        rough = Fraction(float(height.rad()) / abs(slope)) + _SLACK * abs(middle)
        first = 4 * rough + abs(middle - start) / 10**5
        for widening in _WIDENINGS:
            half = first * widening
            ends = middle - half, middle + half
            signs = [positive(solved(end).level()) for end in ends]
            if None not in signs and signs[0] is not signs[1]:
                return _between(request, solved(interval(*map(ball, ends))))
        raise Undecided(f"no change of sign is proved beside {near}")


def _between(request: Request, over: _Solved) -> CriticalPoint:
    """The event between two proved signs, once the level is proved continuous between them."""
    rho = over.place()
    exact = {name: ball(value) for name, value in over.parameters.items()}
    q2 = order_parameters(request.theory)(rho, exact["sigma_w2"])[0]
    q = arb(0) if request.event == "instability" else q2.sqrt()
    return CriticalPoint(exact[request.along], strength(exact), q, rho, over.closure.b)
