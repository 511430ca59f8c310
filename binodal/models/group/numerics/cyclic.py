"""A block as the mode of a cyclic group, whose solvers certify it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from binodal.derive.groups.block import Block
from binodal.models.group.numerics.results import cyclic
from binodal.models.group.setting import Setting
from binodal.numerics.codegen.forms import Forms, exact

_FORMS = Forms("binodal.models.group.forms.blocks")
_equivalent = _FORMS.data("equivalent", exact)
_ratio = _FORMS.data("action_ratio", exact)


@dataclass(frozen=True)
class CyclicTwin:
    """The cyclic problem with the coupling and lambda of a block.

    Under ``schatten`` that is one singular value, and the twin has the block's own parameters;
    under ``frobenius`` it is the block at its lowest rank, which is 2 for a quaternionic irrep.
    """

    setting: Setting
    block: Block

    @property
    def least_rank(self) -> int:
        """Rank of the first minimum: quaternionic singular values come in pairs."""
        return 2 if self.block.kind == "quaternionic" else 1

    @property
    def scales(self) -> Mapping[str, Fraction]:
        """What multiplies the parameters."""
        if self.setting.decay == "schatten":
            return {}
        return _equivalent(self.block.dimension, self.least_rank)

    def parameters(self, own: Mapping[str, Fraction]) -> dict[str, Fraction]:
        """The twin's, exactly."""
        whole = cyclic(own, self.setting)
        return {name: value * self.scales.get(name, 1) for name, value in whole.items()}

    @property
    def action_ratio(self) -> Fraction:
        """S/|G| of the block over the twin's S/P, for one singular value (``schatten``) or all."""
        return _ratio(self.block.dimension, len(self.block.members))["ratio"]
