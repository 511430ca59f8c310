"""One block as a matrix function: its value and its Hessian at rational matrices, exactly.

Real matrices throughout: a complex number is a 2 x 2 block, a quaternion a 4 x 4 block, and traces
are divided by the size of these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import combinations_with_replacement, pairwise, product

import sympy as sp
from sympy.polys.matrices import DomainMatrix

Number = int | Fraction
Matrix = list[list[Number]]
_UNITS: dict[str, tuple[tuple[tuple[int, ...], ...], ...]] = {
    "real": (((1,),),),
    "complex": (((1, 0), (0, 1)), ((0, -1), (1, 0))),
    "quaternionic": (
        ((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)),
        ((0, -1, 0, 0), (1, 0, 0, 0), (0, 0, 0, -1), (0, 0, 1, 0)),
        ((0, 0, -1, 0), (0, 0, 0, 1), (1, 0, 0, 0), (0, -1, 0, 0)),
        ((0, 0, 0, -1), (0, 0, -1, 0), (0, 1, 0, 0), (1, 0, 0, 0)),
    ),
}


@dataclass(frozen=True)
class Field:
    """The numbers that a block's matrices consist of, and how its sizes count.

    ``beta`` is the real dimension of a number; a quaternionic block of dimension d has d/2 rows,
    and each singular value counts twice in traces over C.
    """

    kind: str

    @property
    def beta(self) -> int:
        """1, 2 or 4."""
        return len(_UNITS[self.kind])

    @property
    def twice(self) -> int:
        """How often a singular value appears in the complex matrix."""
        return 2 if self.kind == "quaternionic" else 1

    def rows(self, dimension: int) -> int:
        """Rows of the block's matrix over its own numbers."""
        return dimension // self.twice

    def stiefel(self, rank: int, rows: int) -> int:
        """Real dimension of the frames of ``rank`` orthonormal vectors."""
        return self.beta * rank * rows - rank - self.beta * rank * (rank - 1) // 2


@cache
def manifold(kind: str, dimension: int, count: int) -> int:
    """Real dimension of the saddles with ``count`` equal singular values in both W and V.

    W = sqrt(x) A B^+ and V = sqrt(x) B C^+ with frames A, B, C, which a unitary matrix of that
    size may turn together.

    >>> manifold("complex", 1, 1), manifold("real", 1, 1), manifold("real", 2, 1)
    (2, 0, 3)
    """
    field = Field(kind)
    frames = field.stiefel(count, field.rows(dimension))
    return 3 * frames - field.stiefel(count, count)


def _times(left: Matrix, right: Matrix) -> Matrix:
    columns = list(zip(*right, strict=True))
    return [[sum((a * b for a, b in zip(row, c, strict=True)), 0) for c in columns] for row in left]


def _added(*matrices: Matrix) -> Matrix:
    return [
        [sum(entries, 0) for entries in zip(*rows, strict=True)]
        for rows in zip(*matrices, strict=True)
    ]


def _turned(matrix: Matrix) -> Matrix:
    return [list(row) for row in zip(*matrix, strict=True)]


Jet = tuple[Matrix, Matrix, Matrix]
"""A matrix along a line: its coefficients at t^0, t^1 and t^2."""


def _product(left: Jet, right: Jet) -> Jet:
    return (
        _times(left[0], right[0]),
        _added(_times(left[0], right[1]), _times(left[1], right[0])),
        _added(_times(left[0], right[2]), _times(left[1], right[1]), _times(left[2], right[0])),
    )


def _traces(jet: Jet, size: int) -> tuple[Fraction, Fraction, Fraction]:
    first, second, third = (Fraction(sum(m[i][i] for i in range(len(m))), size) for m in jet)
    return first, second, third


def _cubed(t: tuple[Fraction, Fraction, Fraction]) -> tuple[Fraction, Fraction, Fraction]:
    zero, one, two = t
    return zero**3, 3 * zero**2 * one, 3 * zero**2 * two + 3 * zero * one**2


def second_order(
    decay: str, kind: str, w: Jet, v: Jet, gamma: Fraction, u: Fraction
) -> tuple[Fraction, Fraction, Fraction]:
    """Coefficients of the block's action over |G| d mu along a line, up to t^2."""
    size = Field(kind).beta // Field(kind).twice
    squares = [_product(m, (_turned(m[0]), _turned(m[1]), _turned(m[2]))) for m in (w, v)]
    norms = [_traces(s, size) for s in squares]
    if decay == "schatten":
        sixth = [_traces(_product(_product(s, s), s), size) for s in squares]
    else:
        sixth = [_cubed(norm) for norm in norms]
    both = _product(w, v)
    pulled = _traces(_product(both, (_turned(both[0]), _turned(both[1]), _turned(both[2]))), size)
    terms = zip(*norms, *sixth, pulled, strict=True)
    zero, one, two = ((n1 + n2) / 2 + gamma / 6 * (d1 + d2) - u * p for n1, n2, d1, d2, p in terms)
    return zero, one, two


