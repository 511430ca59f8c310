"""The products of a group, as mean field on a subset of the pairs needs them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch

from binodal.models.group.derivations.real_irreps import real_irreps
from binodal.models.group.network.observer import part_of_target
from binodal.models.group.network.orbits import Orbit, orbits
from binodal.models.group.network.shape import BlockDecay
from binodal.models.group.parameters import EVERY
from binodal.models.group.predictions.block_law import BlockLaw
from binodal.models.group.predictions.closure import BlockTheory, solved
from binodal.models.group.predictions.drawn_width import neurons
from binodal.models.group.setting import Setting, setting_of
from binodal.models.modular.network.data import product_target
from binodal.models.modular.predictions.mode_law import Array
from binodal.numerics.errors import Undecided

LARGEST = 8
"""Most elements of a group: a subset takes some ten seconds there."""
_POINTS = 500


@dataclass(frozen=True)
class Products:
    """A group and the ``kind`` of its decay in words; a part of the target is an orbit's."""

    group: str
    kind: str

    @classmethod
    def of(cls, settings: Mapping[str, str]) -> Products:
        """Raises :class:`binodal.numerics.errors.Undecided` for a large group.

        >>> Products.of({"group": "D5", "decay": "schatten"})
        Traceback (most recent call last):
        binodal.numerics.errors.Undecided: D5: mean field on a subset is offered up to 8 elements
        """
        rule = cls(settings["group"], settings["decay"])
        if rule.setting.order > LARGEST:
            raise Undecided(
                f"{rule.group}: mean field on a subset is offered up to {LARGEST} elements"
            )
        return rule

    @cached_property
    def setting(self) -> Setting:
        """With all irreps."""
        return setting_of({"group": self.group, "decay": self.kind, "irrep": EVERY})

    @property
    def orbits(self) -> tuple[Orbit, ...]:
        """In the order of the parts."""
        return orbits(self.setting.blocks)

    @cached_property
    def target(self) -> Array:
        return product_target(self.setting.group.table).numpy()

    @cached_property
    def parts(self) -> Array:
        group = self.setting.group
        by_name = {rho.name: rho for rho in real_irreps(group)}
        tied = ([by_name[block.name] for block in of.blocks] for of in self.orbits)
        return np.stack([part_of_target(group, irreps).numpy() for irreps in tied])

    def known(self, at: Mapping[str, float]) -> Array:
        states = (solved([theory]) for theory in self._theories(at))
        return np.array([[share, moments["lambda"]] for share, (moments,) in states])

    def start(self, at: Mapping[str, float]) -> Array:
        shares = self.known(at)[:, 0]
        return np.asarray(np.tensordot(shares, self.parts, 1) / at["sigma2"])

    def residual(self, at: Mapping[str, float]) -> tuple[float, float]:
        """a on average over the target, and the coupling there."""
        theories = self._theories(at)
        norms = [
            of.norm * len(orbit.blocks) for of, orbit in zip(theories, self.orbits, strict=True)
        ]
        left = float(np.average(self.known(at)[:, 0], weights=norms))
        return left, theories[0].coupling(left)

    def drawn(self, at: Mapping[str, float], count: int, seed: int) -> Array:
        found = neurons(self.setting, at, count, _POINTS, seed)
        return np.stack((found.u, found.v))

    def decay(self, halves: Array) -> tuple[Array, Array]:
        weights = torch.from_numpy(np.moveaxis(halves, 1, 0).copy())
        slope = np.moveaxis(self._blocks.slope(weights).numpy(), 0, 1)
        return (halves * slope).sum((0, 2)) / 6, slope  # the decay is of sixth degree

    def levels(self, at: Mapping[str, float], halves: Array) -> Array:
        transform = self._blocks.transform
        pairs = zip(transform.irreps, transform.blocks(torch.from_numpy(halves)), strict=True)
        squares = {
            rho.name: (w @ v).square().sum((-2, -1)).numpy() / rho.twice for rho, (w, v) in pairs
        }
        rows = zip(self.orbits, self._theories(at), strict=True)
        return np.array(
            [theory.level * np.mean([squares[b.name] for b in of.blocks], 0) for of, theory in rows]
        )

    def ring(self, rng: np.random.Generator) -> Array:
        irreps = self._blocks.transform.irreps
        matrices = irreps[rng.integers(1, len(irreps))].matrices
        places = rng.standard_normal((3, matrices.shape[1]))
        a, b, c = places / np.linalg.norm(places, axis=1, keepdims=True)
        return np.stack([matrices @ b @ a, matrices @ c @ b])

    def largest(self, halves: Array) -> Array:
        transform, cubes, most = self._blocks.transform, [], []
        pairs = zip(transform.irreps, transform.blocks(torch.from_numpy(halves)), strict=True)
        for rho, (w, v) in list(pairs)[1:]:
            values = np.linalg.svd((w @ v).numpy(), compute_uv=False) ** 3 * rho.weight
            cubes.append(values.sum(1))
            most.append(values[:, : rho.multiplicity].sum(1))
        return np.asarray(np.max(most, 0) / np.sum(cubes, 0))

    @property
    def largest_part(self) -> float:
        """What :meth:`largest` is of a neuron with equal singular values: all of them, or one of
        each irrep under ``frobenius``."""
        irreps = self._blocks.transform.irreps[1:]
        rings = [rho.weight * rho.multiplicity for rho in irreps]
        counts = [rho.rows if self.kind == "schatten" else 1 for rho in irreps]
        return float(max(rings) / np.dot(rings, counts))

    @cached_property
    def _blocks(self) -> BlockDecay:
        return BlockDecay(self.setting.group, self.setting.decay)

    def _theories(self, at: Mapping[str, float]) -> list[BlockTheory]:
        of, firsts = self.setting, (orbit.blocks[0] for orbit in self.orbits)
        laws = ((b, BlockLaw.of(b, of.order, at["gamma"], of.decay)) for b in firsts)
        return [BlockTheory(block, of.order, at, law) for block, law in laws]
