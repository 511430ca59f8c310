"""Symmetries I and II and the flip: one group, acting on everything the model is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import gcd

from binodal.derive.cyclotomic import Cyclotomic
from binodal.models.modular.derivations.characters import group_order
from binodal.models.modular.derivations.posterior import Network, Row

IntegerMatrix = list[list[int]]


@dataclass(frozen=True)
class Symmetry:
    """Flip (n,m) -> (m,n), then multiply by a unit s, then shift by (q, q').

    Symmetry I is ``multiplier=1``, symmetry II has no shift (B.20b). P may be composite,
    but then only units s (those coprime to P) act: ValueError otherwise.

    >>> g = Symmetry(7, shift=(1, 2), multiplier=3)
    >>> g.pair(2, 5), g.label(0)
    ((0, 3), 3)
    """

    order: int
    shift: tuple[int, int] = (0, 0)
    multiplier: int = 1
    flip: bool = False

    def __post_init__(self) -> None:
        group_order(self.order)
        if gcd(self.multiplier, self.order) != 1:
            raise ValueError(
                f"multiplier {self.multiplier}: symmetry II needs a unit modulo {self.order}"
            )

    def pair(self, n: int, m: int) -> tuple[int, int]:
        """Where the input x_nm goes."""
        first, second = (m, n) if self.flip else (n, m)
        return (
            (self.multiplier * first + self.shift[0]) % self.order,
            (self.multiplier * second + self.shift[1]) % self.order,
        )

    def label(self, p: int) -> int:
        """Where the label p goes: p -> s p + q + q'."""
        return (self.multiplier * p + sum(self.shift)) % self.order

    def _moved(self, row: Row, shift: int) -> Row:
        moved = [Fraction(0)] * self.order
        for index, value in enumerate(row):
            moved[(self.multiplier * index + shift) % self.order] = value
        return tuple(moved)

    def weights(self, first: Row, second: Row) -> tuple[Row, Row]:
        """(w, v) of one neuron -> (w', v') with w'.x_{g(n,m)} = w.x_nm."""
        left, right = (second, first) if self.flip else (first, second)
        return self._moved(left, self.shift[0]), self._moved(right, self.shift[1])

    def network(self, network: Network) -> Network:
        """The network whose output at (g p, g x) is the old output at (p, x)."""
        halves = [self.weights(w, v) for w, v in zip(network.first, network.second, strict=True)]
        readouts = tuple(self._moved(a, sum(self.shift)) for a in network.readouts)
        return Network(
            self.order, tuple(h[0] for h in halves), tuple(h[1] for h in halves), readouts
        )

    def modes(
        self, first: list[Cyclotomic], second: list[Cyclotomic]
    ) -> tuple[list[Cyclotomic], list[Cyclotomic]]:
        """w'_k = zeta^{kq} w_{sk}, v'_k = zeta^{kq'} v_{sk} (halves exchanged by a flip)."""
        left, right = (second, first) if self.flip else (first, second)
        moved = [
            [
                Cyclotomic.root(self.order, k * shift) * half[self.multiplier * k % self.order]
                for k in range(self.order)
            ]
            for half, shift in ((left, self.shift[0]), (right, self.shift[1]))
        ]
        return moved[0], moved[1]

    def permutation(self) -> list[int]:
        """The map of pair numbers n P + m that the symmetry induces on the data."""
        images = (self.pair(*divmod(index, self.order)) for index in range(self.order**2))
        return [n * self.order + m for n, m in images]


def modes(row: Row) -> list[Cyclotomic]:
    """w_k = (1/P) sum_n w_n zeta^{kn}, the inverse of w_n = sum_k w_k zeta^{-kn}."""
    return [Cyclotomic.transform(row, k) * Fraction(1, len(row)) for k in range(len(row))]


def group(order: int) -> Iterator[Symmetry]:
    """All 2 phi(P) P^2 elements for P > 2 (symmetry I, II and the flip together)."""
    for s in range(1, order):
        if gcd(s, order) == 1:
            for q in range(order):
                for r in range(order):
                    yield Symmetry(order, (q, r), s, False)
                    yield Symmetry(order, (q, r), s, True)


def generators(order: int) -> dict[str, Symmetry]:
    """T_1, T_2, the flip, and C_q for every unit q != 1 (B.20)."""
    named = {
        "T_1": Symmetry(order, (1, 0)),
        "T_2": Symmetry(order, (0, 1)),
        "flip": Symmetry(order, flip=True),
    }
    units = (s for s in range(2, order) if gcd(s, order) == 1)
    return named | {f"C_{s}": Symmetry(order, multiplier=s) for s in units}


def permutation_matrix(symmetry: Symmetry) -> IntegerMatrix:
    """The operator |n,m> -> |g(n,m)> on the P^2 pairs, as integers."""
    images = symmetry.permutation()
    size = len(images)
    return [[int(images[column] == row) for column in range(size)] for row in range(size)]


def commutator(left: IntegerMatrix, right: IntegerMatrix) -> IntegerMatrix:
    """[A, B] = AB - BA in integers."""
    size = range(len(left))
    by_row = [[(j, e) for j, e in enumerate(row) if e] for row in left]
    by_row_right = [[(j, e) for j, e in enumerate(row) if e] for row in right]
    return [
        [
            sum(e * right[i][column] for i, e in by_row[row])
            - sum(e * left[i][column] for i, e in by_row_right[row])
            for column in size
        ]
        for row in size
    ]


def averaged_kernel(order: int, first: list[int], second: list[int]) -> IntegerMatrix:
    """sum_g phi(g w) phi(g w)^T over the group: a generic kernel of an invariant p(w).

    phi_nm = (w_n + v_m)^2; the ensemble is the orbit of one integer neuron, so the
    kernel has no symmetry but the group's own.
    """
    values = [(a + b) ** 2 for a in first for b in second]
    size = order**2
    total = [[0] * size for _ in range(size)]
    for symmetry in group(order):
        images = symmetry.permutation()
        moved = [values[images[index]] for index in range(size)]
        for row, value in enumerate(moved):
            line = total[row]
            for column in range(size):
                line[column] += value * moved[column]
    return total
