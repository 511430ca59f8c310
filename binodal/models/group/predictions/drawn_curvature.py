"""The curvature of the field's saddle from neurons drawn from their law, sector by sector.

With M the curvature, h = log det M, and g_p = (tau_p.S) S of one neuron, a source in the law moves
h by its covariance over neurons with

    Phi = sigma_a^2 sum_p S.(M^-1)_pp S + (sigma_a^4/N) (g - <g>).M^-1 (g - <g>).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.linalg import block_diag

from binodal.models.group.predictions.complex_irreps import Unitary
from binodal.models.group.predictions.coordinates import Array, Complex, Whole
from binodal.models.group.predictions.drawn_block import Squares
from binodal.models.group.predictions.label_sectors import Product, Sector, Sectors

_ENTRIES = 1 << 22
Features = dict[tuple[int, int], Complex]
Fields = dict[tuple[int, int, int], Complex]
Pairs = dict[tuple[int, int, int], Complex]
"""Matrices between the copies of an irrep under l in products of rho and sigma."""


@dataclass(frozen=True, eq=False)
class Neurons:
    """Weights u and v (count, |G|), and sources (count,) by block and name."""

    u: Array
    v: Array
    sources: Sequence[Mapping[str, Array]]

    @classmethod
    def of(
        cls, irreps: Sequence[Unitary], blocks: Sequence[Squares], rng: np.random.Generator
    ) -> Neurons:
        """Of blocks, one after the other, each of as many neurons."""
        halves: list[Array] = []
        for place, squares in enumerate(blocks):
            members = [rho for rho in irreps if rho.block == place]
            rho = members[0]
            weight = float(rho.dimension * len(members))
            turned = squares.turned(rng)
            own = [weight * np.einsum("cij,gij->cg", w, rho.matrices.conj()).real for w in turned]
            halves = own if not halves else [a + b for a, b in zip(halves, own, strict=True)]
        u, v = halves
        return cls(u, v, [squares.sources for squares in blocks])

    def some(self, places: slice) -> Neurons:
        """A part of them."""
        parts = [{name: of[places] for name, of in own.items()} for own in self.sources]
        return Neurons(self.u[places], self.v[places], parts)


class Shares(NamedTuple):
    """Phi of every neuron, its second part by the block of the label (count, blocks), and what h
    gains when the squares of a neuron's features grow, over its chance."""

    whole: Array
    parts: Array
    by_size: Array

    def some(self, places: slice) -> Shares:
        """Of a part of the neurons."""
        return Shares(*(of[places] for of in self))


