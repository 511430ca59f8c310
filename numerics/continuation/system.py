"""What a curve is the zero set of, and the square systems that single out a point of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import numpy as np
from flint import arb
from numpy.typing import NDArray

from binodal.numerics.balls import AtPrecision
from binodal.numerics.isolate import Box

Vector = NDArray[np.float64]
_PIN_DIGITS = 9


@dataclass(frozen=True)
class Pin:
    """One coordinate held at an exact value.

    ``exact`` is what the user sees; ``coordinate`` gives the coordinate at the current precision.
    """

    index: int
    exact: Fraction
    coordinate: Callable[[], arb]


class CurveSystem(Protocol):
    """F: R^{n+1} -> R^n with its Jacobian on balls; constants at the precision in force."""

    def value(self, box: Sequence[arb]) -> list[arb]:
        """Enclosures of the n components on the box."""

    def jacobian(self, box: Sequence[arb]) -> list[list[arb]]:
        """Enclosures of the n x (n + 1) partial derivatives on the box."""

    def pin(self, index: int, near: float) -> Pin:
        """An exact value of a coordinate, close to ``near``."""


def rounded(value: float, digits: int = _PIN_DIGITS) -> Fraction:
    """The decimal of this many significant digits next to a float."""
    return Fraction(f"{value:.{digits - 1}e}")


class Sliced:
    """The curve's system at a pinned coordinate: n equations in the n others."""

    def __init__(self, system: CurveSystem, pin: Pin) -> None:
        self.system, self.pin = system, pin
        self._pinned = AtPrecision(pin.coordinate)

    def full(self, box: Sequence[arb]) -> Box:
        """The box in all n + 1 coordinates."""
        return [*box[: self.pin.index], self._pinned(), *box[self.pin.index :]]

    def value(self, box: Sequence[arb]) -> list[arb]:
        """The n components."""
        return self.system.value(self.full(box))

    def jacobian(self, box: Sequence[arb]) -> list[list[arb]]:
        """Without the pinned coordinate's column."""
        rows, pinned = self.system.jacobian(self.full(box)), self.pin.index
        return [row[:pinned] + row[pinned + 1 :] for row in rows]


class Framed:
    """The curve's system and a hyperplane across it: regular where every pin is tangent."""

    def __init__(self, system: CurveSystem, through: Vector, normal: Vector) -> None:
        self.system, self.through, self.normal = system, through, normal

    def value(self, box: Sequence[arb]) -> list[arb]:
        """The n components, then normal . (x - through)."""
        plane = arb(0)
        for x, place, n in zip(box, self.through, self.normal, strict=True):
            plane += (x - arb(float(place))) * arb(float(n))
        return [*self.system.value(box), plane]

    def jacobian(self, box: Sequence[arb]) -> list[list[arb]]:
        """The curve's rows, then the normal."""
        return [*self.system.jacobian(box), [arb(float(n)) for n in self.normal]]


def floats(box: Sequence[arb]) -> Vector:
    """The centre of a box in double precision."""
    return np.array([float(x.mid()) for x in box])


def approximate(system: CurveSystem, places: Vector) -> tuple[Vector, Vector]:
    """F and its Jacobian at a point, in double precision; not-a-number where they do not exist."""
    point = [arb(x) for x in places.tolist()]
    jacobian = np.array([floats(row) for row in system.jacobian(point)])
    return floats(system.value(point)), jacobian


def slopes(system: CurveSystem, places: Vector) -> Vector:
    """The Jacobian alone."""
    return np.array([floats(row) for row in system.jacobian([arb(x) for x in places.tolist()])])
