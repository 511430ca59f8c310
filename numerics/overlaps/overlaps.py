"""Overlaps c_k(r) = E[phi(r z) He_k(z)], z ~ N(0, 1), as balls, at infinity, and as floats."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from flint import arb
from numpy.typing import NDArray

from binodal.numerics.balls import ball
from binodal.numerics.errors import Undecided
from binodal.numerics.overlaps.facts import TABLE, Facts, facts
from binodal.numerics.overlaps.quadrature import Quadrature

_CLOSED = TABLE.balls("closed")
_FLOATS = TABLE.floats("closed")
_SLOPES = TABLE.balls("slopes")


class Named(Protocol):
    """An activation, by the name that says all."""

    @property
    def name(self) -> str:
        """The canonical name."""


class Overlaps:
    """The overlaps of one activation with all Hermite modes.

    >>> from binodal.derive.gaussian.activations import activation
    >>> of = Overlaps(activation("erf"))
    >>> [c.str(5, radius=False) for c in of.at(arb(1), 4)]
    ['0', '0.65147', '0', '-0.43431']
    """

    def __init__(self, activation: Named) -> None:
        self.facts: Facts = facts(activation.name)
        self._quadrature = None if self.facts.closed else Quadrature(self.facts)

    def at(self, r: arb, orders: int) -> list[arb]:
        """Enclosures of c_0(r), ..., c_{orders-1}(r) for every r > 0 of the ball."""
        if self._quadrature is not None:
            return self._quadrature.at(r, orders)
        return list(_CLOSED(self.facts.name, orders)(r))

    def at_infinity(self, beyond: arb, orders: int) -> list[arb]:
        """Enclosures of c_k(r)/r, k < orders, for every r >= beyond > 0.

        |phi - slope_plus max(z, 0) - slope_minus min(z, 0)| <= excess and Cauchy-Schwarz leave
        excess sqrt(k!)/r. Raises :class:`Undecided` where phi has no such slopes.
        """
        of = self.facts
        if of.growth != "linear":
            raise Undecided(f"{of.name} has no slopes at infinity: its growth is {of.growth}")
        minus, plus = _SLOPES(of.name)()
        size = _CLOSED("abs", orders)(arb(1))
        limits = [(plus - minus) / 2 * c for c in size]
        limits[1:2] = [(plus + minus) / 2 for _ in limits[1:2]]
        left = ball(of.excess) / beyond
        return [g + arb(0, left * arb(k).fac().sqrt()) for k, g in enumerate(limits)]

    def floats(self, r: NDArray[np.float64], orders: int) -> NDArray[np.float64]:
        """c_k at every r, in double precision and without a proof: shape (orders, \\*r.shape)."""
        values = _FLOATS(self.facts.name, orders)(r)
        return np.stack([np.broadcast_to(v, r.shape) for v in values])
