"""Generated numpy for the action and its gradient at a million points, against other ways."""

from __future__ import annotations

import numpy as np
import sympy as sp

from benchmarks.timing import Row, seconds
from derive.symbols import b, c, kappa, rho, sigma_w2
from derive.teacher_student.action import action
from numerics.codegen.load import BLOCK, blocked, compiled

_SIZE = 1_000_000
_AT = (0.3, -0.3, 19.0, 0.5)


def _hand(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The best by hand: Horner forms, one logarithm, blocks that fit the cache."""
    b_, c_, k, w = _AT
    value, slope = np.empty_like(x), np.empty_like(x)
    for start in range(0, x.size, BLOCK):
        r = x[start : start + BLOCK]
        z = 1.0 - 2.0 * r
        cr = 2.0 * c_ * r
        h = b_ - cr
        inverse = 1.0 / z
        value[start : start + BLOCK] = r * (inverse / (2.0 * w) - k * h * h) - 0.5 * np.log(z)
        slope[start : start + BLOCK] = inverse * (inverse / (2.0 * w) + 1.0) - k * h * (
            h - 2.0 * cr
        )
    return value, slope


def run() -> list[Row]:
    """``naive``: hand-written in blocks, then sympy.lambdify with and without cse, whole arrays."""
    pair = {"S": action("derived").density(), "S1": action("derived").slope()}
    arguments = (rho, b, c, kappa, sigma_w2)
    x = np.linspace(1e-3, 0.49, _SIZE)
    generated = compiled("pair", pair, arguments, "numpy")
    if not np.allclose(blocked(generated, 2, x, *_AT), _hand(x), rtol=1e-12, atol=1e-14):
        raise ValueError("the generated and the hand-written action differ")
    ours = seconds(lambda: blocked(generated, 2, x, *_AT))
    hand = seconds(lambda: _hand(x))
    rows = [Row("action and gradient, 1e6 points", ours, hand, "naive is hand-written, in blocks")]
    for cse in (True, False):
        whole = sp.lambdify(arguments, list(pair.values()), "numpy", cse=cse)
        note = f"naive is sympy.lambdify(cse={cse}), whole arrays"
        rows.append(Row("", ours, seconds(lambda whole=whole: whole(x, *_AT)), note))
    return rows
