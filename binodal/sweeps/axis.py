"""Axes of a sweep: NAME=START:STOP:COUNT, with exact values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import prod

import numpy as np
from numpy.typing import NDArray

from binodal.config import grid_option, parse_range
from binodal.errors import RequestError

MAX_CELLS = 10_000_000


@dataclass(frozen=True)
class Axis:
    """``count`` equally spaced exact values from ``start`` to ``stop``, both included."""

    name: str
    start: Fraction
    stop: Fraction
    count: int

    def values(self) -> list[Fraction]:
        """The grid's exact values.

        >>> [str(value) for value in Axis("sigma2", Fraction(1, 10), Fraction(3, 10), 3).values()]
        ['1/10', '1/5', '3/10']
        """
        return [self.value(k) for k in range(self.count)]

    def value(self, position: int) -> Fraction:
        """One of the exact values."""
        return self.start + position * (self.stop - self.start) / max(self.count - 1, 1)

    def __str__(self) -> str:
        return f"{self.name}={self.start}:{self.stop}:{self.count}"


@cache
def floats(axis: Axis) -> NDArray[np.float64]:
    """The doubles nearest to the grid's exact values; not to be written to."""
    values = np.array([float(value) for value in axis.values()])
    values.flags.writeable = False
    return values


def parse_axis(text: str, model: str, option: str = "") -> Axis:
    """An axis from NAME=START:STOP:COUNT. Raises RequestError with what is wrong.

    >>> str(parse_axis("sigma2=0.1:0.3:41", "teacher-student"))
    'sigma2=1/10:3/10:41'
    """
    option = option or grid_option()
    name, start, stop, (size,) = parse_range(text, model, "NAME=START:STOP:COUNT", option)
    if not (size.isascii() and size.isdigit()):
        raise RequestError(f"{option} {text}: COUNT must be a whole number")
    # Python reads only some thousand digits, and nobody means a number of this length.
    count = int(size) if len(size) < len(str(MAX_CELLS)) + 1 else MAX_CELLS + 1
    if count < 1:
        raise RequestError(f"{option} {text}: the grid is empty; COUNT must be at least 1")
    if count > MAX_CELLS:
        raise RequestError(f"{option} {text}: COUNT must be at most {MAX_CELLS}")
    if start == stop and count > 1:
        raise RequestError(f"{option} {text}: START must be less than STOP")
    if start != stop and count == 1:
        raise RequestError(f"{option} {text}: one point needs START = STOP")
    return Axis(name, start, stop, count)


def parse_axes(
    texts: Sequence[str], model: str, already: Sequence[str] = (), option: str = ""
) -> tuple[Axis, ...]:
    """Different axes, one or more; ``already`` are names that were set otherwise.

    >>> axes = parse_axes(["n=1:3:3", "d=2:4:2", "epsilon=0:1:2"], "teacher-student")
    >>> [str(axis) for axis in axes]
    ['n=1:3:3', 'd=2:4:2', 'epsilon=0:1:2']
    """
    if not texts:
        raise RequestError(
            f"no grid is given: give {grid_option()} NAME=START:STOP:COUNT at least once"
        )
    axes = tuple(parse_axis(text, model, option) for text in texts)
    seen = list(already)
    for axis in axes:
        if axis.name in seen:
            raise RequestError(f"{axis.name} is given twice")
        seen.append(axis.name)
    cells = prod(axis.count for axis in axes)
    if cells > MAX_CELLS:
        raise RequestError(f"the grid has {cells} cells: at most {MAX_CELLS} are possible")
    return axes
