"""A block with two singular values at its own size: moments, masses and closure, converged.

Every number is computed on two grids; its ball is the finer one's, with several times the distance
of both and the rounding of the exponents for a radius. That is an estimate, not a proof.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb
from numpy.typing import NDArray
from scipy.optimize import brentq

from binodal.derive.groups.block import Block
from binodal.models.group.numerics.order import Order
from binodal.models.group.numerics.pair_law import PairLaw
from binodal.models.group.parameters import ORDER
from binodal.models.modular.numerics.functions import coupling, values
from binodal.numerics.balls import ball
from binodal.numerics.codegen.forms import Forms, exact
from binodal.numerics.errors import Undecided

Array = NDArray[np.float64]
_FORMS = Forms("binodal.models.group.forms.law")
_strength = _FORMS.data("strength", exact)
_scale = _FORMS.balls("kernel_scale")
_COARSE, _FINE = (8, 1.0), (10, 0.8)
_SAFETY, _ROUNDING = 4.0, 4e-16
_MOST_DOUBLINGS = 200
_CONVERGED = 1e-4
_NEWTON_STEPS = 8
_NEAR, _SETTLED = 1e-6, 1e-13


@dataclass(frozen=True)
class Grid:
    """One grid's answer: <|W V|^2>, <|W V|^4>, masses by rank; the largest exponent and mean."""

    mean: float
    square: float
    masses: Array
    exponent: float
    highest: float

    def numbers(self) -> Array:
        """All that has an error, in one row."""
        return np.array([self.mean, self.square, *self.masses])


@dataclass(frozen=True)
class PairBlock:
    """The law of a block of two rows; ``count`` is the number of its singular values."""

    block: Block
    decay: str
    parameters: Mapping[str, Fraction]
    count: int = 2

    def _strength(self) -> tuple[float, int]:
        row = _strength(self.block.kind, self.block.dimension, len(self.block.members))
        return float(row["strength"] * self.parameters[ORDER]), int(row["twice"])

    def scale(self) -> arb:
        """lambda over <|W V|^2>."""
        numbers = (ball(self.parameters[name]) for name in (ORDER, "sigma_a2"))
        scale: arb = _scale(self.block.dimension)(*numbers)[0]
        return scale

    def grid(self, u: float, fine: bool) -> Grid:
        """The law on one grid."""
        strength, twice = self._strength()
        nodes, length = _FINE if fine else _COARSE
        gamma = float(self.parameters["gamma"])
        law = PairLaw(self.block.kind, self.decay, strength, twice, u, gamma, nodes, length)
        ranks = law.ranks()
        logs = np.array([rank.log for rank in ranks.values()])
        masses = np.exp(logs - logs.max())
        masses = masses / masses.sum()
        moments = np.array([(rank.mean, rank.square) for rank in ranks.values()])
        mean, square = (masses @ moments).tolist()
        if not np.isfinite([mean, square, *logs]).all():
            raise Undecided(f"the law of irrep {self.block.name} leaves the range of doubles")
        return Grid(mean, square, masses, float(np.abs(logs).max()), float(moments[:, 0].max()))

    def state(self, u: float, error: float = 0.0) -> tuple[Order, tuple[arb, ...]]:
        """Order parameter and masses of 0, 1 and 2 singular values of W beyond the barrier.

        The error of u moves each weight by at most F/t times it times the highest mean.
        """
        strength, twice = self._strength()
        fine, coarse = self.grid(u, True), self.grid(u, False)
        mean, square, *masses = _balls(fine, coarse, error * strength / twice * fine.highest)
        return Order(mean, square), tuple(masses)

    def couplings(self) -> Callable[[float], float]:
        """tau -> u, which is a power."""
        at_one = float(coupling()(arb(1), *values(self.parameters))[0])
        return lambda tau: at_one / tau**2

    def temperature(self) -> tuple[float, float]:
        """tau = sigma^2 + lambda at the only solution of the closure, and its error.

        tau - sigma^2 - lambda grows with tau. Raises Undecided where the grids do not agree.
        """
        noise, scale = float(self.parameters["sigma2"]), float(self.scale())
        at_u = self.couplings()

        def excess(log: float) -> float:
            tau = float(np.exp(log))
            return tau - noise - scale * self.grid(at_u(tau), False).mean

        born = float(np.sqrt(at_u(1.0) / np.sqrt(float(self.parameters["gamma"]))))
        low, high = _bracket(excess, float(np.log(noise)), float(np.log(max(born, noise))))
        tau = float(np.exp(brentq(excess, low, high, xtol=_NEAR)))
        return self._polished(tau, noise, scale)

    def _polished(self, tau: float, noise: float, scale: float) -> tuple[float, float]:
        """Newton's steps on the fine grid, whose moments give the slope."""
        at_u = self.couplings()
        strength, twice = self._strength()
        for _ in range(_NEWTON_STEPS):
            u = at_u(tau)
            fine = self.grid(u, True)
            spread = max(0.0, fine.square - fine.mean**2)
            slope = 1 + scale * strength / twice * spread * 2 * u / tau
            step = (tau - noise - scale * fine.mean) / slope
            tau -= step
            if abs(step) < _SETTLED * tau:
                break
        mean = _balls(fine, self.grid(u, False))[0]
        error = scale * float(mean.rad()) / slope + abs(step) + _ROUNDING * tau
        if not error < _CONVERGED * tau:
            raise Undecided(f"the quadrature of irrep {self.block.name} does not converge")
        return tau, error


def _bracket(excess: Callable[[float], float], bottom: float, start: float) -> tuple[float, float]:
    """Logarithms below and above the zero of what grows; it is negative at the bottom."""
    low = high = start
    if excess(start) > 0:
        while low > bottom:
            low = max(bottom, low - np.log(2))
            if low > bottom and excess(low) > 0:
                high = low
            else:
                return low, high
    for _ in range(_MOST_DOUBLINGS):
        high = low + np.log(2)
        if excess(high) > 0:
            return low, high
        low = high
    raise Undecided(f"no end of the closure was found up to tau = {np.exp(high):.5g}")


def _balls(fine: Grid, coarse: Grid, drift: float = 0.0) -> list[arb]:
    """The finer numbers with the estimated errors of the coarser ones, and a relative one."""
    relative = _ROUNDING * (1 + fine.exponent) + drift
    pairs = zip(fine.numbers(), coarse.numbers(), strict=True)
    return [
        arb(float(own), float(_SAFETY * abs(own - other) + relative * abs(own)))
        for own, other in pairs
    ]
