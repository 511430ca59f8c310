"""Certified integrals of functions written in Python, which Ctrl-C can end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import acb, arb

from binodal.numerics.interrupts import held


class _Stopped(ValueError):
    """Ends flint's loop, which goes on after all exceptions but type and value errors."""


def integral(
    integrand: Callable[[acb, bool], acb],
    low: acb | arb | int,
    high: acb | arb | int,
    **accuracy: Any,
) -> acb:
    """``acb.integral``, which a signal or an exception of the integrand ends at once.

    Both are lost in flint alone: what comes out is a number or a ``SystemError``.

    >>> bool(integral(lambda t, analytic: t, arb(0), arb(2)).real.contains(2))
    True
    """

    def asking(t: acb, analytic: bool) -> acb:
        try:
            if arrived:
                raise KeyboardInterrupt
            return integrand(t, analytic)
        except BaseException as error:
            raise _Stopped from error

    try:
        with held() as arrived:
            return acb.integral(asking, low, high, **accuracy)
    except _Stopped as stopped:
        assert stopped.__cause__ is not None
        raise stopped.__cause__ from None
