"""lambda of one mode at given u and finite P: certified single integrals, or as printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from flint import arb

from binodal.models.modular.numerics.basins import Basins, Moment
from binodal.models.modular.numerics.functions import (
    kernel_scale,
    ring_odds,
    saddle_functions,
    values,
)
from binodal.numerics.balls import positive
from binodal.numerics.errors import Undecided


class ModeLaw(Protocol):
    """lambda of one mode and the odds of its ring, both non-decreasing in u."""

    def level(self, u: arb) -> arb:
        """lambda at coupling u, for u on either side of birth."""

    def level_at_birth(self, u: arb, x: arb) -> arb:
        """lambda at birth, where the ring at x has just appeared."""

    def odds(self, u: arb) -> arb:
        """Probability of the ring's basin over that of the zero state's; zero below birth."""

    def odds_at_birth(self, u: arb, x: arb) -> arb:
        """The smallest odds that occur: the ring at x has just appeared."""


def shares(odds: arb) -> tuple[arb, arb]:
    """Probabilities of the ring's basin and of the zero state's, from the odds of one to the other.

    Each has a relative accuracy of its own; one minus the larger would have none.

    >>> shares(arb(10) ** 20)[1].str(5, radius=False)
    '1.0000e-20'
    """
    return (arb(0), arb(1)) if odds.is_zero() else (1 / (1 + 1 / odds), 1 / (1 + odds))


def share_of(odds: arb) -> arb:
    """Probability of the ring's basin from its odds against zero."""
    return shares(odds)[0]


def mode_law(parameters: Mapping[str, Fraction], theory: str, real: bool = False) -> ModeLaw:
    """The law of a complex mode, or of the real mode P/2 (derived theory only)."""
    if theory == "published":
        return PrintedLaw(parameters)
    return ExactLaw(parameters, real)


def _is_born(u: arb, gamma: arb) -> bool:
    """Whether rings exist. Raises Undecided when u cannot be told from its value at birth."""
    sign = positive(u * u - gamma) if u > 0 else False
    if sign is None:
        raise Undecided(f"u = {u.str(8)} cannot be told from its value at birth")
    return sign


@dataclass(frozen=True)
class ExactLaw:
    """The exact law exp(-S) of one mode, integrated with proved bounds.

    The basins of ring and zero state meet at the saddle x_-: the cut is at mean x_-. u multiplies
    x x_v in the exponent, whose average at fixed mean grows with the mean: so ``level`` and
    ``odds`` grow with u.
    """

    parameters: Mapping[str, Fraction]
    real: bool = False

    def level(self, u: arb) -> arb:
        """lambda = scale * <x x_v>."""
        basins = self.basins(u)
        cut, centre = basins.split()
        return self.level_by(lambda moment: basins.total(moment, cut, centre))

    def level_by(self, integral: Callable[[Moment], arb]) -> arb:
        """lambda by the integrals over a part of the law, or over all of it."""
        norm, moment = (integral(Moment(k)) for k in (0, 1))
        scale: arb = kernel_scale("derived")(*values(self.parameters))[0]
        return scale * moment / norm

    def level_at_birth(self, u: arb, x: arb) -> arb:
        """The exact law does not jump at birth."""
        return self.level(u)

    def odds(self, u: arb) -> arb:
        """Integral beyond the mean x_- over the integral up to it."""
        _, order, _, _, gamma = values(self.parameters)
        if not _is_born(u, gamma):
            return arb(0)
        inner, outer, *_ = saddle_functions("derived")(u, gamma, order)
        return self._odds_beyond(u, inner, outer)

    def odds_at_birth(self, u: arb, x: arb) -> arb:
        """The basins meet at the double saddle."""
        return self._odds_beyond(u, x, x)

    def _odds_beyond(self, u: arb, cut: arb, outer: arb) -> arb:
        basins, norm = self.basins(u), Moment(0)
        return basins.ring(norm, cut, arb(outer.mid())) / basins.zero(norm, cut)

    def basins(self, u: arb) -> Basins:
        """The integrals at a coupling."""
        _, order, _, _, gamma = values(self.parameters)
        return Basins(u, order, gamma, self.real)


@dataclass(frozen=True)
class PrintedLaw:
    """B.41 and B.42: the ring has the weight 4 exp(-S), and lambda is zero below birth.

    Both x_+ and the ring's weight grow with u; lambda jumps from zero at birth.
    """

    parameters: Mapping[str, Fraction]

    def level(self, u: arb) -> arb:
        """lambda of B.37b with the mixture of B.42."""
        return self._on_ring(self.level_at_birth, u)

    def level_at_birth(self, u: arb, x: arb) -> arb:
        """The same for a ring at a given x."""
        scale: arb = kernel_scale("published")(*values(self.parameters))[0]
        return scale * x**2 * share_of(self.odds_at_birth(u, x))

    def _on_ring(self, of: Callable[[arb, arb], arb], u: arb) -> arb:
        """A function of u and x at the outer ring; zero below birth."""
        _, order, _, _, gamma = values(self.parameters)
        if not _is_born(u, gamma):
            return arb(0)
        outer: arb = saddle_functions("published")(u, gamma, order)[1]
        return of(u, outer)

    def odds(self, u: arb) -> arb:
        """4 exp(-S)."""
        return self._on_ring(self.odds_at_birth, u)

    def odds_at_birth(self, u: arb, x: arb) -> arb:
        """The same for a ring at a given x."""
        _, order, _, _, gamma = values(self.parameters)
        odds: arb = ring_odds("printed")(x, u, order, gamma)[0]
        return odds
