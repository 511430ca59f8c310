"""The zero of a function of floats in a bracket, where the function may have no value."""

from __future__ import annotations

from collections.abc import Callable

from binodal.numerics.errors import Undecided

_FINEST = 4 * 2.0**-52
"""The least relative tolerance that Brent's method takes."""


def bracketed(
    level: Callable[[float], float], low: float, high: float, xtol: float, rtol: float = _FINEST
) -> float:
    """A zero between two places where the level has different signs, by Brent's method.

    Raises :class:`Undecided` where the level has no value on the way, or the same sign at both.

    >>> round(bracketed(lambda x: x * x - 2, 1.0, 2.0, 1e-12), 9)
    1.414213562
    """
    # Loaded with the first zero that is sought: it takes longer than most requests.
    from scipy.optimize import brentq

    try:
        return float(brentq(level, low, high, xtol=xtol, rtol=rtol))
    except ValueError as doubt:
        raise Undecided(f"between {low:.6g} and {high:.6g}: {doubt}") from doubt
