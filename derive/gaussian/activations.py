"""Activations as data: a nonlinearity from its name or its expression, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, partial

import sympy as sp

from binodal.derive.derivation import Derivation
from binodal.derive.errors import ExpressionError
from binodal.derive.gaussian import grammar
from binodal.derive.gaussian.closed_forms import ClosedForm, closed_form, r
from binodal.derive.gaussian.growth import Growth, growth
from binodal.derive.gaussian.names import name_of, phi_of
from binodal.derive.gaussian.pieces import jumps, kinks, parity, pieces, polynomial_part
from binodal.derive.gaussian.quadratic import gaussian_mean, gaussian_primitive
from binodal.derive.step import Cases, Step, close_on

z = grammar.z
shift = sp.Symbol("alpha", real=True)
variance = sp.Symbol("V", positive=True)


@dataclass(frozen=True)
class Activation:
    """A nonlinearity phi(z): its canonical name, its expression, and its overlaps.

    ``smoothing`` derives :attr:`smoothed` where that is possible by itself: <phi^(k)(z)> is its
    k-th derivative in the shift, at zero. Elsewhere it follows from the overlaps.

    >>> sp.simplify(ERF.mean_derivative(1))
    2/(sqrt(pi)*sqrt(2*V + 1))
    >>> activation("relu").mean_derivative(2)
    sqrt(2)/(2*sqrt(pi)*sqrt(V))
    """

    name: str
    phi: sp.Expr
    smoothing: Callable[[], sp.Expr] | None = None

    @property
    def smoothed(self) -> sp.Expr | None:
        """<phi(z + shift)>, z ~ N(0, V), where it is derived."""
        return None if self.smoothing is None else self.smoothing()

    @property
    def closed_form(self) -> ClosedForm | None:
        """c_k(r) = E[phi(r z) He_k(z)], z ~ N(0, 1), for every k; None where none is known."""
        return closed_form(self.phi)

    @property
    def growth(self) -> Growth:
        """How phi grows, with its constants."""
        return growth(self.phi)

    @property
    def kinks(self) -> tuple[sp.Expr, ...]:
        """Where phi is continuous and two of its analytic pieces meet."""
        return kinks(self.phi)

    @property
    def jumps(self) -> tuple[sp.Expr, ...]:
        """Where phi jumps."""
        return jumps(self.phi)

    @property
    def parity(self) -> str | None:
        """ "even" or "odd" where that is proved, else None."""
        return parity(self.phi)

    def vanishes(self, k: int) -> bool:
        """Whether c_k(r) = 0 for every r: no neuron of this activation can learn He_k.

        That is so if and only if the part of phi of k's parity is a polynomial of a smaller degree.

        >>> [activation("gelu").vanishes(k) for k in range(5)]
        [False, False, False, True, False]
        """
        degree = polynomial_part(self.phi, k % 2)
        return degree is not None and k > degree

    def mean_derivative(self, order: int) -> sp.Expr:
        """<phi^(order)(z)> for z ~ N(0, V), in the sense of distributions: c_order(r)/r^order.

        Raises :class:`ExpressionError` where there is no formula.
        """
        if self.smoothing is not None:
            return sp.diff(self.smoothing(), shift, order).subs(shift, 0)
        form = self.closed_form
        if form is None:
            raise ExpressionError(f"the overlaps of {self.name} have no closed form")
        return (form.order(order) / r**order).subs(r, sp.sqrt(variance))


@cache
def smoothed_erf_slope() -> sp.Expr:
    """<phi'(z + shift)> for phi = erf: a Gaussian integral, since phi' is a Gaussian."""
    slope = sp.diff(sp.erf(z + shift), z)
    prefactor, exponent = slope.as_independent(sp.exp)
    return sp.simplify(prefactor * gaussian_mean(sp.log(exponent).expand(force=True), z, variance))


@cache
def _smoothed_erf() -> sp.Expr:
    """Integrate the smoothed slope back; the constant is zero because erf is odd."""
    height, gaussian = smoothed_erf_slope().as_independent(sp.exp)
    return height * gaussian_primitive(gaussian.args[0], shift)


@cache
def _smoothed_sine(frequency: sp.Expr) -> sp.Expr:
    """The imaginary part of <exp(i frequency (z + shift))>."""
    damping = gaussian_mean(sp.I * frequency * z, z, variance)
    return damping * sp.sin(frequency * shift)


@cache
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


ERF = Activation("erf", sp.erf(z), _smoothed_erf)
SINE = Activation("sin:2", sp.sin(2 * z), partial(_smoothed_sine, sp.Integer(2)))
CUBIC = Activation("monomial:3", z**3, partial(_smoothed_polynomial, z**3))

ACTIVATIONS = {activation.name: activation for activation in (ERF, SINE, CUBIC)}
"""Those whose smoothing is derived by itself."""


@cache
def activation(text: str) -> Activation:
    """The activation of a name, of a name and a number, or of an expression in z.

    Raises :class:`ExpressionError` with one line for anything else, and for an expression that is
    not integrable against every Gaussian.

    >>> activation("z + sin(z)").name, activation("sin(0.5*z)").name, activation("quadratic").phi
    ('z + sin(z)', 'sin:1/2', z**2)
    """
    text = text.strip()
    phi = phi_of(text)
    growth(phi)
    if all(not piece.phi.has(z) for piece in pieces(phi)) and not jumps(phi):
        raise ExpressionError(f"{text!r} does not depend on z")
    known = next((a for a in ACTIVATIONS.values() if a.phi == phi), None)
    return known or Activation(name_of(phi), phi)


def shifted(text: str, by: Fraction) -> Activation:
    """phi(z + by), the activation of a neuron with that bias.

    Raises :class:`ExpressionError` as :func:`activation` does.

    >>> shifted("erf", Fraction(1, 2)).name
    'erf(z + 1/2)'
    """
    moved = activation(text).phi.subs(z, z + sp.Rational(by.numerator, by.denominator))
    return activation(grammar.written(moved))


def quadrature_cases(phi: sp.Expr, smoothed: sp.Expr) -> Cases:
    """The smoothed form against one-dimensional quadrature of phi, at generic points."""
    for point in ((sp.Rational(3, 7), sp.Rational(5, 9)), (sp.Rational(-8, 5), sp.Rational(7, 4))):
        values = dict(zip((shift, variance), point, strict=True))
        yield f"(shift, V) = {point}", smoothed.subs(values), _average(phi, *point)


@cache
def _average(phi: sp.Expr, place: sp.Expr, width: sp.Expr) -> sp.Expr:
    """<phi(z + at)> for z ~ N(0, width) by the trapezoidal rule.

    phi is entire and the weight Gaussian, so the rule's error at step h is below
    exp(-2 pi^2 width/h^2) times the growth of phi off the axis: far below 1e-20 at h = sigma/8.
    """
    spread = sp.sqrt(width)
    nodes = [sp.Rational(k, 8) for k in range(-80, 81)]
    weights = [sp.N(sp.exp(-(t**2) / 2), 25) for t in nodes]
    values = [sp.N(phi.subs(z, place + spread * t), 25) for t in nodes]
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
        close_on(
            lambda claim: quadrature_cases(activation.phi, claim), "one-dimensional quadrature", 15
        ),
    )
    return Derivation(f"Gaussian smoothing of {name}", (step,), {"smoothed": activation.smoothed})
