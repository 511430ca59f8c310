"""Certified integrals of the law of a mode over its two basins, with powers of its variables.

The exponent is expanded around the ring, where its linear term vanishes: balls then stay narrow
along the path, and the adaptive integration needs a thousand evaluations instead of tens of
thousands. What lies beyond the path's end is bounded by a geometric tail.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from flint import acb, arb, ctx

from binodal.models.modular.numerics.functions import (
    exponent_taylor,
    saddle_functions,
    single_integral,
)
from binodal.numerics.balls import ball
from binodal.numerics.errors import Undecided
from binodal.numerics.integral import integral
from binodal.numerics.polynomials import horner

_TINY, _SPARE_BITS = 20, 8
_LONGEST_SEARCH = 400


class Moment(NamedTuple):
    """What the law is weighted with: (x x_v)^product m^mean, with the mean m = (x + x_v)/2."""

    product: int
    mean: int = 0


@dataclass(frozen=True)
class Basins:
    """The law at a coupling u, as a density of the mean m, which a cut divides into basins.

    ``order`` is P in its exponent, which counts twice for a complex mode.
    """

    u: arb
    order: arb
    gamma: arb
    real: bool = False

    def split(self) -> tuple[arb, arb]:
        """Where the path is cut, and around what the outer part is expanded; both exact."""
        middle = arb((self.u / self.gamma).mid())
        spread = arb((self.u * self.u - self.gamma).mid())
        if not spread > 0:
            return arb((middle / 2).mid()), middle
        at_u, gamma = arb(self.u.mid()), arb(self.gamma.mid())
        inner, outer, *_ = saddle_functions("derived")(at_u, gamma, self.order)
        if not outer.is_finite():
            return arb((middle / 2).mid()), middle
        return arb(inner.mid()), arb(outer.mid())

    def zero(self, moment: Moment, cut: arb) -> arb:
        """Up to the cut."""
        return self._integral(moment, arb(0), arb(0), cut)

    def total(self, moment: Moment, cut: arb, centre: arb) -> arb:
        """Both basins; the ring needs no more absolute accuracy than the zero state has."""
        zero = self.zero(moment, cut)
        return zero + self.ring(moment, cut, centre, beside=zero)

    def ring(self, moment: Moment, cut: arb, centre: arb, beside: arb | None = None) -> arb:
        """From the cut on; a sum with ``beside`` says how much accuracy is needed."""
        reach = self._reach(centre)
        body = self._integral(moment, centre, cut - centre, arb(0), beside)
        body += self._integral(moment, centre, arb(0), reach, beside)
        return body + self._tail(moment, centre, reach)

    def _taylor(self, centre: arb) -> tuple[arb, ...]:
        return exponent_taylor(self.real)(centre, self.u, self.order, self.gamma)

    def _reach(self, centre: arb) -> arb:
        """A distance beyond which the integrand is negligible beside both of its maxima."""
        start, *slopes = self._taylor(centre)
        needed = arb(ctx.prec + 40) + arb(0).max(start.mid())
        bend, cubic = (abs(arb(c.mid())) for c in slopes[1:])
        distance = arb((1 / (cubic.root(3) + bend.sqrt())).mid())
        for _ in range(_LONGEST_SEARCH):
            if horner([arb(0), *slopes], distance) > needed:
                return distance
            distance = arb((distance * 3 / 2).mid())
        raise Undecided(f"no end of the path from {centre.str(5)} was found for the quadrature")

    def _integral(
        self, moment: Moment, centre: arb, low: arb, high: arb, beside: arb | None = None
    ) -> arb:
        """The integral of the density over centre + (low, high).

        Its relative accuracy is the working precision's, or what a sum with ``beside`` needs.
        """
        start, c1, c2, c3 = self._taylor(centre)
        form = single_integral(moment.product, self.real)
        upper, lower = ball(form.upper), ball(form.lower)

        def density(t: acb, analytic: bool) -> acb:
            position = centre + t
            prefactor, argument = form.terms(position, self.u, self.order, self.gamma)
            for _ in range(moment.mean):
                prefactor *= position
            decay = (-(t * (c1 + t * (c2 + t * c3)))).exp()
            value: acb = prefactor * decay * argument.hypgeom_1f1(upper, lower)
            return value

        tolerance = arb(2) ** (_SPARE_BITS - ctx.prec)
        absolute = tolerance**_TINY
        if beside is not None:
            absolute = absolute.max(arb((tolerance * beside * start.exp()).mid()))
        # By size: where most of the integral is found first, what is left is negligible at once.
        sizes = {"rel_tol": tolerance, "abs_tol": absolute, "use_heap": True}
        value = integral(density, low, high, **sizes)
        return value.real * (-start).exp()

    def _tail(self, moment: Moment, centre: arb, reach: arb) -> arb:
        """A ball around zero that contains the integral beyond the path's end.

        There the exponent is convex and Kummer's function at most 1, so the density falls at
        least as fast as a geometric one.
        """
        end = centre + reach
        value, slope, bend, _ = self._taylor(end)
        form = single_integral(moment.product, self.real)
        rate = slope - (form.degree + moment.mean) / end
        if not (rate > 0 and bend > 0):
            raise Undecided(f"the tail beyond {end.str(5)} has no proved bound")
        prefactor = arb(form.terms(end, self.u, self.order, self.gamma)[0]) * end**moment.mean
        return arb(0, (prefactor * (-value).exp() / rate).upper())
