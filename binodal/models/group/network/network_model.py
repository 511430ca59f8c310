"""The networks of a group as training and judging take them, and their starts with blocks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import torch
from torch import Tensor

from binodal.models.group.derivations.real_irreps import RealIrrep, real_irreps
from binodal.models.group.network.measurable import measurable
from binodal.models.group.network.observer import GroupObserver
from binodal.models.group.network.orbits import orbits
from binodal.models.group.network.shape import GroupShape, shape_of
from binodal.models.group.network.transform import GroupTransform
from binodal.models.group.predictions.rows import MEASURED, predictions
from binodal.models.group.setting import setting_of
from binodal.models.modular.network import network_model as modular
from binodal.models.modular.network.network_model import FEATURE_MODULUS
from binodal.models.modular.network.network_model import feature_start as cyclic_start
from binodal.models.modular.network.readout import QuadraticReadout
from binodal.validate.network_model import NetworkModel, Observables, Room
from binodal.validate.starts import feature_neurons, prior_start


def feature_start(shape: GroupShape, generator: torch.Generator) -> Tensor:
    """(D,) float64: a prior draw to which every second neuron adds one random block.

    The block has a random rank; its singular values are 1 in W and V, the range of V is what W
    does not send to zero, and all else is uniform. Modular addition starts as it always does.
    """
    if shape.cyclic:
        return cyclic_start(shape, generator)
    x = prior_start(shape, generator)
    count = feature_neurons(shape)
    w = x[: 2 * shape.N * shape.P].view(shape.N, 2, shape.P)
    irreps = [rho for rho in real_irreps(shape.group) if rho.name != "1a"]
    chosen = torch.randint(len(irreps), (count,), generator=generator)
    drawn = torch.randn((count, 2, shape.P), generator=generator, dtype=torch.float64)
    levels = torch.rand((count,), generator=generator, dtype=torch.float64)
    for place, rho in enumerate(irreps):
        here = chosen == place
        own = GroupTransform([rho])
        (blocks,) = own.blocks(drawn[here])
        pair = aligned(rho, blocks[:, 0], blocks[:, 1], levels[here])
        w[:count][here] += FEATURE_MODULUS * own.weights([torch.stack(pair, 1)])
    return x


def aligned(rho: RealIrrep, w: Tensor, v: Tensor, levels: Tensor) -> tuple[Tensor, Tensor]:
    """Partial isometries A B^T and B C^T from generic blocks, of uniform rank.

    A function of the singular values alone leaves a block a block; ``levels`` in (0, 1) choose how
    many of the largest stay.
    """
    left, values, right = torch.linalg.svd(w)
    kept = (1 + torch.floor(levels * rho.rows)) * rho.multiplicity
    stays = (torch.arange(values.shape[1]) < kept[:, None]).to(w)
    first = (left * stays.unsqueeze(1)) @ right
    outer, _, inner = torch.linalg.svd(v)
    return first, first.mT @ first @ (outer @ inner)


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
            setting_of(settings).group, tuple(of.named(n) for of in every for n in ("a", "defect"))
        ),
    )
