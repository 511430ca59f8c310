"""Helper functions of generated numpy code; each stands alone after the imports.

A line ``# helper NAME`` starts a block, which is copied into a generated file that calls NAME.
"""

from __future__ import annotations

from functools import cache
from math import factorial
from typing import Any

import numpy as np


# helper log_ratio
def log_ratio(order: int, x: Any) -> Any:
    """order-th derivative of -log(1 - x)/x for x < 1.

    F_k x = (k - 1)!/(1 - x)^k - k F_{k-1} cancels near zero, where the Taylor series replaces it.
    """
    x = np.asarray(x, dtype=float)
    near = np.abs(x) < (0.5 if order else 1e-300)
    safe = np.where(near, -0.5, x)
    value = -np.log1p(-safe) / safe
    for k in range(1, order + 1):
        value = (factorial(k - 1) / (1.0 - safe) ** k - k * value) / safe
    if not np.any(near):
        return value
    small = np.where(near, x, 0.0)
    series = np.zeros_like(x)
    for j in range(54 + 8 * order if order else 1, -1, -1):
        series = series * small + factorial(j + order) / factorial(j) / (j + order + 1)
    return np.where(near, series, value)


# helper gamma_rule
@cache
def gamma_rule(shape: float) -> tuple[tuple[float, float], ...]:
    """Nodes and weights of an average over T ~ Gamma(shape, 1).

    The trapezoidal rule in z = log(T/shape): its error is |Gamma(shape + i w)/Gamma(shape)| at
    w = 2 pi/step, which decays like exp(-w^2/(2 shape)), and at last like exp(-pi w/2).
    """
    step = 2.0 * np.pi / (np.sqrt(84.0 * shape) + 30.0)
    s = np.sqrt(84.0 / shape)
    # Beyond these ends shape (e^z - 1 - z) exceeds 42.
    first, last = -np.ceil((s + s * s / 2.0) / step), np.ceil(np.log1p(s + s * s / 2.0) / step)
    z = step * np.arange(first, last + 1.0)
    heights = np.exp(-shape * (np.expm1(z) - z))
    return tuple(zip((shape * np.exp(z)).tolist(), (heights / heights.sum()).tolist(), strict=True))


# helper log_tricomi
def log_tricomi(a: Any, b: Any, x: Any) -> Any:
    """log U(a, b, x) = -a log x + log <(1 + T/x)^{b-a-1}> over T ~ Gamma(a, 1), x > 0.

    NaN for a < 1/2, where the number of nodes would grow like 1/a, and for x <= 0. U itself would
    under- or overflow.
    """
    if np.ndim(a):
        a, b, x = np.broadcast_arrays(a, b, x)
        values = np.empty(x.shape)
        for each in np.unique(a):
            here = a == each
            values[here] = log_tricomi(float(each), b[here], x[here])
        return values
    if not 0.5 <= a < np.inf:
        return np.full(np.broadcast_shapes(np.shape(b), np.shape(x)), np.nan)
    inside = np.where(x > 0.0, x, np.nan)
    power = b - a - 1.0
    mean = sum(w * (1.0 + t / inside) ** power for t, w in gamma_rule(float(a)))
    return -a * np.log(inside) + np.log(mean)
