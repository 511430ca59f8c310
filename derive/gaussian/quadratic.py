"""One-dimensional Gaussian integrals with symbolic coefficients, by completing the square."""

from __future__ import annotations

from functools import cache

import sympy as sp


def gaussian_integral(exponent: sp.Expr, variable: sp.Symbol) -> sp.Expr:
    """The integral over the real line of exp(exponent), a concave quadratic in ``variable``.

    exp(-A z^2 + B z + C) integrates to sqrt(pi/A) exp(C + B^2/(4 A)) for A > 0.
    Raises ValueError when the exponent is not quadratic. Source: derived here.

    >>> t = sp.Symbol("t", real=True)
    >>> gaussian_integral(-t**2 / 2, t)
    sqrt(2)*sqrt(pi)
    """
    polynomial = sp.Poly(sp.expand(exponent), variable)
    if polynomial.degree() != 2:
        raise ValueError(f"the exponent {exponent} is not quadratic in {variable}")
    curvature, slope, constant = -polynomial.nth(2), polynomial.nth(1), polynomial.nth(0)
    square = sp.simplify(constant + slope**2 / (4 * curvature))
    return sp.sqrt(sp.pi / sp.together(curvature)) * sp.exp(square)


def gaussian_primitive(exponent: sp.Expr, variable: sp.Symbol) -> sp.Expr:
    """The integral of exp(exponent) from zero to ``variable``, for exponent = -A variable^2.

    By scaling it is sqrt(pi/A)/2 erf(sqrt(A) variable). Raises ValueError for another exponent.

    >>> t = sp.Symbol("t", real=True)
    >>> gaussian_primitive(-(t**2), t)
    sqrt(pi)*erf(t)/2
    """
    curvature = sp.together(-exponent / variable**2)
    if curvature.has(variable):
        raise ValueError(f"the exponent {exponent} is not a multiple of {variable}^2")
    root = sp.sqrt(curvature)
    return sp.sqrt(sp.pi) / (2 * root) * sp.erf(root * variable)


@cache
def gaussian_mean(exponent: sp.Expr, variable: sp.Symbol, variance: sp.Expr) -> sp.Expr:
    """The average of exp(exponent) for variable ~ N(0, variance)."""
    density = -(variable**2) / (2 * variance)
    return sp.simplify(
        gaussian_integral(exponent + density, variable) / sp.sqrt(2 * sp.pi * variance)
    )
