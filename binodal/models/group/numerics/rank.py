"""The part of a block's law that one rank of W has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from binodal.numerics.errors import Undecided


@dataclass(frozen=True)
class Rank:
    """The part of a law with a number of singular values of W beyond the barrier.

    ``log`` is the logarithm of its weight, minus infinity where none was found; the moments are
    those of |W V|^2 within it.
    """

    log: float
    mean: float
    square: float


def summed(terms: list[tuple[float, NDArray[np.float64]]]) -> Rank:
    """The sum of positive terms, each of which may be far outside the range of doubles."""
    logs = np.array([log + np.log(values[0]) for log, values in terms if values[0] > 0])
    means = np.array([values[1:] / values[0] for _, values in terms if values[0] > 0])
    if not len(logs):
        raise Undecided("the weight of a rank is below the rounding of the quadrature")
    top = float(logs.max())
    shares = np.exp(logs - top)
    mean, square = (shares @ means / shares.sum()).tolist()
    return Rank(top + float(np.log(shares.sum())), mean, square)
