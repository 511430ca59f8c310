"""The scaling of the parameters as printed in M.11: two directions, and the one of the limit."""

from __future__ import annotations

import sympy as sp

from binodal.derive.symbols import N, d, n, sigma2, sigma_a2

PARAMETERS = (N, n, d, sigma2, sigma_a2)

M11_BETA = {N: 1, d: sp.Rational(1, 2), sigma_a2: sp.Rational(-1, 2), sigma2: -1, n: 0}
M11_ALPHA = {N: 0, d: 0, sigma_a2: 0, sigma2: 1, n: 1}
"""Exponents of beta and of alpha."""

M11 = {symbol: M11_BETA[symbol] + M11_ALPHA[symbol] for symbol in M11_BETA}
"""Exponents of beta with alpha = beta."""
