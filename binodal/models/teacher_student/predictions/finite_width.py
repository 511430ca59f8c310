"""What networks of finite width, on finite data, are predicted to show: first orders and errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import hypot

import numpy as np

from binodal.models.teacher_student.numerics.finite_data import DataShift, first_order_data
from binodal.models.teacher_student.numerics.finite_width import (
    MODES,
    OBSERVABLES,
    STEP,
    Averages,
    Curvature,
    Shift,
)
from binodal.models.teacher_student.numerics.finite_width import first_order as shifts
from binodal.models.teacher_student.numerics.joint_law import joint_law
from binodal.models.teacher_student.numerics.losses import LOSSES, Losses, losses
from binodal.models.teacher_student.numerics.renormalised_noise import (
    SHOWN,
    Renormalised,
    renormalised,
)
from binodal.validate.expansion import DATA_LIMIT, Expansion, rows
from binodal.validate.prediction import Prediction


@dataclass(frozen=True)
class WidthAndData:
    """First orders in 1/N and in 1/n together; the product of both is left out."""

    width: Expansion
    data: DataShift
    size: float

    def value(self, name: str) -> float:
        """Mean field and both first orders."""
        return self.width.value(name) + self.data.shift.shift[name]

    @property
    def data_ahead(self) -> float:
        """1/n^2, and 1/(nN) as degrees of freedom/N, over 1/n: unrelated, squares add."""
        return hypot(self.data.left_out(self.size), self.width.freedom / self.width.width)

    def dropped(self, name: str) -> float:
        """1/N^2, 1/n^2 and 1/(nN), unrelated: squares add."""
        return hypot(self.width.dropped(name), self.data.shift.sizes[name] * self.data_ahead)

    def require_small(self) -> None:
        """Raises :class:`binodal.numerics.errors.Undecided` where an order is not small."""
        self.width.require_small()
        self.data.require_small(self.size)


@dataclass(frozen=True)
class Closed:
    """Both first orders, and beyond them what the closure with renormalised noise adds."""

    orders: WidthAndData
    beyond: Renormalised

    def value(self, name: str) -> float:
        """Mean field, both first orders and what closing the noise adds to them."""
        return self.orders.value(name) + self.beyond.added[name]

    def dropped(self, name: str) -> float:
        """Other terms of the orders that closing the noise adds: as much as it adds."""
        return self.beyond.left_out[name]

    def require_small(self) -> None:
        """Raises :class:`binodal.numerics.errors.Undecided` where 1/N is not small."""
        self.orders.width.require_small()


@dataclass(frozen=True)
class OverlapLaw:
    """log p(q) with both first orders, by place on the axis of q: p is averaged over data sets.

    ``sizes`` are those of the gains in 1/N and in 1/n, ``ahead`` the second order over the first.
    """

    orders: WidthAndData
    values: Mapping[str, float]
    sizes: Mapping[str, tuple[float, float]]
    ahead: tuple[float, float]

    def value(self, name: str) -> float:
        """Mean field and both gains."""
        return self.values[name]

    def dropped(self, name: str) -> float:
        """As for means over neurons, and half the square of a gain, large far from most neurons."""
        pairs = zip(self.sizes[name], self.ahead, strict=True)
        return hypot(*(size * hypot(ahead, size / 2) for size, ahead in pairs))

    def require_small(self) -> None:
        """As for means over neurons."""
        self.orders.require_small()


def _expansion(shift: Shift, width: float) -> Expansion:
    shift.require_small(width)
    ratio = min(1.0, shift.next_over_first(width))
    ahead = {name: size * ratio for name, size in shift.sizes.items()}
    return Expansion(shift.start, shift.shift, shift.freedom, width, ahead=ahead)


def first_order(parameters: Mapping[str, float], refine: int = 1, step: float = STEP) -> Expansion:
    """The residual's modes and means over neurons to first order in 1/N.

    Raises :class:`binodal.numerics.errors.Undecided` as mean field, and where 1/N is not small.
    """
    return _expansion(shifts(Curvature(parameters, refine), step), float(parameters["N"]))


@dataclass(frozen=True)
class Lost:
    """Train and test loss with both first orders, ``start`` that of mean field."""

    orders: WidthAndData
    losses: Losses
    start: float
    ahead: tuple[float, float]

    def value(self, name: str) -> float:
        """Mean field and both first orders."""
        return self.start + self.losses.width[name] + self.losses.data[name]

    def dropped(self, name: str) -> float:
        """As for the residual's modes."""
        return hypot(*(s * a for s, a in zip(self.losses.sizes[name], self.ahead, strict=True)))

    def require_small(self) -> None:
        """As for means over neurons."""
        self.orders.require_small()


