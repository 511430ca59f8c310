"""A proof for the finite-d closure: certified quadrature, and strong convexity.

The closure is the gradient of a potential whose Hessian is at least n/(N sigma^2). So the
distance from any residual r to the solution is at most |Q r + (sigma^2/n)(r - y)| n/sigma^2: one
enclosure of that vector at the float solution bounds its error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from math import log2, sqrt

import sympy as sp
from flint import arb

from derive.symbols import b, c, d, kappa, n, rho, sigma2, y
from derive.teacher_student.action import mode_field
from derive.teacher_student.closure import MEAN_RHO, closure_residuals, normalisation
from derive.teacher_student.finite_d import interaction_exponent, log_weight, rho_of_y
from numerics.balls import ball, precision
from numerics.codegen.load import compiled
from numerics.errors import Undecided
from numerics.quadrature import trapezoid_error
from numerics.teacher_student.functions import PARAMETERS, BallFunction, with_coupling
from numerics.teacher_student.saddles import Closure

QUADRATURE_BITS = 320
LARGEST_D = 1500
_STRIP = Fraction(3, 20)
_STEPS_PER_WIDTH = (6, 24, 96)
_MOST_POINTS = 20_000
_NARROW = 1e-6
_MARGIN = 160
_SQUARE = sp.Symbol("y2", real=True)


@cache
def _law_functions(theory: str) -> BallFunction:
    """(y^2, b, c, parameters) -> prior weight of y, rho, and the interaction's exponent."""
    logarithm = sp.expand_log(log_weight(theory).subs({b: 0, c: 0}), force=True)
    weight = sp.Mul(*(sp.exp(term) for term in sp.Add.make_args(logarithm)))
    named = {"prior": weight, "rho": rho_of_y(), "exponent": with_coupling(interaction_exponent())}
    in_square = {name: e.subs(y, sp.sqrt(_SQUARE)) for name, e in named.items()}
    return compiled("law_functions", in_square, (_SQUARE, b, c, *PARAMETERS), "arb")


@cache
def _exponent_of_rho() -> BallFunction:
    """(rho, b, c, parameters) -> d kappa rho (b - 2 c rho)^2."""
    exponent = with_coupling(d * kappa * rho * mode_field() ** 2)
    return compiled("exponent_of_rho", {"exponent": exponent}, (rho, b, c, *PARAMETERS), "arb")


@cache
def _residuals() -> BallFunction:
    rows = closure_residuals()
    named = {"first": rows[0], "third": rows[1], "scaled": sigma2 / n}
    return compiled("residuals", named, (b, c, *MEAN_RHO, *PARAMETERS), "arb")


