"""Smoothed nonlinearities <phi(z + alpha)>, z ~ N(0, V), in closed form: overlaps with a bias.

phi is a sum of terms z^p F(z), as for :mod:`binodal.derive.gaussian.closed_forms`, or z^p F(z + b).
The bases F are smoothed by Gaussian integrals; a factor z acts by Stein's identity,
<(z + alpha) F(z + alpha)> = alpha f + V df/dalpha. The overlap with He_k of a neuron with the norm
r and the bias beta is r^k times the k-th derivative in alpha, at V = r^2 and alpha = beta.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import sympy as sp

from binodal.derive.gaussian.closed_forms import known_base, signs_only, split_power
from binodal.derive.gaussian.grammar import z
from binodal.derive.gaussian.quadratic import gaussian_mean, gaussian_primitive

shift = sp.Symbol("alpha", real=True)
variance = sp.Symbol("V", positive=True)


def _gaussian(rate: sp.Expr) -> sp.Expr:
    return gaussian_mean(-rate * (z + shift) ** 2, z, variance)


def _error_function(scale: sp.Expr) -> sp.Expr:
    """Its smoothed slope, integrated back from alpha = 0, where an odd function vanishes."""
    height, gaussian = _gaussian(scale**2).as_independent(shift)
    slope = 2 * scale / sp.sqrt(sp.pi) * height
    return slope * gaussian_primitive(gaussian.args[0], shift)


def _sign(slope: sp.Expr) -> sp.Expr:
    """The limit of steep erfs."""
    steep = sp.Symbol("s", positive=True)
    (smooth,) = _error_function(steep).atoms(sp.erf)
    return sp.sign(slope) * sp.erf(sp.limit(smooth.args[0] / shift, steep, sp.oo) * shift)


def _exponential(rate: sp.Expr) -> sp.Expr:
    return gaussian_mean(rate * z, z, variance) * sp.exp(rate * shift)


def _wave(wave: Callable[[sp.Expr], sp.Expr]) -> Callable[[sp.Expr], sp.Expr]:
    """cos and sin keep their argument's phase, and shrink like the exponential of i frequency."""
    return lambda f: gaussian_mean(sp.I * f * z, z, variance) * wave(f * shift)


_BASES: dict[object, Callable[[sp.Expr], sp.Expr]] = {
    sp.erf: _error_function,
    sp.sign: _sign,
    sp.sin: _wave(sp.sin),
    sp.cos: _wave(sp.cos),
}


def _base(factor: sp.Expr) -> sp.Expr | None:
    """That of F(c (z + b)) is that of F(c z), moved by b."""
    if factor == 1:
        return sp.Integer(1)
    slope = sp.diff(factor.args[0], z) if factor.func in _BASES else z
    if slope.has(z):
        return known_base(factor, _BASES, _exponential, _gaussian)
    moved = shift + factor.args[0].subs(z, 0) / slope
    return _BASES[factor.func](slope).subs(shift, moved)


@cache
def smoothed(phi: sp.Expr) -> sp.Expr | None:
    """<phi(z + alpha)> for z ~ N(0, V); None where phi is no sum of the known terms.

    >>> smoothed(sp.Abs(z)).subs(shift, 0)
    sqrt(2)*sqrt(V)/sqrt(pi)
    >>> smoothed(sp.sin(z + 1))
    exp(-V/2)*sin(alpha + 1)
    """
    total = sp.Integer(0)
    for term in sp.Add.make_args(signs_only(phi)):
        coefficient, rest = term.as_independent(z)
        power, factor = split_power(rest)
        form = _base(factor)
        if form is None:
            return None
        for _ in range(power):
            form = sp.expand(shift * form + variance * sp.diff(form, shift))
        total += coefficient * form
    return total
