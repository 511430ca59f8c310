"""Theories of finite groups on a random subset of the pairs: irreps that are a mode of Z_|G|."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

from binodal.errors import RequestError
from binodal.models.group.parameters import on_subset as space_on_subset
from binodal.models.late import Late
from binodal.models.modular.parameters import ON_SUBSET
from binodal.models.modular.subset import on_subset as model_on_subset
from binodal.models.protocol import Limit, Model, Solver
from binodal.numerics.parameters import Parameters

if TYPE_CHECKING:
    from binodal.models.group.numerics.cyclic import CyclicTwin
    from binodal.numerics.continuation.boundaries import Boundaries
    from binodal.numerics.dropped import Dropped
    from binodal.numerics.phases.phase_map import Cells

Settings = Mapping[str, str]


def _mode(settings: Settings) -> CyclicTwin:
    """The mode that all irreps that are asked for are. Raises RequestError for others.

    The quenched action needs <cos^2> = 1/2 of the character along every row of pairs, and one
    weight a pair in each half that all irreps share alike.
    """
    from binodal.models.group.numerics.cyclic import CyclicTwin, common_block, is_mode
    from binodal.models.group.setting import setting_of

    setting = setting_of(settings)
    block = common_block(setting)
    if not is_mode(block) or setting.decay != "schatten":
        raise RequestError(
            f"irrep {block.name} of {setting.group.name}: on a subset of the pairs this is done "
            f"for complex irreps of dimension 1 under schatten; this one is {block.kind}, of "
            f"dimension {block.dimension}, under {setting.decay}"
        )
    return CyclicTwin(setting, block)


def _assumptions(settings: Settings, theory: str) -> tuple[str, ...]:
    from binodal.models.group.numerics.results import ACTION_UNITS
    from binodal.models.modular.numerics.subset_critical import notes

    return (*notes(), ACTION_UNITS)


def _solve(settings: Settings) -> Solver:
    from binodal.models.modular.numerics.subset_solve import solve_on_subset
    from binodal.numerics.balls import bits_of

    twin = _mode(settings)

    def solved(parameters: Parameters, theory: str, digits: int) -> Any:
        return solve_on_subset(twin.parameters(parameters), theory, bits_of(digits))

    return solved


def _boundary(settings: Settings) -> Boundaries:
    from binodal.models.modular.numerics.subset_boundary import SubsetBoundaries

    return SubsetBoundaries(_mode(settings).parameters)


def _cells(settings: Settings) -> Cells:
    from binodal.models.group.numerics.sweeps import on_twin
    from binodal.models.modular.numerics.subset_cell import CELLS_ON_SUBSET

    return on_twin(_mode(settings), CELLS_ON_SUBSET)


def _dropped(
    settings: Settings, parameters: Mapping[str, Fraction], result: Any
) -> Sequence[Dropped]:
    from binodal.models.modular.numerics.subset_dropped import SubsetTerms

    return SubsetTerms.of(_mode(settings).parameters(parameters), result)


def on_subset(settings: Settings, of: Model) -> Model:
    """The model of a group with a share of the pairs, where the derivation for Z_P holds."""
    limit = Limit(
        partial(_assumptions, settings),
        partial(_solve, settings),
        Late("binodal.models.group.numerics.subset_critical", "SubsetGroupPoints").on(
            partial(_mode, settings)
        ),
        partial(_boundary, settings),
    )
    own = space_on_subset({**settings, **ON_SUBSET.settings})
    return replace(
        model_on_subset(of, own, limit, partial(_cells, settings)),
        dropped=partial(_dropped, settings),
        own_size=of.own_size,
    )