@dataclass(frozen=True, eq=False)
class DrawnCurvature:
    """As :class:`~binodal.models.group.predictions.field_curvature.Curvature`, from draws."""

    of: Sectors
    neurons: Neurons
    forces: Array
    noise: float
    kernel: float
    weight: float
    _shares: Shares | None = field(default=None)

    @cached_property
    def _matrices(self) -> tuple[Pairs, dict[Sector, Complex], Complex]:
        """K on pairs, the curvature by sector, and <g>, which is where nothing moves."""
        pairs: Pairs = {}
        joint: dict[Sector, Complex] = {}
        means: dict[Sector, Complex] = {}
        for chunk in self._chunks():
            features, fields = self._fields(chunk)
            for key, own in self._copies_of_pairs(features):
                rows = own.reshape(len(own), -1)
                pairs[key] = pairs.get(key, 0) + rows @ rows.conj().T
            for sector, own in self._copies(fields):
                rows = own.reshape(len(own), -1)
                joint[sector] = joint.get(sector, 0) + rows @ rows.conj().T
                means[sector] = means.get(sector, 0) + own.sum((1, 2))
        count = len(self.neurons.u)
        for r, s, b in pairs:
            size = np.prod([self.of.irreps[k].dimension for k in (r, s, b)])
            pairs[r, s, b] = pairs[r, s, b] / (count * size)
        for sector in joint:
            pulled = joint[sector] * (self.weight / (count * self.of.size(sector)))
            joint[sector] = pulled + self._plain(sector, pairs)
        mean = np.asarray(means[0, 0, 0] / count, dtype=complex)
        joint[0, 0, 0] -= self.weight * np.outer(mean, mean.conj())
        return pairs, joint, mean

    def _plain(self, sector: Sector, pairs: Pairs) -> Complex:
        """sigma^2 + K on every label."""
        vectors = []
        for (r, s, t), _ in self.of.copies(sector):
            ones = [np.eye(len(p[t].places[c])) for p, c in self._outer(r, s, sector)]
            vectors.append(np.kron(np.kron(ones[0], self.kernel * pairs[r, s, sector[1]]), ones[1]))
        whole = np.asarray(block_diag(*vectors), dtype=complex)
        return np.asarray(whole + self.noise * np.eye(len(whole)), dtype=complex)

    def _outer(
        self, r: int, s: int, sector: Sector
    ) -> tuple[tuple[tuple[Product, ...], int], tuple[tuple[Product, ...], int]]:
        return ((self.of.first[r], sector[0]), (self.of.third[s], sector[2]))

    @cached_property
    def _inverses(self) -> dict[Sector, Complex]:
        return {place: np.asarray(np.linalg.inv(own)) for place, own in self._matrices[1].items()}

    @cached_property
    def _on_pairs(self) -> Pairs:
        """The inverse, its labels traced out."""
        pairs: Pairs = {}
        for sector, inverse in self._inverses.items():
            a, b, c = sector
            start = 0
            for (r, s, t), places in self.of.copies(sector):
                one, three = (len(p[t].places[x]) for p, x in self._outer(r, s, sector))
                two = len(self.of.second[r][s].places[b])
                stop = start + len(places)
                own = inverse[start:stop, start:stop].reshape(one, two, three, one, two, three)
                d = [self.of.irreps[k].dimension for k in (a, c, r, s)]
                share = d[0] * d[1] / (d[2] * d[3])
                pairs[r, s, b] = pairs.get((r, s, b), 0) + share * np.einsum("xiyxjy->ij", own)
                start = stop
        return pairs

    @cached_property
    def _blocks_of_rows(self) -> dict[Sector, Whole]:
        """The block of each copy's label."""
        return {
            sector: np.concatenate(
                [
                    np.full(len(p), self.of.irreps[t].block)
                    for (_, _, t), p in self.of.copies(sector)
                ]
            )
            for sector in self._inverses
        }

    @cached_property
    def shares(self) -> Shares:
        """Of every neuron."""
        if self._shares is not None:
            return self._shares
        inverses, on_pairs = self._inverses, self._on_pairs
        found = []
        for chunk in self._chunks():
            count = len(chunk.u)
            features, fields = self._fields(chunk)
            whole, crossed = np.zeros((2, count))
            part = np.zeros((count, len(self.forces)))
            for key, own in self._copies_of_pairs(features):
                flat = own.reshape(len(own), -1)
                square = ((on_pairs[key] @ flat) * flat.conj()).real.sum(0)
                whole += self.kernel * square.reshape(count, -1).sum(1)
            for sector, own in self._copies(fields):
                if sector == (0, 0, 0):
                    mean = self._matrices[2]
                    own = own - mean[:, None, None]
                    pulled = mean.conj() @ inverses[sector] @ own.reshape(len(own), -1)
                    crossed = self.weight * pulled.real.reshape(count, -1).sum(1)
                flat = own.reshape(len(own), -1)
                square = ((inverses[sector] @ flat) * flat.conj()).real
                by_copy = self.weight * square.reshape(len(own), count, -1).sum(2)
                for place, of_block in enumerate(self._blocks_of_rows[sector]):
                    part[:, of_block] += by_copy[place]
            second = part.sum(1)
            found.append(Shares(whole + second, part, whole + 2 * (second + crossed)))
        return Shares(*map(np.concatenate, zip(*found, strict=True)))

    @property
    def log_det(self) -> float:
        """h, over all labels and pairs."""
        return float(
            sum(
                self.of.size(sector) * np.linalg.slogdet(own)[1]
                for sector, own in self._matrices[1].items()
            )
        )

    @property
    def freedom(self) -> float:
        """Tr K (sigma^2 + K)^{-1}."""
        total = 0.0
        for (r, s, b), own in self._matrices[0].items():
            size = np.prod([self.of.irreps[k].dimension for k in (r, s, b)])
            values = self.kernel * np.linalg.eigvalsh(own)
            total += float(size * (values / (self.noise + values)).sum())
        return total

    @property
    def by_noise(self) -> float:
        """dh/dsigma^2 at fixed laws and forces."""
        own = self._inverses.items()
        return float(sum(self.of.size(sector) * np.trace(of).real for sector, of in own))

    @property
    def by_force(self) -> Array:
        """dh/d(tau over T) of each block at fixed laws."""
        rest = 2 * self.shares.parts.mean(0)
        safe = np.where(self.forces == 0, 1.0, self.forces)
        return np.asarray(np.where(self.forces == 0, 0.0, rest / safe))

    def by_source(self, blocks: Sequence[int], source: str) -> float:
        """dh by the strength of one source in each of some blocks."""
        own = np.sum([self.neurons.sources[block][source] for block in blocks], axis=0)
        phi = self.shares.whole
        return float(((own - own.mean()) * (phi - phi.mean())).mean())

    def batches(self, count: int) -> Iterator[DrawnCurvature]:
        """The same inverse with a part of the neurons each."""
        shares = self.shares
        for ends in np.array_split(np.arange(len(shares.whole)), count):
            some = slice(int(ends[0]), int(ends[-1]) + 1)
            yield DrawnCurvature(
                self.of,
                self.neurons.some(some),
                self.forces,
                self.noise,
                self.kernel,
                self.weight,
                shares.some(some),
            )

    def _chunks(self) -> Iterator[Neurons]:
        step = max(1, _ENTRIES // self.of.group.order**3)
        for start in range(0, len(self.neurons.u), step):
            yield self.neurons.some(slice(start, start + step))

    def _fields(self, chunk: Neurons) -> tuple[Features, Fields]:
        features = self.of.features(chunk.u, chunk.v)
        labels = self.of.labels(chunk.u, chunk.v, self.forces.tolist())
        return features, self.of.fields(features, labels)

    def _copies_of_pairs(
        self, features: Features
    ) -> Iterator[tuple[tuple[int, int, int], Complex]]:
        """(copies, count, components) of each sector of pairs."""
        for (r, s), own in features.items():
            for b, places in enumerate(self.of.second[r][s].places):
                if places.size:
                    of_part = np.moveaxis(own[:, :, places], 2, 0)
                    yield (r, s, b), of_part.reshape(len(places), len(own), -1)

    def _copies(self, fields: Fields) -> Iterator[tuple[Sector, Complex]]:
        """(copies, count, components) of each sector of pairs and labels."""
        for sector in self.of.every():
            blocks = []
            for key, places in self.of.copies(sector):
                one, two, three = np.moveaxis(places, 2, 0)
                blocks.append(np.moveaxis(fields[key][:, one, two, three], 1, 0))
            if blocks:
                yield sector, np.concatenate(blocks)
