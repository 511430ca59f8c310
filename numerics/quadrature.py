"""The trapezoidal rule on the whole line with a proved error bound."""

from __future__ import annotations

from flint import arb


def trapezoid_error(strip_integral: arb, half_width: arb, step: arb) -> arb:
    """Bound of |integral - step * sum f(k step)| for f analytic in |Im z| < half_width.

    ``strip_integral`` bounds the integral of |f(x + i b)| over x for every |b| < half_width; the
    error is at most 2 M/(exp(2 pi half_width/step) - 1). Source: Trefethen and Weideman, SIAM
    Review 56 (2014), theorem 5.1.

    >>> bool(trapezoid_error(arb(1), arb(1), arb("0.5")) < arb("1e-5"))
    True
    """
    return 2 * strip_integral / ((2 * arb.pi() * half_width / step).exp() - 1)
