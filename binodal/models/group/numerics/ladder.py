"""How events of an irrep at finite |G| approach their limit, with |G| as a positive real number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from binodal.models.group.numerics.critical import GroupCriticalPoints
from binodal.models.group.numerics.cyclic import CyclicTwin, common_block, is_mode
from binodal.models.group.numerics.finite_critical import FiniteGroupPoints
from binodal.models.group.parameters import ORDER
from binodal.models.group.setting import Setting
from binodal.models.modular.numerics import ladder
from binodal.models.modular.parameters import SPACE
from binodal.numerics.critical import CriticalPoints
from binodal.numerics.parameters import Parameters
from binodal.numerics.phases.ladder import Approach
from binodal.numerics.results import Critical


def approach(setting: Setting) -> Approach:
    """From the order of this group on, along groups with such an irrep; P stands for |G|.

    A complex character is a mode of modular addition, whose leading difference is derived; that of
    another irrep is left open.
    """
    block = common_block(setting)
    if is_mode(block):
        twin = CyclicTwin(setting, block)
        return replace(ladder.APPROACH, problem=lambda own: Parameters(SPACE, twin.parameters(own)))
    one = replace(setting, blocks=(block,))
    size = {ORDER: setting.size}
    return Approach(
        ORDER,
        ladder.APPROACH.power,
        _like(one, GroupCriticalPoints),
        _like(one, FiniteGroupPoints),
        problem=lambda own: Parameters(SPACE, {**own, **size}),
    )


def _like(
    setting: Setting, events: Callable[[Setting], CriticalPoints[Any]]
) -> Callable[..., Critical[Any]]:
    """The events of a group of the order that stands among the parameters."""

    def found(point: Mapping[str, Fraction], *asked: Any, **more: Any) -> Critical[Any]:
        own = {name: value for name, value in point.items() if name != ORDER}
        return events(replace(setting, like=point[ORDER]))(own, *asked, **more)

    return found
