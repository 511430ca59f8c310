"""The field's vertices written out component by component, for neurons of a few kinds.

Numbers may be SymPy's or floats. The slow twin of every route that uses symmetry: means, joint
cumulants and contractions by sums.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations_with_replacement, product
from math import factorial, prod

import sympy as sp

Tensor = Mapping[tuple[int, ...], sp.Expr]


@dataclass(frozen=True)
class Atom:
    """A kind of neuron: its tilted probability, gradient g of q, and M = scale S S^T an output."""

    chance: sp.Expr
    gradient: Sequence[sp.Expr]
    scale: sp.Expr
    feature: Sequence[sp.Expr]
    outputs: int

    def second(self, a: int, b: int) -> sp.Expr:
        """M_ab, components ordered by output, then datum."""
        data = len(self.feature)
        same = a // data == b // data
        return self.scale * self.feature[a % data] * self.feature[b % data] if same else 0


@dataclass(frozen=True)
class Diagrams:
    """The three ways to join vertices at two loops."""

    quartic: sp.Expr
    tadpoles: sp.Expr
    sunset: sp.Expr


def contracted(inverse: sp.Matrix, cubic: Tensor, fourth: Tensor) -> Diagrams:
    """All three by sums over every index."""
    size = inverse.shape[0]
    axes = range(size)
    quartic = sum(
        inverse[a, b] * inverse[c, d] * fourth[a, b, c, d] for a, b, c, d in product(axes, repeat=4)
    )
    once = [sum(inverse[a, b] * cubic[a, b, c] for a, b in product(axes, repeat=2)) for c in axes]
    tadpoles = sum(once[a] * inverse[a, b] * once[b] for a, b in product(axes, repeat=2))
    moved: Tensor = cubic
    for _ in range(3):  # each turn joins the first index and puts it last
        moved = {
            (b, c, a): sum(inverse[a, k] * moved[k, b, c] for k in axes)
            for a, b, c in product(axes, repeat=3)
        }
    sunset = sum(cubic[k] * moved[k] for k in product(axes, repeat=3))
    return Diagrams(quartic, tadpoles, sunset)


def symmetric(entry: Callable[[tuple[int, ...]], sp.Expr], size: int, rank: int) -> Tensor:
    """A symmetric tensor, each entry computed once.

    >>> sum(symmetric(sum, 2, 2).values())
    4
    """
    keys = combinations_with_replacement(range(size), rank)
    once = {key: entry(key) for key in keys}
    return {index: once[tuple(sorted(index))] for index in product(range(size), repeat=rank)}


def partitions(items: Sequence[int]) -> Iterator[list[list[int]]]:
    """All set partitions.

    >>> sum(1 for _ in partitions([0, 1, 2, 3]))
    15
    """
    if not items:
        yield []
        return
    head, *rest = items
    for smaller in partitions(rest):
        yield [[head], *smaller]
        for place, block in enumerate(smaller):
            yield [*smaller[:place], [head, *block], *smaller[place + 1 :]]


def joint_cumulant(chances: Sequence[sp.Expr], values: Sequence[Sequence[sp.Expr]]) -> sp.Expr:
    """Of several variables, each a list of its values on the atoms."""

    def mean(block: Sequence[int]) -> sp.Expr:
        return sum(c * prod(values[k][i] for k in block) for i, c in enumerate(chances))

    return sum(
        (-1) ** (len(p) - 1) * factorial(len(p) - 1) * prod(mean(block) for block in p)
        for p in partitions(range(len(values)))
    )


@dataclass(frozen=True)
class Field:
    """One neuron's law by its atoms; everything is a share of 1/N of the field's potential."""

    atoms: Sequence[Atom]

    @cached_property
    def size(self) -> int:
        """Components of the field."""
        return len(self.atoms[0].gradient)

    @cached_property
    def _chances(self) -> list[sp.Expr]:
        return [atom.chance for atom in self.atoms]

    def derivative(self, index: Sequence[int]) -> sp.Expr:
        """Of log z: cumulants of the derivatives of q, summed over partitions of the indices.

        A block of one is g, of two M; a larger one vanishes.
        """
        total: sp.Expr = 0
        for partition in partitions(range(len(index))):
            if any(len(block) > 2 for block in partition):
                continue
            values = [
                [
                    atom.gradient[index[block[0]]]
                    if len(block) == 1
                    else atom.second(index[block[0]], index[block[1]])
                    for atom in self.atoms
                ]
                for block in partition
            ]
            total = total + joint_cumulant(self._chances, values)
        return total

    def vertices(self) -> tuple[Tensor, Tensor]:
        """Third and fourth derivatives, each sorted index computed once."""
        return symmetric(self.derivative, self.size, 3), symmetric(self.derivative, self.size, 4)

    def curvature(self, noise: sp.Expr) -> sp.Matrix:
        """sigma^2 + second derivative."""
        return sp.Matrix(
            self.size, self.size, lambda a, b: noise * int(a == b) + self.derivative((a, b))
        )

    def _deviations(self) -> list[tuple[sp.Expr, sp.Matrix, sp.Matrix, sp.Matrix]]:
        """(chance, e, m, M) of every atom."""
        gradients = [sp.Matrix(atom.gradient) for atom in self.atoms]
        seconds = [
            sp.Matrix(self.size, self.size, lambda a, b, of=atom: of.second(int(a), int(b)))
            for atom in self.atoms
        ]
        mean = sum((c * g for c, g in zip(self._chances, gradients, strict=True)), gradients[0] * 0)
        kernel = sum((c * m for c, m in zip(self._chances, seconds, strict=True)), seconds[0] * 0)
        return [
            (c, g - mean, m - kernel, m)
            for c, g, m in zip(self._chances, gradients, seconds, strict=True)
        ]

    def averages(self, inverse: sp.Matrix, names: Sequence[str]) -> list[sp.Expr]:
        """var_R, tr_GmGm, e_GmG_e and tr_GCGC of :mod:`binodal.derive.second_order`, by name."""
        parts = self._deviations()
        spread = [(inverse * m).trace() + (e.T * inverse * e)[0] for _, e, _, m in parts]
        mean = sum(c * r for (c, *_), r in zip(parts, spread, strict=True))
        covariance = sum((c * e * e.T for c, e, *_ in parts), sp.zeros(self.size))
        means = {
            "var_R": sum(c * (r - mean) ** 2 for (c, *_), r in zip(parts, spread, strict=True)),
            "tr_GmGm": sum(c * (inverse * m * inverse * m).trace() for c, _, m, _ in parts),
            "e_GmG_e": sum(c * (e.T * inverse * m * inverse * e)[0] for c, e, m, _ in parts),
            "tr_GCGC": (inverse * covariance * inverse * covariance).trace(),
        }
        return [means[name] for name in names]

    def tadpole(self, inverse: sp.Matrix, weights: Sequence[sp.Expr]) -> list[sp.Expr]:
        """Third derivative with one pair of indices joined, from its three averages."""
        total = sp.zeros(self.size, 1)
        for chance, e, m, _ in self._deviations():
            kernel, pull = (inverse * m).trace(), (e.T * inverse * e)[0]
            parts = (kernel * e, m * inverse * e, pull * e)
            total += chance * sum((w * p for w, p in zip(weights, parts, strict=True)), total * 0)
        return list(total)
