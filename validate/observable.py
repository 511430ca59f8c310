"""What a run asks of an observer: named small arrays for every member at one draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from torch import Tensor

Number = Fraction | float
"""What parameters may be: exact rationals, or floats of tests."""


@dataclass(frozen=True)
class Quantity:
    """One stored array a draw: its meaning, and the coordinate of its extra axis if it has one.

    ``axis`` is ("", ()) for a scalar. ``accumulate`` means that draws are averaged into one
    array a block, not kept one by one (histograms).
    """

    meaning: str
    axis: tuple[str, tuple[float, ...]] = ("", ())
    accumulate: bool = False


class Observer(Protocol):
    """Measures members of one model's network; all results are float64 on the CPU."""

    @property
    def quantities(self) -> Mapping[str, Quantity]:
        """Names and meanings of everything that ``measure`` returns."""

    def measure(self, network: Any, x: Tensor) -> dict[str, Tensor]:
        """name -> (R,) or (R, length of its axis) at whitened coordinates x (R, D)."""
