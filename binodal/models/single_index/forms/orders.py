"""Which overlaps a form asks for."""

from __future__ import annotations


def orders(modes: tuple[int, ...], derivatives: int) -> tuple[int, ...]:
    """Orders of the overlaps that so many derivatives of the field in log r hold.

    >>> orders((1, 2), 1)
    (1, 2, 3, 4)
    """
    return tuple(sorted({k + 2 * j for k in modes for j in range(derivatives + 1)}))
