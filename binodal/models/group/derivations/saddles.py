"""Stationary points of a block by singular values and rank, under both decays."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold, generic_fractions
from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import gamma, u, x, x_v
from binodal.models.group.derivations.action import action, coupling
from binodal.models.group.derivations.blocks import (
    Field,
    Matrix,
    diagonal,
    inertia,
    manifold,
    second_order,
)
from binodal.models.group.derivations.symbols import rank
from binodal.models.modular.derivations.action import mode_action
from binodal.models.modular.derivations.saddles import action_density, depth, ring

KINDS = (("real", 1), ("real", 2), ("complex", 1), ("complex", 2), ("quaternionic", 2))
"""Types with dimensions at which Hessians are taken."""

beta = sp.Symbol("beta", positive=True, integer=True)
"""Real dimension of the numbers of a block: 1 real, 2 complex, 4 quaternionic."""

count = sp.Symbol("c", positive=True, integer=True)
"""Singular values over these numbers that are not zero; quaternionic ones count twice in r."""


rows = sp.Symbol("n", positive=True, integer=True)
"""Rows of the block over these numbers."""


def along_schatten() -> sp.Expr:
    """The action of one singular value of each matrix: that of a mode of a cyclic group."""
    return action_density()


def along_frobenius() -> sp.Expr:
    """With r equal singular values, in x = |W|_F^2 and x_v = |V|_F^2: |W V|^2 = x x_v/r."""
    return sp.expand(action_density() + u * x * x_v * (1 - 1 / rank))


def index_schatten() -> sp.Expr:
    """Negative directions where all singular values stand on the barrier: Hermitian matrices."""
    return count + beta * count * (count - 1) / 2


def index_frobenius() -> sp.Expr:
    """Negative directions of rank r at the outer radius: Hermitian matrices without their trace."""
    return index_schatten() - 1


def manifold_dimension() -> sp.Expr:
    """3 dim(frames of c vectors in F^n) - dim U(c), with n rows."""
    frames = beta * count * rows - count - beta * count * (count - 1) / 2
    turns = frames.subs(rows, count)
    return sp.expand(3 * frames - turns)


def _rotation(seed: int, rows: int) -> Matrix:
    """A rational orthogonal matrix with generic entries, by Cayley's transform."""
    numbers = iter(generic_fractions(rows * rows, seed))
    skew = sp.zeros(rows, rows)
    for i in range(rows):
        for j in range(i):
            skew[i, j] = sp.Rational(next(numbers))
            skew[j, i] = -skew[i, j]
    one = sp.eye(rows)
    turned = (one - skew) * (one + skew).inv()
    return [[Fraction(str(turned[i, j])) for j in range(rows)] for i in range(rows)]


def _product(*matrices: Matrix) -> Matrix:
    total = sp.eye(len(matrices[0]))
    for matrix in matrices:
        total = total * sp.Matrix([[sp.Rational(str(e)) for e in row] for row in matrix])
    size = len(matrices[0])
    return [[Fraction(str(total[i, j])) for j in range(size)] for i in range(size)]


_GAMMA, _U = Fraction(3, 7), Fraction(5, 4)
_AT = {gamma: sp.Rational(3, 7), u: sp.Rational(5, 4)}


def _value(decay: str, kind: str, w: Matrix, v: Matrix) -> sp.Expr:
    """The action of a block over its factor, at these weights and a generic gamma and u."""
    nothing: Matrix = [[0] * len(w) for _ in w]
    first, second = ((m, nothing, nothing) for m in (w, v))
    return sp.Rational(str(second_order(decay, kind, first, second, _GAMMA, _U)[0]))


_SINGULAR_VALUES = (
    ([Fraction(7, 5), Fraction(2, 3)], [Fraction(5, 4), Fraction(3, 8)]),
    (
        [Fraction(9, 7), Fraction(4, 5), Fraction(1, 3)],
        [Fraction(8, 5), Fraction(3, 4), Fraction(2, 7)],
    ),
)


