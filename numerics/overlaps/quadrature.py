"""Overlaps of a nonlinearity without closed forms: Gauss' rule on panels, with proved errors.

The line is cut at the corners of phi and beyond |z| = X. On a panel where phi(r z) is analytic in
an ellipse, Gauss' rule errs by a bound from the largest |phi| there; other panels are halved, and
the smallest, and those that the ball of r spreads, are enclosed by the range of phi. All orders
share the values of phi.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import reduce
from itertools import pairwise
from math import ceil, log
from typing import Any

from flint import acb, arb, arb_mat, ctx

from binodal.numerics.balls import ball
from binodal.numerics.codegen.loaded import loaded
from binodal.numerics.errors import Undecided
from binodal.numerics.overlaps.facts import TABLE, Facts
from binodal.numerics.overlaps.panels import STRETCH, Panel, panel
from binodal.numerics.quadrature import gauss_error

LARGEST_ORDER = 64
_FARTHEST = 400
_MOST_PANELS = 3000
_MOST_NODES = 160
_UNIT, _SPREAD = 2, 8
_STRETCH = arb(STRETCH)
_GAIN = 2 * log(STRETCH) / log(2)

Branch = Callable[[Any], tuple[Any]]
"""phi on one piece, of a real ball or of a complex box."""

_branches = TABLE.data("branches", lambda rows: tuple(loaded(*row) for row in rows))
_corners = TABLE.balls("corners")


class Quadrature:
    """c_k(r) of one activation by quadrature."""

    def __init__(self, of: Facts) -> None:
        self.of = of
        self._branches: tuple[Branch, ...] = _branches(of.name)
        odd, even = (of.degrees[i] == -1 for i in (0, 1))
        self._half = odd or even

    def at(self, r: arb, orders: int, bias: arb | None = None) -> list[arb]:
        """Enclosures of c_k(r), k < orders, for every r >= 0 of the ball, of phi(z + bias).

        Raises :class:`Undecided` for more orders than can be certified, and for a tail that does
        not end.
        """
        if orders > LARGEST_ORDER:
            raise Undecided(f"overlaps are certified up to order {LARGEST_ORDER - 1}")
        half = self._half and bias is None
        shift = arb(0) if bias is None else bias
        far, tail = self._truncation(r, orders, abs(shift).upper())
        sums = _Sums(r, shift, orders, tail if half else 2 * tail)
        for low, high, branches in self._regions(r, shift, far, half):
            for cell in _cells(low, high, orders):
                sums.add(cell, branches)
        return self._finished(sums.totals, sums.error, bias is None, half)

    def _regions(
        self, r: arb, shift: arb, far: int, half: bool
    ) -> Iterator[tuple[arb, arb, tuple[Branch, ...]]]:
        """Segments of [-X, X], or of its right half, and the branches that phi may have there.

        The place (corner - shift)/r of a corner is known up to the ball; left and right of it phi
        is one branch.
        """
        end, start = arb(far), arb(0 if half else -far)
        corners = _corners(self.of.name)() if len(self._branches) > 1 else ()
        places = [_place(corner - shift, r, end) for corner in corners]
        points = {_exact(p): p for p in (start, end, *(p for pair in places for p in pair))}
        for low, high in pairwise(points[place] for place in sorted(points)):
            if low >= start:
                first = sum(bool(right <= low) for _, right in places)
                last = sum(bool(left < high) for left, _ in places)
                yield low, high, self._branches[first : last + 1]

    def _finished(self, totals: list[arb], error: arb, centred: bool, half: bool) -> list[arb]:
        root, values = arb(1), []
        for k, total in enumerate(totals):
            root *= arb(max(k, 1)).sqrt()
            value = total + arb(0, error * root)
            gone = centred and self.of.vanishes(k)
            values.append(arb(0) if gone else 2 * value if half else value)
        return values

    def _truncation(self, r: arb, orders: int, shift: arb) -> tuple[int, arb]:
        """X, and a bound of the integrals of |phi He_k| g/sqrt(k!) beyond it on one side.

        |He_k(z)| <= z^k beyond its zeros, which lie below 2 sqrt(k). What is integrated has a
        concave logarithm, so it falls at least as fast as at X.
        """
        of, top, k = self.of, r.upper(), orders - 1
        height, rate = ball(of.height), ball(of.rate)
        goal = arb(2) ** (-ctx.prec)
        far = _UNIT * ceil(k**0.5)
        while far <= _FARTHEST:
            far += _UNIT
            x = arb(far)
            fall = x - (k + of.power) / x - rate * top
            if not fall > 0:
                continue
            start = height * (1 + shift + top * x) ** of.power
            start *= (rate * (shift + top * x) - x**2 / 2).exp()
            size = max((x**i / arb(i).fac().sqrt() for i in (0, k)), key=float)
            bound = start * size / fall
            if bound < goal:
                return far, bound
        raise Undecided(f"{of.name}: the tail of its overlaps at r = {r} is too long")


class _Sums:
    """The integrals of phi(r z) He_k(z) g(z) over the panels so far.

    ``error`` bounds what they miss, divided by sqrt(k!).
    """

    def __init__(self, r: arb, shift: arb, orders: int, tail: arb) -> None:
        self.r, self.shift, self.error = r, shift, tail
        self.totals = [arb(0)] * orders
        self._bits = ctx.prec
        self._left = _MOST_PANELS
        if r.rad() > 0 or shift.rad() > 0:
            # A wide ball's width would hide what more nodes could show.
            self._bits = min(ctx.prec, 20 + max(0, _accuracy(r, shift)))

    def add(self, cell: Panel, branches: tuple[Branch, ...]) -> None:
        """One more cell, on which phi is one of some branches."""
        waiting = deque([cell])
        while waiting:
            part = waiting.popleft()
            if len(branches) > 1 or self._left <= 0 or part.half < arb(2) ** (-ctx.prec):
                self._enclose(part, branches)
            elif not self._integrate(part, branches[0]):
                if self._spread(part):
                    self._enclose(part, branches)
                else:
                    waiting.extend(part.halves())
            self._left -= 1

    def _spread(self, part: Panel) -> bool:
        """Whether the points r z of a panel are spread by the ball of r, so that no cut helps."""
        by_ball = abs(part.middle) * self.r.rad() + self.shift.rad()
        return bool(by_ball > _SPREAD * part.half * abs(self.r))

    def _integrate(self, part: Panel, branch: Branch) -> bool:
        """Gauss' rule, if phi is analytic in the ellipse and few nodes are enough."""
        largest = _largest(branch, [self.r * box + self.shift for box in part.boxes])
        if largest is None:
            return False
        size = largest * part.weight
        error = gauss_error(size, part.half, _STRETCH, 1)
        surplus = self._bits + _log2(error)
        nodes = max(4, 4 * ceil((1 + surplus / _GAIN) / 4))
        if nodes > _MOST_NODES:
            return False
        rule = part.rule(nodes)
        values = [branch(self.r * x + self.shift)[0] for x in rule.nodes]
        if not all(value.is_finite() for value in values):
            return False
        self._extend((rule.weights * arb_mat(nodes, 1, values)).entries())
        self.error += gauss_error(size, part.half, _STRETCH, nodes)
        return True

    def _enclose(self, part: Panel, branches: tuple[Branch, ...]) -> None:
        """phi is somewhere in its range: its middle is integrated, the rest is bounded."""
        segment = self.r * part.segment + self.shift
        ranges = [arb(branch(segment)[0]) for branch in branches]
        if not all(value.is_finite() for value in ranges):
            raise Undecided(
                f"overlaps up to order {len(self.totals) - 1} at norms of "
                f"{self.r.str(3, radius=False)} are beyond what quadrature can certify"
            )
        whole = reduce(arb.union, ranges)
        middle, radius = whole.mid(), whole.rad()
        self._extend(
            [
                middle * value + arb(0, radius * size)
                for value, size in zip(part.integrals, part.sizes, strict=True)
            ]
        )

    def _extend(self, values: list[arb]) -> None:
        self.totals = [a + b for a, b in zip(self.totals, values, strict=True)]


