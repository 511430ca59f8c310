"""What the derived law of modes says of progress measures at finite P, with orders in 1/N."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from binodal.models.modular.numerics.float_law import exact_moments, rings
from binodal.models.modular.predictions import neuron_average
from binodal.models.modular.predictions.agop import Fourth, agop_trace
from binodal.models.modular.predictions.finite_width import (
    LARGEST,
    LOSS,
    OBSERVABLES,
    expansion,
    loss_orders,
)
from binodal.models.modular.predictions.losses import losses
from binodal.models.modular.predictions.mode_curvature import Spectrum
from binodal.models.modular.predictions.mode_law import (
    ModeClosure,
    coupling,
    solve_modes,
    zero_law,
)
from binodal.models.modular.predictions.mode_transforms import Modes
from binodal.numerics.errors import Undecided
from binodal.numerics.parameters import Parameters
from binodal.validate.expansion import RATIO, Expansion
from binodal.validate.measures.definitions.sparsity import THRESHOLD
from binodal.validate.measures.theory import Later, Theory

_QUADRATURES = ((8, 12), (12, 18))
"""Gauss nodes of a mode's law, and points of the quadratures over it: coarse, and fine."""
_TWO_ORDERS, _DRAWS, _MOST_PRODUCTS = 7, 8000, 3_000_000
"""Largest P of the second order here; neurons drawn, and products of theirs at most."""
_DRAWN = ("pair", "ipr", "gini_neuron", "sparsity", "weight_entropy")
_FOLLOW = ("a_direct", LOSS, "restricted_loss", "excluded_loss", "token_uniformity")
_SIZED = ("agop_trace", "accuracy", "train_accuracy")
_SHARES, _LEAST = ("a", "a_direct", "accuracy", "train_accuracy"), 0.1
LEFT_OUT = "with the orders in 1/N that are known; errors are the size of those that are not"
SILENT = {"gini_network": "zero for infinitely many neurons; what is there at finite N is chance"}
Told = tuple[float, float]


def theory(parameters: Parameters) -> Theory:
    """Predictions of a network that has seen all pairs, and the droplets of its law."""
    point = {name: float(value) for name, value in parameters.items()}
    if int(point["P"]) % 2 == 0 or point["P"] < 3:
        return Theory(doubt="at even P the real mode P/2 has a law of its own")
    try:
        coarse, fine = (_Means(point, *sizes) for sizes in _QUADRATURES)
    except Undecided as doubt:
        return Theory(doubt=str(doubt))
    orders = _Orders(point, coarse, fine)
    quadrature = (*OBSERVABLES, *_FOLLOW, *_SIZED)
    known, silent = (
        Later(quadrature, partial(orders.moments, kept), Later(_DRAWN, partial(orders.draws, kept)))
        for kept in (True, False)
    )
    reasons = Later((*quadrature, *_DRAWN), lambda: dict.fromkeys(silent, orders.doubt), SILENT)
    barrier, droplets, why = _droplets(point, fine.closure)
    mean_field = Later(_DRAWN, lambda: fine.drawn, fine.known)
    return Theory(known, reasons, mean_field, barrier, droplets, why, LEFT_OUT)


class _Means:
    """Averages over the law of one neuron, each when it is asked for."""

    def __init__(self, point: Mapping[str, float], nodes: int, points: int) -> None:
        self.point, self.closure = point, solve_modes(point, nodes=nodes)
        modes = (int(point["P"]) - 1) // 2
        self.modes = Modes(self.closure.law, modes, point["P"], point["gamma"], points)

    @cached_property
    def known(self) -> dict[str, float]:
        """All but those over neurons that are drawn."""
        closure, moments = self.closure, self.closure.moments
        lost = losses(self.point, closure)
        return {
            "a": closure.a,
            "lambda": closure.level,
            **{name: getattr(moments, name) for name in ("x2", "x", "x4")},
            "token_uniformity": _steps(self.point, moments.x, moments.x4),
            "restricted_loss": _restricted(self.point, closure, self.modes),
            "agop_trace": _gradients(self.point, closure),
            **lost,
            "train_accuracy": lost["accuracy"],
            "a_direct": closure.a,
        }

    @cached_property
    def drawn(self) -> dict[str, float]:
        """The others."""
        modes = self.modes
        return {
            "pair": modes.neighbours(),
            "ipr": modes.participation(),
            "gini_neuron": modes.gini(),
            "sparsity": modes.within(THRESHOLD**0.5),
            "weight_entropy": 2 * self.point["N"] * self.point["P"] * modes.entropy(),
        }


