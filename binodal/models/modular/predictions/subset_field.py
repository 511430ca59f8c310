"""Mean field on a subset of the pairs at finite P: the residual of every pair and output.

As N grows at fixed N sigma_a^2 and N sigma^2 the field tau = r/sigma^2 of a subset D solves

    y - sigma^2 tau - f = 0 on D,  tau = 0 elsewhere,  f_p = sigma_a^2 <(tau_p.S) S>,

the average over neurons of weight exp(sigma_a^2 sum_p (tau_p.S)^2/2N) times the prior, S
the squares (w_n + v_m)^2. Nothing is expanded in the disorder, and P is as given. Neurons are
drawn from the law on all pairs and weighed, while the noise of the pairs that are left out grows
by steps, so that what is followed is the branch that generalises. Neurons that matter on a subset
are rare on all pairs, and weights miss them: what was found is the law that neurons are then moved
under, and the residual is found anew, until both have settled. Newton's steps need products with
the curvature only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.linalg import LinearOperator, cg

from binodal.models.modular.predictions.mode_law import Array
from binodal.models.modular.predictions.neuron_moves import Law, moved, picked
from binodal.models.modular.predictions.subset_rule import Rule
from binodal.models.modular.predictions.subset_width import Drawn, shifts
from binodal.numerics.errors import Undecided

SEED = 0
_SETTLING = 8
"""How often neurons are moved under the law that was found before averages are taken."""
_SHARES = (1.0, 0.5, 0.15, 0.04, 0.01, 0.001, 1e-4)
"""sigma^2 over the noise of the pairs that are left out, step by step."""
_CLOSE, _NEWTON, _GRADIENTS, _TOLERANCE = 1e-3, 14, 80, 1e-4
_STRIDE = 1.0
"""The largest spread of the change of a neuron's exponent in one of Newton's steps."""
_LEFT = 1 / 3
"""The least effective share of the neurons that are drawn."""

Singles = NDArray[np.float32]


class OnSubset(NamedTuple):
    """Of a part of the target a on the pairs of the subset, a on the others, and lambda; or of each
    what is said of it."""

    a: float
    a_test: float
    level: float


class State(NamedTuple):
    """A field, tau_p.S (neurons, P) and the weights of the neurons."""

    tau: Array
    pull: Array
    weight: Array

    @property
    def effective(self) -> float:
        return float(1 / np.square(self.weight).sum())


@dataclass(frozen=True)
class Field:
    """Neurons of the law at a field ``start``: halves (2, count, P) and ``features`` (count, P^2).

    ``rng`` is what they are moved by.
    """

    rule: Rule
    at: Mapping[str, float]
    start: Array
    halves: Array
    features: Singles
    rng: np.random.Generator

    @classmethod
    def drawn(cls, rule: Rule, point: Mapping[str, float], count: int, seed: int = SEED) -> Field:
        """``count`` neurons, and the field of all pairs. Raises Undecided as mean field."""
        halves = rule.drawn(point, count, seed)
        law = Law(rule, point, rule.start(point))
        return cls._of(law, halves, np.random.default_rng([seed, count]))

    @classmethod
    def _of(cls, law: Law, halves: Array, rng: np.random.Generator) -> Field:
        features = law.squares(halves).astype(np.float32)
        return cls(law.rule, law.at, law.tau, halves, features, rng)

    @property
    def levels(self) -> Array:
        """(parts, count): of each neuron what it has of lambda."""
        return self.rule.levels(self.at, self.halves)

    def moved(self, state: State) -> Field:
        """As many neurons of the law at a state's field: picked by weight, and moved."""
        halves = self.halves[:, picked(state.weight, self.rng)]
        law = Law(self.rule, self.at, state.tau)
        return self._of(law, moved(law, halves, self.rng), self.rng)

    def solved(self, seen: NDArray[np.bool_]) -> Solved:
        """The residual on a subset by these neurons. Raises Undecided where it leads too far.

        >>> from binodal.models.modular.predictions.subset_rule import Addition
        >>> at = {"N": 100.0, "P": 3.0, "sigma2": 0.05, "sigma_a2": 0.01, "gamma": 0.5}
        >>> (found,) = Field.drawn(Addition(3), at, 4000).solved(np.arange(9) > 0).mean_field
        >>> found.a < found.a_test
        True
        """
        tau, noise = self.start, self.at["sigma2"]
        for share in _SHARES[:1] if seen.all() else _SHARES[1:]:
            tau = self._newton(tau, np.where(seen, noise, noise / share))
        return Solved(self, seen, self._state(tau))

    def followed(self, seen: NDArray[np.bool_], rounds: int) -> list[Solved]:
        """The same by neurons of the law that is found, moved under it again and again."""
        solutions = [self.solved(seen)]
        for _ in range(_SETTLING + rounds):
            field = solutions[-1].field.moved(solutions[-1].state)
            solutions.append(field.settled(seen, field.start))
        return solutions[1 + _SETTLING :]

    def settled(self, seen: NDArray[np.bool_], tau: Array) -> Solved:
        """The residual on a subset from a field near it. Raises Undecided where it is not near."""
        noise = np.where(seen, self.at["sigma2"], self.at["sigma2"] / _SHARES[-1])
        return Solved(self, seen, self._state(self._newton(tau, noise)))

    def halved(self) -> list[Field]:
        """The same neurons in two halves."""
        both = zip(np.split(self.halves, 2, 1), np.split(self.features, 2), strict=True)
        return [replace(self, halves=halves, features=features) for halves, features in both]

    @property
    def _strength(self) -> float:
        return self.at["sigma_a2"] / self.at["N"]

    def _along(self, tau: Array) -> Array:
        return np.asarray(self.features @ tau.T.astype(np.float32), dtype=float)

    def _back(self, values: Array) -> Array:
        return self.at["sigma_a2"] * (values.T.astype(np.float32) @ self.features).astype(float)

    def _state(self, tau: Array) -> State:
        pull = self._along(tau)
        gained = np.square(pull).sum(1) - np.square(self._along(self.start)).sum(1)
        exponent = self._strength / 2 * gained
        weight = np.exp(exponent - exponent.max())
        return State(tau, pull, weight / weight.sum())

    def output(self, state: State) -> Array:
        """f of all pairs and labels."""
        return self._back(state.pull * state.weight[:, None])

    def _newton(self, tau: Array, noise: Array) -> Array:
        for _ in range(_NEWTON):
            state = self._state(tau)
            left = self.rule.target - noise * tau - self.output(state)
            if np.abs(left).max() < _CLOSE and state.effective > _LEFT * len(state.weight):
                return tau
            step = _solved(self.curvature(state, noise), left, 1 / (noise + self._diagonal))
            moved = self._strength * (state.pull * self._along(step)).sum(1)
            spread = float(np.sqrt(state.weight @ np.square(moved - state.weight @ moved)))
            tau = tau + _STRIDE / max(_STRIDE, spread) * step
        raise Undecided(
            "the law of a neuron on a subset is too far from that on all pairs for neurons that "
            "are drawn from it"
        )

    @property
    def _diagonal(self) -> float:
        return self.at["sigma_a2"] * float(np.square(self.features[0]).mean())

    def curvature(self, state: State, noise: Array) -> Callable[[Array], Array]:
        """noise + K + (sigma_a^4/N) cov(g, g) of :mod:`binodal.derive.finite_width`, on a field."""

        def product(of: Array) -> Array:
            along = self._along(of)
            joint = self._strength * (state.pull * along).sum(1)
            about = joint - state.weight @ joint
            spread = (along + state.pull * about[:, None]) * state.weight[:, None]
            return np.asarray(noise * of + self._back(spread))

        return product


