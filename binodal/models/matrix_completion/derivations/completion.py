"""Gradient flow of W = U U^T - V V^T with decay from U = V = alpha 1, and the path of slow decay.

The loss is a function of W with the symmetric slope G, A = alpha exp(-lambda t) and M = U U^T/A^2.
What is seen of W are the traces <A_k, W> with symmetric A_k, and y_k is their target.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, close_on, equal_on
from binodal.models.diagonal_linear.derivations.flow import flow as diagonal_flow
from binodal.models.diagonal_linear.derivations.symbols import ALPHA, DECAY, PHI, SCALE

R = sp.Rational
SIZE = sp.Symbol("d", integer=True, positive=True)
U, V, G, M, PUSH = (sp.MatrixSymbol(name, SIZE, SIZE) for name in ("U", "V", "G", "M", "R"))
W_EIGEN = sp.Symbol("w", real=True)
SHIFT, SPEED = sp.symbols("shift speed", real=True)
"""Of an entry on the path at A*: its correction per lambda, and its slope by x = -log A."""
_TWO = 2
_AT = {
    U: sp.Matrix([[R(3, 2), R(-1, 3)], [R(2, 5), R(7, 4)]]),
    V: sp.Matrix([[R(1, 2), R(4, 3)], [R(-3, 7), R(6, 5)]]),
    G: sp.Matrix([[R(2, 3), R(-1, 5)], [R(-1, 5), R(3, 8)]]),
    M: sp.Matrix([[R(5, 3), R(1, 4)], [R(1, 4), R(4, 5)]]),
    PUSH: sp.Matrix([[R(1, 6), R(-2, 7)], [R(-2, 7), R(5, 9)]]),
}
_NUMBERS = {DECAY: R(3, 11), SCALE: R(9, 8)}


def both_sides(one: sp.MatrixExpr, other: sp.MatrixExpr) -> sp.MatrixExpr:
    """The anticommutator."""
    return one * other + other * one


def velocities() -> tuple[sp.MatrixExpr, sp.MatrixExpr]:
    """dU/dt and dV/dt."""
    return -2 * G * U - DECAY * U, 2 * G * V - DECAY * V


def predictor() -> sp.MatrixExpr:
    """W by A and M."""
    return SCALE**2 * (M - M.I)


def rate() -> sp.MatrixExpr:
    """dM/dt."""
    return -2 * both_sides(G, M)


def walk() -> tuple[sp.MatrixExpr, sp.MatrixExpr]:
    """dM/dx and dW/dx by x = -log A, where R pushes."""
    speed = -2 * predictor() + 2 * SCALE**2 * both_sides(PUSH, M + M.I)
    return 2 * both_sides(PUSH, M), speed


def price() -> sp.Expr:
    """What |U|^2 + |V|^2 has of one eigenvalue w of W."""
    return sp.sqrt(W_EIGEN**2 + 4 * SCALE**4)


def time() -> sp.Expr:
    """When an entry is half way."""
    return sp.log(ALPHA / SCALE) / DECAY - SHIFT / SPEED


def explicit(of: sp.Basic, point: dict[sp.Basic, sp.Basic]) -> sp.Matrix:
    """A matrix expression for two rows, in numbers."""
    sizes = {SIZE: _TWO}
    named = {key.subs(sizes): sp.ImmutableMatrix(value) for key, value in point.items()}
    matrix = of.subs(sizes).subs(_NUMBERS).subs(named)
    return sp.Matrix(matrix.doit())


def _entries(label: str, one: sp.Matrix, other: sp.Matrix) -> Cases:
    for k in range(_TWO * _TWO):
        yield (label, k), one[k], other[k]


def _flow_cases(claim: sp.Tuple) -> Cases:
    """Slopes of a loss that is cubic in the entries of W, by every entry of U and V."""
    u, v = (sp.Matrix(2, 2, sp.symbols(f"{name}0:4")) for name in "uv")
    w = u * u.T - v * v.T
    loss = sum((k + 2) * (e - R(k, 3)) ** 2 + R(k + 1, 5) * e**3 for k, e in enumerate(w))
    slots = sp.Matrix(2, 2, sp.symbols("e0:4"))
    of_slots = sum((k + 2) * (e - R(k, 3)) ** 2 + R(k + 1, 5) * e**3 for k, e in enumerate(slots))
    numbers = dict(zip((*u, *v), (*_AT[U], *_AT[V]), strict=True))
    plain = slots.applyfunc(lambda e: sp.diff(of_slots, e))
    plain = plain.subs(dict(zip(slots, w.subs(numbers), strict=True)))
    own = {**_AT, G: (plain + plain.T) / 2}
    whole = loss + _NUMBERS[DECAY] / 2 * sum(e**2 for e in (*u, *v))
    for name, of, velocity in (("U", u, claim[0]), ("V", v, claim[1])):
        slope = of.applyfunc(lambda e: -sp.diff(whole, e).subs(numbers))
        yield from _entries(name, explicit(velocity, own), slope)


def _held_cases(claim: sp.MatrixExpr) -> Cases:
    """U^T V along the flow, at generic matrices, and at the start."""
    u, v = (explicit(of, _AT) for of in velocities())
    moved = u.T * _AT[V] + _AT[U].T * v
    yield from _entries("rate", explicit(claim, _AT), moved)


def _paired() -> dict[sp.Basic, sp.Matrix]:
    """U generic, and V such that U^T V = A^2."""
    other = _NUMBERS[SCALE] ** 2 * _AT[U].T.inv()
    return {**_AT, V: other, M: _AT[U] * _AT[U].T / _NUMBERS[SCALE] ** 2}


def _closed_cases(claim: sp.Tuple) -> Cases:
    """U U^T - V V^T, and the chain rule for U U^T/A^2 along the flow."""
    entries = _paired()
    whole = entries[U] * entries[U].T - entries[V] * entries[V].T
    yield from _entries("W", explicit(claim[0], entries), whole)
    u = explicit(velocities()[0], entries)
    moved = (u * entries[U].T + entries[U] * u.T) / _NUMBERS[SCALE] ** 2 + 2 * _NUMBERS[
        DECAY
    ] * entries[M]
    yield from _entries("dM/dt", explicit(claim[1], entries), moved)


def _commuting_cases(claim: sp.Expr) -> Cases:
    """One eigenvalue against w = u^2 - v^2 of a diagonal linear network."""
    turned = explicit(predictor(), {M: sp.diag(sp.exp(2 * PHI), sp.exp(-6 * PHI))})
    for k, phi in enumerate((PHI, -3 * PHI)):
        yield k, turned[k, k], claim.subs(PHI, phi).subs(_NUMBERS).rewrite(sp.exp)
    yield "diagonal network", claim, diagonal_flow().results["predictor_2"]


def _walk_cases(claim: sp.Tuple) -> Cases:
    """The flow's own rates for residuals lambda R, with dA/dt = -lambda A."""
    slow = _NUMBERS[DECAY]
    point = {**_AT, G: -slow * _AT[PUSH]}
    turned = explicit(rate(), point) / slow
    yield from _entries("dM/dx", explicit(claim[0], _AT), turned)
    inverse = _AT[M].inv()
    scale = _NUMBERS[SCALE] ** 2
    moved = scale * (turned + inverse * turned * inverse) - 2 * scale * (_AT[M] - inverse)
    yield from _entries("dW/dx", explicit(claim[1], _AT), moved)


