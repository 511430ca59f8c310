"""How late the network leaves the early predictor: the path, and how far gradient flow lags it.

The path is walked at d(log A)/dt = -lambda. With K = X D X^T, D the gains, ``pull`` is component
J of D X^T K^-1 y and ``lag`` that of D X^T K^-2 y, both on the path at the scale A* where w_J is
half way.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, close_on
from binodal.models.diagonal_linear.derivations.flow import flow
from binodal.models.diagonal_linear.derivations.path import path
from binodal.models.diagonal_linear.derivations.symbols import (
    ALPHA,
    DECAY,
    ETA,
    PHI,
    SCALE,
    TWO,
    L,
    W,
)

PULL, LAG = sp.symbols("pull lag", real=True)

_X = sp.Matrix([[2, 1, sp.Rational(1, 3)], [sp.Rational(-1, 2), 1, sp.Rational(3, 4)]])
_Y = sp.Matrix([1, sp.Rational(2, 3)])
_A, _J, _DIGITS = sp.Rational(4, 5), 2, 60
_STEP = sp.Rational(1, 10**15)
_CHECKED = (TWO, sp.Rational(7, 2))


def _phi(degree: sp.Expr, eta: sp.Expr) -> sp.Expr:
    """From the trajectories of u and v."""
    of = flow().results
    u, v = ("u_2", "v_2") if degree == TWO else ("u", "v")
    return sp.N((sp.log(of[u] / of[v]) / 2).subs({L: degree, ETA: eta}), _DIGITS)


def _at(name: str, degree: sp.Expr, scale: sp.Expr, rho: sp.Matrix) -> sp.Matrix:
    """A function of phi, for every weight."""
    of = path().results[name + ("_2" if degree == TWO else "")].subs({L: degree, SCALE: scale})
    return (_X.T * rho).applyfunc(lambda eta: sp.N(of.subs(PHI, _phi(degree, eta)), _DIGITS))


@cache
def _on_path(degree: sp.Expr, scale: sp.Expr, targets: sp.ImmutableMatrix) -> sp.ImmutableMatrix:
    """rho where X w = targets, by Newton's method with halved steps."""
    kernel = path().results["early"].subs(L, degree) * scale**degree * _X * _X.T
    rho = sp.N(kernel.LUsolve(targets), _DIGITS) / 4
    for _ in range(40):
        missing = targets - _X * _at("predictor", degree, scale, rho)
        kernel = _X * sp.diag(*_at("gain", degree, scale, rho)) * _X.T
        step = kernel.LUsolve(missing)
        while max(abs(eta) for eta in _X.T * (rho + step)) * (degree - 2) >= 1:
            step /= 2
        rho += step
        if max(map(abs, step)) < sp.Float(10) ** (-_DIGITS + 15):
            break
    return sp.ImmutableMatrix(rho)


def _weights(degree: sp.Expr, scale: sp.Expr, targets: sp.Matrix = _Y) -> sp.Matrix:
    rho = _on_path(degree, scale, sp.ImmutableMatrix(targets))
    return _at("predictor", degree, scale, sp.Matrix(rho))


def _here(degree: sp.Expr) -> dict[sp.Symbol, sp.Expr]:
    """A, w, pull and lag on the path."""
    rho = sp.Matrix(_on_path(degree, _A, sp.ImmutableMatrix(_Y)))
    gains = sp.diag(*_at("gain", degree, _A, rho))
    kernel = _X * gains * _X.T
    once = kernel.LUsolve(_Y)
    pull, lag = (gains * _X.T * of for of in (once, kernel.LUsolve(once)))
    w = _at("predictor", degree, _A, rho)
    return {L: degree, SCALE: _A, W: w[_J], PULL: pull[_J], LAG: lag[_J]}


def _by_scale(of: sp.Matrix, other: sp.Matrix) -> sp.Matrix:
    return (of - other) / (2 * _STEP)


def kernel_on_path(degree: sp.Expr, scale: sp.Expr, targets: sp.ImmutableMatrix) -> sp.Matrix:
    """K = X D X^T on the path of the two samples at which checks are made."""
    rho = sp.Matrix(_on_path(degree, scale, targets))
    return _X * sp.diag(*_at("gain", degree, scale, rho)) * _X.T


def rho_by_scale(degree: sp.Expr, scale: sp.Expr, targets: sp.ImmutableMatrix) -> sp.Matrix:
    """d(rho)/d(log A) on that path, by central differences."""
    ends = (_on_path(degree, scale * sp.exp(s * _STEP), targets) for s in (1, -1))
    return _by_scale(sp.Matrix(next(ends)), sp.Matrix(next(ends)))


