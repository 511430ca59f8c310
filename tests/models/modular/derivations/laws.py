"""The invariance laws, and mutants of the symmetry that each law must reject."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from binodal.derive.cyclotomic import Cyclotomic
from binodal.models.modular.derivations.action import fourier_action
from binodal.models.modular.derivations.data import target
from binodal.models.modular.derivations.posterior import (
    Hyperparameters,
    Network,
    Row,
    energy,
    gradient,
    outputs,
)
from binodal.models.modular.derivations.real_space import real_space_action
from binodal.models.modular.derivations.symmetries import Symmetry, averaged_kernel, modes


@dataclass(frozen=True)
class Sample:
    """Everything a law may be tried on."""

    network: Network
    at: Hyperparameters
    hyper: dict[str, Fraction]

    @property
    def halves(self) -> tuple[Row, Row]:
        return self.network.first[0], self.network.second[0]


Law = Callable[[Symmetry, Sample], bool]


def two_hot(order: int, first: int, second: int) -> list[int]:
    """x_nm in R^{2P}: 1 at ``first`` and at P + ``second``, else 0 (M.3).

    >>> two_hot(3, 2, 0)
    [0, 0, 1, 1, 0, 0]
    """
    units = (first % order, order + second % order)
    return [int(index in units) for index in range(2 * order)]


def data_set(g: Symmetry, sample: Sample) -> bool:
    """The moved inputs with the moved labels are the data set again."""
    order = g.order
    y = target(order)
    pairs = [(n, m) for n in range(order) for m in range(order)]
    old = {(tuple(two_hot(order, n, m)), tuple(y[p][n][m] for p in range(order))) for n, m in pairs}
    moved = set()
    for n, m in pairs:
        labels = [Fraction(0)] * order
        for p in range(order):
            labels[g.label(p)] = y[p][n][m]
        moved.add((tuple(two_hot(order, *g.pair(n, m))), tuple(labels)))
    return moved == old


def network_function(g: Symmetry, sample: Sample) -> bool:
    old, new = outputs(sample.network), outputs(g.network(sample.network))
    residues = range(g.order)
    for p in residues:
        for n in residues:
            for m in residues:
                i, j = g.pair(n, m)
                if new[g.label(p)][i][j] != old[p][n][m]:
                    return False
    return True


def posterior(g: Symmetry, sample: Sample) -> bool:
    return energy(g.network(sample.network), sample.at) == energy(sample.network, sample.at)


def gradient_law(g: Symmetry, sample: Sample) -> bool:
    return gradient(g.network(sample.network), sample.at) == g.network(
        gradient(sample.network, sample.at)
    )


def real_action(g: Symmetry, sample: Sample) -> bool:
    return real_space_action(*g.weights(*sample.halves), sample.hyper) == real_space_action(
        *sample.halves, sample.hyper
    )


def mode_action_law(g: Symmetry, sample: Sample) -> bool:
    """Fourier space: the modes move as stated, and the action by modes doesn't change."""
    w, v = sample.halves
    new_w, new_v = g.weights(w, v)
    if (modes(new_w), modes(new_v)) != g.modes(modes(w), modes(v)):
        return False
    return fourier_action(new_w, new_v, sample.hyper) == fourier_action(w, v, sample.hyper)


def kernel(g: Symmetry, sample: Sample) -> bool:
    """Q(g x, g x') = Q(x, x') for the kernel of an invariant ensemble."""
    first, second = ([int(9 * e) for e in row] for row in sample.halves)
    matrix, images = averaged_kernel(g.order, first, second), g.permutation()
    size = range(len(matrix))
    return all(matrix[images[i]][images[j]] == matrix[i][j] for i in size for j in size)


class WrongLabelShift(Symmetry):
    """p -> s p + q - q'."""

    def label(self, p: int) -> int:
        return (self.multiplier * p + self.shift[0] - self.shift[1]) % self.order


class UnmultipliedLabel(Symmetry):
    """p -> p + q + q' although the inputs are multiplied."""

    def label(self, p: int) -> int:
        return (p + sum(self.shift)) % self.order


class ExchangedShifts(Symmetry):
    """(n, m) -> (s n + q', s m + q)."""

    def pair(self, n: int, m: int) -> tuple[int, int]:
        return Symmetry(self.order, self.shift[::-1], self.multiplier, self.flip).pair(n, m)


class BackwardWeights(Symmetry):
    """Weights shift against the inputs."""

    def weights(self, first: Row, second: Row) -> tuple[Row, Row]:
        back = (-self.shift[0], -self.shift[1])
        return Symmetry(self.order, back, self.multiplier, self.flip).weights(first, second)


class HalfMultiplied(Symmetry):
    """Only the first half of the weights (and of the inputs) is multiplied.

    The network function follows such a relabelling; the target, and all that holds it, doesn't.
    """

    def weights(self, first: Row, second: Row) -> tuple[Row, Row]:
        still = Symmetry(self.order, self.shift, 1, self.flip)
        return super().weights(first, second)[0], still.weights(first, second)[1]

    def pair(self, n: int, m: int) -> tuple[int, int]:
        still = Symmetry(self.order, self.shift, 1, self.flip)
        return super().pair(n, m)[0], still.pair(n, m)[1]


class ConjugatedModes(Symmetry):
    """w'_k = zeta^{-kq} w_{sk}: a conjugate in the wrong place."""

    def modes(
        self, first: list[Cyclotomic], second: list[Cyclotomic]
    ) -> tuple[list[Cyclotomic], list[Cyclotomic]]:
        back = (-self.shift[0], -self.shift[1])
        return Symmetry(self.order, back, self.multiplier, self.flip).modes(first, second)


class InvertedMultiplier(Symmetry):
    """w'_k = zeta^{kq} w_{k/s}: the index is moved the wrong way."""

    def modes(
        self, first: list[Cyclotomic], second: list[Cyclotomic]
    ) -> tuple[list[Cyclotomic], list[Cyclotomic]]:
        inverse = pow(self.multiplier, -1, self.order)
        return Symmetry(self.order, self.shift, inverse, self.flip).modes(first, second)


LAWS: dict[str, tuple[Law, tuple[type[Symmetry], ...]]] = {
    "data set": (data_set, (WrongLabelShift, UnmultipliedLabel, HalfMultiplied)),
    "network function": (
        network_function,
        (WrongLabelShift, ExchangedShifts, BackwardWeights, UnmultipliedLabel),
    ),
    "posterior": (posterior, (BackwardWeights, HalfMultiplied)),
    "gradient": (gradient_law, (BackwardWeights, HalfMultiplied)),
    "action, real space": (real_action, (HalfMultiplied,)),
    "action, Fourier space": (
        mode_action_law,
        (ConjugatedModes, InvertedMultiplier, BackwardWeights, HalfMultiplied),
    ),
    "kernel": (kernel, (HalfMultiplied,)),
}
