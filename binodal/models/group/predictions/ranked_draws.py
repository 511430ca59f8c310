"""The closure of a block of several rows, and neurons drawn from its law rank by rank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from binodal.derive.groups.block import Block
from binodal.models.group.derivations.blocks import Field
from binodal.models.group.network.orbits import Orbit
from binodal.models.group.numerics.block_law import law_of
from binodal.models.group.numerics.computed_block import ComputedBlock
from binodal.models.group.numerics.gridded_block import PairBlock
from binodal.models.group.numerics.sector_block import SectorBlock
from binodal.models.group.parameters import ORDER
from binodal.models.group.predictions.coordinates import Array
from binodal.models.group.predictions.drawn_block import Squares
from binodal.models.group.predictions.drawn_matrices import MatrixLaw, joined, shared
from binodal.models.group.predictions.first_order import OrbitState
from binodal.models.group.setting import Setting


@dataclass(frozen=True, eq=False)
class DrawnLaw:
    """Of one block, by draws; the first two moments of |W V|^2 are those of a quadrature."""

    squares: Squares
    overlap: float
    variance: float

    @property
    def sources(self) -> Mapping[str, Array]:
        """What is averaged over neurons, of every draw."""
        return self.squares.sources

    def mean(self, name: str) -> float:
        """<g>."""
        return self.overlap if name == "x2" else float(self.sources[name].mean())

    def covariance(self, one: str, other: str) -> float:
        """cov(g, g') over neurons; with the overlap as a slope times its variance."""
        covariance = float(np.cov(self.sources[one], self.sources[other])[0, 1])
        return covariance * (self.variance / self._spread if "x2" in (one, other) else 1.0)

    @property
    def _spread(self) -> float:
        return float(self.sources["x2"].var(ddof=1))


@dataclass(frozen=True, eq=False)
class RankedBlock:
    """A block at its closure: its law by rank, and the shares of ranks."""

    computed: ComputedBlock
    residual: float
    law: MatrixLaw
    shares: Array
    overlap: float
    variance: float

    @classmethod
    def of(cls, block: Block, setting: Setting, parameters: Mapping[str, float]) -> RankedBlock:
        """Raises Undecided where the closure is not known."""
        exact = {name: Fraction(value) for name, value in parameters.items()}
        computed = _computed(block, setting.decay, {**exact, ORDER: setting.size})
        tau, _ = computed.temperature()
        u = computed.couplings()(tau)
        numbers, _ = computed.estimate(u)
        strength, twice = computed.strength()
        beta, rows = Field(block.kind).beta, computed.count
        law = MatrixLaw(setting.decay, rows, beta, twice, strength, computed.gamma, u, np.inf)
        if len(numbers.logs) > 1:
            law = replace(law, cut=_cut(computed, law))
        variance = numbers.square - numbers.mean**2
        noise = parameters["sigma2"] / tau
        return cls(computed, noise, law, np.exp(numbers.logs), numbers.mean, variance)

    def drawn(self, count: int, rng: np.random.Generator) -> Squares:
        """Blocks with equal chances. Raises Undecided where they are not those of the law."""
        parts = [self.law.drawn(rank, many, rng) for rank, many in shared(self.shares, count)]
        squares = joined(parts, rng)
        return squares.like(self.overlap, self.variance)

    def state(self, orbit: Orbit, places: Sequence[int], squares: Squares) -> OrbitState:
        """With what is averaged over draws."""
        law, level = self.law, float(self.computed.scale())
        drawn = DrawnLaw(squares, self.overlap, self.variance)
        at = self.residual, law.u, law.strength, law.twice, level
        return OrbitState(orbit, *at, drawn, tuple(places))


def _computed(block: Block, decay: str, parameters: Mapping[str, Fraction]) -> ComputedBlock:
    law = law_of(block, decay, parameters)
    if isinstance(law, ComputedBlock):
        return law
    if law.count == 2:
        return PairBlock(block, decay, parameters)
    return SectorBlock(block, decay, parameters, law.count)


def _cut(computed: ComputedBlock, law: MatrixLaw) -> float:
    if isinstance(computed, SectorBlock):
        return computed.laws(law.u)[0].split
    return law.barrier
