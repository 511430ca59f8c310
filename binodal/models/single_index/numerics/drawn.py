"""The closure at finite d by draws of known density, for any number of coordinates.

With fixed places the closure is the minimum of log mean exp(w + coupling F^2/2) and a spring, which
is smooth and strictly convex like that over the law itself. Independent sets of them tell errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import permutations

import numpy as np
from scipy.special import logsumexp, softmax
from scipy.stats import qmc

from binodal.models.single_index.numerics.law import NeuronLaw
from binodal.models.single_index.numerics.mixture import About, Density, Mixture, Prior
from binodal.models.single_index.numerics.weights import Place, Weights
from binodal.models.single_index.numerics.window import Array
from binodal.numerics.convex import AtEdge, least
from binodal.numerics.errors import Undecided

_SETS, _POWER, _SEED = 8, 13, 0
"""How many sets, and of how many places each, as a power of two."""
_PRIORS, _WIDTHS, _SEEN = (1.0, 2.0), (1.0, 1.5), 12
"""How wide overlaps of the prior and normal laws about minima are, and about how many places of a
law before."""
_FEWEST, _SURE, _ROUNDS = 500.0, 2.0, 12
"""Of all places so many must count; standard errors told."""


@dataclass(frozen=True, eq=False)
class Draws:
    """Places of a neuron (weights, count), the logarithm of what each stands for, and its overlaps
    with the residual's modes in the orthonormal basis (K, count)."""

    law: NeuronLaw
    places: Array
    log_weights: Array
    basis: Array

    @classmethod
    def of(cls, law: NeuronLaw, density: Mixture) -> Draws:
        """Of a density, under the prior."""
        size = law.setting.directions + 1
        dims = size + 2 + bool(law.bias_variance)
        chances = (np.random.default_rng([_SEED, k]) for k in range(_SETS))
        cubes = [qmc.Sobol(dims, scramble=True, seed=chance) for chance in chances]
        places = np.hstack([density.places(cube.random_base2(_POWER).T) for cube in cubes])
        r = np.linalg.norm(places[:size], axis=0)
        bias = places[-1] if law.bias_variance else np.zeros_like(r)
        overlaps = law.setting.table(r, bias, max(law.degrees) + 1)[law.degrees]
        basis = law.polynomials.factors(places[: size - 1] / r) * overlaps / law.norms[:, None]
        weights = Prior(law).log_density(places) - density.log_density(places)
        return cls(law, places, weights, basis)

    @property
    def cosines(self) -> Array:
        """With the directions (J, count)."""
        own = self.places[: self.law.setting.directions + 1]
        return np.asarray(own[:-1] / np.linalg.norm(own, axis=0))

    def lowered(self, by: Array) -> Draws:
        """With less weight, by so much of its logarithm."""
        return replace(self, log_weights=self.log_weights - by)

    def _sets(self) -> list[Draws]:
        parts = (np.split(x, _SETS, -1) for x in (self.places, self.log_weights, self.basis))
        return [Draws(self.law, *part) for part in zip(*parts, strict=True)]

    def force(self, modes: Array) -> Array:
        """F at every place."""
        return np.asarray((modes * self.law.norms) @ self.basis)

    def chances(self, modes: Array) -> Array:
        """Of every place in a residual."""
        logs = self.log_weights + self.law.coupling / 2 * self.force(modes) ** 2
        return np.asarray(softmax(logs))

    def count(self, modes: Array) -> float:
        """How many places hold the law: (sum p)^2 over sum p^2."""
        return float(1 / (self.chances(modes) ** 2).sum())

    def closure(self, start: Array) -> Array:
        """The modes of the residual, alike where the teacher is. Raises :class:`Undecided`."""
        law, target = self.law, self.law.target * self.law.norms

        def potential(residual: Array) -> tuple[float, Array, Array]:
            if not law.margin(residual / law.norms) > 0:
                return np.inf, np.zeros(residual.size), np.eye(residual.size)
            force = residual @ self.basis
            logs = self.log_weights + law.coupling / 2 * force**2
            whole = float(logsumexp(logs))
            chances = np.exp(logs - whole)
            mean = law.coupling * self.basis @ (chances * force)
            bends = law.coupling * chances * (1 + law.coupling * force**2)
            hessian = (self.basis * bends) @ self.basis.T - np.outer(mean, mean)
            pull = residual - target
            value = whole + law.spring / 2 * float(pull @ pull)
            return value, mean + law.spring * pull, hessian + law.spring * np.eye(pull.size)

        try:
            modes = least(potential, start * law.norms) / law.norms
        except AtEdge as doubt:
            raise Undecided("the residual lies at the edge of normalisable laws") from doubt
        for orbit in alike(law):
            modes[orbit] = modes[orbit].mean()
        return modes

    def errors(self, modes: Array) -> Array:
        """Of modes that are the closure, by how far those of each set are apart.

        Raises :class:`Undecided` where few places hold the law.
        """
        if not (count := self.count(modes)) > _FEWEST:
            raise Undecided(f"{count:.2g} of {self.log_weights.size} draws hold the law")
        each = [part.closure(modes) for part in self._sets()]
        return np.asarray(_SURE * np.std(each, axis=0, ddof=1) / np.sqrt(_SETS))


def redrawn(
    law: NeuronLaw, modes: Array, places: Sequence[Place], before: Draws | None = None
) -> Draws:
    """Draws for a law in a residual: of the prior, about stationary points of S, and about some of
    the places that hold most of F^2 in draws before."""
    parts: list[Density] = [Prior(law, wider) for wider in _PRIORS]
    parts += [About(place, wider) for place in places for wider in _WIDTHS]
    if before is not None:
        learns = before.chances(modes) * before.force(modes) ** 2
        chosen = np.random.default_rng(_SEED).choice(learns.size, _SEEN, p=learns / learns.sum())
        parts += [About(place) for place in Weights(law, modes).places(before.places[:, chosen])]
    return Draws.of(law, Mixture(parts))


def at_rest(law: NeuronLaw, start: Array) -> tuple[Array, Array]:
    """The closure's modes and their errors, sought from a residual.

    It has settled when new draws agree, about all minima and passes of S that a lattice finds in
    the residual before. Raises :class:`Undecided`.
    """
    modes, draws, known = start, None, np.zeros_like(start)
    for _ in range(_ROUNDS):
        places = [s for s in Weights(law, modes).stationary() if s.falls < 2]
        draws = redrawn(law, modes, places, draws)
        before, modes = modes, draws.closure(modes)
        try:
            errors = draws.errors(modes)
        except Undecided as doubt:
            why = doubt
            continue
        if (np.abs(modes - before) <= np.hypot(errors, known)).all():
            return modes, errors
        known, why = errors, Undecided("draws of the law of one neuron do not settle")
    raise why


def alike(law: NeuronLaw) -> list[list[int]]:
    """Modes that exchanges of directions carry into each other, where the teacher allows them;
    else each alone."""
    places = {tuple(k): j for j, k in enumerate(np.array(law.polynomials.indices).tolist())}
    orbits: dict[tuple[int, ...], list[int]] = {}
    for k, j in places.items():
        orbits.setdefault(tuple(sorted(k)), []).append(j)
    whole = all(
        {places.get(turn) for turn in permutations(kind)} == set(orbit)
        and len(set(law.target[orbit].tolist())) == 1
        for kind, orbit in orbits.items()
    )
    return list(orbits.values()) if whole else [[j] for j in places.values()]
