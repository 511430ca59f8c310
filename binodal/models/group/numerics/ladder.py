"""How events of an irrep at finite |G| approach their limit, with |G| as a positive real number."""

from __future__ import annotations

from dataclasses import replace

from binodal.models.group.numerics.cyclic import common_mode
from binodal.models.group.setting import Setting
from binodal.models.modular.numerics import ladder
from binodal.models.modular.parameters import SPACE
from binodal.numerics.parameters import Parameters
from binodal.numerics.phases.ladder import Approach


def approach(setting: Setting) -> Approach:
    """That of modular addition, from the order of this group on; P stands for |G|."""
    twin = common_mode(setting)

    def problem(own: Parameters) -> Parameters:
        return Parameters(SPACE, twin.parameters(own))

    return replace(ladder.APPROACH, problem=problem)
