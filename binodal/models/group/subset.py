"""Theories of finite groups on a random subset of the pairs: each irrep as a mode of Z_|G|."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from binodal.models.group.parameters import on_subset as space_on_subset
from binodal.models.late import Late
from binodal.models.modular.parameters import ON_SUBSET
from binodal.models.modular.subset import on_subset as model_on_subset
from binodal.models.protocol import Model

if TYPE_CHECKING:
    from binodal.derive.derivation import Derivation
    from binodal.models.modular.numerics.subset_curves import Mode

Settings = Mapping[str, str]
_SETTING = Late("binodal.models.group.setting", "setting_of")


def _mode(settings: Settings) -> Mode:
    from binodal.models.group.numerics.on_subset import common_mode

    return common_mode(_SETTING.of(settings))


def _assumptions(settings: Settings, theory: str) -> tuple[str, ...]:
    from binodal.models.group.numerics.on_subset import assumptions

    return assumptions(_SETTING.of(settings))


def _derivations(settings: Settings) -> Mapping[str, Callable[[str], Derivation]]:
    from binodal.derive.quantity import for_any_theory
    from binodal.models.group.derivations.on_subset import partial_data

    return {"partial-data": for_any_theory(partial_data)}


def _complete(settings: Settings, theory: str) -> Derivation:
    return _derivations(settings)["partial-data"](theory)


def on_subset(settings: Settings, of: Model) -> Model:
    """The model of a group with a share of the pairs: its theories and networks."""
    space, setting = space_on_subset({**settings, **ON_SUBSET.settings}), _SETTING.at(settings)
    model = model_on_subset(of, space, partial(_mode, settings), partial(_assumptions, settings))
    limit = replace(
        model.limits["thermodynamic"],
        solve=Late("binodal.models.group.numerics.on_subset", "solver").on(setting),
        critical=Late("binodal.models.group.numerics.on_subset", "BlockPoints").on(
            setting, tuple(space.fields)
        ),
        grid=Late("binodal.models.group.numerics.on_subset", "BlockGrid").on(setting),
    )
    finite = replace(
        model.limits["finite"],
        critical=Late("binodal.models.group.predictions.crossing_width", "BlockCrossing").on(
            setting
        ),
    )
    return replace(
        model,
        limits={"thermodynamic": limit, "finite": finite},
        derivations=partial(_derivations, settings),
        complete=partial(_complete, settings),
        dropped=Late("binodal.models.group.numerics.subset_dropped", "dropped_terms").on(setting),
        network=Late("binodal.models.group.network.subset", "network_of").at(settings),
    )
