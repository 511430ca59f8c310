"""One neuron and the residual in time: Langevin dynamics of a wide network whose readouts are fast.

All weights follow dw = -grad U dt + sqrt(2) dW with exp(-U) the posterior. Given the weights the
readouts are Gaussian; where they equilibrate before the weights move, the mean force on w is the
gradient of the log evidence, -grad S at the residual that the law of all neurons has at that time.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims
from binodal.derive.derivation import Derivation
from binodal.derive.free_energy import free_energy_step
from binodal.derive.gaussian.activations import ERF
from binodal.derive.gaussian.hermite import overlap
from binodal.derive.gaussian.moments import moment
from binodal.derive.gaussian.rank_one import OVERLAP, TEACHER2, W2
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import (
    N,
    b,
    c,
    d,
    epsilon,
    kappa,
    n,
    q,
    rho,
    s,
    sigma2,
    sigma_a2,
    sigma_w2,
)
from binodal.models.teacher_student.derivations.action import mode_field
from binodal.models.teacher_student.derivations.barrier import RADIUS
from binodal.models.teacher_student.derivations.closure import (
    MEAN_RHO,
    closure_residuals,
    normalisation,
)
from binodal.models.teacher_student.derivations.continuum import CORRELATION, continuum_action

TIME = sp.Symbol("t", positive=True)
_START = sp.Symbol("w0", real=True)


@cache
def pull() -> sp.Expr:
    """What the residual takes off the action of a neuron, in (q, r_perp)."""
    free, whole = continuum_action((sp.Integer(0),)), continuum_action()
    return sp.factor((free - whole).subs(s, RADIUS**2))


@cache
def forces() -> tuple[sp.Expr, sp.Expr]:
    """The force of the residual along q and along r_perp."""
    along_q, along_r = (sp.factor(sp.diff(pull(), z)) for z in (q, RADIUS))
    return along_q, along_r


@cache
def relaxation() -> tuple[sp.Expr, sp.Expr]:
    """Mean factor and variance of a component after a time t under its prior alone."""
    rate = 2 * sp.diff(continuum_action((sp.Integer(0),)), s)
    kept = sp.exp(-rate * TIME)
    return kept, (1 - kept**2) / rate


@cache
def residual() -> tuple[sp.Expr, sp.Expr]:
    """(b, c) of a law of neurons with the moments <rho>, <rho^2>, <rho^3>."""
    solved = sp.solve(closure_residuals(), (b, c))
    return sp.factor(solved[b]), sp.factor(solved[c])


@cache
def energy() -> sp.Expr:
    """y.(Q + sigma^2/n)^{-1} y/(2 N) by the residual (b, c) = (sigma^2/n)(...)^{-1} y of a law."""
    of_target = sum(
        normalisation(k) ** 2 * y * t
        for k, (y, t) in enumerate(zip((1, epsilon), (b, c), strict=True))
    )
    return sp.factor(n / sigma2 * of_target / (2 * N))


_FIXED = {N: sp.Integer(7), n: sp.Integer(11), sigma2: sp.Rational(3, 4)}
_FIXED |= {sigma_a2: sp.Rational(2, 7), epsilon: sp.Rational(-4, 9)}
_MODES = {b: sp.Rational(2, 9), c: sp.Rational(-1, 5)}
_ATOMS = (
    (sp.Rational(2, 5), {q: sp.Rational(5, 7), s: sp.Rational(4, 9)}),
    (sp.Rational(3, 5), {q: sp.Rational(-3, 8), s: sp.Rational(25, 36)}),
)


def _force_cases(claim: sp.Tuple) -> Cases:
    """Fast readouts: mean readout times slope of <r erf>, by the moments of the Stein recursion."""
    field = (b - 3 * c) * moment(0) + c * moment(1)
    readout = sigma_a2 / N * n / sigma2 * field
    slopes = sp.diff(field, OVERLAP) + 2 * q * sp.diff(field, W2), 2 * RADIUS * sp.diff(field, W2)
    for _, place in _ATOMS:
        radius = sp.sqrt(place[s])
        point = {OVERLAP: place[q], W2: place[q] ** 2 + place[s], TEACHER2: 1}
        for axis, value, slope in zip(("q", "r"), claim, slopes, strict=True):
            direct = (n / sigma2 * readout * slope).subs(point)
            state = {q: place[q], RADIUS: radius, **_MODES, **_FIXED}
            yield (axis, place[q]), value.subs(state), direct.subs(state)


def _relaxation_cases(claim: sp.Tuple) -> Cases:
    """Ito's formula for the mean and the mean square of a component that starts at w0."""
    kept, spread = claim
    square = kept**2 * _START**2 + spread
    rate = d / sigma_w2
    yield "mean moves", sp.diff(kept, TIME), -rate * kept
    yield "square moves", sp.diff(square, TIME), 2 - 2 * rate * square
    yield "start", kept.subs(TIME, 0), sp.Integer(1)
    yield "start of the square", spread.subs(TIME, 0), sp.Integer(0)


def _kernel_of(atoms: Iterable[tuple[sp.Expr, dict[sp.Symbol, sp.Expr]]]) -> sp.Matrix:
    """The kernel between the two normalised modes, from derivatives of the smoothed erf."""
    total = sp.zeros(2, 2)
    for chance, place in atoms:
        point = {OVERLAP: place[q], W2: place[q] ** 2 + place[s]}
        row = sp.Matrix([overlap(ERF, k).subs(point) / sp.sqrt(sp.factorial(k)) for k in (1, 3)])
        total += chance * _FIXED[sigma_a2] * row * row.T
    return total


