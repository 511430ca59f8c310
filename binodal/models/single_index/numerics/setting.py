"""Which theory: an activation and a teacher."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from binodal.derive.gaussian.activations import Activation
from binodal.numerics.overlaps.overlaps import Overlaps


@dataclass(frozen=True, eq=False)
class Setting:
    """An activation, and the teacher's coefficients of He_k by k."""

    activation: Activation
    teacher: Mapping[int, Fraction]

    @cached_property
    def overlaps(self) -> Overlaps:
        """The activation's overlaps in balls."""
        return Overlaps(self.activation)

    def absent(self, k: int) -> bool:
        """Whether c_k(r) is zero for every r: no neuron learns He_k."""
        return self.activation.absent(k)

    @cached_property
    def acting(self) -> Mapping[int, Fraction]:
        """The modes that act on a neuron: of the teacher, not the zeroth, and not absent."""
        return {k: y for k, y in self.teacher.items() if k and not self.absent(k)}

    @property
    def modes(self) -> tuple[int, ...]:
        """The orders of the acting modes."""
        return tuple(self.acting)

    @property
    def symmetric(self) -> bool:
        """Whether m and -m are images: all acting modes are odd, or all are even."""
        return len({k % 2 for k in self.acting}) == 1