def _price_cases(claim: sp.Expr) -> Cases:
    """A^2 (m + 1/m) at roots of A^2 (m - 1/m) = w."""
    for w in (R(5, 3), R(-2, 7), R(0)):
        for scale in (R(4, 5), R(1, 10**9)):
            m = (w + sp.sqrt(w**2 + 4 * scale**4)) / (2 * scale**2)
            point = {W_EIGEN: w, SCALE: scale}
            yield (w, scale), sp.N(scale**2 * (m + 1 / m), 40), sp.N(claim.subs(point), 40)
        yield (w, "late"), abs(w), sp.N(claim.subs({W_EIGEN: w, SCALE: R(1, 10**30)}), 40)


def _time_cases(claim: sp.Expr) -> Cases:
    """A quadratic path with a linear correction passes its level, to first order in lambda."""
    x, slow, start = sp.symbols("x l s")
    path, correction = x + x**2 / 3, R(2, 5) - x / 7
    place = R(1, 4)
    level = path.subs(x, place)
    point = {SHIFT: correction.subs(x, place), SPEED: sp.diff(path, x).subs(x, place)}
    passed = claim.subs({**point, DECAY: slow, ALPHA: sp.exp(start), SCALE: sp.exp(-place)})
    there = sp.expand_log(sp.expand(slow * passed), force=True).subs(start, 0)
    missed = (path + slow * correction - level).subs(x, sp.simplify(there))
    yield "level", sp.expand(missed).coeff(slow, 0), sp.Integer(0)
    yield "first order", sp.expand(missed).coeff(slow, 1), sp.Integer(0)


