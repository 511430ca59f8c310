"""Theories of finite groups on a random subset of the pairs: irreps that are a mode of Z_|G|."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from binodal.errors import RequestError
from binodal.models.group.parameters import on_subset as space_on_subset
from binodal.models.modular.parameters import ON_SUBSET
from binodal.models.modular.subset import LACKING
from binodal.models.modular.subset import on_subset as model_on_subset
from binodal.models.protocol import Model

if TYPE_CHECKING:
    from binodal.models.modular.numerics.subset_curves import Mode

Settings = Mapping[str, str]
_LACKING = f"{LACKING}; networks of groups are sampled on all pairs (adamw has --data-fraction)"


def _mode(settings: Settings) -> Mode:
    """The parameters of the mode that all irreps are. Raises RequestError for other irreps.

    The quenched action needs <cos^2> = 1/2 of the character along every row of pairs, and one
    weight a pair in each half that all irreps share alike.
    """
    from binodal.models.group.numerics.cyclic import CyclicTwin, common_block, is_mode
    from binodal.models.group.setting import setting_of

    setting = setting_of(settings)
    block = next((block for block in setting.blocks if not is_mode(block)), setting.blocks[0])
    if not is_mode(block) or setting.decay != "schatten":
        raise RequestError(
            f"irrep {block.name} of {setting.group.name}: on a subset of the pairs this is done "
            f"for complex irreps of dimension 1 under schatten, of which cos^2 is 1/2 on average "
            f"along every row of pairs; this one is {block.kind}, of dimension {block.dimension}, "
            f"under {setting.decay}"
        )
    return CyclicTwin(setting, common_block(setting)).parameters


def _assumptions(theory: str) -> tuple[str, ...]:
    from binodal.models.group.numerics.results import ACTION_UNITS
    from binodal.models.modular.numerics.subset_critical import notes

    return (*notes(), ACTION_UNITS)


def on_subset(settings: Settings, of: Model) -> Model:
    """The model of a group with a share of the pairs, where the derivation for Z_P holds.

    Raises RequestError where it does not.
    """
    _mode(settings)
    space = space_on_subset({**settings, **ON_SUBSET.settings})
    return model_on_subset(of, space, partial(_mode, settings), _assumptions, _LACKING)
