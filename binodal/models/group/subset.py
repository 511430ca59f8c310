"""Theories of finite groups on a random subset of the pairs: irreps that are a mode of Z_|G|."""

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


def _mode(settings: Settings) -> Mode:
    from binodal.models.group.numerics.cyclic import mode_on_subset

    return mode_on_subset(settings)


def _assumptions(theory: str) -> tuple[str, ...]:
    from binodal.models.group.numerics.results import ACTION_UNITS
    from binodal.models.modular.numerics.subset_critical import notes

    return (*notes(), ACTION_UNITS)


def on_subset(settings: Settings, of: Model) -> Model:
    """The model of a group with a share of the pairs: theories where the derivation for Z_P holds,
    and networks."""
    space = space_on_subset({**settings, **ON_SUBSET.settings})
    model = model_on_subset(of, space, partial(_mode, settings), _assumptions)

    def derivations() -> Mapping[str, Callable[[str], Derivation]]:
        _mode(settings)
        return model.derivations()

    network = Late("binodal.models.group.network.subset", "network_of").at(settings)
    return replace(model, network=network, derivations=derivations)
