"""Sizes of a group's network, with its group and its decay in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from binodal.derive.groups.group import FiniteGroup, Table
from binodal.derive.groups.names import from_text
from binodal.models.group.network.decay import BlockDecay
from binodal.models.modular.network.data import addition
from binodal.models.modular.network.decay import Decay
from binodal.models.modular.network.network import ModularShape
from binodal.numerics.parameters import Parameters
from binodal.validate.observable import Number


@dataclass(frozen=True)
class GroupShape(ModularShape):
    """A modular shape with another table of products; P is the group's order."""

    group_text: str
    decay_name: str

    @property
    def group(self) -> FiniteGroup:
        """What the text says."""
        return from_text(self.group_text)

    @property
    def table(self) -> Table:
        """Of the group."""
        return self.group.table

    @property
    def cyclic(self) -> bool:
        """Whether the table is that of modular addition, whose Fourier transform then serves."""
        return self.table == addition(self.P)

    @property
    def decay(self) -> Decay:
        """That of the blocks, the same for both names where all have dimension one."""
        return super().decay if self.cyclic else BlockDecay(self.group, self.decay_name)


def shape_at(values: Mapping[str, Number], settings: Mapping[str, str]) -> GroupShape:
    """Sizes as integers and variances as floats."""
    order = from_text(settings["group"]).order
    noise, readout, gamma = (float(values[name]) for name in ("sigma2", "sigma_a2", "gamma"))
    words = (settings[name] for name in ("group", "decay"))
    return GroupShape(int(values["N"]), order, noise, readout, gamma, *words)


def shape_of(parameters: Parameters) -> GroupShape:
    """The shape of parameters, which hold the settings in words."""
    return shape_at(parameters, parameters.space.settings)
