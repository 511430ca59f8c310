"""Symbols of training on a subset of the pairs."""

from __future__ import annotations

import sympy as sp

COUPLING = sp.Symbol("U", positive=True)
"""U = F^2 u: the coupling of a mode on a subset."""

DISORDER = sp.Symbol("epsilon_F", positive=True)
"""(1 - F)/(F P)."""

RADIUS2 = sp.Symbol("rho_F", positive=True)
"""Squared radius of the spectrum that disorder gives to the other modes, in units of the prior."""

STIFFNESS = sp.Symbol("z", positive=True)
"""sqrt(1 - rho_F): one without disorder, zero where a direction of memorising opens."""