def _closed_steps() -> tuple[Step, ...]:
    """From both factors to one symmetric matrix."""
    pair, closed = sp.Tuple(*velocities()), sp.Tuple(predictor(), rate())
    held, turned = -2 * DECAY * U.T * V, 2 * SCALE**2 * sp.sinh(2 * PHI)
    return (
        Step(
            "gradient flow of both matrices",
            "minus the slopes of loss(U U^T - V V^T) + (lambda/2)(|U|^2 + |V|^2); G is symmetric",
            sp.Symbol("loss"),
            pair,
            equal_on(_flow_cases, "slopes of a cubic loss by every entry of generic matrices"),
        ),
        Step(
            "decaying product",
            "the loss drops out of U^T V, which decays as A^2 from alpha^2 times the identity",
            pair,
            held,
            equal_on(_held_cases, "the chain rule at generic matrices"),
        ),
        Step(
            "closed trajectories of matrices",
            "V = A^2 (U^T)^-1: one symmetric matrix M is left, whatever the width of U and V, and "
            "lambda enters through A alone",
            held,
            closed,
            equal_on(_closed_cases, "U U^T - V V^T and its factors at generic matrices"),
        ),
        Step(
            "commuting data",
            "where all A_k commute M = exp(2 Phi) with Phi = sum rho_k A_k, and each eigenvalue is "
            "a weight of a diagonal network at L = 2; else M depends on the order in time",
            predictor(),
            turned,
            equal_on(_commuting_cases, "the predictor of that network"),
        ),
    )


def _slow_steps() -> tuple[Step, ...]:
    """The path, where it ends, and when an entry is half way on it."""
    closed = sp.Tuple(predictor(), rate())
    return (
        Step(
            "path of slow decay",
            "residuals are lambda rho_k, R = sum rho_k A_k; <A_k, W> = y_k holds along the path "
            "if sum_l A^2 <A_k, {M + 1/M, A_l}> rho_l = y_k. Targets less by lambda rho give what "
            "is of first order in lambda",
            closed,
            sp.Tuple(*walk()),
            equal_on(_walk_cases, "rates of the flow at generic matrices, by the chain rule"),
        ),
        Step(
            "norm that decay asks for",
            "|U|^2 + |V|^2 = A^2 tr(M + 1/M): as A falls the path ends at the least sum of |w| "
            "over eigenvalues, the nuclear norm; at large A, W is 4 A^2 sum rho_k A_k, the least "
            "sum of squares of all entries",
            closed,
            price(),
            close_on(_price_cases, "roots of A^2 (m - 1/m) = w"),
        ),
        Step(
            "time of an entry",
            "the path is at A* after log(alpha/A*)/lambda, and the correction costs its size over "
            "the speed of the entry, a time without lambda",
            sp.Tuple(*walk()),
            time(),
            equal_on(_time_cases, "a quadratic path with a linear correction"),
        ),
    )


@cache
def completion() -> Derivation:
    """Trajectories, path, both predictors, and the time.

    Results: ``velocity_u``, ``velocity_v``, ``predictor``, ``rate``, ``walk``, ``speed``, ``price``
    and ``time``. Source: derived here.

    >>> completion().results["price"]
    sqrt(4*A**4 + w**2)
    """
    pairs = zip(("velocity_u", "velocity_v"), velocities(), strict=True)
    return Derivation(
        "Gradient flow of matrix completion with decay",
        (*_closed_steps(), *_slow_steps()),
        {
            **dict(pairs),
            "predictor": predictor(),
            "rate": rate(),
            "walk": walk()[0],
            "speed": walk()[1],
            "price": price(),
            "time": time(),
        },
    )
