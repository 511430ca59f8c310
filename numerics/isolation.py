"""Arithmetic whose settings are this package's own, whatever the caller's program has set.

flint and mpmath keep one precision for the whole process, NumPy one reaction to overflow for each
thread. A number must depend on none of them, and must leave them as they were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

DOUBLE_BITS = 53
_POWER_SERIES_TERMS = 10


@contextmanager
def own_settings() -> Iterator[None]:
    """The settings with which these libraries start; afterwards those that were in force.

    One thread at a time is inside, because flint and mpmath have one setting for all threads.

    >>> from flint import ctx
    >>> ctx.prec = 20
    >>> with own_settings():
    ...     ctx.prec
    53
    >>> ctx.prec, ctx.default()
    (20, None)
    """
    import mpmath
    import numpy as np
    from flint import ctx

    from binodal.numerics.balls import precision

    with precision(DOUBLE_BITS):
        terms, ctx.cap = ctx.cap, _POWER_SERIES_TERMS
        try:
            with (
                mpmath.workprec(DOUBLE_BITS),
                np.errstate(divide="warn", over="warn", under="ignore", invalid="warn"),
            ):
                yield
        finally:
            ctx.cap = terms


def isolated(function: Callable[P, R]) -> Callable[P, R]:
    """The function, run with :func:`own_settings`."""

    @wraps(function)
    def run(*arguments: P.args, **named: P.kwargs) -> R:
        with own_settings():
            return function(*arguments, **named)

    return run
