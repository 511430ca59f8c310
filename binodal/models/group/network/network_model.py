"""The networks of a group as training and judging take them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from binodal.models.group.network.measurable import measurable
from binodal.models.group.network.observer import GroupObserver
from binodal.models.group.network.orbits import orbits
from binodal.models.group.network.shape import GroupShape, shape_of
from binodal.models.group.network.start import feature_start
from binodal.models.group.predictions.rows import MEASURED, predictions
from binodal.models.group.setting import setting_of
from binodal.models.modular.network import network_model as modular
from binodal.models.modular.network.readout import QuadraticReadout
from binodal.validate.network_model import NetworkModel, Observables, Room

SCALARS = (*MEASURED, "a_direct")
OF_MATRICES = ("swapped", "rank", "largest", "smallest")


def room(shape: GroupShape, size: int) -> Room:
    """That of modular addition, and the parts of the target while it is measured."""
    own = modular.room(shape, size)
    return Room(own.data, own.measured + 8 * shape.P * own.data)


def network_of(settings: Mapping[str, str]) -> NetworkModel:
    """The networks of a group and a decay."""
    every = orbits(setting_of(settings).blocks)
    names = [
        of.named(name)
        for of in every
        for name in (SCALARS + OF_MATRICES if of.rows > 1 else SCALARS)
    ]
    return NetworkModel(
        shape_of,
        modular.build,
        partial(GroupObserver, dict(settings)),
        room,
        Observables(
            scalars=(*names, *modular.LOSSES),
            direct={of.named("a"): of.named("a_direct") for of in every},
        ),
        predictions,
        feature_start=feature_start,
        readout=QuadraticReadout,
        measurable=measurable(
            setting_of(settings).order, tuple(of.named(n) for of in every for n in ("a", "defect"))
        ),
    )
