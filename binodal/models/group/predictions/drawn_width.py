"""The first order in 1/N for groups of more elements, by neurons drawn from their law.

Of blocks of several rows neurons are drawn rank by rank.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import NamedTuple

import numpy as np

from binodal.derive.groups.block import Block
from binodal.models.group.derivations.blocks import Field
from binodal.models.group.derivations.real_irreps import real_irreps
from binodal.models.group.network.orbits import Orbit, orbits
from binodal.models.group.numerics.block_law import law_of
from binodal.models.group.numerics.computed_block import ComputedBlock
from binodal.models.group.numerics.gridded_block import PairBlock
from binodal.models.group.numerics.sector_block import SectorBlock
from binodal.models.group.parameters import ORDER
from binodal.models.group.predictions.block_averages import BlockAverages
from binodal.models.group.predictions.block_law import POINTS, BlockLaw
from binodal.models.group.predictions.closure import BlockTheory, solved
from binodal.models.group.predictions.complex_irreps import unitary_irreps
from binodal.models.group.predictions.coordinates import NUMBER, Array, kind_of
from binodal.models.group.predictions.drawn_block import Squares, of_grid
from binodal.models.group.predictions.drawn_curvature import DrawnCurvature, Neurons
from binodal.models.group.predictions.drawn_matrices import MatrixLaw, joined, shared
from binodal.models.group.predictions.first_order import (
    OrbitState,
    covariance_weight,
    first_order,
    state_of,
)
from binodal.models.group.predictions.label_sectors import sectors
from binodal.models.group.predictions.train_loss import Orders, loss_order
from binodal.models.group.setting import Setting
from binodal.numerics.errors import Undecided
from binodal.validate.expansion import Expansion


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
        setting = self.residual, law.u, law.strength, law.twice, level
        return OrbitState(orbit, *setting, drawn, tuple(places))


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


LARGEST, MOST_IRREPS = 24, 9
"""Elements of a group and irreps, above which draws take many minutes."""
PRODUCTS, LEAST = 3e7, 3000
"""Products of draws and |G|^3, and draws at least."""
_BATCHES, _SAFETY, _UNSEEN = 8, 3.0, 3.0

Draw = Callable[[int, np.random.Generator], Squares]
"""(count, random numbers) -> blocks with equal chances."""


class _Drawn(NamedTuple):
    """An orbit, and how its blocks are drawn."""

    states: Sequence[OrbitState]
    """With all draws of a law, and with those of each batch."""
    draw: Draw


def by_draws(
    setting: Setting, parameters: Mapping[str, float], count: int | None = None, seed: int = 0
) -> Orders:
    """Mean field and first order in 1/N, from ``count`` neurons.

    What is left out holds three standard errors of the draws. ``setting`` has all irreps of its
    group. Raises Undecided for groups that are too large.
    """
    _require_few(setting)
    count = count or max(LEAST, int(PRODUCTS / setting.order**3))
    states, drawn = _states(setting, parameters, count, np.random.default_rng(seed))
    of, noise = sectors(setting.group), parameters["sigma2"]
    forces = np.zeros(len(_names(setting)))
    for own in states:
        forces[list(own.states[0].places)] = own.states[0].share / noise
    weight = covariance_weight(parameters)
    curvature = DrawnCurvature(of, drawn, forces, noise, parameters["sigma_a2"], weight)
    parts = [curvature, *curvature.batches(_BATCHES)]
    orders = {
        own.states[0].orbit.name: _expansion(own.states, parts, parameters, setting.order)
        for own in states
    }
    losses = [
        loss_order(of, part, parameters, setting.order, orders)
        for of, part in zip(zip(*(own.states for own in states), strict=True), parts, strict=True)
    ]
    return Orders(orders, replace(losses[0], ahead=_left_out(losses)), drawn)


def neurons(
    setting: Setting, parameters: Mapping[str, float], count: int, points: int, seed: int = 0
) -> Neurons:
    """Of the law at mean field, by quadratures of so many points."""
    return _states(setting, parameters, count, np.random.default_rng(seed), points)[1]


def _states(
    setting: Setting,
    parameters: Mapping[str, float],
    count: int,
    rng: np.random.Generator,
    points: int = POINTS,
) -> tuple[list[_Drawn], Neurons]:
    """Orbits at mean field, and neurons."""
    names = _names(setting)
    law = BlockLaw(float(setting.order), parameters["gamma"], setting.decay, 1, 1, 1, 1)
    draws: list[Draw] = [partial(of_grid, BlockAverages(law, NUMBER, 0.0))] * len(names)
    states = [
        _drawn(setting, orbit, names, parameters, count, rng, points)
        for orbit in orbits(setting.blocks)
    ]
    for own in states:
        for place in own.states[0].places:
            draws[place] = own.draw
    irreps = unitary_irreps(setting.group)
    return states, Neurons.of(irreps, [draw(count, rng) for draw in draws], rng)


def _names(setting: Setting) -> list[str]:
    """Of all blocks, the trivial one first."""
    return [rho.name for rho in real_irreps(setting.group)]


def _require_few(setting: Setting) -> None:
    """Raises Undecided where there are too many elements or irreps."""
    every = real_irreps(setting.group) if setting.order <= LARGEST else ()
    if not 0 < sum(rho.members for rho in every) <= MOST_IRREPS:
        raise Undecided(
            f"the first order in 1/N is offered for groups of up to {LARGEST} elements with up to "
            f"{MOST_IRREPS} irreps"
        )


def _drawn(
    setting: Setting,
    orbit: Orbit,
    names: Sequence[str],
    parameters: Mapping[str, float],
    count: int,
    rng: np.random.Generator,
    points: int,
) -> _Drawn:
    block = orbit.blocks[0]
    kind = kind_of(block.kind, block.dimension)
    places = tuple(names.index(own.name) for own in orbit.blocks)
    if kind is None:
        ranked = RankedBlock.of(block, setting, parameters)
        squares = ranked.drawn(count, rng)
        parts = [squares, *squares.batches(_BATCHES)]
        return _Drawn([ranked.state(orbit, places, part) for part in parts], ranked.drawn)
    law = BlockLaw.of(block, setting.order, parameters["gamma"], setting.decay)
    law = replace(law, points=points)
    theory = BlockTheory(block, setting.order, parameters, law)
    share, _ = solved([theory])
    averages = BlockAverages(law, kind, theory.coupling(share))
    state = state_of(orbit, theory, share, averages, places)
    return _Drawn([state] * (1 + _BATCHES), partial(of_grid, averages))


def _expansion(
    states: Sequence[OrbitState],
    curvatures: Sequence[DrawnCurvature],
    parameters: Mapping[str, float],
    size: int,
) -> Expansion:
    """With three standard errors of draws among what is left out, and the share of the overlap's
    variance that they lack; in the rank also what a share of three draws that never came, all of
    the highest rank, would add to it."""
    every = zip(states, curvatures, strict=True)
    whole, *parts = (first_order(state, of, parameters, size) for state, of in every)
    drawn = curvatures[0].neurons
    left, lack = _left_out([whole, *parts]), _lack(states[0], drawn)
    left = {name: of + abs(whole.shift[name]) * lack for name, of in left.items()}
    if "rank" in left:
        rows = states[0].orbit.rows
        left["rank"] += rows * (rows - 1) * _UNSEEN / len(drawn.u)
    return replace(whole, ahead=left)


def _left_out(orders: Sequence[Expansion]) -> dict[str, float]:
    """By all draws, and by those of each batch."""
    whole, *parts = orders
    errors = {
        name: float(np.std([of.shift[name] for of in parts], ddof=1)) / len(parts) ** 0.5
        for name in whole.shift
    }
    return {name: whole.dropped(name) + _SAFETY * error for name, error in errors.items()}


def _lack(state: OrbitState, neurons: Neurons) -> float:
    """The part of the variance of |W V|^2 that draws do not have: states that come too seldom."""
    variances = [float(neurons.sources[place]["x2"].var()) for place in state.places]
    return max(0.0, 1 - min(variances) / state.law.covariance("x2", "x2"))
