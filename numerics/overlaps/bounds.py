"""Bounds of overlaps that need no integral: from how phi grows, by Cauchy and Schwarz."""

from __future__ import annotations

from functools import cache

from flint import arb

from binodal.numerics.balls import AtPrecision, ball
from binodal.numerics.errors import Undecided
from binodal.numerics.overlaps.facts import TABLE, Facts

_SIZE = TABLE.balls("closed")
_SLOPES = TABLE.balls("slopes")


@cache
def _spreads(orders: int) -> AtPrecision[list[arb]]:
    """0 +- sqrt(k!), k < orders."""
    return AtPrecision(lambda: [arb(0, arb(k).fac().sqrt().upper()) for k in range(orders)])


class Bounds:
    """What the growth of one activation says of all its overlaps."""

    def __init__(self, of: Facts) -> None:
        self.of = of
        self._lines: dict[int, AtPrecision[list[arb]]] = {}

    def at(self, r: arb, orders: int) -> list[arb]:
        """Enclosures of c_k(r), k < orders, for every r >= 0 of the ball.

        phi is a bent line up to ``excess``, so c_k is r times that of the line up to excess
        sqrt(k!); elsewhere |c_k| <= sqrt(k!) (E phi(r z)^2)^(1/2).
        """
        if self.of.growth == "linear":
            return self._around([r * g for g in self.bent_line(orders)], ball(self.of.excess))
        return self._around([arb(0)] * orders, self._norm(r))

    def at_infinity(self, beyond: arb, orders: int) -> list[arb]:
        """Enclosures of c_k(r)/r, k < orders, for every r >= beyond > 0.

        Raises :class:`Undecided` where phi has no slopes at infinity.
        """
        if self.of.growth != "linear":
            raise Undecided(
                f"{self.of.name} has no slopes at infinity: its growth is {self.of.growth}"
            )
        return self._around(self.bent_line(orders), ball(self.of.excess) / beyond.lower())

    def bent_line(self, orders: int) -> list[arb]:
        """Overlaps at r = 1 of slope_plus max(z, 0) + slope_minus min(z, 0)."""
        if orders not in self._lines:
            self._lines[orders] = AtPrecision(lambda: self._bent_line(orders))
        return list(self._lines[orders]())

    def _bent_line(self, orders: int) -> list[arb]:
        minus, plus = _SLOPES(self.of.name)()
        values = [(plus - minus) / 2 * c for c in _SIZE("abs", orders)(arb(1))]
        values[1:2] = [(plus + minus) / 2 for _ in values[1:2]]
        return values

    def _around(self, values: list[arb], size: arb) -> list[arb]:
        most = size.upper()
        return [
            arb(0) if self.of.vanishes(k) else value + most * spread
            for k, (value, spread) in enumerate(zip(values, _spreads(len(values))(), strict=True))
        ]

    def _norm(self, r: arb) -> arb:
        """A bound of (E phi(r z)^2)^(1/2) from the envelope; E exp(a |z|) <= 2 exp(a^2/2)."""
        of, top = self.of, r.upper()
        height, rate = ball(of.height), ball(of.rate)
        if rate == 0:
            return height * _moment(top, 2 * of.power).sqrt()
        exponential = 2 * (8 * (rate * top) ** 2).exp()
        return height * (_moment(top, 4 * of.power) * exponential).root(4)


def _moment(r: arb, power: int) -> arb:
    """E (1 + r |z|)^power."""
    half, total = arb(1) / 2, arb(0)
    for i in range(power + 1):
        absolute = arb(2) ** (half * i) * (half * (i + 1)).gamma() / arb.pi().sqrt()
        total += arb.bin_uiui(power, i) * r**i * absolute
    return total
