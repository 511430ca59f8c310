"""The chance that the right one of P Gaussian outputs is the largest, in balls."""

from __future__ import annotations

from fractions import Fraction

from flint import acb, arb

from binodal.numerics.balls import ball, precision
from binodal.numerics.integral import integral

_REACH, _BITS = 10, 64


def right_is_largest(gap: arb, variance: arb, order: arb) -> arb:
    """The chance that of P outputs of one variance the one that is higher by ``gap`` is the
    largest; a variance that is not above zero counts as none.

    >>> right_is_largest(arb(0), arb(1), arb(5)).str(6), right_is_largest(arb(1), arb(0), arb(5))
    ('[0.200000 +/- 1e-15]', 1.00000000000000)
    """
    if not variance > 0:
        return arb(1) if gap > 0 else 1 / order
    with precision(_BITS):
        ahead, half = gap / variance.sqrt(), ball(Fraction(1, 2))

        def density(t: acb, _: bool) -> acb:
            below = ((-t - ahead) * half.sqrt()).erfc() / 2
            return (-t * t / 2).exp() * below ** (order - 1)

        inside = integral(density, -_REACH, _REACH).real / (2 * arb.pi()).sqrt()
        chance: arb = inside + (_REACH * half.sqrt()).erfc().union(arb(0))
        return chance
