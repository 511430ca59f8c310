"""A block at its own size whose law is a quadrature: moments, masses and closure, converged.

Every number comes with an estimate of its error, which becomes a ball's radius with the rounding of
the exponents. That is an estimate, not a proof.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb
from numpy.typing import NDArray

from binodal.derive.groups.block import Block
from binodal.models.group.numerics.order import Order
from binodal.models.group.numerics.rank import Rank
from binodal.models.group.parameters import ORDER
from binodal.models.modular.numerics.functions import coupling
from binodal.numerics.balls import ball
from binodal.numerics.bracketed import bracketed
from binodal.numerics.codegen.forms import Forms, exact
from binodal.numerics.errors import Undecided

Array = NDArray[np.float64]
_FORMS = Forms("binodal.models.group.forms.law")
_strength = _FORMS.data("strength", exact)
_scale = _FORMS.balls("kernel_scale")
_ROUNDING = 4e-16
_MOST_DOUBLINGS = 200
_CONVERGED = 1e-4
_NEWTON_STEPS = 8
_NEAR, _SETTLED, _BESIDE = 1e-6, 1e-13, 1e-2


@dataclass(frozen=True)
class Numbers:
    """One answer: <|W V|^2>, <|W V|^4>, logarithms of masses by rank, and the largest mean.

    ``exponent`` is the largest whose rounding they have, ``unseen`` the logarithm of a bound of
    masses that no point represents.
    """

    mean: float
    square: float
    logs: Array
    exponent: float
    highest: float
    unseen: float = -np.inf

    def row(self) -> Array:
        """All that has an error."""
        return np.array([self.mean, self.square, *self.logs])

    def masses(self) -> tuple[arb, ...]:
        """Masses by rank without errors, however small."""
        return tuple(arb(float(log)).exp() for log in self.logs)

    @classmethod
    def of(cls, ranks: Sequence[Rank], irrep: str) -> Numbers:
        """Of the parts of a law. Raises Undecided where they leave the range of doubles."""
        logs = np.array([rank.log for rank in ranks])
        normed = logs - np.logaddexp.reduce(logs)
        masses = np.exp(normed)
        moments = np.array([(rank.mean, rank.square) for rank in ranks])
        mean, square = (masses @ moments).tolist()
        if not np.isfinite([mean, square]).all():
            raise Undecided(f"the law of irrep {irrep} leaves the range of doubles")
        exponent = float(np.abs(logs[np.isfinite(logs)]).max())
        return cls(mean, square, normed, exponent, float(moments[:, 0].max()))


@dataclass(frozen=True)
class ComputedBlock(ABC):
    """The law of a block; ``count`` is the number of its singular values."""

    block: Block
    decay: str
    parameters: Mapping[str, Fraction]
    count: int

    @abstractmethod
    def rough(self, u: float) -> Numbers:
        """The law at a coupling, for a search."""

    @abstractmethod
    def estimate(self, u: float) -> tuple[Numbers, Array]:
        """The law at a coupling, and the estimated errors of its row."""

    @property
    def gamma(self) -> float:
        """Of the decay."""
        return float(self.parameters["gamma"])

    def strength(self) -> tuple[float, int]:
        """F, and how often a singular value counts."""
        row = _strength(self.block.kind, self.block.dimension, len(self.block.members))
        return float(row["strength"] * self.parameters[ORDER]), int(row["twice"])

    def scale(self) -> arb:
        """lambda over <|W V|^2>."""
        numbers = (ball(self.parameters[name]) for name in (ORDER, "sigma_a2"))
        scale: arb = _scale(self.block.dimension)(*numbers)[0]
        return scale

    def state(self, u: float, error: float = 0.0) -> tuple[Order, tuple[arb, ...]]:
        """Order parameter and masses of 0, 1, ... singular values of W beyond the barrier.

        The error of u moves each weight by at most F/t times it times the highest mean.
        """
        strength, twice = self.strength()
        fine, errors = self.estimate(u)
        mean, square, *masses = _balls(fine, errors, error * strength / twice * fine.highest)
        return Order(mean, square), tuple(masses)

    def couplings(self) -> Callable[[float], float]:
        """tau -> u, which is a power."""
        at_one = float(coupling(arb(1), self.parameters))
        return lambda tau: at_one / tau**2

    def temperature(self) -> tuple[float, float]:
        """tau = sigma^2 + lambda at the only solution of the closure, and its error.

        tau - sigma^2 - lambda grows with tau. Raises Undecided where the error is too large.
        """
        noise, scale = float(self.parameters["sigma2"]), float(self.scale())
        at_u = self.couplings()

        def excess(log: float) -> float:
            tau = float(np.exp(log))
            return tau - noise - scale * self.rough(at_u(tau)).mean

        born = float(np.sqrt(at_u(1.0) / np.sqrt(float(self.parameters["gamma"]))))
        low, high = _bracket(excess, float(np.log(noise)), float(np.log(max(born, noise))))
        tau = float(np.exp(bracketed(excess, low, high, _NEAR)))
        return self._polished(tau, noise, scale)

    def _polished(self, tau: float, noise: float, scale: float) -> tuple[float, float]:
        """Newton's steps on the fine numbers, whose moments give the slope."""
        at_u = self.couplings()
        strength, twice = self.strength()
        for _ in range(_NEWTON_STEPS):
            u = at_u(tau)
            fine, errors = self.estimate(u)
            spread = max(0.0, fine.square - fine.mean**2)
            slope = 1 + scale * strength / twice * spread * 2 * u / tau
            step = (tau - noise - scale * fine.mean) / slope
            tau -= step
            known = scale * float(_balls(fine, errors)[0].rad()) / slope
            if abs(step) < max(_SETTLED * tau, _BESIDE * known):
                break
        error = known + abs(step) + _ROUNDING * tau
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


def _balls(fine: Numbers, errors: Array, drift: float = 0.0) -> list[arb]:
    """The moments and the masses with their estimated errors, and a relative one."""
    relative = _ROUNDING * (1 + fine.exponent) + drift
    moments = [
        arb(own, float(error) + relative * own)
        for own, error in zip((fine.mean, fine.square), errors[:2], strict=True)
    ]
    beside = arb(0, 1) * arb(fine.unseen).exp()
    masses = [
        arb(float(log), float(error) + relative).exp() + beside if np.isfinite(log) else beside
        for log, error in zip(fine.logs, errors[2:], strict=True)
    ]
    return [*moments, *masses]
