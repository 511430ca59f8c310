"""Closed forms of c_k(r) = E[phi(r z) He_k(z)], z ~ N(0, 1), for every k by one formula.

phi is a sum of terms z^p F(z). The bases F have a formula of their own: a Gaussian and its
integral erf by smoothing, sign as the limit of steep erfs, waves and exponentials by their
characters, 1 by orthogonality. A factor z acts by z He_k = He_{k+1} + k He_{k-1}.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import sympy as sp

from binodal.derive.gaussian.grammar import z
from binodal.derive.gaussian.quadratic import gaussian_mean

T = TypeVar("T")

r = sp.Symbol("r", positive=True)
"""|w|, the scale of a neuron's argument."""

j = sp.Symbol("j", integer=True, nonnegative=True)
_shift = sp.Symbol("alpha", real=True)
_half = sp.Rational(1, 2)


@dataclass(frozen=True)
class ClosedForm:
    """c_{2j} and c_{2j+1} as functions of r and symbolic j, and a polynomial's beside them.

    ``polynomial`` holds the coefficients of 1, z, z^2, ...; its overlaps end at its degree.
    """

    even: sp.Expr
    odd: sp.Expr
    polynomial: tuple[sp.Expr, ...] = ()

    def order(self, k: int) -> sp.Expr:
        """c_k as a function of r.

        >>> closed_form(sp.Abs(z)).order(2)
        sqrt(2)*r/sqrt(pi)
        """
        of_parity = (self.even, self.odd)[k % 2].subs(j, k // 2)
        powers = sum(a * power_overlap(p, k) for p, a in enumerate(self.polynomial))
        return sp.Add(*(sp.factor(part) for part in by_exponential(of_parity)), sp.factor(powers))


def by_exponential(expression: sp.Expr) -> list[sp.Expr]:
    """The parts of a sum that share an exponential factor.

    They are not put together, because a common factor leaves others that grow: of
    exp(-9 r^2/2) (1 + exp(4 r^2)) doubles make no number at large r, and wide balls none.

    >>> by_exponential(sp.exp(-r) + r + r * sp.exp(-r) + sp.exp(-2 * r))
    [r, exp(-2*r), r*exp(-r) + exp(-r)]
    """
    parts: dict[sp.Expr, sp.Expr] = {}
    for term in sp.Add.make_args(expression):
        _, exponential = term.as_independent(sp.exp)
        parts[exponential] = parts.get(exponential, sp.Integer(0)) + term
    return [parts[key] for key in sorted(parts, key=sp.default_sort_key)]


def power_overlap(power: int, k: int) -> sp.Expr:
    """E[(r z)^p He_k(z)] = r^p p!/(2^i i!), where i = (p - k)/2 is a whole number >= 0, else 0."""
    i, rest = divmod(power - k, 2)
    if i < 0 or rest:
        return sp.Integer(0)
    return r**power * sp.factorial(power) / (2**i * sp.factorial(i))


def _double_factorial(n: sp.Expr) -> sp.Expr:
    """(2 n - 1)!!, also where n is negative: that is what a factor z asks for."""
    return 2**n * sp.gamma(n + _half) / sp.sqrt(sp.pi)


def one_gamma(expression: sp.Expr) -> sp.Expr:
    """Every Gamma(j + 1/2 + n) by Gamma(j + 1/2): Gamma(x + 1) = x Gamma(x).

    >>> sp.factor(one_gamma(sp.gamma(j + sp.Rational(3, 2))))
    (2*j + 1)*gamma(j + 1/2)/2
    """
    base = j + _half

    def shifted(argument: sp.Expr) -> sp.Expr:
        steps = argument - base
        if not steps.is_Integer:
            return sp.gamma(argument)
        factors = [base + i for i in range(min(0, int(steps)), max(0, int(steps)))]
        return sp.gamma(base) * sp.Mul(*factors) ** (1 if steps > 0 else -1)

    return expression.replace(sp.gamma, shifted)


def _smoothed_gaussian(rate: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Height H and lambda of E exp(-rate (r z + alpha)^2) = H exp(-lambda alpha^2)."""
    mean = gaussian_mean(-rate * (z + _shift) ** 2, z, r**2)
    height, gaussian = mean.as_independent(_shift)
    return height, sp.factor(-gaussian.args[0] / _shift**2)


def _gaussian(rate: sp.Expr) -> ClosedForm:
    """exp(-rate z^2): r^{2j} times the 2j-th derivative of H exp(-lambda alpha^2) at zero."""
    height, decay = _smoothed_gaussian(rate)
    turned = (-1) ** j * (2 * decay * r**2) ** j
    return ClosedForm(height * _double_factorial(j) * turned, sp.Integer(0))


def _error_function(scale: sp.Expr) -> ClosedForm:
    """erf(scale z), whose slope is a Gaussian: Stein once, then what the Gaussian has."""
    slope = 2 * scale / sp.sqrt(sp.pi)
    return ClosedForm(sp.Integer(0), slope * r * _gaussian(scale**2).even)


def _sign() -> ClosedForm:
    """The limit of erf(s z) as s grows: s^2 r^2/(1 + 2 s^2 r^2) goes to a half."""
    s = sp.Symbol("s", positive=True)
    height, decay = _smoothed_gaussian(s**2)
    slope = sp.limit(2 * s / sp.sqrt(sp.pi) * r * height, s, sp.oo)
    turned = (-1) ** j * sp.limit(2 * decay * r**2, s, sp.oo) ** j
    return ClosedForm(sp.Integer(0), slope * _double_factorial(j) * turned)


def _exponential(rate: sp.Expr) -> ClosedForm:
    """exp(rate z): the generating function of He_k, so c_k = (rate r)^k exp(rate^2 r^2/2)."""
    mean = gaussian_mean(rate * z, z, r**2)
    return ClosedForm(mean * (rate * r) ** (2 * j), mean * (rate * r) ** (2 * j + 1))


def _wave(frequency: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """cos's even and sin's odd form: real and imaginary part of the exponential of i frequency."""
    mean = gaussian_mean(sp.I * frequency * z, z, r**2)
    turned = mean * (-1) ** j * (frequency * r) ** (2 * j)
    return turned, turned * frequency * r


def _times_z(form: ClosedForm) -> ClosedForm:
    """Overlaps of z F(z): r (c_{k+1} + k c_{k-1})."""
    even = r * (form.odd + 2 * j * form.odd.subs(j, j - 1))
    odd = r * (form.even.subs(j, j + 1) + (2 * j + 1) * form.even)
    return ClosedForm(*(sp.factor(sp.together(one_gamma(sp.powsimp(e)))) for e in (even, odd)))


def one_slope(argument: sp.Expr) -> sp.Expr | None:
    """c of an argument c z, else None.

    >>> one_slope(2 * z), one_slope(z + 1)
    (2, None)
    """
    ratio = sp.cancel(argument / z)
    return None if ratio.has(z) else ratio


def _base(factor: sp.Expr) -> ClosedForm | None:
    """The closed form of a base, None for what is none."""
    return known_base(factor, _BASES, _exponential, _gaussian)


def known_base(
    factor: sp.Expr,
    bases: Mapping[object, Callable[[sp.Expr], T]],
    exponential: Callable[[sp.Expr], T],
    gaussian: Callable[[sp.Expr], T],
) -> T | None:
    """What one of the functions makes of a base: of its slope, or of -z^2's factor in a Gaussian.

    ``bases`` are those of functions of c z by their heads. None for what is no base.
    """
    if factor.func in bases:
        of = one_slope(factor.args[0])
        return None if of is None else bases[factor.func](of)
    if isinstance(factor, sp.exp):
        linear, square = one_slope(factor.args[0]), sp.cancel(factor.args[0] / z**2)
        if linear is not None:
            return exponential(linear)
        if not square.has(z) and square.is_negative:
            return gaussian(-square)
    return None


_BASES: dict[object, Callable[[sp.Expr], ClosedForm]] = {
    sp.erf: _error_function,
    sp.sign: lambda slope: ClosedForm(sp.Integer(0), sp.sign(slope) * _sign().odd),
    sp.sin: lambda frequency: ClosedForm(sp.Integer(0), _wave(frequency)[1]),
    sp.cos: lambda frequency: ClosedForm(_wave(frequency)[0], sp.Integer(0)),
}


def signs_only(phi: sp.Expr) -> sp.Expr:
    """phi with max, min and abs written by sign: |u| = u sign(u), max(u, v) = (u + v + |u - v|)/2.

    >>> signs_only(sp.Max(z, 0))
    z*sign(z)/2 + z/2
    """
    for node, way in ((sp.Max, 1), (sp.Min, -1)):
        phi = phi.replace(node, lambda *arguments, way=way: _larger(arguments, way))
    return sp.expand(phi.replace(sp.Abs, lambda u: u * sp.sign(u)))


def _larger(arguments: Iterable[sp.Expr], way: int) -> sp.Expr:
    first, *rest = sorted(arguments, key=sp.default_sort_key)
    for other in rest:
        first = (first + other + way * sp.Abs(first - other)) / 2
    return first


@cache
def closed_form(phi: sp.Expr) -> ClosedForm | None:
    """The closed form of a nonlinearity's overlaps, None where phi is no sum of the known terms.

    >>> closed_form(sp.erf(z)).order(1)
    2*r/(sqrt(pi)*sqrt(2*r**2 + 1))
    """
    even, odd = sp.Integer(0), sp.Integer(0)
    polynomial: dict[int, sp.Expr] = {}
    for term in sp.Add.make_args(signs_only(phi)):
        coefficient, rest = term.as_independent(z)
        power, factor = split_power(rest)
        if factor == 1:
            polynomial[power] = polynomial.get(power, 0) + coefficient
            continue
        form = _base(factor)
        if form is None:
            return None
        for _ in range(power):
            form = _times_z(form)
        even, odd = even + coefficient * form.even, odd + coefficient * form.odd
    degree = max(polynomial, default=-1)
    return ClosedForm(even, odd, tuple(polynomial.get(p, sp.Integer(0)) for p in range(degree + 1)))


def split_power(rest: sp.Expr) -> tuple[int, sp.Expr]:
    """z^p F as (p, F); signs of one argument multiply to one or to a sign."""
    power, factor = 0, sp.Integer(1)
    for base, exponent in (f.as_base_exp() for f in sp.Mul.make_args(rest)):
        if base == z and exponent.is_Integer and exponent > 0:
            power = int(exponent)
        elif isinstance(base, sp.sign) and exponent.is_Integer and exponent > 0:
            factor *= base ** (exponent % 2)
        else:
            factor *= base**exponent
    return power, factor
