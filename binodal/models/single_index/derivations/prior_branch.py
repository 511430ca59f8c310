"""The zero branch with biases of order one: a law of beta, tilted by the cosine's fluctuations.

In the zero state a bias costs nothing of order d. Given beta the cosine has the variance 1/(d K),
K(beta) = 1 - u t_1^2 c_1(sigma_w, beta)^2, and the integral over it leaves a factor K^{-1/2}.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.models.single_index.derivations.action import amplitude
from binodal.models.single_index.derivations.biased import bias, variance
from binodal.models.single_index.derivations.limit import (
    at_rest,
    beta,
    gain,
    stiffness,
    target,
)

NORM, PULL = sp.symbols("norm pull", positive=True)
"""The integrals over beta of the tilted weight, and of c_1^2/K under it."""


@cache
def tilted() -> tuple[sp.Expr, sp.Expr]:
    """The weight exp(-beta^2/(2 V)) K^{-1/2}, and that times c_1^2/K, at t_1 = beta y_1."""
    bend = stiffness().subs(amplitude(1), beta * target(1))
    weight = sp.exp(-(bias**2) / (2 * variance)) / sp.sqrt(bend)
    return weight, weight * at_rest(1) ** 2 / bend


def prior_row() -> sp.Expr:
    """beta (1 + G <c_1^2/K>) - 1, zero for t_1 = beta y_1 on the zero branch."""
    return beta * (1 + gain * PULL / NORM) - 1
