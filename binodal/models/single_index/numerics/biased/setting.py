"""An activation and a teacher, for neurons whose biases are random."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property

from flint import arb

from binodal.models.single_index.numerics.setting import (
    Array,
    Setting,
    activated,
    least,
    nothing_learned,
)
from binodal.models.single_index.settings import bias_of, teacher_of
from binodal.numerics.balls import ball
from binodal.numerics.overlaps.biased import BiasedOverlaps, biased_overlaps, largest

MOST = Fraction(4)
"""Saddles are sought among neurons with a bias of at most this size."""
_PARTS, _FLAT = 16, 1e-12


@dataclass(frozen=True, eq=False)
class BiasedSetting(Setting):
    """``kind`` is "scaled" for biases of N(0, V/d), "prior" for N(0, V)."""

    kind: str
    variance: Fraction

    @property
    def pin(self) -> Fraction:
        """Twice what a bias of one costs in S/d: 1/V, or nothing where biases are of order one."""
        return 1 / self.variance if self.kind == "scaled" else Fraction(0)

    @cached_property
    def biased(self) -> BiasedOverlaps:
        """The overlaps at any bias."""
        return biased_overlaps(self.activation)

    def bias_variance(self, d: float) -> float:
        """V, or V/d of scaled biases."""
        return float(self.variance) / (d if self.kind == "scaled" else 1.0)

    def table(self, r: Array, bias: Array, orders: int) -> Array:
        """c_k in double precision at norms and biases: (orders, V)."""
        return self.biased.floats(r, bias, orders)

    def at_bias(self, r: arb, bias: arb, orders: int) -> list[arb]:
        """Enclosures of c_k, k < orders, of a neuron with this bias."""
        return self.biased.at(r, bias, orders)

    def mean_square(self, r: arb, bias: arb) -> arb:
        """E phi^2 of a neuron with this bias."""
        return self.biased.mean_square(r, bias)

    @property
    def learns_means(self) -> bool:
        """Unless all modes are odd: then a neuron and that with -m have the same bias."""
        return any(k % 2 == 0 for k in self.teacher if not self.absent(k))

    @property
    def moves_means(self) -> bool:
        """An odd activation's c_0 grows with the bias, which costs of order d, and F with it where
        a mode is even; images add up."""
        odd = self.kind == "scaled" and self.biased.facts.vanishes(0)
        return odd and any(k % 2 == 0 for k in self.acting)

    def absent(self, k: int) -> bool:
        """Whether c_k is zero for every norm and every bias."""
        return self.biased.vanishes(k)

    def sizes(self, r: arb, modes: Sequence[int]) -> list[tuple[arb, arb]]:
        """Bounds of |c_k| and |r c_k'| on a ball of r, for every bias that is searched."""
        orders = max(modes) + 3
        values = largest(self.biased, r, MOST, orders, _PARTS)
        bounds = [abs(c).upper() for c in self.biased.bounds(r, self._all, orders)]
        size = [least(a, b) for a, b in zip(values, bounds, strict=True)]
        return [(size[k], size[k + 2] + k * size[k]) for k in modes]

    def at_infinity(self, beyond: arb, orders: int) -> list[arb]:
        """Enclosures of c_k/r for every r >= beyond and every bias that is searched."""
        return self.biased.at_infinity(beyond, self._all, orders)

    @property
    def flat(self) -> bool:
        """Whether phi grows slower than linearly, so that every law of a neuron is normalisable."""
        return all(abs(slope) < _FLAT for slope in self.biased.slopes())

    @property
    def _all(self) -> arb:
        return arb(0, ball(MOST).upper())

    @property
    def flips_bias(self) -> bool:
        """Whether (m, beta) and (-m, -beta) are images: phi is odd or even."""
        return -1 in self.biased.facts.degrees

    @property
    def flips_alone(self) -> bool:
        """Whether m and -m are images at one bias: all acting modes are odd, or all are even."""
        return len({k % 2 for k in self.acting}) == 1

    @property
    def symmetric(self) -> bool:
        """Whether every saddle has an image with m >= 0."""
        return self.flips_bias or self.flips_alone


@cache
def biased_setting(activation: str, teacher: str, bias: str) -> BiasedSetting:
    """The setting of canonical texts. Raises RequestError for what has no theory."""
    kind, variance = bias_of(bias)
    setting = BiasedSetting(activated(activation, "none"), teacher_of(teacher), kind, variance)
    if not setting.acting:
        raise nothing_learned(activation, teacher)
    return setting