def _slope_cases(claim: sp.Expr) -> Cases:
    for degree in _CHECKED:
        up, down = (_weights(degree, _A * sp.exp(sign * _STEP)) for sign in (1, -1))
        yield degree, claim.subs(_here(degree)), _by_scale(up, down)[_J]


def _residual_cases(claim: sp.Expr) -> Cases:
    """rho' = L A^(L-2) residual with rho on the path, which is walked at -lambda."""
    decay = sp.Rational(3, 7)
    factor = -flow().results["eta_rate"].coeff(sp.Symbol("g", real=True))
    for degree in _CHECKED:
        moved = -decay * rho_by_scale(degree, _A, sp.ImmutableMatrix(_Y))
        kernel = kernel_on_path(degree, _A, sp.ImmutableMatrix(_Y))
        point = {L: degree, SCALE: _A, DECAY: decay}
        stated = (claim * factor).subs(point) * kernel.LUsolve(_Y)
        for k in range(2):
            yield (degree, k), stated[k], moved[k]


def _shift_cases(claim: sp.Expr) -> Cases:
    """w of targets less the residuals per lambda, to first order in these."""
    for degree in _CHECKED:
        kernel = kernel_on_path(degree, _A, sp.ImmutableMatrix(_Y))
        residual = _residual().subs({L: degree, SCALE: _A, DECAY: 1}) * kernel.LUsolve(_Y)
        up, down = (_weights(degree, _A, _Y - s * _STEP * residual) for s in (1, -1))
        yield degree, claim.subs(_here(degree)), _by_scale(up, down)[_J]


def _time_cases(claim: sp.Expr) -> Cases:
    """At that time path and lag together are half way, up to the square of lambda."""
    slow, start = sp.Rational(1, 10**16), sp.Rational(17, 3)
    for degree in _CHECKED:
        here = _here(degree)
        time = claim.subs({**here, ALPHA: start, DECAY: slow})
        scale = sp.N(start * sp.exp(-slow * time), _DIGITS)
        lagging = _weights(degree, scale)[_J] + slow * _shift().subs(here)
        yield degree, (lagging - here[W]) / slow, sp.Integer(0)


def _slope() -> sp.Expr:
    """d(w_J)/d(log A)."""
    return L * (W - PULL)


def _residual() -> sp.Expr:
    """What multiplies K^-1 y in y - X w."""
    return DECAY * SCALE ** (2 - L)


def _shift() -> sp.Expr:
    """By how much w_J lags the path, per lambda."""
    return -(SCALE ** (2 - L)) * LAG


def _time() -> sp.Expr:
    """log(alpha/A)/lambda, and the lag over the speed."""
    return sp.log(ALPHA / SCALE) / DECAY + _shift() / _slope()


@cache
def delay() -> Derivation:
    """The time of the transition for slow decay.

    >>> sorted(str(term) for term in delay().results["time"].args)
    ['-A**(2 - L)*lag/(L*(-pull + w))', 'log(alpha/A)/lambda']
    """
    slope, residual, shift, time = _slope(), _residual(), _shift(), _time()
    by_roots = "roots by Newton's method at sixty digits, two samples of three weights"
    steps = (
        Step(
            "speed",
            "differentiate X w = y along the path: d(rho)/d(log A) = -L K^-1 y",
            path().results["gain"],
            slope,
            close_on(_slope_cases, f"central differences in log A of {by_roots}"),
        ),
        Step(
            "residual",
            "rho' = L A^(L-2) (y - X w) must follow the path: residuals of first order in lambda",
            slope,
            residual,
            close_on(_residual_cases, f"central differences of rho, {by_roots}"),
        ),
        Step(
            "lag",
            "w is the path's for targets less these residuals",
            residual,
            shift,
            close_on(_shift_cases, f"central differences in the targets, {by_roots}"),
        ),
        Step(
            "time of the transition",
            "the path reaches A* at log(alpha/A*)/lambda; the lag takes lag over speed more, a "
            "time without lambda",
            shift,
            time,
            close_on(_time_cases, f"half way up to second order in lambda, {by_roots}", 8),
        ),
    )
    return path().then(
        Derivation(
            "The time of the transition",
            steps,
            {"speed": slope, "residual": residual, "shift": shift, "time": time},
        )
    )
