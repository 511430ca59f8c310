"""What the derived law of modes says of progress measures at finite P, with orders in 1/N."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from binodal.models.modular.numerics.float_law import exact_moments, rings
from binodal.models.modular.predictions import neuron_average
from binodal.models.modular.predictions.finite_width import (
    LARGEST,
    LOSS,
    OBSERVABLES,
    expansion,
    loss_orders,
)
from binodal.models.modular.predictions.measure_means import Means, steps
from binodal.models.modular.predictions.mode_curvature import Spectrum
from binodal.models.modular.predictions.mode_law import ModeClosure, coupling
from binodal.numerics.errors import Undecided
from binodal.numerics.parameters import Parameters
from binodal.validate.expansion import RATIO, Expansion
from binodal.validate.measures.definitions.circuit_complexity import masked
from binodal.validate.measures.theory import Later, Theory

_QUADRATURES = ((8, 12), (12, 18))
"""Gauss nodes of a mode's law, and points of the quadratures over it: coarse, and fine."""
_TWO_ORDERS, _DRAWS, _MOST_PRODUCTS = 7, 8000, 3_000_000
"""Largest P of the second order here; neurons drawn, and products of theirs at most."""
_DRAWN = (
    *("pair", "ipr", "gini_neuron", "sparsity", "weight_entropy"),
    *("circuit_complexity", "local_complexity", "mutual_information"),
)
_FOLLOW = ("a_direct", LOSS, "restricted_loss", "excluded_loss", "token_uniformity")
_SIZED = ("agop_trace", "accuracy", "train_accuracy")
_MASKED, _OF_KERNEL = "circuit_complexity", ("circuit_complexity", "mutual_information")
_SHARES, _LEAST = ("a", "a_direct", "accuracy", "train_accuracy"), 0.1
LEFT_OUT = "with the orders in 1/N that are known; errors are the size of those that are not"
Told = tuple[float, float]


def theory(parameters: Parameters) -> Theory:
    """Predictions of a network that has seen all pairs, and the droplets of its law."""
    point = {name: float(value) for name, value in parameters.items()}
    if (order := int(point["P"])) % 2 == 0 or order < 3:
        words = f"at even P the real mode P/2 has a law of its own: group has it, at Z{order}"
        return Theory(doubt=words)
    try:
        coarse, fine = (Means(point, *sizes) for sizes in _QUADRATURES)
    except Undecided as doubt:
        return Theory(doubt=str(doubt))
    orders = _Orders(point, coarse, fine)
    quadrature = (*OBSERVABLES, *_FOLLOW, *_SIZED)
    known, silent = (
        Later(quadrature, partial(orders.moments, kept), Later(_DRAWN, partial(orders.draws, kept)))
        for kept in (True, False)
    )
    reasons = Later((*quadrature, *_DRAWN), lambda: dict.fromkeys(silent, orders.doubt))
    barrier, droplets, why = _droplets(point, fine.closure)
    mean_field = Later(_DRAWN, lambda: fine.drawn, fine.known)
    return Theory(known, reasons, mean_field, barrier, droplets, why, LEFT_OUT)


