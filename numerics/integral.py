"""Certified integrals of functions written in Python, which Ctrl-C can end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import acb, arb

from binodal.numerics.interrupts import held


class _Stopped(Exception):
    """Ends flint's loop, which knows how to end with exceptions of this kind alone."""


def integral(
    integrand: Callable[[acb, bool], acb],
    low: acb | arb | int,
    high: acb | arb | int,
    **accuracy: Any,
) -> acb:
    """``acb.integral``, which a signal ends at once.

    An exception that a signal's handler raises inside the callback is lost in flint: the loop goes
    on, and what comes out is a number or a ``SystemError``.

    >>> bool(integral(lambda t, analytic: t, arb(0), arb(2)).real.contains(2))
    True
    """

    def asking(t: acb, analytic: bool) -> acb:
        if arrived:
            raise _Stopped
        return integrand(t, analytic)

    try:
        with held() as arrived:
            return acb.integral(asking, low, high, **accuracy)
    except _Stopped:
        raise KeyboardInterrupt from None
