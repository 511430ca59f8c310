"""The same orders in 1/F in all real components of W and V, without singular values or angles.

Functions are those that rotations leave alone. They are integrated over what is normal to the orbit
of the stationary point, with the determinant of how far rotations move each place along the orbit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import sympy as sp
from sympy.polys.matrices import DomainMatrix
from sympy.polys.rings import PolyElement, ring

from binodal.derive.next_order import Coordinates, at_minimum, at_saddle
from binodal.models.group.derivations.blocks import Field, basis

Rows = Sequence[Sequence[PolyElement]]
_MOST = 4


def generators(kind: str, of_rows: int) -> Iterator[tuple[sp.Matrix, int]]:
    """Anti-Hermitian matrices of U(n) over these numbers, with their squared lengths."""
    size = Field(kind).beta
    for k, one in enumerate(sp.Matrix(m) for m in basis(kind, of_rows)):
        i, j = divmod(k // size, of_rows)
        if i == j and -one == one.T:
            yield one, 1
        elif i < j:
            yield one - one.T, 2


@dataclass(frozen=True)
class _Direction:
    """Of both matrices, and whether it leads along the orbit."""

    w: sp.Matrix
    v: sp.Matrix
    along: bool

    @property
    def squared(self) -> int:
        """The length, for entries of length one."""
        return 2 if any(self.w) and any(self.v) else 1


def _directions(kind: str, of_rows: int) -> list[_Direction]:
    """Orthogonal; the first is that of both large numbers growing together."""
    beta = Field(kind).beta
    directions: list[_Direction] = []
    for k, matrix in enumerate(basis(kind, of_rows)):
        one = sp.Matrix(matrix)
        none = 0 * one
        (i, j), unit = divmod(k // beta, of_rows), k % beta
        if i == j == unit == 0:
            directions[:0] = [_Direction(one, one, False), _Direction(one, -one, False)]
        elif i == j == 0:
            directions += [_Direction(one, none, True), _Direction(none, one, True)]
        elif i == 0:
            directions += [_Direction(one, one.T, True), _Direction(one, -one.T, False)]
            directions.append(_Direction(none, one, True))
        else:
            directions.append(_Direction(one, none, j == 0))
            if j:
                directions.append(_Direction(none, one, False))
    return directions


class Components:
    """The block at W = V = diag(1, 0, ...), where u is z and gamma is 2 z - 1."""

    def __init__(self, decay: str, kind: str, of_rows: int, pull: Fraction) -> None:
        self._decay, self._kind, self._rows = decay, kind, of_rows
        self._pull = sp.QQ(pull.numerator, pull.denominator)
        self._ways = _directions(kind, of_rows)
        count = len(self._ways)
        self._ring, *self._own, _ = ring(f"y:{count} e", sp.QQ)
        first, second = self._ways[0], [(y, d) for y, d in zip(self._own, self._ways, strict=True)]
        self._w = self._matrix(first.w, [(y, d.w) for y, d in second])
        self._v = self._matrix(first.v, [(y, d.v) for y, d in second])

    def order(self, place: str) -> sp.Rational:
        """The coefficient of 1/F at the "saddle" or the "minimum"."""
        order_of = {"saddle": at_saddle, "minimum": at_minimum}[place]
        return sp.Rational(str(order_of(self._height(), self._coordinates())))

    def _matrix(self, base: sp.Matrix, parts: Sequence[tuple[PolyElement, sp.Matrix]]) -> Rows:
        size = base.rows
        return [
            [
                self._ring(int(base[i, j])) + sum(int(m[i, j]) * y for y, m in parts if m[i, j])
                for j in range(size)
            ]
            for i in range(size)
        ]

    def _upto(self, of: PolyElement) -> PolyElement:
        return self._ring.from_dict({p: c for p, c in of.items() if sum(p) <= _MOST})

    def _times(self, left: Rows, right: Rows) -> Rows:
        columns = list(zip(*right, strict=True))
        return [
            [
                self._upto(
                    sum((a * b for a, b in zip(row, c, strict=True) if a and b), self._ring(0))
                )
                for c in columns
            ]
            for row in left
        ]

    def _trace(self, left: Rows, right: Rows) -> PolyElement:
        """tr(left right^T) over the block's own numbers."""
        total = sum(
            (
                a * b
                for one, other in zip(left, right, strict=True)
                for a, b in zip(one, other, strict=True)
                if a and b
            ),
            self._ring(0),
        )
        return self._upto(total) * sp.QQ(1, Field(self._kind).beta)

    def _height(self) -> PolyElement:
        both = self._times(self._w, self._v)
        norms = [self._trace(m, m) for m in (self._w, self._v)]
        squares = [self._times(m, list(zip(*m, strict=True))) for m in (self._w, self._v)]
        if self._decay == "schatten":
            sixth = sum(self._trace(self._times(m, m), m) for m in squares)
        else:
            sixth = sum(norm**3 for norm in norms)
        whole = sum(norms) / 2 - self._pull * self._trace(both, both)
        whole = self._upto(whole + (2 * self._pull - 1) * sixth / 6)
        return whole - whole.coeff(1)

    def _coordinates(self) -> Coordinates:
        ways = list(zip(self._own, self._ways, strict=True))
        along = {y for y, d in ways if d.along}

        def product(one: PolyElement, other: PolyElement) -> PolyElement:
            total = self._ring(0)
            for y, d in ways:
                if (slope := one.diff(y)) and (second := other.diff(y)):
                    total += slope * second / d.squared
            return self._upto(total)

        def laplacian(of: PolyElement) -> PolyElement:
            return sum((of.diff(y).diff(y) / d.squared for y, d in ways), self._ring(0))

        places = [k for k, y in enumerate(self._own) if y in along]

        def normal(of: PolyElement) -> PolyElement:
            kept = {p: c for p, c in of.items() if not any(p[k] for k in places)}
            return self._ring.from_dict(kept)

        count = len(self._own)
        weights = (*[1] * count, 2)
        return Coordinates(
            self._ring, weights, (1,) * (count + 1), product, laplacian, self._moved(normal), normal
        )

    def _moved(self, normal: Callable[[PolyElement], PolyElement]) -> PolyElement:
        """log of the determinant of how far rotations move a place, to second order."""
        w, v = ([[normal(e) for e in row] for row in m] for m in (self._w, self._v))
        size = Field(self._kind).beta
        moves = []
        for matrix, length in generators(self._kind, self._rows):
            if not any(matrix[:size, :]):
                continue
            turn = [[self._ring(int(e)) for e in row] for row in matrix.tolist()]
            back = [[-e for e in row] for row in turn]
            none = [[self._ring(0)] * len(w)] * len(w)
            moves += [(self._times(turn, w), none), (none, self._times(v, back))]
            if length == 2:
                moves.append((self._times(w, back), self._times(turn, v)))
        along = [d for d in self._ways if d.along]
        gram = [[self._overlap(move, d) for d in along] for move in moves]
        if not gram:
            return self._ring(0)
        bare = DomainMatrix([[e.coeff(1) for e in row] for row in gram], (len(gram),) * 2, sp.QQ)
        inverse = bare.inv().to_list()
        off = [
            [
                sum((c * e for c, e in zip(row, column, strict=True) if c), self._ring(0))
                - (i == j)
                for j, column in enumerate(zip(*gram, strict=True))
            ]
            for i, row in enumerate(inverse)
        ]
        twice = self._trace(off, list(zip(*off, strict=True)))
        return sum(off[i][i] for i in range(len(off))) - twice * size / 2

    def _overlap(self, move: tuple[Rows, Rows], d: _Direction) -> PolyElement:
        parts = (
            (m, [[self._ring(int(e)) for e in row] for row in own.tolist()])
            for m, own in zip(move, (d.w, d.v), strict=True)
        )
        return sum((self._trace(*part) for part in parts), self._ring(0)) / d.squared