class Solved(NamedTuple):
    """A subset's state, with what it says."""

    field: Field
    seen: NDArray[np.bool_]
    state: State

    @property
    def told(self) -> tuple[Array, Array]:
        """Mean field and the first order in 1/N (2, parts, 3), and what was taken from them.

        What so many neurons do to them is of first order in the inverse number: their halves, which
        have most of their noise, tell it.
        """
        whole, *halves = (
            np.array([of.mean_field, of.shift])
            for of in (self, *(f.settled(self.seen, self.state.tau) for f in self.field.halved()))
        )
        bias = np.mean(halves, 0) - whole
        return whole - bias, bias

    @property
    def mean_field(self) -> list[OnSubset]:
        """As N grows, of every part; a on the other pairs is NaN where there are none."""
        rule, levels = self.field.rule, self.field.levels @ self.state.weight
        missed = rule.target - self.field.output(self.state)
        told = []
        for part, level in zip(rule.parts, levels, strict=True):
            left, squares = ((of * part).sum(0) for of in (missed, rule.target))
            own, others = (
                left[some].sum() / squares[some].sum() if some.any() else np.nan
                for some in (self.seen, ~self.seen)
            )
            told.append(OnSubset(float(own), float(others), float(level)))
        return told

    @property
    def shift(self) -> list[OnSubset]:
        """The first order in 1/N, at N, of every part."""
        parameters, field = self.field.at, self.field
        scales = parameters["sigma_a2"], parameters["sigma2"], parameters["N"]
        neurons = Drawn(field.features, self.state.pull, self.state.weight, self.seen, *scales)
        product = field.curvature(self.state, np.full(self.seen.shape, parameters["sigma2"]))
        rule = field.rule
        rows = shifts(neurons, rule.target, rule.parts, product, field.levels)
        return [OnSubset(*row) for row in rows.tolist()]


def _solved(product: Callable[[Array], Array], right: Array, scale: Array) -> Array:
    """The solution of a positive system on fields, its diagonal about 1/``scale``."""

    def flat(of: Callable[[Array], Array]) -> LinearOperator:
        shape = (right.size, right.size)
        return LinearOperator(shape, lambda x: of(x.reshape(right.shape)).ravel(), dtype=float)

    conditioned = flat(lambda x: scale * x)
    solution, _ = cg(
        flat(product), right.ravel(), rtol=_TOLERANCE, maxiter=_GRADIENTS, M=conditioned
    )
    return np.asarray(solution).reshape(right.shape)