@dataclass(frozen=True)
class _Orders:
    """Mean field with what is known beyond it, in powers of 1/N."""

    point: Mapping[str, float]
    coarse: Means
    fine: Means

    @cached_property
    def series(self) -> Expansion | None:
        """Of the closure's moments; None where there is none."""
        order = int(self.point["P"])
        try:
            return expansion(self.point, second=order <= _TWO_ORDERS) if order <= LARGEST else None
        except Undecided:
            return None

    @cached_property
    def freedom(self) -> float:
        """Effective degrees of freedom of the kernel."""
        of = Spectrum(self.point)
        return of.freedom(of.levels(of.moments(self.fine.closure.a)))

    @property
    def doubt(self) -> str:
        """Why there is no prediction of what, or beside what, moves by as much as its size."""
        size = f"{self.freedom:.3g} degrees of freedom, N = {self.point['N']:.0f}"
        return f"1/N is not small: orders are as large as values; {size}"

    def moments(self, kept: bool) -> dict[str, Told]:
        """Of those by quadrature the ones that errors leave a meaning, or the others."""
        orders = self._by_quadrature.items()
        return {name: told for name, told in orders if self._tells(name, *told) == kept}

    def draws(self, kept: bool) -> dict[str, Told]:
        """The same of those by drawn neurons."""
        orders = self._by_draws.items()
        return {name: told for name, told in orders if self._tells(name, *told) == kept}

    def _tells(self, name: str, value: float, error: float) -> bool:
        return self.share < 1 and error < max(abs(value), _LEAST if name in _SHARES else 0.0)

    @cached_property
    def _by_quadrature(self) -> dict[str, Told]:
        return dict(self.told())

    @cached_property
    def _by_draws(self) -> dict[str, Told]:
        return dict(self.drawn())

    @cached_property
    def ahead(self) -> float:
        """Second order over first."""
        elsewhere = RATIO * self.freedom / self.point["N"]
        known = self.series.ratio if self.series is not None and self.series.second else 0.0
        return min(1.0, max(elsewhere, known))

    @cached_property
    def share(self) -> float:
        """The largest relative order of any moment, that of those without one."""
        if self.series is None:
            return min(1.0, RATIO * self.freedom / self.point["N"])
        start, orders = self.series.start, (self.series.shift, self.series.second)
        return min(1.0, max(abs(of[name] / start[name]) for of in orders for name in of))

    def _of_quadrature(self, name: str, which: Callable[[Means], Mapping[str, float]]) -> float:
        return abs(which(self.fine)[name] - which(self.coarse)[name])

    def _moment(self, name: str) -> Told:
        start, series = self.fine.known[name], self.series
        if series is None:
            return start, self.share * abs(start)
        orders = [of[name] for of in (series.shift, series.second) if of]
        largest = max(map(abs, orders))
        falling = not series.second or series.ratio < 1
        return beyond(start, orders, min(series.dropped(name), largest) if falling else largest)

    def _lost(self) -> Told:
        start, moved = self.fine.known[LOSS], self._moment("a")[1]
        if self.series is None:
            return start, self.share * start
        _, orders, slope = loss_orders(self.point)
        known = orders if self.series.second else orders[:1]
        last = abs(known[-1]) * (1 if known[1:] else self.ahead)
        value, left = beyond(start, known, last)
        return value, max(left, slope * moved)

    def _beside(self) -> float:
        """The size of mean outputs that are no function of n + m, which one draw of neurons has.

        They are a share, of the order of the degrees of freedom over N, of what is learned and of
        what is not.
        """
        order, a = self.point["P"], self.fine.closure.a
        return (order - 1) / order**2 * a * (1 - a) * min(1.0, self.freedom / self.point["N"])

    def told(self) -> Iterator[tuple[str, Told]]:
        """Moments, and what follows from them; of all else the size of the first order."""
        mean = self.fine.known
        of = partial(self._of_quadrature, which=lambda means: means.known)
        moments = {name: self._moment(name) for name in OBSERVABLES}
        for name, (value, left) in {**moments, "a_direct": moments["a"]}.items():
            yield name, (value, left + of(name))
        (x, left), x4 = moments["x"], moments["x4"][0]
        moved = steps(self.point, x, x4) if x > 0 else mean["token_uniformity"]
        spread = moved * left / (2 * x if x > 0 else left)
        yield "token_uniformity", (moved, spread + of("token_uniformity"))
        lost, error = self._lost()
        yield LOSS, (lost, error + of(LOSS))
        others, apart = mean[LOSS] - mean["restricted_loss"], self._beside()
        yield "restricted_loss", (lost - others, error + apart + of("restricted_loss"))
        yield "excluded_loss", (mean["excluded_loss"], apart + of("excluded_loss"))
        moved = 2 * abs(moments["a"][0] - mean["a"]) / (1 - mean["a"])
        for name in _SIZED:
            share = min(1.0, self.share + (moved if name == "agop_trace" else 0.0))
            yield name, (mean[name], share * abs(mean[name]) + of(name))

    @property
    def _of_readout(self) -> float:
        """What 1/N moves where its first order is not known: neurons with several frequencies have
        the largest fourth powers, and what they add to the kernel of all labels makes them rare.
        """
        return min(1.0, 2 * self.share + RATIO * self.point["P"] * self.freedom / self.point["N"])

    def drawn(self) -> Iterator[tuple[str, Told]]:
        """Averages whose first order is had by drawing neurons."""
        order, mean = int(self.point["P"]), self.fine.drawn
        try:
            if self.series is None or order > neuron_average.LARGEST:
                raise Undecided("")
            count = min(_DRAWS, _MOST_PRODUCTS // order**3)
            orders = neuron_average.first_order(self.point, count=count)
            first, error = orders[neuron_average.READOUT]
            left = max(self.share, RATIO * self.freedom / self.point["N"]) * self.fine.outputs
            orders[_MASKED] = neuron_average.Shift(masked(first, 0.0), masked(error, left))
        except Undecided:
            orders = {}
        of = partial(self._of_quadrature, which=lambda means: means.drawn)
        for name, start in mean.items():
            if name not in orders:
                share = self._of_readout if name == _MASKED else self.share
                if name == neuron_average.INFORMATION:
                    share = max(share, min(1.0, RATIO * self.freedom / self.point["N"]))
                chance = self.fine.crossed[1] if name == "local_complexity" else of(name)
                yield name, (start, share * abs(start) + chance)
                continue
            copies = self.point["N"] if name == "weight_entropy" else 1.0
            first, chance = (copies * part for part in orders[name])
            ahead = max(self.ahead, abs(first / start)) if name in _OF_KERNEL else self.ahead
            value, left = beyond(start, [first], abs(first) * ahead)
            yield name, (value, left + chance + of(name))


def beyond(start: float, orders: list[float], dropped: float) -> Told:
    """A series with what it leaves out; orders that do not fall are cut, and the largest left out.

    >>> beyond(1.0, [0.25, -0.125], 0.0625), beyond(1.0, [0.25, -0.5], 0.0), beyond(1.0, [2.0], 0.0)
    ((1.125, 0.0625), (1.25, 0.5), (1.0, 2.0))
    """
    value, before = start, abs(start)
    for place, order in enumerate(orders):
        if abs(order) >= before:
            return value, max(map(abs, orders[: place + 1]))
        value, before = value + order, abs(order)
    return value, dropped


def _droplets(
    point: Mapping[str, float], closure: ModeClosure
) -> tuple[float | None, float | None, str]:
    """The barrier of the mean of x and x_v, and the share of neurons with a mode beyond it."""
    numbers = coupling(point, closure.level), point["P"], point["sigma_a2"], point["gamma"]
    at_u, order, spread_a, decay = (np.array([number]) for number in numbers)
    inner, _, spread = rings(at_u, decay)
    if not spread[0] > 0:
        return None, None, "a mode's action has one minimum: there are no droplets"
    odds = exact_moments(at_u, order, spread_a, decay).log_odds[0]
    alone = -((int(point["P"]) - 1) // 2) * np.logaddexp(0, odds)
    return float(inner[0]), float(-np.expm1(alone)), ""
