"""The factors of the printed theory that differ from the derived ones.

These are data: what B.34, B.37b, B.39 and B.41 say, kept so that the published numbers can
be reproduced and the difference measured. Nothing in the derived theory reads this file.
"""

from __future__ import annotations

import sympy as sp

from binodal.derive.symbols import N, P, a, sigma2, sigma_a2, x, x_v


def printed_exponent() -> sp.Expr:
    """B.34: S_k = P s, with k and P-k counted as two modes."""
    return P


def printed_kernel_factor() -> sp.Expr:
    """B.37b: lambda = sigma_a^2 <|w_k|^2 |v_k|^2>."""
    return sigma_a2


def printed_ring_count() -> sp.Expr:
    """B.41: the weight 4 of the saddles, four signs as if w_k and v_k were real numbers."""
    return sp.Integer(4)


def printed_saddle_coupling() -> sp.Expr:
    """B.39: the coefficient of |w_k| |v_k|^2 in the printed stationarity condition."""
    return 8 * sigma_a2 * a**2 * P / (N * sigma2**2)


def printed_kernel() -> dict[str, sp.Expr]:
    """B.36 in units of sigma_a^2: factors of |k,k'>, of |k+k',0> and of |0,0> (each half)."""
    return {"pair": x * x_v, "axis": 2 * x**2, "constant": x**2}