class _Quadrature:
    """Certified integrals of rho^k over the law of y at a given closure.

    The prior weight is a superposition of exp(-rate y^2) with positive weights, so on the line
    y = x + i v it is at most its own value at the real square x^2 - v^2; and there
    |rho| <= (x^2 + v^2)/(1 + 2 x^2 - 2 v^2). That bounds the integrand in a strip, and the
    trapezoidal rule's error with it.
    """

    def __init__(
        self, closure: Closure, parameters: Mapping[str, Fraction], theory: str, steps: int
    ) -> None:
        self.functions, self.exponent = _law_functions(theory), _exponent_of_rho()
        self.exact = [ball(parameters[str(s)]) for s in PARAMETERS]
        self.at = dict(zip(map(str, PARAMETERS), self.exact, strict=True))
        self.closure, self.strip = closure, ball(_STRIP)
        sizes = float(parameters["d"]) * (1 / float(parameters["sigma_w2"]) + 2)
        self.step = arb(2) ** round(log2(1 / (steps * sqrt(sizes))))
        points = self._reach() / float(self.step)
        if not points < _MOST_POINTS:
            raise Undecided(f"certified quadrature needs {points:.3g} points at this size")
        self.count = int(points) + 1

    def _largest_exponent(self) -> arb:
        """The interaction is at most its value at rho = 1/2 with every term taken positive."""
        return self.exponent(arb(1) / 2, abs(self.closure.b), -abs(self.closure.c), *self.exact)[0]

    def _reach(self) -> float:
        """Beyond this y the Gaussian factor beats the interaction by e^-160."""
        exponent = float(self._largest_exponent().upper()) + _MARGIN
        return sqrt(2 * exponent * float(self.at["sigma_w2"].upper()) / float(self.at["d"].lower()))

    def _prior(self, square: arb) -> arb:
        return self.functions(square, arb(0), arb(0), *self.exact)[0]

    def strip_integral(self) -> arb:
        """A bound on the integral of |integrand| along any line inside the strip."""
        width, total = 4 * self.step, arb(0)
        square = self.strip**2
        for index in range(self.count // 4 + 1):
            low, high = index * width, (index + 1) * width
            size = (high**2 + square) / (1 + 2 * low**2 - 2 * square)
            growth = self.exponent(size, abs(self.closure.b), -abs(self.closure.c), *self.exact)[0]
            moment = arb(1).max(size) ** 3
            total += 2 * width * self._prior(low**2 - square) * growth.exp() * moment
        return arb(total.upper()) + self.tail(self.strip) * 2

    def tail(self, strip: arb) -> arb:
        """A bound on the integral of the integrand beyond the last point, on one side."""
        end = self.count * self.step
        square = end**2 - strip**2
        rate = self.at["d"] / (2 * self.at["sigma_w2"])
        size = (end**2 + strip**2) / (1 + 2 * end**2 - 2 * strip**2)
        largest = arb(1).max(2 * size) / 2
        growth = self.exponent(largest, abs(self.closure.b), -abs(self.closure.c), *self.exact)[0]
        return arb((self._prior(square) * growth.exp() / (2 * rate * end)).upper())

    def moments(self) -> Sequence[arb]:
        """<rho>, <rho^2>, <rho^3> as balls."""
        sums = [arb(0)] * 4
        for index in range(self.count + 1):
            prior, correlation, exponent = self.functions(
                (index * self.step) ** 2, self.closure.b, self.closure.c, *self.exact
            )
            weight = prior * exponent.exp() * self.step * (1 if index == 0 else 2)
            sums = [total + weight * correlation**k for k, total in enumerate(sums)]
        error = trapezoid_error(self.strip_integral(), self.strip, self.step) + 4 * self.tail(
            arb(0)
        )
        integrals = [total + arb(0, error.upper()) for total in sums]
        if not integrals[0] > 0:
            raise Undecided(f"the normalisation {integrals[0].str(5)} has no proved sign")
        return [integral / integrals[0] for integral in integrals[1:]]


def certified_closure(
    approximate: tuple[float, float], parameters: Mapping[str, Fraction], theory: str
) -> Closure:
    """Balls around a float solution (b, c) that contain the closure's only solution.

    Raises :class:`Undecided` when d is too large for the quadrature or an integral does not
    converge within its limits.
    """
    if parameters["d"] > LARGEST_D:
        raise Undecided(f"certified quadrature is limited to d <= {LARGEST_D}")
    with precision(QUADRATURE_BITS):
        guess = Closure(arb(approximate[0]), arb(approximate[1]))
        doubt: Undecided | None = None
        for steps in _STEPS_PER_WIDTH:
            try:
                proved = _enclosed(guess, parameters, theory, steps)
            except Undecided as reason:
                doubt = reason
                continue
            if proved.b.rad() < _NARROW:
                return proved
            doubt = Undecided(f"the closure's ball {proved.b.str(5)} is too wide")
        raise doubt or Undecided("no step of the quadrature was tried")


def _enclosed(
    guess: Closure, parameters: Mapping[str, Fraction], theory: str, steps: int
) -> Closure:
    """The guess with the radius that strong convexity gives it."""
    moments = _Quadrature(guess, parameters, theory, steps).moments()
    exact = [ball(parameters[str(s)]) for s in PARAMETERS]
    first, third, scaled = _residuals()(guess.b, guess.c, *moments, *exact)
    distance = ((first**2 + third**2).sqrt() / scaled).upper()
    if not arb(distance).is_finite():
        raise Undecided("the certified quadrature of the closure did not converge")
    six = arb(int(normalisation(1) ** 2)).sqrt()
    return Closure(guess.b + arb(0, distance), guess.c + arb(0, (distance / six).upper()))
