"""The law of one neuron's order parameter in balls: integrals over it and over parts of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise

import sympy as sp
from flint import acb, arb

from binodal.derive.neuron import Neuron
from binodal.numerics.balls import ball
from binodal.numerics.codegen.load import compiled
from binodal.numerics.errors import ParameterError, Undecided
from binodal.numerics.integral import integral
from binodal.numerics.neuron.special import Ball, Special, enclosure, split
from binodal.numerics.neuron.tail import BallFunction, Tail

TOLERANCE = arb(2) ** -84
_SAMPLES = 96
_FARTHEST = 200

Integrals = tuple[arb, ...]
"""Of the weight, and of the overlaps i <= j of the features times it."""


@dataclass(frozen=True)
class _Compiled:
    """The weights of a neuron; each takes (order parameter, special functions, modes, parameters).

    ``arguments`` are the specials' own: (first, second, argument) each, of the same without the
    special functions.
    """

    weights: BallFunction
    arguments: BallFunction
    specials: tuple[Special, ...]
    tails: tuple[Tail, ...]


@cache
def _compiled(neuron: Neuron) -> _Compiled:
    law = neuron.marginal
    whole = (law.weight, *(law.overlaps[pair] * law.weight for pair in pairs(neuron)))
    _require_analytic(whole, law.order)
    weights, specials = split(whole, law.order)
    rest = (*neuron.modes, *neuron.parameters)
    held = {f"w{k}": w for k, w in enumerate(weights)}
    symbols = tuple(s.symbol for s in specials)
    arguments = {
        f"a{k}": e
        for k, e in enumerate(e for s in specials for e in (s.first, s.second, s.argument))
    }
    tails = (Tail.of(w, specials, law.order, rest) for w in weights)
    return _Compiled(
        compiled("weights", held, (law.order, *symbols, *rest), "arb"),
        compiled("arguments", {**arguments, "one": sp.Integer(1)}, (law.order, *rest), "arb"),
        specials,
        tuple(tails),
    )


def pairs(neuron: Neuron) -> list[tuple[int, int]]:
    """i <= j for the overlaps of features."""
    count = len(neuron.modes)
    return [(i, j) for i in range(count) for j in range(i, count)]


def _require_analytic(weights: Sequence[sp.Expr], order: sp.Symbol) -> None:
    """Roots of the order parameter have balls that are finite where they are not analytic."""
    for power in set().union(*(w.atoms(sp.Pow) for w in weights)):
        if power.base.has(order) and not power.exp.is_integer:
            raise ParameterError(f"{power} in the law of {order}: only whole powers have a proof")


class NeuronLaw:
    """The law at given parameters, at the current precision.

    A box of complex numbers around a real segment meets a cut of a logarithm or of Tricomi's
    function only where it holds the branch point too, and there no ball is finite: so finite balls
    are those of analytic functions, as certified integration needs them.
    """

    def __init__(self, neuron: Neuron, parameters: Mapping[str, Fraction | arb]) -> None:
        self.neuron, self._parameters, self._of = neuron, parameters, _compiled(neuron)
        self.low = ball(Fraction(str(neuron.marginal.low)))

    def rest(self, modes: Sequence[arb]) -> tuple[arb, ...]:
        """The modes and all parameters, in the order of every compiled function."""
        return (*modes, *(ball(self._parameters[str(s)]) for s in self.neuron.parameters))

    def weights(self, point: Ball, rest: Sequence[arb]) -> Sequence[Ball]:
        """The unnormalised density, and the overlaps of features times it."""
        held = self._of.arguments(point, *rest)
        triples = zip(self._of.specials, held[0::3], held[1::3], held[2::3], strict=False)
        values = [enclosure(s.kind, arb(a), arb(b), z) for s, a, b, z in triples]
        return self._of.weights(point, *values, *rest)

    def integrals(self, modes: Sequence[arb], cuts: Sequence[arb] = ()) -> list[Integrals]:
        """Over each part between cuts, in order. Raises :class:`Undecided`."""
        rest, starts = self.rest(modes), (self.low, *cuts)
        end, last = self._reach(rest, starts[-1])
        scales = [self._scales(a, b, rest) for a, b in pairwise(starts)] + [last]
        edges = pairwise((*starts, end))
        totals = [self._between(a, b, rest, s) for (a, b), s in zip(edges, scales, strict=True)]
        totals[-1] = tuple(
            total + arb(0, most.upper())
            for total, most in zip(totals[-1], self._beyond(end, rest), strict=True)
        )
        return totals

    def _beyond(self, end: arb, rest: Sequence[arb]) -> list[arb]:
        heights = self.weights(end, rest)
        return [
            tail.beyond(end, height, *rest)
            for tail, height in zip(self._of.tails, heights, strict=True)
        ]

    def _reach(self, rest: Sequence[arb], start: arb) -> tuple[arb, list[arb]]:
        """Where what is left is negligible beside the integrals from ``start`` on, and these."""
        step = arb(2) ** -10
        for _ in range(_FARTHEST):
            end = start + step
            bounds = self._beyond(end, rest)
            if all(bound.is_finite() for bound in bounds):
                scales = self._scales(start, end, rest)
                if all(b < s * TOLERANCE for b, s in zip(bounds, scales, strict=True)):
                    return end, scales
            step = step * 5 / 4
        raise Undecided("the tail of the law has no proved bound")

    def _scales(self, low: arb, high: arb, rest: Sequence[arb]) -> list[arb]:
        """Of the order of each integral, from below: the largest sample, times a narrow width.

        It sets what is negligible and nothing else.
        """
        width = (high - low) / _SAMPLES
        samples = [self.weights(arb((low + width * k).mid()), rest) for k in range(1, _SAMPLES)]
        heights = ([arb(abs(v).mid()) for v in column] for column in zip(*samples, strict=True))
        return [max(column) * width for column in heights]

    def _between(
        self, low: arb, high: arb, rest: Sequence[arb], scales: Sequence[arb]
    ) -> Integrals:
        seen: dict[tuple[object, ...], Sequence[Ball]] = {}
        totals = []
        for index, scale in enumerate(scales):

            def density(place: acb, analytic: bool, index: int = index) -> acb:
                key = _parts(place)
                if key not in seen:
                    seen[key] = self.weights(place, rest)
                return acb(seen[key][index])

            negligible = arb((scale * TOLERANCE).mid())
            value = integral(density, low, high, rel_tol=TOLERANCE, abs_tol=negligible)
            if not value.is_finite():
                raise Undecided("the certified quadrature of the law did not converge")
            totals.append(value.real)
        return tuple(totals)


def _parts(place: acb) -> tuple[object, ...]:
    """What tells one box from another, exactly."""
    numbers = (place.real.mid(), place.real.rad(), place.imag.mid(), place.imag.rad())
    return tuple(number.man_exp() if number.is_finite() else str(number) for number in numbers)
