"""Functions of a piece on real balls and on complex boxes, where a box across a cut is refused.

flint's complex functions return what is not finite for a box on which they are not analytic, if
they are asked to; poles give what is not finite by themselves. A finite value of a piece on a box
is so a proof that the piece is analytic there.
"""

from __future__ import annotations

from flint import acb, arb

from binodal.numerics.codegen.helpers import for_arb

Value = arb | acb


def root(u: Value) -> Value:
    """sqrt(u); a real u is nowhere negative, though its ball may reach below zero."""
    if isinstance(u, acb):
        return u.sqrt(analytic=True)
    return u.sqrt() if u > 0 else arb(0).union(u.upper().max(arb(0)).sqrt())


def logarithm(u: Value) -> Value:
    """log(u)."""
    return u.log(analytic=True) if isinstance(u, acb) else u.log()


def power(u: Value, exponent: arb | int) -> Value:
    """u to a power.

    >>> power(arb(0, 1), 2).is_finite()
    True
    """
    if isinstance(exponent, int):
        return for_arb.power(u, exponent) if isinstance(u, arb) and exponent > 0 else u**exponent
    return u.pow(exponent, analytic=True) if isinstance(u, acb) else u**exponent


def softplus(u: Value) -> Value:
    """log(1 + exp(u)), as u + log(1 + exp(-u)) where Re u > 0: no cut there, and no large number.

    >>> bool(softplus(arb(0)).contains(arb(2).log()))
    True
    """
    if not isinstance(u, acb):
        return u + (-u).exp().log1p() if u > 0 else u.exp().log1p()
    if u.real > 0:
        return u + logarithm(1 + (-u).exp())
    return logarithm(1 + u.exp())
