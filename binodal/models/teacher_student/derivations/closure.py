"""The self-consistency of the mean residual, and why it has exactly one solution."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.gaussian.activations import ERF
from binodal.derive.gaussian.hermite import overlap
from binodal.derive.gaussian.rank_one import OVERLAP, W2
from binodal.derive.step import Step, equal_on
from binodal.derive.symbols import N, b, c, epsilon, n, q, rho, s, sigma2, sigma_a2
from binodal.models.teacher_student.derivations.continuum import CORRELATION
from binodal.models.teacher_student.derivations.kernel import element, kernel

MEAN_RHO = sp.symbols("R1 R2 R3", positive=True)
"""<rho>, <rho^2>, <rho^3> over the law of one neuron: all that the two-mode closure needs."""


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


def _design_cases() -> Iterable[tuple[object, sp.Expr, sp.Expr]]:
    """Four inputs on which two modes are exactly orthonormal: M.9 there against the closure."""
    design = sp.Matrix([[1, 1], [1, -1], [-1, 1], [-1, -1]])
    noise = sp.Rational(3, 5)
    modes = sp.Matrix(
        [[sp.Rational(5, 7), sp.Rational(-2, 9)], [sp.Rational(-2, 9), sp.Rational(4, 11)]]
    )
    target = sp.Matrix([1, sp.Rational(-7, 8)])
    gram = design * modes * design.T
    residual = noise * (gram + noise * sp.eye(4)).inv() * design * target
    scaled = noise / 4
    closed = design * (scaled * (modes + scaled * sp.eye(2)).inv() * target)
    for row in range(4):
        yield f"residual at input {row}", residual[row], closed[row]


def _row_cases(claim: sp.Matrix) -> Iterable[tuple[object, sp.Expr, sp.Expr]]:
    """Both rows for one atom at explicit (q, s), from the overlaps' own derivatives."""
    point = {
        q: sp.Rational(5, 7),
        s: sp.Rational(3, 8),
        b: sp.Rational(2, 9),
        c: sp.Rational(-1, 5),
    }
    rest = {sigma_a2: sp.Rational(2, 7), sigma2: sp.Rational(3, 4), n: sp.Integer(11)}
    at = {**point, **rest, epsilon: sp.Rational(-4, 9)}
    place = {OVERLAP: q, W2: q**2 + s}
    modes = [overlap(ERF, k).subs(place) / sp.sqrt(sp.factorial(k)) for k in (1, 3)]
    residual = (b, sp.sqrt(6) * c)
    field = sum(i * r for i, r in zip(modes, residual, strict=True))
    powers = {moment: CORRELATION ** (k + 1) for k, moment in enumerate(MEAN_RHO)}
    targets = (sp.Integer(1), sp.sqrt(6) * epsilon)
    for k, row in enumerate(claim):
        direct = sigma_a2 * modes[k] * field + sigma2 / n * (residual[k] - targets[k])
        yield f"mode {2 * k + 1}", row.subs(powers).subs(at), direct.subs(at)


_r1, _r3, _y1, _y3 = sp.symbols("r1 r3 y1 y3", real=True)
_weights = sp.symbols("p1 p2", positive=True)
_atoms = (sp.symbols("I11 I13", real=True), sp.symbols("I21 I23", real=True))


def coupling_of_potential() -> sp.Expr:
    """g in Psi(r) = log <exp(g (I.r)^2/2)>: the interaction is (sigma_a^2/2N)(n I.r/sigma^2)^2."""
    return sigma_a2 * n**2 / (N * sigma2**2)


def potential() -> sp.Expr:
    """Phi(r) = Psi(r) + (n/(2 N sigma^2)) |r - y|^2 for a two-atom law of one neuron."""
    fields = [i1 * _r1 + i3 * _r3 for i1, i3 in _atoms]
    boltzmann = [
        p * sp.exp(coupling_of_potential() * f**2 / 2)
        for p, f in zip(_weights, fields, strict=True)
    ]
    spring = n / (2 * N * sigma2) * ((_r1 - _y1) ** 2 + (_r3 - _y3) ** 2)
    return sp.log(sum(boltzmann)) + spring


def _tilted() -> tuple[list[sp.Expr], list[sp.Expr]]:
    fields = [i1 * _r1 + i3 * _r3 for i1, i3 in _atoms]
    raw = [
        p * sp.exp(coupling_of_potential() * f**2 / 2)
        for p, f in zip(_weights, fields, strict=True)
    ]
    return [w / sum(raw) for w in raw], fields


def closure_from_kernel() -> sp.Expr:
    """First row of (n^2/(N sigma^4)) [Q r + (sigma^2/n)(r - y)] for the same two atoms."""
    chances, fields = _tilted()
    kernel_row = sigma_a2 * sum(
        p * atom[0] * f for p, atom, f in zip(chances, _atoms, fields, strict=True)
    )
    return n**2 / (N * sigma2**2) * (kernel_row + sigma2 / n * (_r1 - _y1))


