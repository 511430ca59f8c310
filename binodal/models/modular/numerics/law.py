"""lambda of one mode at given u and finite P: certified single integrals, or as printed.

The exponent is expanded around the ring, where its linear term vanishes: balls then stay narrow
along the path, and the adaptive integration needs a thousand evaluations instead of tens of
thousands. What lies beyond the path's end is bounded by a geometric tail.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from flint import acb, arb, ctx

from binodal.models.modular.numerics.functions import (
    exponent_taylor,
    kernel_scale,
    ring_odds,
    saddle_functions,
    single_integral,
    values,
)
from binodal.numerics.balls import ball, positive
from binodal.numerics.errors import Undecided
from binodal.numerics.integral import integral

_TINY = 20
_LONGEST_SEARCH = 400


class ModeLaw(Protocol):
    """lambda of one mode and the odds of its ring, both non-decreasing in u."""

    def level(self, u: arb) -> arb:
        """lambda at coupling u, for u on either side of birth."""

    def level_at_birth(self, u: arb, x: arb) -> arb:
        """lambda at birth, where the ring at x has just appeared."""

    def odds(self, u: arb) -> arb:
        """Probability of the ring's basin over that of the zero state's; zero below birth."""

    def odds_at_birth(self, u: arb, x: arb) -> arb:
        """The smallest odds that occur: the ring at x has just appeared."""


def shares(odds: arb) -> tuple[arb, arb]:
    """Probabilities of the ring's basin and of the zero state's, from the odds of one to the other.

    Each has a relative accuracy of its own; one minus the larger would have none.

    >>> shares(arb(10) ** 20)[1].str(5, radius=False)
    '1.0000e-20'
    """
    return (arb(0), arb(1)) if odds.is_zero() else (1 / (1 + 1 / odds), 1 / (1 + odds))


def share_of(odds: arb) -> arb:
    """Probability of the ring's basin from its odds against zero."""
    return shares(odds)[0]


def mode_law(parameters: Mapping[str, Fraction], theory: str, real: bool = False) -> ModeLaw:
    """The law of a complex mode, or of the real mode P/2 (derived theory only)."""
    if theory == "published":
        return PrintedLaw(parameters)
    return ExactLaw(parameters, real)


def _is_born(u: arb, gamma: arb) -> bool:
    """Whether rings exist. Raises Undecided when u cannot be told from its value at birth."""
    sign = positive(u * u - gamma) if u > 0 else False
    if sign is None:
        raise Undecided(f"u = {u.str(8)} cannot be told from its value at birth")
    return sign


