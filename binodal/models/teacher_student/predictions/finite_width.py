"""What networks of finite width, on finite data, are predicted to show: first orders and errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import hypot, inf

import numpy as np

from binodal.models.teacher_student.numerics.both_orders import SHOWN
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
    """Mean field and both first orders (``known``), and what the closure with renormalised noise
    adds to them."""

    width: Expansion
    known: Mapping[str, float]
    beyond: Renormalised

    def value(self, name: str) -> float:
        """Mean field, both first orders and what closing the noise adds to them; -inf for log p of
        neurons that are too rare."""
        return self.known[name] + self.beyond.added.get(name, -inf)

    def dropped(self, name: str) -> float:
        """Other terms of the orders that closing the noise adds: as much as it adds."""
        return self.beyond.left_out.get(name, inf)

    def require_small(self) -> None:
        """Raises :class:`binodal.numerics.errors.Undecided` where 1/N is not small."""
        self.width.require_small()


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

    def beyond(self, places: Mapping[str, float]) -> Renormalised:
        """The closure with renormalised noise, of log p(q) at named places too."""
        return renormalised(self.of, self.shift, self.data, self.losses, places)

    def closed(self, places: Mapping[str, float], beyond: Renormalised) -> Closed:
        """These orders, and what was found beyond such."""
        both, lost = self.both, self.lost
        known = {name: both.value(name) for name in SHOWN} | {k: lost.value(k) for k in LOSSES}
        return Closed(self.width, known | self._law(places), beyond)

    @cached_property
    def losses(self) -> Losses:
        return losses(self.of, self.shift, self.data.shift, self.step)

    @property
    def lost(self) -> Lost:
        """Train and test loss."""
        both, start = self.both, float(np.square(self.of.residual).sum())
        ahead = min(1.0, self.shift.next_over_first(float(self.at["N"]))), both.data_ahead
        return Lost(both, self.losses, start, ahead)

    def _law(self, places: Mapping[str, float]) -> dict[str, float]:
        """log p(q) at named places, p averaged over data sets, with both first orders."""
        of, points = self.of, np.abs(list(places.values()))
        values = joint_law(of.at, "derived", of.of, of.residual, self.refine).log_density(points)
        orders = self.shift, self.data.shift
        values = values + sum(np.interp(points, of.q, order.gained) for order in orders)
        return dict(zip(places, values.tolist(), strict=True))


def predictions(
    parameters: Mapping[str, float], places: Sequence[float] = ()
) -> Iterator[Prediction]:
    """All observables at first order in 1/N; with data too, and log p(q) at ``places``, by the
    closure with renormalised noise, with the error of quadrature and differences.

    A row says why there is none: no closure, or a correction that is not small.
    """
    fine, coarse = (Orders(parameters, *how) for how in ((2, STEP), (1, 2 * STEP)))
    named = {repr(place): float(place) for place in places}
    yield from rows(lambda: (fine.width, coarse.width), OBSERVABLES, MODES)

    def both() -> tuple[Closed, Closed]:
        beyond = coarse.beyond(named)
        return fine.closed(named, beyond), coarse.closed(named, beyond)

    for row in rows(both, [*SHOWN, *LOSSES, *named], MODES, DATA_LIMIT):
        if row.observable not in named:
            yield row
        elif row.missing or np.isfinite(row.value):
            yield replace(row, observable="log_density", at=named[row.observable])
