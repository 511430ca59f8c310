"""Helper functions of generated ball arithmetic; a line ``# helper NAME`` starts a block."""

from __future__ import annotations

from flint import arb


# helper power
def power(x: arb, n: int) -> arb:
    """x^n; of a wide ball from its ends, where a product of balls may contain zero.

    flint's own power of a ball that contains zero is no number.
    """
    if not x.is_finite() or x.rel_accuracy_bits() > 3:
        return x**n
    if x < 0:
        return power(-x, n) if n % 2 == 0 else -power(-x, n)
    low, high = arb(x.lower()), arb(x.upper())
    if low > 0:
        return (low**n).union(high**n)
    if n % 2:
        return (high**n).union(-((-low) ** n))
    return arb(0).union(high.max(-low) ** n)


# helper log_ratio
def log_ratio(order: int, x: arb) -> arb:
    """Enclosure of the order-th derivative of -log(1 - x)/x on a ball with x < 1.

    It is the integral of k! u^k/(1 - x u)^{k+1} over 0 < u < 1, so it increases with x and the
    ends of the ball suffice.
    """
    low, high = arb(x.lower()), arb(x.upper())
    if not high < 1:
        return arb("nan")
    return log_ratio_point(order, low).union(log_ratio_point(order, high))


# helper log_ratio_point
def log_ratio_point(order: int, x: arb) -> arb:
    """Near zero the hypergeometric series, elsewhere F_k = ((k-1)!/(1-x)^k - k F_{k-1})/x."""
    if abs(x) < 0.05:
        height = arb.fac_ui(order) / (order + 1)
        return height * x.hypgeom_2f1(order + 1, order + 1, order + 2)
    value = -(-x).log1p() / x
    for k in range(1, order + 1):
        value = (arb.fac_ui(k - 1) / (1 - x) ** k - k * value) / x
    return value


# helper sign_of
def sign_of(x: arb) -> arb:
    """-1, 0 or 1; everything between where the ball does not decide."""
    if x > 0 or x < 0 or x == 0:
        return arb(int(x > 0) - int(x < 0))
    return arb(0, 1) if x.is_finite() else arb("nan")


# helper step
def step(x: arb) -> arb:
    """0, 1/2 at zero, or 1; everything between where the ball does not decide."""
    return (1 + sign_of(x)) / 2


# helper choose
def choose(a: arb, b: arb, u: arb, v: arb) -> arb:
    """u where a < b, v elsewhere, and both where the balls do not decide."""
    return u if a < b else v if a >= b else u.union(v)
