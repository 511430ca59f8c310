"""Helper functions of generated mpmath code; a line ``# helper NAME`` starts a block."""

from __future__ import annotations

from typing import Any

from mpmath import mp


# helper log_ratio
def log_ratio(order: int, x: Any) -> Any:
    """order-th derivative of -log(1 - x)/x for x < 1, as a hypergeometric function."""
    return mp.factorial(order) / (order + 1) * mp.hyp2f1(order + 1, order + 1, order + 2, x)


# helper log_tricomi
def log_tricomi(a: Any, b: Any, x: Any) -> Any:
    """log U(a, b, x) = -a log x + log <(1 + T/x)^{b-a-1}> over T ~ Gamma(a, 1), x > 0.

    Meant for a >= 1/2: below, the number of nodes grows like 1/a.

    The average is the trapezoidal rule in z = log(T/a) with errors of exp(-bound). mpmath's own
    hyperu is not used: at a = 400, b = 401.5, x = 133 all its digits are wrong.
    """
    with mp.extraprec(20):
        bound = mp.prec * mp.ln2 + 6
        step = 2 * mp.pi / (mp.sqrt(2 * a * bound) + bound)
        s = mp.sqrt(2 * bound / a)
        # Beyond these ends a (e^z - 1 - z) exceeds the bound.
        first, last = -mp.ceil((s + s * s / 2) / step), mp.ceil(mp.log1p(s + s * s / 2) / step)
        total = mean = mp.zero
        for k in range(int(first), int(last) + 1):
            growth = mp.expm1(k * step)
            height = mp.exp(-a * (growth - k * step))
            total += height
            mean += height * (1 + a * (1 + growth) / x) ** (b - a - 1)
        value = mp.log(mean / total) - a * mp.log(x)
    return +value


# helper larger
def larger(a: Any, b: Any) -> Any:
    """The larger of two numbers; NaN where one is."""
    return a if a >= b or mp.isnan(a) else b


# helper smaller
def smaller(a: Any, b: Any) -> Any:
    """The smaller of two numbers; NaN where one is."""
    return a if a <= b or mp.isnan(a) else b


# helper sign_of
def sign_of(x: Any) -> Any:
    """-1, 0 or 1; NaN where the argument is."""
    return mp.sign(x)


# helper step
def step(x: Any) -> Any:
    """0, 1/2 at zero, or 1."""
    return (1 + mp.sign(x)) / 2


# helper choose
def choose(a: Any, b: Any, u: Any, v: Any) -> Any:
    """u where a < b, v elsewhere."""
    return u if a < b else v
