"""Readouts and their residual at weights that stand: linear, and so solved for any time."""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import b, c, q, s
from binodal.models.teacher_student.derivations.barrier import RADIUS
from binodal.models.teacher_student.derivations.closure import MEAN_RHO
from binodal.models.teacher_student.derivations.continuum import CORRELATION
from binodal.models.teacher_student.derivations.joint_dynamics import (
    ATOMS,
    FIXED,
    MEAN_READ,
    MODES,
    ORDERS,
    READOUT,
    TARGET,
    forces,
    gain,
    residual,
    shape,
)

OWN_RATE, ANSWER_RATE, TIME = sp.symbols("k g t", positive=True)
"""Of a readout under its prior, and of one eigenvector of the answer; the time that has passed."""
AIM, LEFT = sp.symbols("y R", real=True)
"""Target and residual at the start, along that eigenvector."""


@cache
def strengths() -> tuple[sp.Expr, sp.Expr]:
    """What b adds to the force on a readout over u, and c over u^3, at mobility one."""
    along_a = sp.expand(sp.diff(gain(), READOUT))
    first, third = (
        sp.simplify(along_a.coeff(t) / shape() ** k) for k, t in zip(ORDERS, (b, c), strict=True)
    )
    return first, third


@cache
def answer() -> sp.Matrix:
    """G of d(b, c)/dt = -G (b, c) by what the residual does to all readouts, at mobility one."""
    read = [-sp.diff(r, m) for r, m in zip(residual(), MEAN_READ, strict=True)]
    return sp.Matrix(2, 2, lambda i, j: read[i] * strengths()[j] * MEAN_RHO[i + j])


@cache
def pushed() -> sp.Expr:
    """The integral over s from 0 to t of exp(-k (t - s)) R(s), dR/dt = k (y - R) - g R."""
    rest = OWN_RATE * AIM / (OWN_RATE + ANSWER_RATE)
    kept, answered = (sp.exp(-rate * TIME) for rate in (OWN_RATE, ANSWER_RATE))
    return rest * (1 - kept) / OWN_RATE + kept * (1 - answered) / ANSWER_RATE * (LEFT - rest)


def _answer_cases(claim: sp.Matrix) -> Cases:
    """How fast the residual changes as two atoms' readouts follow the force."""
    rho = [(chance, CORRELATION.subs({q: atom[q], s: atom[RADIUS] ** 2})) for chance, atom in ATOMS]
    powers = {of: sum(p * x ** (k + 1) for p, x in rho) for k, of in enumerate(MEAN_RHO)}
    moved = {
        of: sum(
            p * (forces()[2] * shape() ** k).subs({**MODES, **atom, **FIXED}) for p, atom in ATOMS
        )
        for k, of in zip(ORDERS, MEAN_READ, strict=True)
    }
    direct = [(r - y).subs(FIXED).subs(moved) for r, y in zip(residual(), TARGET, strict=True)]
    answers = -claim.subs({**powers, **FIXED}) * sp.Matrix([b, c]).subs(MODES)
    for k, value, other in zip(ORDERS, answers, direct, strict=True):
        yield f"mode {k}", value, other.subs(FIXED)


def _pushed_cases(claim: sp.Expr) -> Cases:
    """The exponential of the linear system of integral and residual, at generic rates."""
    own, turn = sp.Rational(3, 2), sp.Rational(5, 4)
    system = sp.Matrix([[-own, 1, 0], [0, -own - turn, own * AIM], [0, 0, 0]])
    for time in (sp.Rational(1, 3), sp.Rational(7, 4)):
        moved = (system * time).exp() * sp.Matrix([0, LEFT, 1])
        yield time, claim.subs({OWN_RATE: own, ANSWER_RATE: turn, TIME: time}), moved[0]


def _steps() -> tuple[Step, ...]:
    return (
        Step(
            "answer of the readouts",
            "at weights that stand, d(b, c)/dt = -mu G (b, c) by the force on all readouts",
            sp.Symbol("d(b, c)/dt"),
            answer(),
            equal_on(_answer_cases, "readouts of two atoms along their force"),
        ),
        Step(
            "readouts at weights that stand",
            "each is exp(-k t) a + noise + mu times the strengths times the integral of "
            "exp(-k (t - s)) R(s), with k = mu N/sigma_a^2; along an eigenvector of mu G with "
            "eigenvalue g",
            sp.Symbol("R(s)"),
            pushed(),
            equal_on(_pushed_cases, "matrix exponential at generic rates"),
        ),
    )


@cache
def held_weights() -> Derivation:
    """How the residual answers its readouts, and what readouts do meanwhile.

    Results: ``answer_I_J`` of G by R1, R2, R3 = <u^2>, <u^4>, <u^6>, u as in the joint law;
    ``pushed``, the integral of exp(-k (t - s)) R(s) along an eigenvector of mu G. Source: derived
    here.

    >>> held_weights().results["pushed"].subs(TIME, 0)
    0
    """
    results = {f"answer_{i}_{j}": answer()[i // 2, j // 2] for i in ORDERS for j in ORDERS}
    results |= {"pushed": pushed()}
    return Derivation("Readouts at weights that stand", _steps(), results)
