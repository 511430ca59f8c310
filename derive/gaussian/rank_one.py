"""Rank-one updates: the Sherman-Morrison inverse and the determinant lemma, derived."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import sympy as sp

from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, equal_on

W2, TEACHER2, OVERLAP = sp.symbols("W M q", positive=True)
"""|w|^2, |w*|^2 and w.w*: the only scalars that the rank-one integrals depend on."""

_A, _Ai, _u, _vT = sp.symbols("A A^{-1} u v^T", commutative=False)
_alpha = sp.Symbol("alpha", real=True)
_lam, _t = sp.symbols("lambda t", positive=True)


def _reduce(word: sp.Expr) -> sp.Expr:
    """Normal form of a sum of words in A, A^{-1}, u, v^T with v^T A^{-1} u = lambda."""
    rules = ((_A * _Ai, sp.Integer(1)), (_Ai * _A, sp.Integer(1)), (_vT * _Ai * _u, _lam))
    previous = None
    word = sp.expand(word)
    while word != previous:
        previous = word
        for pattern, value in rules:
            word = sp.expand(word.subs(pattern, value))
    return word


def _coefficient(expression: sp.Expr, word: sp.Expr) -> sp.Expr:
    """The scalar in front of ``word``; raises ValueError if any other word is left."""
    scalars = []
    for term in sp.Add.make_args(sp.expand(expression)):
        scalar, letters = term.args_cnc()
        if sp.Mul(*letters) != word:
            raise ValueError(f"the word {sp.Mul(*letters)} is left beside {word}")
        scalars.append(sp.Mul(*scalar))
    return sp.Add(*scalars)


def _rational_cases() -> Iterable[tuple[str, sp.Matrix, sp.Matrix, sp.Matrix]]:
    """Explicit small matrices A and vectors u, v with generic rational entries."""
    for size in (2, 3, 4):
        u = sp.Matrix([sp.Rational(i + 2, 3 + i) for i in range(size)])
        v = sp.Matrix([sp.Rational(5 - i, 4 + i) for i in range(size)])
        matrix = sp.Matrix(size, size, lambda i, j: sp.Rational(3 * i + 5 * j + 2, 8 + i * j))
        yield f"d = {size}", matrix + 2 * sp.eye(size), u, v


def _inverse_cases(coefficient: sp.Expr) -> Cases:
    for label, matrix, u, v in _rational_cases():
        lam = (v.T * matrix.inv() * u)[0]
        formula = matrix.inv() + coefficient.subs(_lam, lam) * matrix.inv() * u * v.T * matrix.inv()
        direct = (matrix + u * v.T).inv()
        for index in range(matrix.rows**2):
            yield f"{label}, entry {index}", formula[index], direct[index]


def _determinant_cases(factor: sp.Expr) -> Cases:
    for label, matrix, u, v in _rational_cases():
        lam = (v.T * matrix.inv() * u)[0]
        yield label, matrix.det() * factor.subs(_lam, lam), (matrix + u * v.T).det()


def _precision_cases(determinant: sp.Expr, variance: sp.Expr) -> Cases:
    """Dense twin: invert 1 + 2 w w^T entry by entry for explicit vectors."""
    for size in (2, 3, 4):
        w = sp.Matrix([sp.Rational(2 * i + 1, 3 + i) for i in range(size)])
        teacher = sp.Matrix([sp.Rational(4 - i, 5 + 2 * i) for i in range(size)])
        dense = sp.eye(size) + 2 * w * w.T
        point = {W2: w.dot(w), TEACHER2: teacher.dot(teacher), OVERLAP: w.dot(teacher)}
        yield f"determinant, d = {size}", determinant.subs(point), dense.det()
        yield f"variance, d = {size}", variance.subs(point), (teacher.T * dense.inv() * teacher)[0]


@cache
def rank_one() -> Derivation:
    """Inverse and determinant of A + u v^T, then of the tilted precision 1 + 2 w w^T.

    Results: ``determinant`` of 1 + 2 w w^T and ``variance`` of w*.x under
    N(0, (1 + 2 w w^T)^{-1}). Source: A.14, A.15, A.18.
    """
    product = _reduce((_A + _u * _vT) * (_Ai + _alpha * _Ai * _u * _vT * _Ai))
    excess = _coefficient(product - 1, _u * _vT * _Ai)
    coefficient = sp.solve(excess, _alpha)[0]
    rate = _lam * (1 + coefficient * _lam)
    growth = sp.simplify(rate.subs(_lam, _t * _lam) / _t)
    factor = sp.simplify(sp.exp(sp.integrate(growth, (_t, 0, 1))))
    determinant = factor.subs(_lam, 2 * W2)
    variance = sp.factor(TEACHER2 + 2 * coefficient.subs(_lam, 2 * W2) * OVERLAP**2)
    steps = (
        Step(
            "Sherman-Morrison inverse",
            "make the ansatz A^{-1} + alpha A^{-1} u v^T A^{-1}, multiply by A + u v^T, "
            "use v^T A^{-1} u = lambda, and solve for alpha",
            (_A + _u * _vT) * (_Ai + _alpha * _Ai * _u * _vT * _Ai),
            sp.Eq(_alpha, coefficient),
            equal_on(
                lambda claim: _inverse_cases(claim.rhs),
                "direct inverses of rational matrices, d = 2, 3, 4",
            ),
            source="A.15",
        ),
        Step(
            "determinant lemma",
            "d log det(A + t u v^T)/dt = v^T (A + t u v^T)^{-1} u (Jacobi); insert the "
            "inverse, integrate t over [0, 1]",
            sp.Integral(growth, (_t, 0, 1)),
            factor,
            equal_on(_determinant_cases, "direct determinants of rational matrices, d = 2, 3, 4"),
            source="A.14",
        ),
        Step(
            "tilted Gaussian",
            "A = 1, u = 2 w, v = w: lambda = 2 |w|^2; the variance of w*.x is w*.(1 + 2 w "
            "w^T)^{-1} w*",
            sp.Tuple(factor, TEACHER2 + 2 * _alpha * OVERLAP**2),
            sp.Tuple(determinant, variance),
            equal_on(
                lambda claim: _precision_cases(*claim), "dense inverse and determinant, d = 2, 3, 4"
            ),
            source="A.18",
        ),
    )
    return Derivation(
        "Rank-one updates of a Gaussian precision",
        steps,
        {"determinant": determinant, "variance": variance},
    )
