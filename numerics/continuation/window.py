"""The window of two parameters that a boundary is drawn in: coordinates, edges and defaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType

from flint import arb

from binodal.numerics.balls import AtPrecision, ball
from binodal.numerics.continuation.result import Window
from binodal.numerics.continuation.system import Pin, rounded
from binodal.numerics.errors import ParameterError

MOST_POINTS = 20_000
_FACTOR = 3
_SLIVER = Fraction(1, 10_000)
_STEPS_ACROSS = 40


@dataclass(frozen=True)
class Axis:
    """A parameter's coordinate: the logarithm of its ratio to a unit, or the value itself."""

    name: str
    unit: Fraction
    linear: bool = False
    _unit: AtPrecision[arb] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_unit", AtPrecision(lambda: ball(self.unit)))

    def value(self, coordinate: arb) -> arb:
        """The parameter at a coordinate."""
        return coordinate if self.linear else self._unit() * coordinate.exp()

    def slope(self, value: arb) -> arb:
        """d value / d coordinate."""
        return arb(1) if self.linear else value

    def coordinate(self, value: Fraction) -> arb:
        """The coordinate of an exact value."""
        return ball(value) if self.linear else (ball(value) / self._unit()).log()

    def exactly(self, index: int, value: Fraction) -> Pin:
        """The pin of this axis, which is coordinate ``index`` of its system, at a value."""
        return Pin(index, value, lambda: self.coordinate(value))

    def near(self, index: int, coordinate: float) -> Pin:
        """The pin at a short decimal near a coordinate."""
        return self.exactly(index, rounded(float(self.value(arb(coordinate)).mid())))


def axes_of(window: Window, signed: str | None = None) -> tuple[Axis, ...]:
    """The window's axes; units are the low ends, so that coordinates start at zero."""
    return tuple(Axis(name, low, name == signed) for name, (low, _) in window.items())


def ranges(
    parameters: Mapping[str, Fraction],
    names: tuple[str, str],
    given: Window,
    signed: str | None = None,
    most: Mapping[str, Fraction] = MappingProxyType({}),
) -> Window:
    """A range for each name: as given, or from a third to three times the own value.

    The signed parameter's default has both signs, and none exceeds what ``most`` says. Raises
    ParameterError for a name that is not a parameter or comes twice, and for a range that does not
    increase, is not positive or exceeds the most.
    """
    for name in (*names, *given):
        if name not in parameters:
            raise ParameterError(f"unknown parameter {name!r}: choose {', '.join(parameters)}")
    if names[0] == names[1]:
        raise ParameterError(f"{names[0]} is named twice: a curve needs two parameters")
    strange = [name for name in given if name not in names]
    if strange:
        raise ParameterError(f"a range for {strange[0]}, which is not one of {', '.join(names)}")
    window = {}
    for name in names:
        own = parameters[name]
        reach = abs(own) * _FACTOR or Fraction(1)
        default = (-reach, reach) if name == signed else (own / _FACTOR, own * _FACTOR)
        if name in most:
            default = default[0], min(default[1], most[name])
        low, high = window[name] = given.get(name, default)
        if not low < high or (name != signed and low <= 0):
            raise ParameterError(f"{name}={low}:{high}: a range must increase and stay positive")
        if name in most and high > most[name]:
            raise ParameterError(f"{name}={low}:{high}: {name} must be at most {most[name]}")
    return window


def require_points(points: int) -> None:
    """Raise ParameterError for a number of points that makes no curve."""
    if not 2 <= points <= MOST_POINTS:
        raise ParameterError(f"points={points}: points must be from 2 to {MOST_POINTS}")


def halves(window: Window, signed: str) -> list[Window]:
    """The window without the zero of a signed parameter: one part or two."""
    if signed not in window or not window[signed][0] <= 0 <= window[signed][1]:
        return [window]
    low, high = window[signed]
    gap = max(-low, high) * _SLIVER
    parts = [(low, -gap)] * (low < -gap) + [(gap, high)] * (high > gap)
    return [{**window, signed: part} for part in parts]


def spans(axes: Sequence[Axis], window: Window) -> list[tuple[float, float]]:
    """The window's ranges in coordinates."""
    ends = ([float(axis.coordinate(v).mid()) for v in window[axis.name]] for axis in axes)
    return [(low, high) for low, high in ends]


def longest_step(axes: Sequence[Axis], window: Window) -> float:
    """A step that crosses the window in some dozens."""
    return max(high - low for low, high in spans(axes, window)) / _STEPS_ACROSS


def edges(
    axes: Sequence[Axis], window: Window, first: int
) -> Iterator[tuple[Pin, tuple[int, int]]]:
    """The four edges, as pins with (coordinate, side); ``first`` is the first axis' coordinate."""
    for index, axis in enumerate(axes, start=first):
        low, high = window[axis.name]
        yield axis.exactly(index, low), (index, -1)
        yield axis.exactly(index, high), (index, 1)


def own_lines(
    axes: Sequence[Axis], window: Window, parameters: Mapping[str, Fraction], first: int
) -> Iterator[Pin]:
    """The lines through the parameters' own values, where they lie inside."""
    for index, axis in enumerate(axes, start=first):
        own, (low, high) = parameters[axis.name], window[axis.name]
        if low < own < high:
            yield axis.exactly(index, own)


def shown(window: Window) -> str:
    """The window in words."""
    return ", ".join(f"{name} from {low} to {high}" for name, (low, high) in window.items())
