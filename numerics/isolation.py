"""Arithmetic whose settings are this package's own, whatever the caller's program has set.

flint and mpmath keep one precision for the whole process, NumPy one reaction to overflow for each
thread. A number must depend on none of them, and must leave them as they were.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

DOUBLE_BITS = 53
_POWER_SERIES_TERMS = 10
_FLOAT = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}


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
    from flint import ctx

    from binodal.numerics.balls import precision

    with precision(DOUBLE_BITS):
        terms, ctx.cap = ctx.cap, _POWER_SERIES_TERMS
        try:
            with (
                _of_loaded("mpmath", "workprec", DOUBLE_BITS),
                _of_loaded("numpy", "errstate", **_FLOAT),
            ):
                yield
        finally:
            ctx.cap = terms


def _of_loaded(
    library: str, setting: str, *values: int, **named: str
) -> AbstractContextManager[Any]:
    """A library's setting; one that is not loaded yet will have those with which it starts."""
    module = sys.modules.get(library)
    guard: AbstractContextManager[Any] = (
        getattr(module, setting)(*values, **named) if module else nullcontext()
    )
    return guard


def isolated(function: Callable[P, R]) -> Callable[P, R]:
    """The function, run with :func:`own_settings`."""

    @wraps(function)
    def run(*arguments: P.args, **named: P.kwargs) -> R:
        with own_settings():
            return function(*arguments, **named)

    return run