def convexity_certificate() -> sp.Expr:
    """v.Hess(Phi).v for v = (1, 0) as sums of squares: spring + mean square + variance."""
    chances, fields = _tilted()
    g = coupling_of_potential()
    slopes = [g * f * atom[0] for f, atom in zip(fields, _atoms, strict=True)]
    mean = sum(p * sl for p, sl in zip(chances, slopes, strict=True))
    spread = sum(p * (sl - mean) ** 2 for p, sl in zip(chances, slopes, strict=True))
    curvature = sum(p * g * atom[0] ** 2 for p, atom in zip(chances, _atoms, strict=True))
    return n / (N * sigma2) + curvature + spread


_GENERIC = {
    **dict(zip(_weights, (sp.Rational(2, 7), sp.Rational(5, 7)), strict=True)),
    **dict(
        zip(
            _atoms[0] + _atoms[1],
            (sp.Rational(3, 5), sp.Rational(-2, 9), sp.Rational(4, 7), sp.Rational(5, 8)),
            strict=True,
        )
    ),
    _r1: sp.Rational(2, 3),
    _r3: sp.Rational(-3, 8),
    _y1: sp.Rational(9, 8),
    _y3: sp.Rational(-4, 5),
    N: sp.Integer(7),
    n: sp.Integer(5),
    sigma2: sp.Rational(3, 4),
    sigma_a2: sp.Rational(6, 5),
}


def _generic(expression: sp.Expr) -> sp.Expr:
    return expression.subs(_GENERIC)


def _spring_claims(claim: sp.Expr) -> Iterable[tuple[object, bool]]:
    """Without features the closure's slope is the claim in both modes; features only add."""
    for mode, (row, unit) in enumerate(zip(closure_residuals(), (b, c), strict=True)):
        bare = sp.diff(row.subs(dict.fromkeys(MEAN_RHO, 0)), unit)
        yield (mode, "slope"), sp.simplify(bare / normalisation(mode) - claim) == 0
    generic = _generic(sp.diff(potential(), _r1, 2))
    per_row = _generic(n**2 / (N * sigma2**2))
    yield "features add", bool(sp.N(generic / per_row - _generic(claim)) > 0)


def _regression_steps() -> tuple[Step, ...]:
    """Gaussian-process regression in the space of modes."""
    first, third = closure_residuals()
    modes = sp.MatrixSymbol("Q", 2, 2)
    target = sp.MatrixSymbol("y", 2, 1)
    scaled = sigma2 / n
    return (
        Step(
            "regression in mode space",
            "with n inputs on which the modes are orthonormal, sigma^2 (Q + sigma^2)^{-1} "
            "y maps to "
            "(sigma^2/n)(Q~ + sigma^2/n)^{-1} y",
            sigma2 * (n * modes + sigma2 * sp.Identity(2)).inv() * target,
            scaled * (modes + scaled * sp.Identity(2)).inv() * target,
            "A.12",
            equal_on(
                lambda _: _design_cases(),
                "four inputs with exactly orthonormal modes, rational kernel",
            ),
            (Assumption.CONTINUUM, Assumption.MODE_ANSATZ, Assumption.MEAN_FIELD),
        ),
        Step(
            "closure for b and c",
            "multiply by the inverse and insert r = (b, sqrt(6) c), y = (1, sqrt(6) eps)",
            modes * target,
            sp.Matrix([first, third]),
            "A.9, A.12",
            equal_on(
                _row_cases, "one atom at explicit (q, r_perp), from derivatives of smoothed erf"
            ),
        ),
    )


def _potential_steps() -> tuple[Step, ...]:
    """The potential of the closure and its convexity."""
    gradient = sp.diff(potential(), _r1)
    hessian = sp.diff(gradient, _r1)
    return (
        Step(
            "potential",
            "the closure is the gradient of Phi(r) = log <exp(g (I.r)^2/2)> + (n/(2 N "
            "sigma^2))|r - y|^2, "
            "g = n^2 sigma_a^2/(N sigma^4), the average being over the prior of one neuron",
            closure_from_kernel(),
            gradient,
            "derived here",
            equal_on(
                lambda claim: [("generic", _generic(claim), _generic(closure_from_kernel()))],
                "kernel form for a two-atom prior at generic rationals",
            ),
        ),
        Step(
            "convexity and uniqueness",
            "Hess Phi = (n/(N sigma^2)) 1 + mean of a positive form + covariance of the "
            "slopes: strictly "
            "convex for any prior of the neuron, so at finite d the closure has exactly "
            "one solution",
            hessian,
            convexity_certificate(),
            "derived here",
            equal_on(
                lambda claim: [("generic", _generic(hessian), _generic(claim))],
                "second derivative of Phi at generic rationals against its sum of squares",
            ),
        ),
        Step(
            "strong convexity",
            "the closure is Phi's gradient over n^2/(N sigma^4): its slope is at least the "
            "spring's, n/(N sigma^2) over the same",
            convexity_certificate(),
            sigma2 / n,
            "derived here",
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
    results = {"closure_b": first, "closure_c": third, "strong_convexity": sigma2 / n}
    return kernel().then(Derivation("Closure of the mean residual", steps, results))