def basis(kind: str, rows: int) -> list[Matrix]:
    """Real directions of one matrix of a block."""
    units, size = _UNITS[kind], len(_UNITS[kind][0])
    vectors: list[Matrix] = []
    for i in range(rows):
        for j in range(rows):
            for unit in units:
                matrix: Matrix = [[0] * (rows * size) for _ in range(rows * size)]
                for a, row in enumerate(unit):
                    for b, entry in enumerate(row):
                        matrix[i * size + a][j * size + b] = entry
                vectors.append(matrix)
    return vectors


def mean_square_of_squares(kind: str, rows: int) -> Fraction:
    """<tr (W W^+)^2> over unit Gaussian real components, traced over the block's own numbers.

    Wick's theorem, entry by entry.

    >>> mean_square_of_squares("real", 1), mean_square_of_squares("complex", 1)
    (Fraction(3, 1), Fraction(8, 1))
    """
    every = [(b, _turned(b)) for b in basis(kind, rows)]
    total: Number = 0
    for (i, i_t), (k, k_t) in product(every, repeat=2):
        for a, b, c, d in ((i, i_t, k, k_t), (i, k_t, i, k_t), (i, k_t, k, i_t)):
            turn = _times(_times(a, b), _times(c, d))
            total += sum(turn[j][j] for j in range(len(turn)))
    return Fraction(total, Field(kind).beta)


def diagonal(kind: str, values: Sequence[Number]) -> Matrix:
    """The matrix with these numbers on its diagonal."""
    size = len(_UNITS[kind][0])
    entries = [value for value in values for _ in range(size)]
    return [[e if i == j else 0 for j in range(len(entries))] for i, e in enumerate(entries)]


def inertia(
    decay: str, kind: str, values: Sequence[Number], gamma: Fraction, u: Fraction
) -> tuple[int, int, int, bool]:
    """(positive, zero, negative) eigenvalues of the Hessian at W = V = diag, and whether the
    slope vanishes there. By Descartes' rule, exact for a symmetric matrix."""
    slopes, bends = _expanded(decay, kind, values, gamma, u)
    return *_signs(bends), not any(slopes)


def hessian(
    decay: str, kind: str, values: Sequence[Number], gamma: Fraction, u: Fraction
) -> list[list[Fraction]]:
    """Second derivatives by all real components of W and V, at W = V = diag.

    >>> hessian("schatten", "real", [0], Fraction(1), Fraction(1))
    [[Fraction(1, 1), Fraction(0, 1)], [Fraction(0, 1), Fraction(1, 1)]]
    """
    return _expanded(decay, kind, values, gamma, u)[1]


def _expanded(
    decay: str, kind: str, values: Sequence[Number], gamma: Fraction, u: Fraction
) -> tuple[list[Fraction], list[list[Fraction]]]:
    """Slopes and Hessian."""
    block, directions = diagonal(kind, values), basis(kind, len(values))
    nothing = diagonal(kind, [0] * len(values))
    lines = [(d, nothing) for d in directions] + [(nothing, d) for d in directions]

    def along(dw: Matrix, dv: Matrix) -> tuple[Fraction, Fraction, Fraction]:
        return second_order(decay, kind, (block, dw, nothing), (block, dv, nothing), gamma, u)

    each = [along(*line) for line in lines]
    bends = [[Fraction(0)] * len(lines) for _ in lines]
    for i, j in combinations_with_replacement(range(len(lines)), 2):
        if i == j:
            bends[i][i] = 2 * each[i][2]
        else:
            joint = along(_added(lines[i][0], lines[j][0]), _added(lines[i][1], lines[j][1]))[2]
            bends[i][j] = bends[j][i] = joint - each[i][2] - each[j][2]
    return [value[1] for value in each], bends


def _signs(symmetric: list[list[Fraction]]) -> tuple[int, int, int]:
    rows = [[sp.QQ(e.numerator, e.denominator) for e in row] for row in symmetric]
    polynomial = DomainMatrix(rows, (len(rows), len(rows)), sp.QQ).charpoly()
    zero = next(i for i, c in enumerate(reversed(polynomial)) if c)
    signs = [c > 0 for c in polynomial if c]
    positive = sum(a != b for a, b in pairwise(signs))
    return positive, zero, len(rows) - zero - positive
