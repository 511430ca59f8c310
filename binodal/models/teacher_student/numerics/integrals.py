"""Certified integrals of one neuron's law at finite d, over the whole line and over basins.

Gauss' rule on panels that are halved until the proved bound of the error is small against the
integral that is wanted: however narrow a peak is, its panels resolve it, or there is no answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from flint import arb

from binodal.models.teacher_student.numerics.density import Density, Region
from binodal.models.teacher_student.numerics.saddles import Closure
from binodal.numerics.balls import interval
from binodal.numerics.errors import Undecided
from binodal.numerics.quadrature import gauss_error, gauss_rule

MOMENTS = 4
_NODES, _STRETCH = 48, 3
_TOLERANCE = arb(2) ** -84
_MOST_PANELS = 6000

Integrals = tuple[arb, ...]
"""Of rho^k times the density, k = 0 to 3."""


@dataclass(frozen=True)
class _Node:
    square: arb
    weight: arb  # of the rule, times the prior there


class _Panel:
    """A segment of y; what depends on the prior alone is computed once."""

    def __init__(self, of: Density, low: float, high: float) -> None:
        self.prior = of
        self.half, self.middle = (arb(high) - low) / 2, (arb(high) + low) / 2
        self._regions: dict[int, Region] = {}
        self._nodes: tuple[_Node, ...] = ()

    def region(self, stretch: int) -> Region:
        """The squares of the ellipse with a stretch; of the segment itself for a stretch of 1."""
        if stretch not in self._regions:
            along, across = (self.half * (stretch + s * arb(1) / stretch) / 2 for s in (1, -1))
            ends = self.middle - along, self.middle + along
            self._regions[stretch] = self.prior.region(*ends, across)
        return self._regions[stretch]

    def at_most(self, of: Density, closure: Closure) -> arb:
        """An upper bound of the integrals."""
        return 2 * self.half * of.bound(self.region(1), closure)

    def error(self, of: Density, closure: Closure) -> arb:
        """An upper bound of the error of the rule."""
        largest = of.bound(self.region(_STRETCH), closure)
        return gauss_error(largest, self.half, arb(_STRETCH), _NODES)

    def sums(self, of: Density, closure: Closure) -> list[arb]:
        """The rule's values."""
        if not self._nodes:
            places = [(self.middle + self.half * x, w) for x, w in gauss_rule(_NODES)]
            self._nodes = tuple(
                _Node(y**2, self.half * w * self.prior.prior(y**2)) for y, w in places
            )
        totals = [arb(0)] * MOMENTS
        for node in self._nodes:
            pull, rho = of.pull(node.square, closure)
            totals = [t + node.weight * pull * rho**k for k, t in enumerate(totals)]
        return totals


Panels = dict[tuple[float, float], _Panel]


class NeuronIntegrals:
    """Integrals over the basins between cuts, at any closure near the one that cut them.

    ``cuts`` are exact places of y; ``peaks`` has a place in each basin where the density is large,
    which sets the scale of what is negligible there and nothing else; ``reach`` is where the last
    panel ends to begin with. ``shared`` are the panels of integrals with the same prior.
    """

    def __init__(
        self,
        parameters: Mapping[str, Fraction | arb],
        theory: str,
        cuts: Sequence[float],
        peaks: Sequence[float],
        reach: float,
        shared: Panels | None = None,
    ) -> None:
        self.density = Density(parameters, theory)
        self.cuts, self.peaks, self.reach = tuple(cuts), tuple(peaks), reach
        self.panels: Panels = {} if shared is None else shared

    def basins(self, closure: Closure) -> list[Integrals]:
        """The integrals over each basin, in order, as balls. Raises :class:`Undecided`."""
        scales = [self._scale(peak, closure) for peak in self.peaks]
        end = self._end(min(scales), closure)
        edges = (0.0, *self.cuts, end)
        integrals = [
            self._basin(low, high, scale * _TOLERANCE, closure)
            for (low, high), scale in zip(pairwise(edges), scales, strict=True)
        ]
        beyond = _up_to(self.density.beyond(arb(end), closure))
        integrals[-1] = tuple(total + beyond for total in integrals[-1])
        return integrals

    def _scale(self, peak: float, closure: Closure) -> arb:
        """Of the order of the integral over a peak: height times the width of the prior."""
        square = arb(peak) ** 2
        height = self.density.prior(square) * self.density.pull(square, closure)[0]
        return arb((height * self.density.width()).mid())

    def _end(self, scale: arb, closure: Closure) -> float:
        """Where the rest is negligible."""
        end = self.reach
        while not self.density.beyond(arb(end), closure) < scale * _TOLERANCE:
            end *= 1.25
            if not end < 1e8:
                raise Undecided("the tail of the law has no proved bound")
        return end

    def _basin(self, low: float, high: float, negligible: arb, closure: Closure) -> Integrals:
        totals = [arb(0)] * MOMENTS
        for part in self._parts(low, high, negligible, closure):
            totals = [total + one for total, one in zip(totals, part, strict=True)]
        return tuple(totals)

    def _parts(
        self, low: float, high: float, negligible: arb, closure: Closure
    ) -> Iterator[Sequence[arb]]:
        """Integrals over panels that fill a segment, each proved to the tolerance."""
        waiting = [(low, high)]
        for _ in range(_MOST_PANELS):
            if not waiting:
                return
            ends = waiting.pop()
            panel = self.panels.setdefault(ends, _Panel(self.density, *ends))
            most = panel.at_most(self.density, closure)
            if most < negligible:
                yield [_up_to(most)] * MOMENTS
                continue
            error = panel.error(self.density, closure)
            if error < negligible:
                yield [total + arb(0, error.upper()) for total in panel.sums(self.density, closure)]
                continue
            middle = (ends[0] + ends[1]) / 2
            if not ends[0] < middle < ends[1]:
                raise Undecided(f"the law has no proved bound at y = {middle}")
            waiting += [(middle, ends[1]), (ends[0], middle)]
        raise Undecided(f"certified quadrature needs more than {_MOST_PANELS} panels")

    def sliver(self, place: arb, cut: float, closure: Closure) -> arb:
        """The density's integral from a cut to a place beside it: width times all its heights."""
        between = interval(place, arb(cut)) ** 2
        return (place - cut) * self.density.prior(between) * self.density.pull(between, closure)[0]


def _up_to(most: arb) -> arb:
    """The ball from 0 to an upper bound."""
    return interval(arb(0), arb(most.upper()))
