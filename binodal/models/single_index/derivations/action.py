"""The action of one neuron in its norm r and its cosine m with the teacher.

The overlaps c_k(r) = E[phi(r z) He_k(z)] stand as symbols c_k: their derivatives in log r are
overlaps again, r c_k' = c_{k+2} + k c_k, whatever the activation is.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.symbols import sigma_w2

m = sp.Symbol("m", real=True)
r = sp.Symbol("r", positive=True)
u = sp.Symbol("u", positive=True)


def overlap(k: int) -> sp.Symbol:
    """c_k, the symbol of c_k(r)."""
    return sp.Symbol(f"c_{k}", real=True)


def amplitude(k: int) -> sp.Symbol:
    """t_k, the amplitude of He_k in the mean residual."""
    return sp.Symbol(f"t_{k}", real=True)


def by_log_r(expression: sp.Expr) -> sp.Expr:
    """d/d log r by the ladder.

    >>> by_log_r(r**2 * overlap(1))
    2*c_1*r**2 + r**2*(c_1 + c_3)
    """
    direct = r * sp.diff(expression, r)
    symbols = [s for s in expression.free_symbols if s.name.startswith("c_")]
    orders = sorted(int(s.name[2:]) for s in symbols)
    steps = (sp.diff(expression, overlap(k)) * (overlap(k + 2) + k * overlap(k)) for k in orders)
    return direct + sp.Add(*steps)


def by(expression: sp.Expr, variable: str) -> sp.Expr:
    """The derivative in m, or in log r for the variable "l"."""
    return sp.diff(expression, m) if variable == "m" else by_log_r(expression)


@cache
def field(modes: tuple[int, ...]) -> sp.Expr:
    """F = sum_k t_k m^k c_k(r): the residual's overlap with one neuron."""
    return sp.Add(*(amplitude(k) * m**k * overlap(k) for k in modes))


@cache
def cost() -> sp.Expr:
    """Prior and entropy per unit of d, relative to the zero state m = 0, r^2 = sigma_w^2."""
    radial = r**2 / (2 * sigma_w2) - sp.Rational(1, 2) - sp.log(r / sp.sqrt(sigma_w2))
    return radial - sp.log(1 - m**2) / 2


def with_interaction(free: sp.Expr, force: sp.Expr) -> sp.Expr:
    """S/d = cost - (u/2) F^2: what a field does to the cost."""
    return free - u / 2 * force**2


@cache
def action(modes: tuple[int, ...]) -> sp.Expr:
    """S/d of a residual with these modes."""
    return with_interaction(cost(), field(modes))
