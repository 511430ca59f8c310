"""The self-consistency of the mean residual, and why it has exactly one solution."""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.gaussian.activations import ERF
from binodal.derive.gaussian.hermite import overlap
from binodal.derive.gaussian.rank_one import OVERLAP, W2
from binodal.derive.mean_field import coupling, noise
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import b, c, d, epsilon, n, q, rho, s, sigma2, sigma_a2
from binodal.derive.two_atoms import TwoAtoms, potential_steps
from binodal.models.teacher_student.derivations.continuum import CORRELATION
from binodal.models.teacher_student.derivations.kernel import element, kernel

MEAN_RHO = sp.symbols("R1 R2 R3", positive=True)
"""<rho>, <rho^2>, <rho^3> over the law of one neuron: all that the two-mode closure needs."""
_KERNEL, _TARGET = sp.MatrixSymbol("Q", 2, 2), sp.MatrixSymbol("y", 2, 1)


def normalisation(index: int) -> sp.Expr:
    """sqrt((2 index + 1)!): residual modes in the normalised basis are t_j times this (A.9)."""
    return sp.sqrt(sp.factorial(2 * index + 1))


def averaged_element(i: int, k: int) -> sp.Expr:
    """Q_{2i+1,2k+1} with the powers of rho replaced by their averages."""
    power = i + k + 1
    return element(i, k).coeff(rho, power) * MEAN_RHO[power - 1]


@cache
def closure_residuals() -> tuple[sp.Expr, sp.Expr]:
    """(Q + sigma^2/n) r - (sigma^2/n) y per mode, r = (b, sqrt(6) c); zero at the solution."""
    residual = sp.Matrix([b, normalisation(1) * c])
    target = sp.Matrix([1, normalisation(1) * epsilon])
    kernel_matrix = sp.Matrix(2, 2, averaged_element)
    rows = kernel_matrix * residual + sigma2 / n * (residual - target)
    return sp.expand(rows[0]), sp.expand(rows[1])


def _design_cases(claim: sp.MatrixExpr) -> Cases:
    """Four inputs on which two modes are exactly orthonormal: M.9 there against the closure."""
    design = sp.Matrix([[1, 1], [1, -1], [-1, 1], [-1, -1]])
    noise = sp.Rational(3, 5)
    modes = sp.Matrix(
        [[sp.Rational(5, 7), sp.Rational(-2, 9)], [sp.Rational(-2, 9), sp.Rational(4, 11)]]
    )
    target = sp.Matrix([1, sp.Rational(-7, 8)])
    gram = design * modes * design.T
    residual = noise * (gram + noise * sp.eye(4)).inv() * design * target
    point = {_KERNEL: modes.as_immutable(), _TARGET: target.as_immutable()}
    closed = design * claim.subs({sigma2: noise, n: 4}).subs(point).doit().as_explicit()
    for row in range(4):
        yield f"residual at input {row}", residual[row], closed[row]


def _row_cases(claim: sp.Matrix) -> Cases:
    """Both rows for one atom at explicit (q, s), from the overlaps' own derivatives."""
    point = {
        q: sp.Rational(5, 7),
        s: sp.Rational(3, 8),
        b: sp.Rational(2, 9),
        c: sp.Rational(-1, 5),
    }
    rest = {sigma_a2: sp.Rational(2, 7), sigma2: sp.Rational(3, 4), n: sp.Integer(11)}
    numbers = {**point, **rest, epsilon: sp.Rational(-4, 9)}
    place = {OVERLAP: q, W2: q**2 + s}
    modes = [overlap(ERF, k).subs(place) / sp.sqrt(sp.factorial(k)) for k in (1, 3)]
    residual = (b, sp.sqrt(6) * c)
    field = sum(i * r for i, r in zip(modes, residual, strict=True))
    powers = {moment: CORRELATION ** (k + 1) for k, moment in enumerate(MEAN_RHO)}
    targets = (sp.Integer(1), sp.sqrt(6) * epsilon)
    for k, row in enumerate(claim):
        direct = sigma_a2 * modes[k] * field + sigma2 / n * (residual[k] - targets[k])
        yield f"mode {2 * k + 1}", row.subs(powers).subs(numbers), direct.subs(numbers)


_LAW = TwoAtoms(n, d, (1, 3))


def _spring_claims(claim: sp.Expr) -> Claims:
    """Without features the closure's slope is the claim in both modes; features only add."""
    for mode, (row, unit) in enumerate(zip(closure_residuals(), (b, c), strict=True)):
        bare = sp.diff(row.subs(dict.fromkeys(MEAN_RHO, 0)), unit)
        yield (mode, "slope"), sp.simplify(bare / normalisation(mode) - claim) == 0
    numbers = _LAW.generic()
    bend = sp.diff(_LAW.potential(), _LAW.residual[0], 2).subs(numbers)
    per_row = (coupling(n) / sigma_a2).subs(numbers)
    yield "features add", bool(sp.N(bend / per_row - claim.subs(numbers)) > 0)


def _regression_steps() -> tuple[Step, ...]:
    """Gaussian-process regression in the space of modes."""
    first, third = closure_residuals()
    modes, target, scaled = _KERNEL, _TARGET, sigma2 / n
    return (
        Step(
            "regression in mode space",
            "with n inputs on which the modes are orthonormal, sigma^2 (Q + sigma^2)^{-1} "
            "y maps to "
            "(sigma^2/n)(Q~ + sigma^2/n)^{-1} y",
            sigma2 * (n * modes + sigma2 * sp.Identity(2)).inv() * target,
            scaled * (modes + scaled * sp.Identity(2)).inv() * target,
            equal_on(
                _design_cases,
                "four inputs with exactly orthonormal modes, rational kernel",
            ),
            (Assumption.CONTINUUM, Assumption.MODE_ANSATZ, Assumption.MEAN_FIELD),
            source="A.12",
        ),
        Step(
            "closure for b and c",
            "multiply by the inverse and insert r = (b, sqrt(6) c), y = (1, sqrt(6) eps)",
            modes * target,
            sp.Matrix([first, third]),
            equal_on(
                _row_cases, "one atom at explicit (q, r_perp), from derivatives of smoothed erf"
            ),
            source="A.9, A.12",
        ),
    )


def _potential_steps() -> tuple[Step, ...]:
    """The potential of the closure and its convexity."""
    return (
        *potential_steps(_LAW),
        Step(
            "strong convexity",
            "the closure is Phi's gradient over n^2/(N sigma^4): its slope is at least the "
            "spring's, n/(N sigma^2) over the same",
            _LAW.certificate(),
            noise(n),
            all_hold(_spring_claims, "slope of the closure's rows without features, and with"),
        ),
    )


@cache
def closure() -> Derivation:
    """Gaussian-process regression in mode space; its potential; uniqueness.

    Results: ``closure_b`` and ``closure_c`` (zero at the solution; R1, R2, R3 are <rho>, <rho^2>,
    <rho^3> over the neuron's law) and ``strong_convexity``: the distance of any (b, sqrt(6) c) from
    the solution is at most the norm of the residual divided by it. Source: A.12 (whose prefactor
    sigma^2/n is missing in print); potential derived here.
    """
    first, third = closure_residuals()
    steps = (*_regression_steps(), *_potential_steps())
    results = {"closure_b": first, "closure_c": third, "strong_convexity": noise(n)}
    return kernel().then(Derivation("Closure of the mean residual", steps, results))
