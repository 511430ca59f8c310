"""Helper functions of generated ball arithmetic; a line ``# helper NAME`` starts a block."""

from __future__ import annotations

from flint import arb


# helper power
def power(x: arb, n: int) -> arb:
    """x^n; of a wide ball from its ends, where a product of balls may contain zero.

    flint's own power of a ball that contains zero is no number.
    """
    if x.rel_accuracy_bits() > 3 or not x.is_finite():
        return x * x if n == 2 else x**n
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
    """Enclosure of the order-th derivative of -log(1 - x)/x on a ball with x < 1."""
    return log_ratios(order, x)[order]


# helper log_ratios
def log_ratios(highest: int, x: arb) -> list[arb]:
    """Enclosures of -log(1 - x)/x and its derivatives up to an order on a ball with x < 1.

    That of order k is the integral of k! u^k/(1 - x u)^{k+1} over 0 < u < 1, so it increases with
    x, and the ends of a wide ball suffice.
    """
    if not x < 1:
        return [arb("nan")] * (highest + 1)
    if x.rel_accuracy_bits() > 32:
        return log_ratios_near(highest, x)
    ends = (log_ratios_near(highest, arb(end)) for end in (x.lower(), x.upper()))
    return [low.union(high) for low, high in zip(*ends, strict=True)]


# helper log_ratios_near
def log_ratios_near(highest: int, x: arb) -> list[arb]:
    """Near zero the hypergeometric series, elsewhere F_k = ((k-1)!/(1-x)^k - k F_{k-1})/x."""
    if abs(x) < 0.05:
        heights = (arb.fac_ui(k) / (k + 1) for k in range(highest + 1))
        return [h * x.hypgeom_2f1(k + 1, k + 1, k + 2) for k, h in enumerate(heights)]
    values, inverse, factor = [-(-x).log1p() / x], 1 / (1 - x), arb(1)
    for k in range(1, highest + 1):
        factor *= inverse
        values.append((factor - k * values[-1]) / x)
        factor *= k
    return values


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
