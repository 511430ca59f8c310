"""Columns of parameters solved block by block, and zeros of functions of whole arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Columns = Mapping[str, Array | float]
_MOST_ROUNDS = 60
_SETTLED = 1e-14


def blockwise(
    columns: Columns,
    names: Sequence[str],
    length: int,
    solve: Callable[[list[Array]], Mapping[str, Array]],
) -> dict[str, Array]:
    """What ``solve`` finds for every combination of broadcast columns, ``length`` cells at once.

    It is given one flat array a name, in order. Raises KeyError when a column is missing.

    >>> table = {"a": np.array([1.0, 2.0]), "b": np.array([[10.0], [20.0]])}
    >>> blockwise(table, ("a", "b"), 3, lambda block: {"sum": block[0] + block[1]})["sum"]
    array([[11., 12.],
           [21., 22.]])
    """
    arrays = [np.asarray(columns[name], dtype=float) for name in names]
    shape = np.broadcast_shapes(*(a.shape for a in arrays))
    flat = [np.broadcast_to(a, shape).ravel() for a in arrays]
    size = int(np.prod(shape, dtype=int))
    out: dict[str, Array] = {}
    for start in range(0, size, length):
        part = slice(start, min(start + length, size))
        for name, values in solve([np.ascontiguousarray(a[part]) for a in flat]).items():
            out.setdefault(name, np.empty(size))[part] = values
    return {name: value.reshape(shape) for name, value in out.items()}


def crossing(
    function: Callable[[Array], Array],
    low: Array,
    high: Array,
    rising: NDArray[np.bool_] | bool = True,
    sure: bool = False,
) -> Array:
    """The zero between ``low`` and ``high`` of functions that cross once, elementwise.

    Ridders' method: the bracket at least halves in every round, and shrinks quadratically once the
    function is smooth. ``rising`` says where the function goes from negative to positive. Where
    the ends show no change of sign the result means nothing, unless the caller is ``sure`` that
    there is one (an end may be undefined or infinite).
    """
    low, high = np.array(low, dtype=float), np.array(high, dtype=float)
    sign = np.where(rising, 1.0, -1.0)
    at_low, at_high = sign * function(low), sign * function(high)
    unsettled = sure | ~((at_low > 0) | (at_high < 0))
    at_low, at_high = -np.abs(at_low), np.abs(at_high)
    guess = 0.5 * (low + high)
    for _ in range(_MOST_ROUNDS):
        before, middle = guess, 0.5 * (low + high)
        value = sign * function(middle)
        step = (middle - low) * value / np.sqrt(value * value - at_low * at_high)
        guess = np.where(np.isfinite(step), np.clip(middle - step, low, high), middle)
        at_guess = sign * function(guess)
        for point, height in ((middle, value), (guess, at_guess)):
            above, below = (height >= 0) & (point < high), (height < 0) & (point > low)
            high, at_high = np.where(above, point, high), np.where(above, height, at_high)
            low, at_low = np.where(below, point, low), np.where(below, height, at_low)
        tolerance = _SETTLED * np.abs(guess)
        halved = (np.abs(guess - middle) <= tolerance) & (high - low > tolerance)
        unsettled &= halved | (np.abs(guess - before) > tolerance)
        if not unsettled.any():
            break
    return guess