def _alignment_claims(claim: sp.Expr) -> Claims:
    """Rational singular values between rational rotations: the aligned pair is the sum over
    singular values of the claim, and no other pair lies lower."""
    for seed, (left, right) in enumerate(_SINGULAR_VALUES):
        size = len(left)
        a, b, c, d = (_rotation(10 * seed + i, size) for i in range(4))
        w = _product(a, diagonal("real", left), b)
        back = [list(row) for row in zip(*b, strict=True)]
        second = diagonal("real", right)
        aligned = _value("schatten", "real", w, _product(back, second, c))
        pairs = zip(left, right, strict=True)
        squares = [(sp.Rational(str(s * s)), sp.Rational(str(t * t))) for s, t in pairs]
        summed = sum(claim.subs({**_AT, x: s, x_v: t}) for s, t in squares)
        yield (size, "aligned"), aligned == summed
        others = {
            "turned": _product(d, second, c),
            "turned back": _product(c, second, c),
            "crossed": _product(back, diagonal("real", right[::-1]), c),
        }
        for name, v in others.items():
            yield (size, name), _value("schatten", "real", w, v) > aligned


def _frobenius_claims(claim: sp.Expr) -> Claims:
    """Equal singular values give the claim; unequal ones are not stationary."""
    s, t = Fraction(7, 5), Fraction(4, 3)
    for kind, dimension, number, values in _points():
        w, v = ([scale * value for value in values] for scale in (s, t))
        of_rank = number * Field(kind).twice
        squares = {x: of_rank * sp.Rational(str(s * s)), x_v: of_rank * sp.Rational(str(t * t))}
        value = _value("frobenius", kind, diagonal(kind, w), diagonal(kind, v))
        yield (kind, dimension, of_rank), value == claim.subs({**_AT, rank: of_rank, **squares})
    yield "unequal", not inertia("frobenius", "real", [s, t], _GAMMA, _U)[3]


def _points() -> Iterator[tuple[str, int, int, list[int]]]:
    for kind, dimension in KINDS:
        rows = Field(kind).rows(dimension)
        for number in range(1, rows + 1):
            yield kind, dimension, number, [1] * number + [0] * (rows - number)


def _kind_claims(claim: sp.Tuple) -> Claims:
    """Hessians at singular values 1 for (gamma, u) that make 1 the outer or the inner root."""
    zero_modes, at_barrier, at_rank = claim
    for kind, dimension, number, values in _points():
        field = Field(kind)
        point = {beta: field.beta, count: number, rows: field.rows(dimension)}
        expected = zero_modes.subs(point)
        name = (kind, dimension, number)
        yield (*name, "formula"), manifold(kind, dimension, number) == expected
        outer = inertia("schatten", kind, values, Fraction(3), Fraction(2))
        yield (*name, "outer"), outer[1:] == (expected, 0, True)
        inner = inertia("schatten", kind, values, Fraction(1, 2), Fraction(3, 4))
        yield (*name, "barrier"), inner[1:] == (expected, at_barrier.subs(point), True)
        total = number * field.twice
        strong = (1 + 3 * Fraction(total) ** 2) / 2
        outer = inertia("frobenius", kind, values, Fraction(3), strong)
        yield (*name, "frobenius"), outer[1:] == (expected, at_rank.subs(point), True)


def _ring_cases(claim: sp.Tuple) -> Cases:
    """Both slopes of the action along equal singular values vanish on the claimed root."""
    root, deep, effective = claim
    s = along_frobenius()
    for at_rank, at_u, at_gamma in ((2, 5, sp.Rational(3, 2)), (3, 7, sp.Rational(5, 4))):
        point = {rank: at_rank, u: at_u, gamma: at_gamma}
        place = root.subs(point)
        for axis in (x, x_v):
            slope = sp.diff(s, axis).subs(point).subs({x: place, x_v: place})
            yield (at_rank, axis), sp.nsimplify(sp.simplify(slope)), sp.S.Zero
        height = s.subs(point).subs({x: place, x_v: place})
        yield (at_rank, "depth"), deep.subs(point).subs(x, place), height
        yield (at_rank, "coupling"), effective.subs(point), sp.Rational(at_u, at_rank)