@dataclass(frozen=True)
class _Orders:
    """Mean field with what is known beyond it, in powers of 1/N."""

    point: Mapping[str, float]
    coarse: _Means
    fine: _Means

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
        found = self._by_quadrature.items()
        return {name: told for name, told in found if self._tells(name, *told) == kept}

    def draws(self, kept: bool) -> dict[str, Told]:
        """The same of those by drawn neurons."""
        found = self._by_draws.items()
        return {name: told for name, told in found if self._tells(name, *told) == kept}

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

    def _of_quadrature(self, name: str, which: Callable[[_Means], Mapping[str, float]]) -> float:
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
        steps = _steps(self.point, x, x4) if x > 0 else mean["token_uniformity"]
        spread = steps * left / (2 * x if x > 0 else left)
        yield "token_uniformity", (steps, spread + of("token_uniformity"))
        lost, error = self._lost()
        yield LOSS, (lost, error + of(LOSS))
        others, apart = mean[LOSS] - mean["restricted_loss"], self._beside()
        yield "restricted_loss", (lost - others, error + apart + of("restricted_loss"))
        yield "excluded_loss", (mean["excluded_loss"], apart + of("excluded_loss"))
        learned = 1 - mean["a"]
        shares = {"agop_trace": self.share + 2 * abs(moments["a"][0] - mean["a"]) / learned}
        for name in _SIZED:
            share = min(1.0, shares.get(name, self.share))
            yield name, (mean[name], share * abs(mean[name]) + of(name))

    def drawn(self) -> Iterator[tuple[str, Told]]:
        """Averages whose first order is had by drawing neurons."""
        order, mean = int(self.point["P"]), self.fine.drawn
        try:
            if self.series is None or order > neuron_average.LARGEST:
                raise Undecided("")
            count = min(_DRAWS, _MOST_PRODUCTS // order**3)
            found = neuron_average.first_order(self.point, count=count)
        except Undecided:
            found = {}
        of = partial(self._of_quadrature, which=lambda means: means.drawn)
        for name, start in mean.items():
            if name not in found:
                yield name, (start, self.share * abs(start) + of(name))
                continue
            copies = self.point["N"] if name == "weight_entropy" else 1.0
            first, chance = (copies * part for part in found[name])
            value, left = beyond(start, [first], abs(first) * self.ahead)
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


def _steps(point: Mapping[str, float], x: float, x4: float) -> float:
    """|E_{n+1} - E_n|, whose square is the sum over neurons of (u_{n+1} - u_n)^2.

    A mode has |e^(-2 pi i k/P) - 1|^2 |u_k|^2 of it, and these factors sum to 2 P over all k. The
    root of a sum of N such squares is, to first order in 1/N, that of its mean less an eighth of
    the square's variance; factors squared sum to 6 P, and a mode's fourth cumulant is that of
    2 r cos theta.
    """
    order, width = point["P"], point["N"]
    square = 2 * order * x
    cumulant = 3 * order * (6 * x4 - 12 * x**2)
    variance = 2 * square**2 + cumulant
    return float(np.sqrt(width * square) * (1 - variance / (8 * width * square**2)))


def _gradients(point: Mapping[str, float], closure: ModeClosure) -> float:
    root, mass = zero_law(point["P"], point["gamma"])
    zero, zero4 = (float(mass @ root**power) for power in (2, 4))
    of = Fourth(int(point["P"]), closure.moments, zero, zero4)
    return agop_trace(of, point["sigma2"], point["sigma_a2"])


def _restricted(point: Mapping[str, float], closure: ModeClosure, modes: Modes) -> float:
    """<(y - f)^2> over the functions of n + m, the readout at its posterior given the weights.

    Each normalised one has the mean a y and the variance lambda sigma^2/(lambda + sigma^2) for
    every output; the constant has the eigenvalue sigma_a^2 P^2 <(mean of z^2)^2> and no target.
    """
    noise, order = point["sigma2"], point["P"]
    constant = point["sigma_a2"] * order**2 * modes.mean_square_constant()
    sums = (order - 1) * (closure.a**2 + closure.a * closure.level)
    return float((sums + constant * noise / (constant + noise)) / order**2)


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
