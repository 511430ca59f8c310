"""The first order in 1/N, of whichever model: mean field, its correction, and what it predicts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import nan

from numerics.errors import Undecided
from validate.theory.prediction import Prediction

LIMIT = "finite width"


@dataclass(frozen=True)
class FirstOrder:
    """Mean field (``start``) and the first order in 1/N (``shift``) by observable.

    ``freedom`` is the number of effective degrees of freedom, Tr K (sigma^2 + K)^{-1}.
    """

    start: Mapping[str, float]
    shift: Mapping[str, float]
    freedom: float

    def value(self, name: str) -> float:
        """Mean field plus its first correction.

        >>> FirstOrder({"a": 0.5}, {"a": 0.25}, 3.0).value("a")
        0.75
        """
        return self.start[name] + self.shift[name]


def rows(
    fine_and_coarse: Callable[[], tuple[FirstOrder, FirstOrder]],
    observables: Sequence[str],
    modes: int,
) -> Iterator[Prediction]:
    """A prediction of each observable, with the change from a coarser evaluation as its error.

    Where the two are :class:`numerics.errors.Undecided`, every row says why there is no number.
    """
    try:
        fine, coarse = fine_and_coarse()
    except Undecided as doubt:
        for name in observables:
            yield Prediction("derived", name, nan, 0.0, None, LIMIT, modes, missing=str(doubt))
        return
    for name in observables:
        value = fine.value(name)
        error = abs(value - coarse.value(name))
        yield Prediction("derived", name, value, error, None, LIMIT, modes)
