"""The tilted law of biases of order one in the zero state: its integrals, proved and in doubles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from math import ceil, log, sqrt
from typing import Any

import numpy as np
from flint import acb, arb, ctx
from numpy.typing import NDArray

from binodal.models.single_index.numerics.biased.setting import BiasedSetting
from binodal.numerics.balls import ball, interval
from binodal.numerics.bracketed import bracketed
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.codegen.loaded import loaded
from binodal.numerics.errors import Undecided
from binodal.numerics.overlaps.facts import TABLE
from binodal.numerics.quadrature import gauss_error, gauss_rule

_FORMS = Forms("binodal.models.single_index.forms.biased_branch")
_TILTED = _FORMS.data("tilted_analytic", lambda row: loaded(*row))
_TILTED_FLOATS = _FORMS.floats("tilted_floats")
_OVERLAPS = TABLE.data("analytic_overlaps", lambda row: loaded(*row))
_POINTS, _SPREAD, _SPARE = 1201, 10.0, 1e-9
_STRETCH, _MOST_NODES, _NARROWEST, _REMEMBERED = 3, 64, 2.0**-5, 4096
_ORDER = (0, 3, 1, 4, 2, 5)
Floats = NDArray[np.float64]
Panel = tuple[float, float]


@dataclass(frozen=True)
class PriorLaw:
    """exp(-beta^2/(2 V)) K(beta)^{-1/2}, without biases that the prior has with less than 2^-bits.

    ``powers`` are those of the parameter that varies in u, G and sigma_w^2.
    """

    setting: BiasedSetting
    powers: tuple[int, int, int]
    _tables: dict[float, tuple[Floats, Floats, Floats]] = field(default_factory=dict)
    _known: dict[Any, list[tuple[Any, ...]]] = field(default_factory=dict)

    @cached_property
    def _overlaps(self) -> Callable[..., tuple[Any, ...]]:
        if not self.setting.biased.facts.closed:
            raise Undecided(
                f"{self.setting.activation}: the law of biases of order one needs overlaps in "
                "closed form"
            )
        return _OVERLAPS(self.setting.activation)

    def integrals(
        self, beta: arb, u: arb, norm: arb, count: int = 6, goal: arb | None = None
    ) -> list[arb]:
        """The weight's and the pull's integrals, then their slopes in beta, then those in x.

        They are those of the prior within sqrt(2 bits log 2) standard deviations, by Gauss' rule
        on panels with proved errors; not finite where K is not proved positive at every bias.
        """
        variance = ball(self.setting.variance)
        powers = [arb(self.powers[0]), arb(self.powers[2])]
        numbers = [variance, beta, u, *powers, self.setting.linear_target()]
        goal = arb(2) ** (8 - ctx.prec) if goal is None else goal
        order, tilted = _ORDER[:count], _TILTED()

        def rows(places: Sequence[tuple[Any, ...]]) -> Iterator[list[Any]]:
            for bias, *overlaps in places:
                values = tilted(bias, *numbers, *overlaps)
                yield [values[k] for k in order]

        end = float((2 * ctx.prec * arb(2).log() * variance).sqrt().upper())
        step = float(variance.sqrt().mid())
        waiting = [(k * step, (k + 1) * step) for k in range(ceil(end / step))]
        if not self.setting.flips_bias:
            waiting += [(-high, -low) for low, high in waiting]
        totals = [arb(0)] * count
        while waiting:
            low, high = waiting.pop()
            part = self._panel((low, high), norm, rows, goal)
            if part is not None:
                totals = [a + b for a, b in zip(totals, part, strict=True)]
            elif high - low < _NARROWEST * step:
                return [arb("nan")] * count
            else:
                waiting += [(low, (low + high) / 2), ((low + high) / 2, high)]
        return [2 * value for value in totals] if self.setting.flips_bias else totals

    def _panel(
        self,
        panel: Panel,
        norm: arb,
        rows: Callable[[Sequence[tuple[Any, ...]]], Iterator[list[Any]]],
        goal: arb,
    ) -> list[arb] | None:
        """The integrals over one panel; None where it is to be halved."""
        half, stretch = arb(panel[1] - panel[0]) / 2, arb(_STRETCH)
        largest = arb(0)
        for row in rows(self._at(("boxes", panel, exactly(norm)), norm, _boxes(panel))):
            if not all(value.is_finite() for value in row):
                return None
            largest = largest.max(max((abs(value).upper() for value in row), key=float))
        excess = float((gauss_error(largest, half, stretch, 0) / goal).log().upper().mid())
        nodes = max(4, 4 * ceil(excess / (8 * log(_STRETCH))))
        if nodes > max(_MOST_NODES, ctx.prec):
            return None
        rule, middle = gauss_rule(nodes), arb(panel[0]) + half
        places = [middle + half * place for place, _ in rule]
        key = ("nodes", panel, exactly(norm), nodes, ctx.prec)
        values = list(rows(self._at(key, norm, places)))
        error = arb(0, gauss_error(largest, half, stretch, nodes).upper())
        weights = [half * weight for _, weight in rule]
        return [
            sum((w * row[k] for w, row in zip(weights, values, strict=True)), error)
            for k in range(len(values[0]))
        ]

    def _at(self, key: Any, norm: arb, places: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Biases with their overlaps, computed once."""
        if key not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[key] = [(bias, *self._overlaps(norm, bias)) for bias in places]
        return self._known[key]

    def root(self, u: float, gain: float, norm: float) -> float:
        """beta on the zero branch, in doubles."""
        own = sqrt(float(self.setting.variance))
        bias, linear, cubic = self._table(norm)
        target, pole = abs(float(self.setting.teacher[1])), self.pole(u, norm)

        def row(beta: float) -> float:
            args = (own**2, beta, u, 0.0, 0.0, target, linear, cubic)
            weight, pull = _TILTED_FLOATS()(bias, *args)
            return beta * (1 + gain * float(pull.sum() / weight.sum())) - 1

        return bracketed(row, 0.0, min(1.0, pole * (1 - _SPARE)), 1e-15, 1e-14)

    def pole(self, u: float, norm: float) -> float:
        """beta at which some bias's zero state would be unstable, in doubles."""
        target = abs(float(self.setting.teacher[1]))
        return 1 / (sqrt(u) * target * float(np.abs(self._table(norm)[1]).max()))

    def _table(self, norm: float) -> tuple[Floats, Floats, Floats]:
        """Biases, and c_1 and c_3 there."""
        if norm not in self._tables:
            own = _SPREAD * sqrt(float(self.setting.variance))
            bias = np.linspace(-own, own, _POINTS)
            rows = [self._overlaps(arb(norm), arb(b)) for b in bias.tolist()]
            linear, cubic = np.array([[float(c.mid()) for c in row] for row in rows]).T
            self._tables[norm] = bias, linear, cubic
        return self._tables[norm]


def exactly(value: arb) -> tuple[object, ...]:
    """A ball as a key: its middle and its radius to the last bit."""
    return (*value.mid().man_exp(), *value.rad().man_exp())


def _boxes(panel: Panel) -> list[acb]:
    """Boxes that cover the upper half of the ellipse of a panel; the lower is its mirror image."""
    half, middle = arb(panel[1] - panel[0]) / 2, arb(panel[0] + panel[1]) / 2
    stretch = arb(_STRETCH)
    long, short = half * (stretch + 1 / stretch) / 2, half * (stretch - 1 / stretch) / 2
    ends = [middle + long * k / 2 for k in (-2, -1, 0, 1, 2)]
    height = interval(arb(0), short)
    return [acb(interval(a, b), height) for a, b in pairwise(ends)]