@dataclass(frozen=True)
class ExactLaw:
    """The exact law exp(-S) of one mode, integrated with proved bounds.

    The basins of ring and zero state meet at the saddle x_-: the cut is at mean x_-. u multiplies
    x x_v in the exponent, whose average at fixed mean grows with the mean: so ``level`` and
    ``odds`` grow with u.
    """

    parameters: Mapping[str, Fraction]
    real: bool = False

    def level(self, u: arb) -> arb:
        """lambda = scale * <x x_v>."""
        cut, centre = self._split(u)
        norm, moment = (self._total(k, u, cut, centre) for k in (0, 1))
        scale: arb = kernel_scale("derived")(*values(self.parameters))[0]
        return scale * moment / norm

    def level_at_birth(self, u: arb, x: arb) -> arb:
        """The exact law does not jump at birth."""
        return self.level(u)

    def odds(self, u: arb) -> arb:
        """Integral beyond the mean x_- over the integral up to it."""
        _, order, _, _, gamma = values(self.parameters)
        if not _is_born(u, gamma):
            return arb(0)
        inner, outer, *_ = saddle_functions("derived")(u, gamma, order)
        return self._odds_beyond(u, inner, outer)

    def odds_at_birth(self, u: arb, x: arb) -> arb:
        """The basins meet at the double saddle."""
        return self._odds_beyond(u, x, x)

    def _odds_beyond(self, u: arb, cut: arb, outer: arb) -> arb:
        return self._ring(0, u, cut, arb(outer.mid())) / self._zero(0, u, cut)

    def _split(self, u: arb) -> tuple[arb, arb]:
        """Where the path is cut, and around what the outer part is expanded; both exact."""
        _, order, _, _, gamma = values(self.parameters)
        middle = arb((u / gamma).mid())
        spread = arb((u * u - gamma).mid())
        if not spread > 0:
            return arb((middle / 2).mid()), middle
        inner, outer, *_ = saddle_functions("derived")(arb(u.mid()), arb(gamma.mid()), order)
        if not outer.is_finite():
            return arb((middle / 2).mid()), middle
        return arb(inner.mid()), arb(outer.mid())

    def _taylor(self, centre: arb, u: arb) -> tuple[arb, ...]:
        _, order, _, _, gamma = values(self.parameters)
        return exponent_taylor(self.real)(centre, u, order, gamma)

    def _zero(self, moment: int, u: arb, cut: arb) -> arb:
        return self._integral(moment, u, arb(0), arb(0), cut)

    def _total(self, moment: int, u: arb, cut: arb, centre: arb) -> arb:
        """Both basins; the ring needs no more absolute accuracy than the zero state has."""
        zero = self._zero(moment, u, cut)
        return zero + self._ring(moment, u, cut, centre, beside=zero)

    def _ring(self, moment: int, u: arb, cut: arb, centre: arb, beside: arb | None = None) -> arb:
        reach = self._reach(u, centre)
        body = self._integral(moment, u, centre, cut - centre, arb(0), beside)
        body += self._integral(moment, u, centre, arb(0), reach, beside)
        return body + self._tail(moment, u, centre, reach)

    def _reach(self, u: arb, centre: arb) -> arb:
        """A distance beyond which the integrand is negligible beside both of its maxima."""
        start, *slopes = self._taylor(centre, u)
        needed = arb(ctx.prec + 40) + arb(0).max(start.mid())
        bend, cubic = (abs(arb(c.mid())) for c in slopes[1:])
        distance = arb((1 / (cubic.root(3) + bend.sqrt())).mid())
        for _ in range(_LONGEST_SEARCH):
            if _horner([arb(0), *slopes], distance) > needed:
                return distance
            distance = arb((distance * 3 / 2).mid())
        raise Undecided(f"no end of the path from {centre.str(5)} was found for the quadrature")

    def _integral(
        self, moment: int, u: arb, centre: arb, low: arb, high: arb, beside: arb | None = None
    ) -> arb:
        """The integral of the density over centre + (low, high).

        Its relative accuracy is the working precision's, or what a sum with ``beside`` needs.
        """
        _, order, _, _, gamma = values(self.parameters)
        start, c1, c2, c3 = self._taylor(centre, u)
        form = single_integral(moment, self.real)
        upper, lower = ball(form.upper), ball(form.lower)

        def density(t: acb, analytic: bool) -> acb:
            prefactor, argument = form.terms(centre + t, u, order, gamma)
            decay = (-(t * (c1 + t * (c2 + t * c3)))).exp()
            value: acb = prefactor * decay * argument.hypgeom_1f1(upper, lower)
            return value

        tolerance = arb(2) ** (32 - ctx.prec)
        absolute = tolerance**_TINY
        if beside is not None:
            absolute = absolute.max(arb((tolerance * beside * start.exp()).mid()))
        value = integral(density, low, high, rel_tol=tolerance, abs_tol=absolute)
        return value.real * (-start).exp()

    def _tail(self, moment: int, u: arb, centre: arb, reach: arb) -> arb:
        """A ball around zero that contains the integral beyond the path's end.

        There the exponent is convex and Kummer's function at most 1, so the density falls at
        least as fast as a geometric one.
        """
        _, order, _, _, gamma = values(self.parameters)
        end = centre + reach
        value, slope, bend, _ = self._taylor(end, u)
        form = single_integral(moment, self.real)
        rate = slope - form.degree / end
        if not (rate > 0 and bend > 0):
            raise Undecided(f"the tail beyond {end.str(5)} has no proved bound")
        prefactor = arb(form.terms(end, u, order, gamma)[0])
        return arb(0, (prefactor * (-value).exp() / rate).upper())


@dataclass(frozen=True)
class PrintedLaw:
    """B.41 and B.42: the ring has the weight 4 exp(-S), and lambda is zero below birth.

    Both x_+ and the ring's weight grow with u; lambda jumps from zero at birth.
    """

    parameters: Mapping[str, Fraction]

    def level(self, u: arb) -> arb:
        """lambda of B.37b with the mixture of B.42."""
        return self._on_ring(self.level_at_birth, u)

    def level_at_birth(self, u: arb, x: arb) -> arb:
        """The same for a ring at a given x."""
        scale: arb = kernel_scale("published")(*values(self.parameters))[0]
        return scale * x**2 * share_of(self.odds_at_birth(u, x))

    def _on_ring(self, of: Callable[[arb, arb], arb], u: arb) -> arb:
        """A function of u and x at the outer ring; zero below birth."""
        _, order, _, _, gamma = values(self.parameters)
        if not _is_born(u, gamma):
            return arb(0)
        outer: arb = saddle_functions("published")(u, gamma, order)[1]
        return of(u, outer)

    def odds(self, u: arb) -> arb:
        """4 exp(-S)."""
        return self._on_ring(self.odds_at_birth, u)

    def odds_at_birth(self, u: arb, x: arb) -> arb:
        """The same for a ring at a given x."""
        _, order, _, _, gamma = values(self.parameters)
        odds: arb = ring_odds("printed")(x, u, order, gamma)[0]
        return odds


def _horner(row: list[arb], t: arb) -> arb:
    total = arb(0)
    for coefficient in reversed(row):
        total = total * t + coefficient
    return total