_TARGET = sp.Matrix([1, sp.sqrt(6) * _FIXED[epsilon]])


def _moments_of(
    atoms: Iterable[tuple[sp.Expr, dict[sp.Symbol, sp.Expr]]],
) -> dict[sp.Expr, sp.Expr]:
    kept = [(chance, CORRELATION.subs(place)) for chance, place in atoms]
    return {of: sum(p * r ** (k + 1) for p, r in kept) for k, of in enumerate(MEAN_RHO)}


def _residual_cases(claim: sp.Tuple) -> Cases:
    """Regression on the kernel of two atoms."""
    noise = _FIXED[sigma2] / _FIXED[n]
    direct = noise * (_kernel_of(_ATOMS) + noise * sp.eye(2)).inv() * _TARGET
    for k, value in enumerate(claim):
        place = {**_moments_of(_ATOMS), **_FIXED}
        yield f"mode {2 * k + 1}", value.subs(place), direct[k] / sp.sqrt(sp.factorial(2 * k + 1))


_ADDED = {q: sp.Rational(6, 7), s: sp.Rational(9, 16)}
_SHARE = sp.Symbol("h")


def _mixed(claim: sp.Expr) -> sp.Expr:
    """The energy of the law of two atoms with a share h of neurons moved to a third place."""
    moved = [(p * (1 - _SHARE), place) for p, place in _ATOMS]
    of_law = claim.subs(dict(zip((b, c), residual(), strict=True)))
    return of_law.subs({**_FIXED, **_moments_of([*moved, (_SHARE, _ADDED)])})


def _energy_cases(claim: sp.Expr) -> Cases:
    """Its slope in the share against the action's interaction there, less its mean."""
    point = {**_moments_of(_ATOMS), **_FIXED}
    modes = {mode: value.subs(point) for mode, value in zip((b, c), residual(), strict=True)}

    def taken(place: dict[sp.Symbol, sp.Expr]) -> sp.Expr:
        there = {q: place[q], RADIUS: sp.sqrt(place[s])}
        return pull().subs(modes).subs({**there, **_FIXED})

    mean = sum(p * taken(place) for p, place in _ATOMS)
    yield "slope", sp.diff(_mixed(claim), _SHARE).subs(_SHARE, 0), mean - taken(_ADDED)


def _convex_claims(claim: sp.Expr) -> Claims:
    bend = sp.diff(_mixed(claim), _SHARE, 2)
    for share in (0, sp.Rational(1, 3), sp.Rational(4, 5)):
        yield f"h = {share}", bool(sp.N(bend.subs(_SHARE, share)) > 0)


def _neuron_steps() -> tuple[Step, ...]:
    return (
        Step(
            "force of the residual",
            "readouts that are fast have the mean of their Gaussian law, so that the force on w is "
            "-grad S at the residual of that time; its part along q and r_perp, where the measure "
            "adds (d - 2)/r_perp",
            d * kappa * rho * mode_field() ** 2,
            sp.Tuple(*forces()),
            equal_on(_force_cases, "mean readout times the slope of the moments I_0 and I_1"),
            (Assumption.MEAN_FIELD, Assumption.CONTINUUM, Assumption.MODE_ANSATZ),
        ),
        Step(
            "relaxation to the prior",
            "without a residual every component of w is an Ornstein-Uhlenbeck process; r_perp is "
            "the norm of d - 1 of them",
            continuum_action((sp.Integer(0),)),
            sp.Tuple(*relaxation()),
            equal_on(_relaxation_cases, "Ito's formula for the mean and the mean square"),
        ),
    )


def _network_steps() -> tuple[Step, ...]:
    target = sp.MatrixSymbol("y", 2, 1)
    inverse = (sp.MatrixSymbol("Q", 2, 2) + sigma2 / n * sp.Identity(2)).inv()
    return (
        Step(
            "residual at each time",
            "regression with the kernel of the law at that time, linear in (b, c)",
            sigma2 / n * inverse * target,
            sp.Tuple(*residual()),
            equal_on(_residual_cases, "regression on the kernel of two atoms, by matrices"),
        ),
        free_energy_step(
            "sigma^2/n",
            " and the prior",
            target.T * inverse * target / (2 * N),
            energy(),
            _energy_cases,
            _convex_claims,
        ),
    )


@cache
def dynamics() -> Derivation:
    """Force, free relaxation, residual and free energy of the mean-field dynamics.

    Results: ``force_q``, ``force_r`` at (q, r_perp, b, c); ``kept`` and ``spread`` of a component
    after a time t; ``b``, ``c`` from R1, R2, R3 = <rho>, <rho^2>, <rho^3>; ``energy`` per neuron by
    b and c. Time is that of dw = -grad S dt + sqrt(2) dW: steps times learning rate for a descent
    on S, sigma^2 times that for one on the loss (1/2) sum |y - f|^2. Source: derived here.
    """
    steps = (*_neuron_steps(), *_network_steps())
    results = dict(zip(("force_q", "force_r"), forces(), strict=True))
    results |= dict(zip(("kept", "spread"), relaxation(), strict=True))
    results |= dict(zip(("b", "c"), residual(), strict=True)) | {"energy": energy()}
    return Derivation("Mean-field dynamics", steps, results)
