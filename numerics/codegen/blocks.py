"""Generated functions of arrays, called block by block."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK = 8192
"""Points a block: a dozen double-precision temporaries of this length stay in the L2 cache."""


def blocked(
    function: Callable[..., tuple[Any, ...]], outputs: int, *arguments: NDArray[np.float64] | float
) -> tuple[NDArray[np.float64], ...]:
    """Call a generated numpy function block by block, so that temporaries stay in the cache.

    Arguments broadcast against each other; the results have the broadcast shape.
    """
    shape = np.broadcast_shapes(*(np.shape(a) for a in arguments))
    scalars = [float(a) if np.ndim(a) == 0 else None for a in arguments]
    columns = [
        np.empty(0) if s is not None else np.broadcast_to(np.asarray(a, dtype=float), shape).ravel()
        for a, s in zip(arguments, scalars, strict=True)
    ]
    size = int(np.prod(shape, dtype=int))
    results = tuple(np.empty(size) for _ in range(outputs))
    for start in range(0, size, BLOCK):
        part = slice(start, start + BLOCK)
        values = function(
            *(c[part] if s is None else s for c, s in zip(columns, scalars, strict=True))
        )
        for result, value in zip(results, values, strict=True):
            result[part] = value
    return tuple(result.reshape(shape) for result in results)
