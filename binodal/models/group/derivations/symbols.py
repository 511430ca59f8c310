"""The symbols of the theory that modular addition does not have."""

from __future__ import annotations

import sympy as sp

from binodal.derive.symbols import P

order = P
"""|G|: the order of the group stands where modular addition has P."""

dimension = sp.Symbol("d_rho", positive=True, integer=True)
"""Of the irrep rho."""

copies = sp.Symbol("mu", positive=True, integer=True)
"""2 for an irrep and its conjugate together, 1 for one that is its own conjugate."""

rank = sp.Symbol("r", positive=True, integer=True)
"""How many singular values of W_rho and V_rho are not zero."""

overlap = sp.Symbol("|WV|^2", nonnegative=True)
"""|W_rho V_rho|_F^2 of one neuron, W_rho = sum_g w(g) rho(g)/|G|."""

twice = sp.Symbol("t", positive=True, integer=True)
"""How often a singular value appears in the complex matrix: 2 for a quaternionic irrep, else 1."""
