"""What integrating out the readout leaves: three numbers of any wide two-layer network.

``data`` is W, the total weight of the data: mu -> W times an average over inputs.
"""

from __future__ import annotations

import sympy as sp

from binodal.derive.symbols import N, sigma2, sigma_a2


def coupling(data: sp.Expr) -> sp.Expr:
    """g: a neuron in the field F.t of the residual has the weight exp(g (F.t)^2/2).

    >>> from binodal.derive.symbols import n
    >>> coupling(n)
    n**2*sigma_a2/(N*sigma2**2)
    """
    return sigma_a2 * data**2 / (N * sigma2**2)


def spring(data: sp.Expr) -> sp.Expr:
    """The weight of |t - y|^2/2 in the potential of the closure."""
    return data / (N * sigma2)


def noise(data: sp.Expr) -> sp.Expr:
    """sigma^2/W: the temperature in the space of modes."""
    return sigma2 / data
