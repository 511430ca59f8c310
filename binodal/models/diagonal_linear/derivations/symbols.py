"""Symbols of diagonal linear networks, one component at a time."""

from __future__ import annotations

import sympy as sp

from binodal.derive.symbols import lam

L = sp.Symbol("L", positive=True)
"""The power in w = u^L - v^L, at least 2."""
DECAY = lam
"""lambda of (lambda/2)(|u|^2 + |v|^2)."""
ALPHA = sp.Symbol("alpha", positive=True)
"""u = v = alpha at the start, in every component."""
SCALE = sp.Symbol("A", positive=True)
"""alpha exp(-lambda t): what decay alone leaves of the start."""
U, V = sp.symbols("u v", positive=True)
SLOPE = sp.Symbol("g", real=True)
"""Derivative of the loss in w."""
ETA = sp.Symbol("eta", real=True)
"""Component of X^T rho, the residuals summed over time, each with its factor."""
PHI = sp.Symbol("phi", real=True)
"""log(u/v)/2."""
W = sp.Symbol("w", real=True)

TWO = sp.Integer(2)
DEGREES = (sp.Integer(3), sp.Rational(7, 2), sp.Integer(5))
"""Generic powers above two, at which checks are made."""
NEARLY_TWO = 2 + sp.Rational(1, 10**16)
"""At L = 2 closed forms are limits: here they agree to 15 digits."""
