"""The share below which memorising neurons of a group weigh as much as those that generalise."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from flint import arb

from binodal.models.group.predictions.subset_rule import Products
from binodal.models.group.setting import Setting
from binodal.models.modular.numerics.crossing_width import FiniteCrossing, OnAllPairs, require_order
from binodal.numerics.critical import Request
from binodal.numerics.errors import ParameterError

_HALF = 0.5


class BlockCrossing(FiniteCrossing):
    """On subsets of a group's pairs, whatever irrep is asked for."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting

    def products(self, request: Request) -> Products:
        """Raises ParameterError where what memorises cannot be told from a ring."""
        require_order("|G|", Fraction(self.setting.order))
        found = Products(self.setting.text, self.setting.decay)
        if found.largest_part > _HALF:
            raise ParameterError(
                f"{self.setting.text}: one ring holds {found.largest_part:.3g} of a neuron with "
                "equal singular values, so that one that memorises is not told from a ring"
            )
        return found

    def on_all_pairs(self, parameters: Mapping[str, Fraction]) -> OnAllPairs | None:
        """a on average over the target, where its irreps differ a little."""
        own = {name: float(value) for name, value in parameters.items()}
        left, u = Products(self.setting.text, self.setting.decay).residual(own)
        ring = u**2 - own["gamma"]
        return OnAllPairs(arb(left), arb((u + ring**0.5) / own["gamma"])) if ring > 0 else None