class Orders:
    """Both first orders of one evaluation, each when it is asked for, of ``more`` averages too."""

    def __init__(
        self,
        parameters: Mapping[str, float],
        refine: int,
        step: float,
        more: Averages | None = None,
    ) -> None:
        self.at, self.refine, self.step, self.more = parameters, refine, step, more

    @cached_property
    def of(self) -> Curvature:
        return Curvature(self.at, self.refine, self.more)

    @cached_property
    def shift(self) -> Shift:
        return shifts(self.of, self.step)

    @property
    def width(self) -> Expansion:
        return _expansion(self.shift, float(self.at["N"]))

    @cached_property
    def data(self) -> DataShift:
        return first_order_data(self.of, self.step)

    @property
    def both(self) -> WidthAndData:
        return WidthAndData(self.width, self.data, float(self.at["n"]))

    @cached_property
    def beyond(self) -> Renormalised:
        return renormalised(self.of, self.shift, self.data)

    def closed(self, beyond: Renormalised) -> Closed:
        """These orders, and what was found beyond such."""
        return Closed(self.both, beyond)

    @cached_property
    def losses(self) -> Losses:
        return losses(self.of, self.shift, self.data.shift, self.step)

    @property
    def lost(self) -> Lost:
        """Train and test loss."""
        both, start = self.both, float(np.square(self.of.residual).sum())
        ahead = min(1.0, self.shift.next_over_first(float(self.at["N"]))), both.data_ahead
        return Lost(both, self.losses, start, ahead)

    def law(self, places: Mapping[str, float]) -> OverlapLaw:
        """log p(q) at named places."""
        of, points = self.of, np.abs(list(places.values()))
        orders = self.shift, self.data.shift
        values = joint_law(of.at, "derived", of.of, of.residual, self.refine).log_density(points)
        values = values + sum(np.interp(points, of.q, order.gained) for order in orders)
        # No gain's size is below that of all of them: gains change sign with q.
        sizes = [np.hypot(np.interp(points, of.q, o.gain_sizes), o.tilted) for o in orders]
        ahead = self.shift.next_over_first(float(self.at["N"])), self.both.data_ahead
        named = dict(zip(places, zip(*(s.tolist() for s in sizes), strict=True), strict=True))
        known = dict(zip(places, values.tolist(), strict=True))
        return OverlapLaw(self.both, known, named, ahead)


def predictions(
    parameters: Mapping[str, float], places: Sequence[float] = ()
) -> Iterator[Prediction]:
    """All observables at first order in 1/N; with data too, by the closure with renormalised noise
    and log p(q) at ``places`` at both first orders, with the error of quadrature and differences.

    A row says why there is none: no closure, or a correction that is not small.
    """
    fine, coarse = (Orders(parameters, *how) for how in ((2, STEP), (1, 2 * STEP)))
    named = {repr(place): float(place) for place in places}
    yield from rows(lambda: (fine.width, coarse.width), OBSERVABLES, MODES)
    yield from rows(
        lambda: (fine.closed(coarse.beyond), coarse.closed(coarse.beyond)), SHOWN, MODES, DATA_LIMIT
    )
    yield from rows(lambda: (fine.lost, coarse.lost), LOSSES, MODES, DATA_LIMIT)
    for row in rows(lambda: (fine.law(named), coarse.law(named)), list(named), MODES, DATA_LIMIT):
        if row.missing or np.isfinite(row.value):
            yield replace(row, observable="log_density", at=named[row.observable])
