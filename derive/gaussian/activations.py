"""Activations as data: the nonlinearity and its Gaussian smoothing, born together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import sympy as sp

from binodal.derive.derivation import Derivation
from binodal.derive.gaussian.quadratic import gaussian_mean, gaussian_primitive
from binodal.derive.step import Step, close_on

z = sp.Symbol("z", real=True)
shift = sp.Symbol("alpha", real=True)
variance = sp.Symbol("V", positive=True)


@dataclass(frozen=True)
class Activation:
    """A nonlinearity phi(z) with its smoothed form <phi(z + shift)>, z ~ N(0, V).

    Every Gaussian average that the theory needs follows from ``smoothed``:
    <phi^(k)(z)> is its k-th derivative in the shift, at zero.

    >>> sp.simplify(ERF.mean_derivative(1))
    2/(sqrt(pi)*sqrt(2*V + 1))
    """

    name: str
    phi: sp.Expr
    smoothed: sp.Expr

    def mean_derivative(self, order: int) -> sp.Expr:
        """<phi^(order)(z)> for z ~ N(0, V)."""
        return sp.diff(self.smoothed, shift, order).subs(shift, 0)


@cache
def smoothed_erf_slope() -> sp.Expr:
    """<phi'(z + shift)> for phi = erf: a Gaussian integral, since phi' is a Gaussian."""
    slope = sp.diff(sp.erf(z + shift), z)
    prefactor, exponent = slope.as_independent(sp.exp)
    return sp.simplify(prefactor * gaussian_mean(sp.log(exponent).expand(force=True), z, variance))


def _smoothed_erf() -> sp.Expr:
    """Integrate the smoothed slope back; the constant is zero because erf is odd."""
    height, gaussian = smoothed_erf_slope().as_independent(sp.exp)
    return height * gaussian_primitive(gaussian.args[0], shift)


def _smoothed_sine(frequency: sp.Expr) -> sp.Expr:
    """The imaginary part of <exp(i frequency (z + shift))>."""
    damping = gaussian_mean(sp.I * frequency * z, z, variance)
    return damping * sp.sin(frequency * shift)


def _smoothed_polynomial(phi: sp.Expr) -> sp.Expr:
    """Term by term, from the moments (2j - 1)!! V^j of a centred Gaussian."""
    polynomial = sp.Poly(sp.expand(phi.subs(z, z + shift)), z)
    return sp.expand(
        sum(
            coefficient * sp.factorial2(power - 1) * variance ** (power // 2)
            for (power,), coefficient in polynomial.terms()
            if power % 2 == 0
        )
    )


ERF = Activation("erf", sp.erf(z), _smoothed_erf())
SINE = Activation("sine", sp.sin(2 * z), _smoothed_sine(sp.Integer(2)))
CUBIC = Activation("cubic", z**3, _smoothed_polynomial(z**3))

ACTIVATIONS = {activation.name: activation for activation in (ERF, SINE, CUBIC)}


def quadrature_cases(phi: sp.Expr, smoothed: sp.Expr) -> Iterable[tuple[object, sp.Expr, sp.Expr]]:
    """The smoothed form against one-dimensional quadrature of phi, at generic points."""
    for point in ((sp.Rational(3, 7), sp.Rational(5, 9)), (sp.Rational(-8, 5), sp.Rational(7, 4))):
        values = dict(zip((shift, variance), point, strict=True))
        yield f"(shift, V) = {point}", smoothed.subs(values), _average(phi, *point)


@cache
def _average(phi: sp.Expr, at: sp.Expr, width: sp.Expr) -> sp.Expr:
    """<phi(z + at)> for z ~ N(0, width) by the trapezoidal rule.

    phi is entire and the weight Gaussian, so the rule's error at step h is below
    exp(-2 pi^2 width/h^2) times the growth of phi off the axis: far below 1e-20 at h = sigma/8.
    """
    spread = sp.sqrt(width)
    nodes = [sp.Rational(k, 8) for k in range(-80, 81)]
    weights = [sp.N(sp.exp(-(t**2) / 2), 25) for t in nodes]
    values = [sp.N(phi.subs(z, at + spread * t), 25) for t in nodes]
    total = sum(w * v for w, v in zip(weights, values, strict=True))
    return total / (8 * sp.sqrt(2 * sp.pi))


@cache
def smoothing(name: str = "erf") -> Derivation:
    """Gaussian smoothing of an activation, checked by quadrature.

    Raises KeyError for a name that is not in :data:`ACTIVATIONS`.
    """
    activation = ACTIVATIONS[name]
    step = Step(
        f"smoothed {name}",
        "average phi(z + alpha) over z ~ N(0, V): for erf, its slope is a Gaussian integral and "
        "is integrated back from alpha = 0; sine by its characters; polynomials by moments",
        activation.phi.subs(z, z + shift),
        activation.smoothed,
        "derived here",
        close_on(
            lambda claim: quadrature_cases(activation.phi, claim), "one-dimensional quadrature", 15
        ),
    )
    return Derivation(f"Gaussian smoothing of {name}", (step,), {"smoothed": activation.smoothed})
