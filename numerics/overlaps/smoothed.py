"""Overlaps c_k(r, beta) = E[phi(r z + beta) He_k(z)], z ~ N(0, 1), from the smoothed activation.

With g(V, beta) = E phi(sqrt(V) z + beta), c_k = r^k d^k g/dbeta^k: dc_k/dbeta = c_{k+1}/r.
"""

from __future__ import annotations

from flint import arb, arb_series, ctx

from binodal.numerics.balls import interval
from binodal.numerics.overlaps.facts import TABLE

_SMOOTHED = TABLE.balls("smoothed")


def smoothed_overlaps(name: str, r: arb, bias: arb, orders: int) -> list[arb]:
    """Enclosures for every r >= 0 and every bias of the balls, k < orders.

    They are not finite where the balls reach a pole of g: at r = 0, where phi jumps or bends.
    """
    # A square of a wide ball reaches below zero; that of its ends does not.
    square = r * r if r.rad() == 0 else interval(r.lower() ** 2, r.upper() ** 2)
    series = _series(name, square, bias, orders)
    power, overlaps = arb(1), []
    for k, coefficient in enumerate(series):
        power = power * r * k if k else power
        overlaps.append(power * coefficient)
    return overlaps


def _series(name: str, variance: arb, bias: arb, orders: int) -> list[arb]:
    """Taylor's coefficients of the smoothed activation at a bias."""
    before = ctx.cap
    ctx.cap = orders
    try:
        (value,) = _SMOOTHED(name)(variance, arb_series([bias, 1]))
        coefficients = list(arb_series(value).coeffs())
    except ValueError:  # a ball of variances that reaches a pole
        return [arb("nan")] * orders
    finally:
        ctx.cap = before
    return [*coefficients, *([arb(0)] * (orders - len(coefficients)))]
