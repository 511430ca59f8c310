"""The density of the scaled overlap y at finite d, in balls, and bounds of it on regions.

The prior weight is a superposition of exp(-rate y^2) with positive rates and weights. So at complex
y it is at most its own value at Re y^2, and its logarithm is convex in y^2: between two squares it
lies below the chord. The interaction is rational in y^2, and Taylor's formula around the middle of
a region meets that chord: the bound is tight to second order where prior and interaction balance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from flint import acb, arb

from binodal.models.teacher_student.numerics.functions import (
    values,
)
from binodal.models.teacher_student.numerics.saddles import Closure
from binodal.numerics.balls import interval
from binodal.numerics.codegen.forms import Forms

_FORMS = Forms("binodal.models.teacher_student.forms.finite")
_prior = _FORMS.balls("prior_of_square")
_rate = _FORMS.balls("rate")
_exponent_of_rho = _FORMS.balls("exponent_of_rho")
_interaction = _FORMS.balls("interaction")


@dataclass(frozen=True)
class Region:
    """Values of y^2 in a rectangle of the complex plane, with what the prior is there.

    ``level`` and ``slope`` describe the chord of the log prior over the real part: its value in the
    middle and its slope in y^2.
    """

    real: arb
    height: arb
    level: arb
    slope: arb


class Density:
    """The unnormalised density of y > 0 at the current precision; parameters may be balls."""

    def __init__(self, parameters: Mapping[str, Fraction | arb], theory: str) -> None:
        self._exact = values(parameters)
        self._weight, self._pull = _prior(theory), _interaction()
        self._rate, self._far = _rate(theory), _exponent_of_rho()

    def prior(self, square: arb) -> arb:
        """The prior weight at y^2."""
        return self._weight(square, *self._exact)[0]

    def pull(self, square: arb, closure: Closure) -> tuple[arb, arb]:
        """exp(interaction) at y^2, and rho."""
        exponent, _, _, rho = self._pull(square, closure.b, closure.c, *self._exact)
        return exponent.exp(), rho

    def region(self, low: arb, high: arb, height: arb) -> Region:
        """The squares of y = x + i v with low <= x <= high and |v| <= height, high > 0.

        Not finite, and with it every bound, where the prior is not.
        """
        least = arb(0) if not low > 0 else low**2
        left, right = arb((least - height**2).lower()), arb((high**2).upper())
        ends = self.prior(left).log(), self.prior(right).log()
        slope = (ends[1] - ends[0]) / (right - left)
        real = interval(left, right)
        level = ends[0] + slope * (arb(real.mid()) - left)
        return Region(real, arb((2 * high * height).upper()), level, slope)

    def bound(self, of: Region, closure: Closure) -> arb:
        """An upper bound of |density| max(1, |rho|)^3 for all y^2 in a region.

        log|density| <= level + E + (slope + E') t + |E''| |w|^2/2 with t = Re w, w the distance of
        y^2 from the middle of the region.
        """
        middle, half = arb(of.real.mid()), arb(of.real.rad())
        value, slope, _, _ = self._pull(middle, closure.b, closure.c, *self._exact)
        box = acb(of.real, arb(0, of.height))
        _, _, curvature, rho = self._pull(box, closure.b, closure.c, *self._exact)
        distance = half**2 + of.height**2
        logarithm = of.level + value + abs(of.slope + slope) * half + abs(curvature) * distance / 2
        return arb((logarithm.exp() * arb(1).max(abs(rho)) ** 3).upper())

    def width(self) -> arb:
        """The standard deviation of the prior's Gaussian factor."""
        (rate,) = self._rate(*self._exact)
        return 1 / (2 * rate).sqrt()

    def beyond(self, end: arb, closure: Closure) -> arb:
        """An upper bound of the density's integral over y > end.

        The prior falls at least as fast as its Gaussian factor, and the interaction is at most its
        largest value between rho(end) and 1/2.
        """
        (rate,) = self._rate(*self._exact)
        far = interval(self.pull(end**2, closure)[1], arb(1) / 2)
        (exponent,) = self._far(far, closure.b, closure.c, *self._exact)
        return arb((self.prior(end**2) * exponent.exp() / (2 * rate * end)).upper())
