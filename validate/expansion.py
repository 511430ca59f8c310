"""The expansions in 1/N and 1/n: mean field, its corrections, and what they predict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite, nan, ulp
from typing import Protocol

from binodal.numerics.corrections import BEYOND_DOUBLES
from binodal.numerics.errors import Undecided
from binodal.validate.prediction import Prediction

LIMIT = "finite width"
DATA_LIMIT = "finite width and data"
"""First orders in 1/N and in 1/n together."""
_ROUNDED = 8 * ulp(1.0)
RATIO = 5.0
"""Second order over first, in units of the degrees of freedom over N, where only one is known.

By the largest relative changes it is 1.6 to 5.4 where both are known and fall (modular addition,
P = 3 to 11); for one Gaussian feature under the prior it is 5 at small kernels, exactly.
"""


class Series(Protocol):
    """Known orders of observables, and the size of what is left out."""

    def value(self, name: str) -> float:
        """All known orders."""

    def dropped(self, name: str) -> float:
        """Size of the orders left out: an estimate, not a bound."""

    def require_small(self) -> None:
        """Raises :class:`binodal.numerics.errors.Undecided` where the orders do not fall."""


@dataclass(frozen=True)
class Expansion:
    """Mean field (``start``), first order (``shift``) and, if known, second order by observable.

    ``freedom`` is the number of effective degrees of freedom, Tr K (sigma^2 + K)^{-1}, and
    ``width`` N. ``ahead`` holds the second order's size where a model estimates it.
    """

    start: Mapping[str, float]
    shift: Mapping[str, float]
    freedom: float
    width: float
    second: Mapping[str, float] = field(default_factory=dict)
    ahead: Mapping[str, float] = field(default_factory=dict, kw_only=True)

    def value(self, name: str) -> float:
        """Mean field plus every known order.

        >>> Expansion({"a": 0.5}, {"a": 0.25}, 3.0, 100.0, {"a": -0.125}).value("a")
        0.625
        """
        return self.start[name] + self.shift[name] + self.second.get(name, 0.0)

    @property
    def ratio(self) -> float:
        """Second order over first, by the largest relative change of any observable.

        One observable's order may be small by chance, not the largest of all of them.
        """
        return self._share(self.second) / self._share(self.shift)

    def dropped(self, name: str) -> float:
        """Size of the orders left out: an estimate, not a bound.

        With two orders known, those left out go on falling as these do: by :attr:`ratio` for the
        largest relative change of any observable, or by this observable's own ratio, whichever
        leaves more. With one, the second is taken from :attr:`ahead`, or from what it was
        elsewhere (:data:`RATIO`).

        >>> Expansion({"a": 0.5}, {"a": 0.25}, 3.0, 100.0, {"a": -0.0625}).dropped("a")
        0.020833333333333332
        """
        if not self.second:
            elsewhere = abs(self.shift[name]) * min(1.0, RATIO * self.freedom / self.width)
            return self.ahead.get(name, elsewhere)
        common = abs(self.start[name]) * self._share(self.second) * _rest(self.ratio)
        own = abs(self.second[name])
        first = abs(self.shift[name])
        return max(common, own * _rest(own / first) if own < first / 2 else own)

    def require_small(self) -> None:
        """Raises :class:`binodal.numerics.errors.Undecided` unless the second order is below the
        first."""
        if self.second and not self.ratio < 1:
            raise Undecided(
                f"1/N is not small: the second order is {self.ratio:.2g} of the first; "
                f"{self.freedom:.3g} degrees of freedom, N = {self.width:.0f}"
            )

    def require_share(self, where: str = "") -> None:
        """Raises :class:`binodal.numerics.errors.Undecided` unless a, which lies between 0 and 1,
        stays there at first order, and where doubles do not tell it from 1.

        >>> Expansion({"a": 0.75}, {"a": 0.5}, 300.0, 40.0).require_share(" for chi")
        Traceback (most recent call last):
        binodal.numerics.errors.Undecided: 1/N is not small for chi: 300 degrees of freedom, N = 40
        """
        share, learned = self.start["a"], 1 - self.start["a"]
        if learned < _ROUNDED:
            raise Undecided(BEYOND_DOUBLES)
        if not abs(self.shift["a"]) < min(share, learned):
            raise Undecided(
                f"1/N is not small{where}: {self.freedom:.3g} degrees of freedom, "
                f"N = {self.width:.0f}"
            )

    def _share(self, order: Mapping[str, float]) -> float:
        return max(abs(change / self.start[name]) for name, change in order.items())


def _rest(ratio: float) -> float:
    """Sum of a geometric series without its first term, relative to it."""
    return ratio / (1 - ratio)


def shifts(fine: Expansion, coarse: Expansion, names: Iterable[str]) -> dict[str, object]:
    """First orders of observables; ``left_out`` is their change from a coarser evaluation and the
    estimated size of the next orders.

    Raises :class:`binodal.numerics.errors.Undecided` where doubles do not hold one.

    >>> known = Expansion({"a": 0.5}, {"a": 0.25}, 3.0, 150.0)
    >>> shifts(known, known, ["a"])
    {'a': 0.25, 'left_out': {'a': 0.025}}
    """
    moved = {name: float(fine.shift[name]) for name in names}
    left_out = {
        name: float(abs(shift - coarse.shift[name]) + fine.dropped(name))
        for name, shift in moved.items()
    }
    if not all(left > 0 and isfinite(left) for left in left_out.values()):
        raise Undecided(BEYOND_DOUBLES)
    return {**moved, "left_out": left_out}


def rows(
    fine_and_coarse: Callable[[], tuple[Series, Series]],
    observables: Sequence[str],
    modes: int,
    limit: str = LIMIT,
) -> Iterator[Prediction]:
    """A prediction of each observable; its error is the change from a coarser evaluation and the
    estimated size of the orders left out.

    Where the two are :class:`binodal.numerics.errors.Undecided`, every row says why there is no
    number.
    """
    try:
        fine, coarse = fine_and_coarse()
        fine.require_small()
    except Undecided as doubt:
        for name in observables:
            yield Prediction("derived", name, nan, 0.0, None, limit, modes, missing=str(doubt))
        return
    for name in observables:
        value = fine.value(name)
        error = abs(value - coarse.value(name)) + fine.dropped(name)
        yield Prediction("derived", name, value, error, None, limit, modes)