def _largest(branch: Branch, boxes: list[acb]) -> arb | None:
    """A bound of |phi| on boxes, None where it is not known to be analytic on all of them."""
    largest = arb(0)
    for box in boxes:
        (value,) = branch(box)
        if not value.is_finite():
            return None
        largest = largest.max(abs(value).upper())
    return largest


def _accuracy(r: arb, shift: arb) -> int:
    """Of the wider of two balls, in bits; a bias is one against 1."""
    bits = int(r.rel_accuracy_bits()) if r.rad() > 0 else ctx.prec
    return min(bits, int((1 + shift).rel_accuracy_bits())) if shift.rad() > 0 else bits


def _log2(size: arb) -> float:
    """log2 of a number that may be far from what a float holds."""
    return float((size.max(arb(2) ** -100_000)).log()) / log(2)


def _exact(point: arb) -> Fraction:
    """An exact ball as a rational number."""
    mantissa, exponent = point.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def _place(corner: arb, r: arb, end: arb) -> tuple[arb, arb]:
    """Bounds of corner/r, no farther out than the end."""
    if corner == 0:
        return arb(0), arb(0)
    outermost = end if corner > 0 else -end
    ends = [corner / side if side > 0 else outermost for side in (r.lower(), r.upper())]
    whole = ends[0].union(ends[1])
    clip = [w.max(-end).min(end) for w in (whole.lower(), whole.upper())]
    return clip[0], clip[1]


def _cells(low: arb, high: arb, orders: int) -> Iterator[Panel]:
    """A segment cut at the multiples of the unit."""
    first, last = (int(float(end) // _UNIT) * _UNIT for end in (low, high))
    inner = [arb(place) for place in range(first, last + _UNIT, _UNIT)]
    for left, right in pairwise([low, *(place for place in inner if low < place < high), high]):
        yield panel(left, right, orders)
