"""The chance that the right one of several Gaussian outputs is the largest, in balls."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import acb, arb

from binodal.numerics.balls import ball, precision
from binodal.numerics.integral import integral

_REACH, _BITS = 10, 64


def right_is_largest(gaps: Sequence[tuple[arb, arb | int]], variance: arb) -> arb:
    """The chance that of outputs of one variance the one that is higher is the largest; a variance
    that is not above zero counts as none. ``gaps`` are (by how much, than how many).

    >>> even = right_is_largest([(arb(0), 4)], arb(1))
    >>> even.overlaps(1 / arb(5)), even.rad() < 1e-15
    (True, True)
    >>> [right_is_largest([(arb(gap), 4), (arb(1), 2)], arb(0)) for gap in (1, 0, -1)]
    [1.00000000000000, [0.200000000000000 +/- 4.45e-17], 0]
    """
    if not variance > 0:
        if any(gap < 0 for gap, _ in gaps):
            return arb(0)
        return 1 / arb(1 + sum(many for gap, many in gaps if not gap > 0))
    with precision(_BITS):
        half = ball(Fraction(1, 2))
        ahead = [(gap / variance.sqrt(), many) for gap, many in gaps]

        def density(t: acb, _: bool) -> acb:
            weight = (-t * t / 2).exp()
            for gap, many in ahead:
                weight *= (((-t - gap) * half.sqrt()).erfc() / 2) ** many
            return weight

        inside = integral(density, -_REACH, _REACH).real / (2 * arb.pi()).sqrt()
        chance: arb = inside + (_REACH * half.sqrt()).erfc().union(arb(0))
        return chance
