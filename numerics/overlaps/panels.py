"""Panels of the real line with Gauss' rule for He_k times the Gaussian density, made once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from flint import acb, arb, arb_mat, ctx

from binodal.numerics.balls import interval
from binodal.numerics.quadrature import gauss_rule

STRETCH = 4
"""An ellipse around a panel of half length H has semi-axes H (STRETCH +- 1/STRETCH)/2."""
_LONG = arb(STRETCH + 1 / STRETCH) / 2
_SHORT = arb(STRETCH - 1 / STRETCH) / 2


@dataclass(frozen=True)
class Rule:
    """Nodes and, for each k, weights times He_k(node) g(node), as a matrix (orders, nodes)."""

    nodes: tuple[arb, ...]
    weights: arb_mat


class Panel:
    """A segment [low, high] with exact ends, for orders below ``orders``, at today's precision."""

    def __init__(self, low: arb, high: arb, orders: int) -> None:
        self.low, self.high, self.orders = low, high, orders
        self.middle, self.half = (low + high) / 2, (high - low) / 2
        self._rules: dict[int, Rule] = {}

    def halves(self) -> tuple[Panel, Panel]:
        """The panel cut in two."""
        middle = self.middle.mid()
        return panel(self.low, middle, self.orders), panel(middle, self.high, self.orders)

    @cached_property
    def segment(self) -> arb:
        """The segment as a ball."""
        return interval(self.low, self.high)

    @cached_property
    def boxes(self) -> tuple[acb, ...]:
        """Boxes that cover the upper half of the ellipse; the lower half is its mirror image."""
        long, short = self.half * _LONG, self.half * _SHORT
        height = interval(arb(0), short)
        ends = [self.middle + long * step / 2 for step in (-2, -1, 0, 1, 2)]
        return tuple(acb(interval(*pair), height) for pair in pairwise(ends))

    @cached_property
    def weight(self) -> arb:
        """Bound of |He_k(w) g(w)|/sqrt(k!) on the ellipse, for every k < orders.

        |He_k(w)| <= i^-k He_k(i |w|), whose coefficients are positive; |g(w)| is largest where
        |Re w| is least and |Im w| largest.
        """
        farthest = abs(self.middle) + self.half * _LONG
        nearest = (abs(self.middle) - self.half * _LONG).max(arb(0))
        density = (((self.half * _SHORT) ** 2 - nearest**2) / 2).exp() / (2 * arb.pi()).sqrt()
        return density * _largest(farthest, self.orders)

    @cached_property
    def sizes(self) -> list[arb]:
        """Bounds of the integrals of |He_k| g over the segment."""
        far = abs(self.segment).upper()
        density = (-(self.segment**2) / 2).exp().upper() / (2 * arb.pi()).sqrt()
        return [2 * self.half * density * size for size in positive_hermite(far, self.orders)]

    @cached_property
    def integrals(self) -> list[arb]:
        """The integrals of He_k g over the segment: -He_{k-1} g is one, and erf for k = 0."""
        root = arb(2).sqrt()
        first = ((self.high / root).erf() - (self.low / root).erf()) / 2
        ends = [weighted(place, self.orders) for place in (self.low, self.high)]
        rest = [low - high for low, high in zip(*ends, strict=True)]
        return [first, *rest][: self.orders]

    def rule(self, nodes: int) -> Rule:
        """Gauss' rule with so many nodes."""
        if nodes not in self._rules:
            table = gauss_rule(nodes)
            places = tuple(self.middle + self.half * x for x, _ in table)
            columns = [
                [self.half * weight * value for value in weighted(place, self.orders)]
                for place, (_, weight) in zip(places, table, strict=True)
            ]
            entries = [column[k] for k in range(self.orders) for column in columns]
            self._rules[nodes] = Rule(places, arb_mat(self.orders, nodes, entries))
        return self._rules[nodes]


def weighted(x: arb, orders: int) -> list[arb]:
    """He_k(x) g(x) for k < orders, by the recurrence.

    >>> [float(v.mid()) for v in weighted(arb(0), 3)]
    [0.3989422804014327, 0.0, -0.3989422804014327]
    """
    values = [(-(x**2) / 2).exp() / (2 * arb.pi()).sqrt()]
    before = arb(0)
    for k in range(orders - 1):
        values.append(x * values[-1] - k * before)
        before = values[-2]
    return values[:orders]


def positive_hermite(x: arb, orders: int) -> list[arb]:
    """i^-k He_k(i x) for k < orders: He_k with all its signs positive."""
    values, before = [arb(1)], arb(0)
    for k in range(orders - 1):
        values.append(x * values[-1] + k * before)
        before = values[-2]
    return values[:orders]


def _largest(x: arb, orders: int) -> arb:
    """The largest i^-k He_k(i x)/sqrt(k!) of all k < orders."""
    largest, root = arb(0), arb(1)
    for k, value in enumerate(positive_hermite(x, orders)):
        root *= arb(max(k, 1)).sqrt()
        largest = largest.max(value / root)
    return largest.upper()


def panel(low: arb, high: arb, orders: int) -> Panel:
    """The panel between two exact ends: the same object as long as it is remembered."""
    return _remembered(low.man_exp(), high.man_exp(), orders, ctx.prec)


@lru_cache(maxsize=4096)
def _remembered(low: tuple[int, int], high: tuple[int, int], orders: int, _: int) -> Panel:
    return Panel(arb(low), arb(high), orders)
