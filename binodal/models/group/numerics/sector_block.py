"""A block of three rows or more at its own size, rank by rank, at scrambled points of a unit cube.

Errors come from independent scramblings, and from what laws around zero and around the ring do not
reach between both: the weight of the barrier.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from scipy.stats import qmc

from binodal.models.group.numerics.computed_block import Array, ComputedBlock, Numbers
from binodal.models.group.numerics.rank import Rank
from binodal.models.group.numerics.sector_law import SectorLaw
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import Undecided

_components = Forms("binodal.models.group.forms.law").data("components", int)
_REPLICATES, _SAFETY = 8, 16.0
_COARSE = 0.05
"""A relative error at which its own estimate is doubled: where a few points that all scramblings
draw seldom carry a share, their scatter says too little.
"""
_ROUGH, _FINE = 8, 12
"""Powers of two: how many points."""
_NEGLIGIBLE = -20.0
_INSIDE = 2.0**-40
MOST_ROWS = 8


@dataclass(frozen=True)
class SectorBlock(ComputedBlock):
    """The law of a block of any number of rows, up to ``MOST_ROWS``."""

    def laws(self, u: float) -> tuple[SectorLaw, ...]:
        """By rank of W; without a ring there is one."""
        strength, twice = self.strength()
        most = 1 if self.decay == "frobenius" else self.count
        own = (strength, u, self.gamma, _components(self.block.kind), twice)
        every = tuple(
            SectorLaw(self.block.kind, self.decay, self.count, rank, *own)
            for rank in range(most + 1)
        )
        return every if np.isfinite(every[0].split) else every[:1]

    def rough(self, u: float) -> Numbers:
        """At few points."""
        laws = self.laws(u)
        return self._numbers(laws, [_ROUGH] * len(laws), 0)

    def estimate(self, u: float) -> tuple[Numbers, Array]:
        """The mean over scramblings, with several of its standard errors."""
        laws = self.laws(u)
        sizes = self._sizes(laws)
        every = [self._numbers(laws, sizes, seed) for seed in range(1, _REPLICATES + 1)]
        rows = np.array([numbers.row() for numbers in every])
        hit = np.isfinite(rows).all(axis=0)
        unseen = self._unseen(laws[0], bool(hit.all()))
        mean, square, *logs = rows.mean(axis=0)
        highest = max(numbers.highest for numbers in every)
        exponent = max(numbers.exponent for numbers in every)
        estimated = Numbers(mean, square, np.array(logs), exponent, highest, unseen)
        errors = _SAFETY * np.where(hit, rows, 0.0).std(axis=0, ddof=1) / np.sqrt(_REPLICATES)
        errors[:2] += np.array([highest, highest**2]) * np.exp(unseen)
        return estimated, errors * (1 + (errors[:2] / [mean, square]).max() / _COARSE)

    def _unseen(self, law: SectorLaw, hit: bool) -> float:
        """Logarithm of the mass that points around the minima do not represent: the barrier's, and
        with a generous volume that of a rank that was never drawn."""
        depth = law.between()
        if hit:
            return min(0.0, depth)
        room = law.components * law.rows**2 * float(np.log(law.strength))
        if depth + room > _NEGLIGIBLE:
            raise Undecided(f"irrep {self.block.name} at u = {law.u:.5g}: a rank was never drawn")
        return depth + room

    def _sizes(self, laws: Sequence[SectorLaw]) -> list[int]:
        """Many points where a rank has a share, few elsewhere."""
        logs = np.array([self._rank(law, _ROUGH, 0).log for law in laws])
        return [_FINE if log > logs.max() + _NEGLIGIBLE else _ROUGH for log in logs]

    def _numbers(self, laws: Sequence[SectorLaw], sizes: Sequence[int], seed: int) -> Numbers:
        """Of all ranks together; short of birth they are one state."""
        parts = zip(laws, sizes, strict=True)
        numbers = Numbers.of([self._rank(law, size, seed) for law, size in parts], self.block.name)
        return numbers if np.isfinite(laws[0].cut) else replace(numbers, logs=np.zeros(1))

    def _rank(self, law: SectorLaw, size: int, seed: int) -> Rank:
        """The integral near a rank, and the moments of |W V|^2 there."""
        logs, overlap = law.weighed(_points(law.dimensions, size, seed, law.rank))
        top = float(logs.max())
        if not np.isfinite(top):
            return Rank(-np.inf, 0.0, 0.0)
        weights = np.exp(logs - top)
        log, often = top + float(np.log(weights.mean())), float(law.twice)
        weights = weights / weights.mean()
        known = law.drawn_moments()
        drawn = [(overlap**power).mean() for power in (1, 2)] if known is None else known
        first, second = (
            often**power * (mean + float(((weights - 1) * overlap**power).mean()))
            for power, mean in enumerate(drawn, start=1)
        )
        return Rank(log, first, second)


@cache
def _points(dimensions: int, size: int, seed: int, rank: int) -> Array:
    """Sobol's points under a random scrambling, inside the cube."""
    cube = qmc.Sobol(dimensions, scramble=True, seed=np.random.default_rng([seed, rank]))
    return np.asarray(np.clip(cube.random_base2(size), _INSIDE, 1 - _INSIDE))