def _same_cases(claim: sp.Tuple) -> Cases:
    """The modes of modular addition have this action; both roots and the depth at exact points."""
    density, outer, inner, deep = claim
    mode = mode_action()
    yield "density", density, mode.s
    yield "coupling", coupling(), mode.coupling
    point = {u: 5, gamma: sp.Rational(3, 2)}
    s = along_schatten().subs(point)
    places = [root.subs(point) for root in (outer, inner)]
    for name, place in zip(("outer", "inner"), places, strict=True):
        for axis in (x, x_v):
            slope = sp.diff(s, axis).subs({x: place, x_v: place})
            yield (name, axis), sp.simplify(slope), sp.S.Zero
        height = s.subs({x: place, x_v: place})
        yield (name, "depth"), sp.simplify(deep.subs(point).subs(x, place)), sp.simplify(height)
    yield "order", sp.sign(sp.N(places[0] - places[1])), sp.S.One


def _at_rank() -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    """Outer radius, depth and effective coupling of rank r under ``frobenius``."""
    effective = u / rank
    return ring(1).subs(u, effective), depth().subs(u, effective), effective


def _kinds() -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    return manifold_dimension(), index_schatten(), index_frobenius()


def _schatten_steps() -> tuple[Step, ...]:
    """Value by value."""
    return (
        Step(
            "singular values",
            "|W V|^2 is largest when V begins with the directions in which W ends, in the order of "
            "their sizes (von Neumann); then the traces of schatten split, value by value",
            sp.Tuple(action().results["s"], u),
            along_schatten(),
            all_hold(_alignment_claims, "rational singular values between rational rotations"),
        ),
        Step(
            "rank under schatten",
            "every singular value has the saddles of a mode of a cyclic group by itself: all ranks "
            "0..d exist and are equally deep, value by value",
            along_schatten(),
            sp.Tuple(along_schatten(), ring(1), ring(-1), depth()),
            equal_on(_same_cases, "the action of a mode of modular addition"),
        ),
    )


def _rank_steps() -> tuple[Step, ...]:
    """By rank, and the kinds under both decays."""
    return (
        Step(
            "rank under frobenius",
            "the decay sees |W|^2 alone, so stationary singular values are equal: |W V|^2 = "
            "x x_v/r",
            action().results["s"],
            along_frobenius(),
            all_hold(_frobenius_claims, "rational matrices of every type and rank"),
        ),
        Step(
            "radius under frobenius",
            "rank r feels the coupling u/r: rank 1 comes first and lies deepest",
            along_frobenius(),
            sp.Tuple(*_at_rank()),
            equal_on(_ring_cases, "slopes and depth at exact points"),
        ),
        Step(
            "kinds",
            "zero modes are the manifold's: three frames of c vectors, which U(c) may turn; on the "
            "barrier all Hermitian c x c directions lead down, under frobenius the traceless ones "
            "do at the outer radius too, so only c = 1 is a minimum there",
            sp.Symbol("Hessian"),
            sp.Tuple(*_kinds()),
            all_hold(_kind_claims, "exact Hessians of real, complex and quaternionic blocks"),
            (Assumption.LARGE_P,),
        ),
    )


@cache
def saddles() -> Derivation:
    """Where the stationary points of a block are, of which rank, and of which kind.

    Results: ``x_plus``, ``x_minus`` and ``depth`` of one singular value (decay ``schatten``),
    ``x_plus_frobenius`` and ``depth_frobenius`` at rank r, ``u_frobenius``; ``zero_modes``,
    ``index_barrier``, ``index_frobenius``. Source: derived here.
    """
    at_rank, kinds = _at_rank(), _kinds()
    results = {
        "x_plus": ring(1),
        "x_minus": ring(-1),
        "depth": depth(),
        "x_plus_frobenius": at_rank[0],
        "depth_frobenius": at_rank[1],
        "u_frobenius": at_rank[2],
        "zero_modes": kinds[0],
        "index_barrier": kinds[1],
        "index_frobenius": kinds[2],
    }
    return Derivation("Saddles of a block", _schatten_steps() + _rank_steps(), results)
