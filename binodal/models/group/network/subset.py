"""The networks of a group on a random subset of the pairs, and what is measured of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import torch
from torch import Tensor

from binodal.models.group.network import network_model as on_all
from binodal.models.group.network.measurable import measurable
from binodal.models.group.network.observer import GroupObserver
from binodal.models.group.network.orbits import orbits
from binodal.models.group.network.shape import GroupShape, shape_of
from binodal.models.group.predictions.subset_rows import predictions
from binodal.models.group.setting import setting_of
from binodal.models.modular.network import subset_model as modular
from binodal.models.modular.network.mean_output import mean_output
from binodal.models.modular.network.network_model import LOSSES
from binodal.models.modular.network.subset import SubsetNetwork, SubsetShape, draw_subset
from binodal.models.modular.network.subset_observer import neurons, of_pairs, outputs, quantities
from binodal.models.modular.parameters import SHARE
from binodal.numerics.parameters import Parameters
from binodal.validate.network_model import NetworkModel, Observables
from binodal.validate.observable import Number, Quantity

_PARTS = {
    "a": "its part of the mean residual on the pairs seen, readout integrated out at fixed w",
    "a_direct": "the same of y - f at the sampled readout",
    "a_test": "its part on the pairs that are not seen: 1 where the network says nothing of them",
}


@dataclass(frozen=True)
class GroupSubsetShape(GroupShape, SubsetShape):
    """A group's shape, and the share of the pairs that are trained on."""


def _shape_of(parameters: Parameters) -> GroupSubsetShape:
    return GroupSubsetShape(**vars(shape_of(parameters)), data_fraction=float(parameters[SHARE]))


class GroupSubsetObserver(GroupObserver):
    """Moments of blocks as on all pairs; residuals by orbit, losses and accuracies on the pairs
    seen and on the others; neurons away from the zero state, in one block or spread over many.

    Of an orbit's part T of the target, a is <(y - f) T>/<y T> over the pairs in question: on a
    subset parts are not orthogonal. A singular value of M = W V counts
    as |u_k| |v_k| does in :class:`binodal.models.modular.network.subset_observer.SubsetObserver`. A
    droplet has more of their cubes in one block, an irrep with its conjugate, than halfway from
    what a neuron that sees one pair has there, d of sum d, to all.
    """

    def __init__(self, settings: Mapping[str, str], parameters: Mapping[str, Number]) -> None:
        super().__init__(settings, parameters)
        self._flat = [rho for tied in self._irreps for rho in tied]
        self.whole = round(float(parameters[SHARE]) * self.shape.P**2) == self.shape.P**2
        self.parts = [name for name in _PARTS if not (self.whole and name == "a_test")]
        left_out = {"accuracy", *(of.named("defect") for of in self.orbits)}
        kept = {k: v for k, v in self._quantities.items() if k not in left_out}
        named = {
            of.named(name): Quantity(f"{of.name}: {_PARTS[name]}")
            for of in self.orbits
            for name in self.parts
        }
        self._quantities = kept | named | quantities(self.whole)

    # Narrower than the base: an observer meets the one kind of network that it is made for.
    def _moments(self, network: SubsetNetwork, x: Tensor) -> dict[str, Tensor]:  # type: ignore[override]
        pairs = list(
            zip(self._transform.blocks(network.split(x)[0].double()), self._flat, strict=True)
        )
        powers = torch.stack([b.square().sum((-2, -1)) / rho.twice for b, rho in pairs], 3)
        held = [
            torch.linalg.svdvals(b[:, :, 0] @ b[:, :, 1]) * self.shape.gamma**0.5 for b, _ in pairs
        ]
        joint = torch.stack([values.amax(2) for values in held], 2)
        cubes = torch.stack([values.pow(3).sum(2) for values in held], 2)
        counts = torch.tensor([rho.members / rho.twice for _, rho in pairs]).to(powers)
        once = torch.tensor([float(rho.members * rho.dimension) for _, rho in pairs]).to(powers)
        of = neurons(powers, joint, cubes * counts, (1 + once / once.sum()) / 2)
        return super()._moments(network, x) | of

    # Narrower than the base: an observer meets the one kind of network that it is made for.
    def _outputs(self, network: SubsetNetwork, x: Tensor) -> dict[str, Tensor]:  # type: ignore[override]
        output, mean = network.output(x).double(), mean_output(network, x)
        targets, seen = network.targets.double(), network.seen.double()
        told = outputs(network, output, mean, self.whole)
        where = {"a": (mean, seen), "a_direct": (output, seen), "a_test": (mean, 1 - seen)}
        for of, part in zip(self.orbits, self._parts, strict=True):
            for name in self.parts:
                seen_targets, among = where[name]
                held = of_pairs((targets * part).unsqueeze(0), among)
                told[of.named(name)] = of_pairs((targets - seen_targets) * part, among, held)
        return told


def network_of(settings: Mapping[str, str]) -> NetworkModel:
    """The networks of a group and a decay on a subset."""
    model, setting = on_all.network_of(settings), setting_of(settings)
    every = orbits(setting.blocks)
    return replace(
        model,
        shape=_shape_of,
        build=modular.build,
        observer=partial(GroupSubsetObserver, dict(settings)),
        room=modular.room,
        observables=Observables(
            scalars=(
                *(name for name in model.observables.scalars if name not in LOSSES),
                *(of.named("a_test") for of in every),
                *modular.SHOWN,
            ),
            direct=model.observables.direct,
        ),
        predict=predictions,
        draw_data=draw_subset,
        measurable=replace(
            measurable(setting.group, modular.OF_DATA),
            task=modular.subset_task,
            theory=modular.silent,
        ),
    )
