"""Two rows in five coordinates: two singular values of each matrix, and the angle between both.

S is a function of the singular values and of |W V|^2, so that of all components of W and V these
move by themselves: a matrix M = W^+ W has a trace and a vector in beta + 1 dimensions, whose
direction turns like a point of a sphere, the faster the closer the singular values are.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import gamma, u
from binodal.models.group.derivations.saddles import beta
from binodal.models.group.derivations.singular_values import STRENGTH

VALUES = sp.symbols("a_1 a_2 b_1 b_2", positive=True)
"""sqrt(F) times the singular values of W, and of V, the larger first."""
ANGLE = sp.Symbol("phi", positive=True)
"""Between the vectors of W^+ W and V V^+; twice that between the frames of real matrices."""
DECAYS = ("schatten", "frobenius")
R = sp.Rational


def _sums() -> tuple[sp.Expr, ...]:
    """Sums and differences of squares, of W and of V."""
    one, two, three, four = (a**2 for a in VALUES)
    return one + two, one - two, three + four, three - four


def overlap() -> sp.Expr:
    """F^2 |W V|^2, the trace of both products."""
    p_w, q_w, p_v, q_v = _sums()
    return (p_w * p_v + q_w * q_v * sp.cos(ANGLE)) / 2


def height(decay: str) -> sp.Expr:
    """F s."""
    p_w, _, p_v, _ = _sums()
    cubes = sp.Add(*(a**6 for a in VALUES)) if decay == "schatten" else p_w**3 + p_v**3
    return (p_w + p_v) / 2 + gamma * cubes / (6 * STRENGTH**2) - u * overlap() / STRENGTH


def measure() -> sp.Expr:
    """Minus the logarithm of the measure: singular values repel, and a sphere has its sines."""
    _, q_w, _, q_v = _sums()
    single = (beta - 1) * sp.Add(*map(sp.log, (*VALUES, sp.sin(ANGLE))))
    return -single - beta * (sp.log(q_w) + sp.log(q_v))


def mobility() -> sp.Expr:
    """Of the angle: both vectors turn."""
    p_w, q_w, p_v, q_v = _sums()
    return 4 * (p_w / q_w**2 + p_v / q_v**2)


def _generator(function: sp.Expr, weight: sp.Expr, turning: sp.Expr) -> sp.Expr:
    """The Laplacian of all components on a function of the five coordinates."""
    moves = [*((a, sp.Integer(1)) for a in VALUES), (ANGLE, turning)]
    return sp.Add(
        *(
            speed * (sp.diff(function, y, 2) - sp.diff(weight, y) * sp.diff(function, y))
            for y, speed in moves
        )
    )


_UNITS = {
    1: [sp.Matrix([[1]])],
    2: [sp.eye(2), sp.Matrix([[0, -1], [1, 0]])],
    4: [
        sp.eye(4),
        sp.Matrix([[0, -1, 0, 0], [1, 0, 0, 0], [0, 0, 0, -1], [0, 0, 1, 0]]),
        sp.Matrix([[0, 0, -1, 0], [0, 0, 0, 1], [1, 0, 0, 0], [0, -1, 0, 0]]),
        sp.Matrix([[0, 0, 0, -1], [0, 0, -1, 0], [0, 1, 0, 0], [1, 0, 0, 0]]),
    ],
}
"""1, i, j and k as real matrices."""
_COSINE, _SINE = R(3, 5), R(4, 5)
_PLACE = dict(zip(VALUES, (R(7, 3), R(3, 4), R(5, 2), R(2, 3)), strict=True))


def _tested(w: sp.Matrix, v: sp.Matrix, count: int) -> sp.Expr:
    """|W V|^4 + |W|^2 |W V|^2 + |V^+ V|^2 of real representations."""
    both, first, second = w * v, w.T * w, v * v.T
    whole = (both * both.T).trace() / count
    return whole**2 + first.trace() * whole / count + (second * second).trace() / count


def _direct(count: int) -> sp.Expr:
    """The Laplacian of that in all components, at diag(a) and a rotation of diag(b)."""
    one, step = sp.eye(count), sp.Symbol("t")
    a_1, a_2, b_1, b_2 = _PLACE.values()
    turn = sp.Matrix([[_COSINE, -_SINE], [_SINE, _COSINE]])
    at = sp.diag(a_1, a_2), turn * sp.diag(b_1, b_2)
    w, v = (sp.kronecker_product(m, one) for m in at)
    total = sp.Integer(0)
    for unit in _UNITS[count]:
        for k in range(4):
            entry = sp.kronecker_product(
                sp.Matrix(2, 2, lambda i, j, k=k: int(2 * i + j == k)), unit
            )
            for moved in ((w + step * entry, v), (w, v + step * entry)):
                total += sp.Poly(_tested(*moved, count), step).coeff_monomial(step**2) * 2
    return total


def _generator_cases(claim: sp.Tuple) -> Cases:
    """The Laplacian in all 8, 16 or 32 components of a polynomial in traces."""
    squares = [a**2 for a in VALUES]
    whole = overlap()
    tested = whole**2 + (squares[0] + squares[1]) * whole + squares[2] ** 2 + squares[3] ** 2
    there = {sp.cos(ANGLE): 2 * _COSINE**2 - 1, sp.sin(ANGLE): 2 * _SINE * _COSINE}
    for count in _UNITS:
        own = _generator(tested, *claim).subs(beta, count)
        value = sp.expand_trig(own).subs(there).subs(_PLACE)
        yield count, sp.simplify(value), _direct(count)


def _height_cases(claim: sp.Tuple) -> Cases:
    """Traces of the matrices themselves."""
    a_1, a_2, b_1, b_2 = _PLACE.values()
    w = sp.diag(a_1, a_2)
    v = sp.Matrix([[_COSINE, -_SINE], [_SINE, _COSINE]]) * sp.diag(b_1, b_2)
    first, second, both = w.T * w, v * v.T, w * v
    numbers = {u: R(3, 4), gamma: R(2, 5), STRENGTH: R(7, 2)}
    cubes = (first**3 + second**3).trace(), first.trace() ** 3 + second.trace() ** 3
    for name, own, cubic in zip(DECAYS, claim, cubes, strict=True):
        direct = (first.trace() + second.trace()) / 2 + gamma * cubic / (6 * STRENGTH**2)
        direct -= u * (both * both.T).trace() / STRENGTH
        value = own.subs(sp.cos(ANGLE), 2 * _COSINE**2 - 1).subs(_PLACE).subs(numbers)
        yield name, value, direct.subs(numbers)


@cache
def pair_escape() -> Derivation:
    """Motion of two rows in five coordinates, for real, complex and quaternionic components.

    Results: ``measure`` and ``mobility`` of the angle, and F s with a decay's name after
    ``height``. Source: derived here.
    """
    heights = {decay: height(decay) for decay in DECAYS}
    steps = (
        Step(
            "motion of two singular values and an angle",
            "each singular value moves at unit mobility and repels the other; the frames turn at "
            "(a_1^2 + a_2^2)/(a_1^2 - a_2^2)^2 in each of beta directions, twice that on the "
            "sphere of W^+ W; of both spheres the angle between two points is left",
            sp.Symbol("W, V"),
            sp.Tuple(measure(), mobility()),
            equal_on(_generator_cases, "the Laplacian in all components, on traces"),
        ),
        Step(
            "action of two rows",
            "|W V|^2 = (p p' + q q' cos phi)/2 with sums and differences of squares",
            sp.Symbol("F s"),
            sp.Tuple(*heights.values()),
            equal_on(_height_cases, "traces of matrices"),
        ),
    )
    results = {"measure": measure(), "mobility": mobility()}
    results |= {f"height_{decay}": of for decay, of in heights.items()}
    return Derivation("Two rows of a block in five coordinates", steps, results)
