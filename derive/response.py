"""The closure of neurons that answer each other with a Gaussian response, and what it leaves out.

A neuron adds f to the outputs and the residual that the others leave is taken to be Gaussian, of a
mean and a response. For one output, with p_0 the law of f alone, it has the law
p_0(f) exp(r f - V f^2/2) of mean m and variance C, and

    V = 1/(sigma^2 + (N - 1) T),  T = 1/(1/C - V),  r = (y - N m)/sigma^2 + V m;

for several outputs the same with matrices. To expand in 1/N put sigma^2 = N s and y = N Y: the
exact sum is an integral over one field with N (s t^2/2 + log <exp(t f)>_0 - t Y) in its exponent.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import generic_fractions
from binodal.derive.derivation import Derivation
from binodal.derive.second_order import SUNSET, two_loops
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import N, sigma2

MEAN, VARIANCE, RESPONSE, TARGET = sp.symbols("m C V y")

_SMALL, _T = sp.symbols("epsilon t")
_ORDERS, _CUMULANTS = 2, 6
_SEEDS = (3,)


def cavity() -> sp.Expr:
    """T: what one neuron answers to the residual of the others, its own response taken off."""
    return 1 / (1 / VARIANCE - RESPONSE)


def response_of_others() -> sp.Expr:
    """V, given T from C and V."""
    return 1 / (sigma2 + (N - 1) * cavity())


def seen_residual() -> sp.Expr:
    """r, the residual over sigma^2 with what it answers to the neuron put back."""
    return (TARGET - N * MEAN) / sigma2 + RESPONSE * MEAN


def left_out() -> sp.Expr:
    """The diagram of log Z that the closure lacks: two neurons joined by three lines."""
    return two_loops().coeff(SUNSET) * SUNSET


def _gaussian_cases(claim: sp.Tuple) -> Cases:
    """Gaussian p_0: the exact law of one of N neurons, the others integrated, at any N."""
    response, residual = claim
    for width in (1, 2, 5):
        mu, c, noise, y = map(sp.Rational, (2, 3, 4, 9), (7, 5, 11, 4))
        total = noise + width * c
        mean, variance = mu + c * (y - width * mu) / total, c - c**2 / total
        point = {N: width, sigma2: noise, TARGET: y, MEAN: mean, VARIANCE: variance}
        others = 1 / (noise + (width - 1) * c)
        point[RESPONSE] = others
        yield (width, "V"), response.subs(point), others
        yield (width, "r"), residual.subs(point), (y - (width - 1) * mu) * others


def _cut(expression: sp.Expr) -> sp.Expr:
    """Up to the second order in 1/N."""
    whole = sp.expand(expression)
    return sum(whole.coeff(_SMALL, n) * _SMALL**n for n in range(_ORDERS + 1))


class _Law:
    """A law of one output with generic cumulants about the saddle, and a noise s."""

    def __init__(self, seed: int) -> None:
        noise, *cumulants = (sp.Rational(str(z)) for z in generic_fractions(1 + _CUMULANTS, seed))
        self.noise = abs(noise)
        self.generating = sum(k * _T**j / sp.factorial(j) for j, k in enumerate(cumulants, 1))
        self.slopes = [sp.diff(self.generating, _T, j) for j in range(5)]
        self.curve = self.noise + self.slopes[2]

    def by_target(self, of: sp.Expr) -> sp.Expr:
        """The slope by Y at the saddle, where s t + <f> = Y."""
        return (sp.diff(of, _T) / self.curve).subs(_T, 0)

    def exact(self) -> sp.Expr:
        """-d log Z/dY beyond the saddle over N, to 1/N^2, by Laplace's series.

        With c the curvature and k the cumulants log Z has
        -log(c)/2 + (k_4/8 - 5 k_3^2/(24 c))/(N c^2).
        """
        third, fourth = self.slopes[3:]
        loops = (fourth / 8 - 5 * third**2 / (24 * self.curve)) / self.curve**2
        return -_SMALL * self.by_target(-sp.log(self.curve) / 2 + _SMALL * loops)

    def by_closure(self) -> sp.Expr:
        """The same by the closure, its equations solved order by order about the saddle."""
        moved, answers = sp.symbols("r1:3"), sp.symbols("v1:3")
        shift, v = (a * _SMALL + b * _SMALL**2 for a, b in (moved, answers))
        _, k1, k2, k3, k4 = self.slopes
        square = k2 + k1**2
        fourth = k4 + 4 * k3 * k1 + 3 * k2**2 + 6 * k2 * k1**2 + k1**4
        weighed = self.generating - v * square / 2 + v**2 / 8 * (fourth - square**2)
        mean, variance = (self._at(sp.diff(weighed, _T, j), shift) for j in (1, 2))
        balance = self.noise * (shift - v * mean) + mean - k1.subs(_T, 0)
        own = 1 - variance * v
        closing = v * (self.noise * own + (1 - _SMALL) * variance) - _SMALL * own
        found: dict[sp.Symbol, sp.Expr] = {}
        for n in range(_ORDERS):
            for unknown, of in ((answers[n], closing), (moved[n], balance)):
                part = sp.expand(of).coeff(_SMALL, n + 1).subs(found)
                found[unknown] = -part.subs(unknown, 0) / part.coeff(unknown)
        return _cut((shift - v * mean).subs(found))

    def _at(self, of: sp.Expr, shift: sp.Expr) -> sp.Expr:
        """By Taylor, to the second order."""
        terms = (sp.diff(of, _T, j).subs(_T, 0) * shift**j / sp.factorial(j) for j in range(3))
        return _cut(sum(terms))


def _series_cases(claim: sp.Expr) -> Cases:
    """Residuals of both, order by order; the claim is differentiated by the target."""
    for seed in _SEEDS:
        law = _Law(seed)
        lacking = law.by_target(claim.subs(SUNSET, law.slopes[3] ** 2 / law.curve**3))
        exact, closed = sp.expand(law.exact()), law.by_closure()
        first, second = (closed.coeff(_SMALL, n) - exact.coeff(_SMALL, n) for n in (1, 2))
        yield (seed, "first order"), first, sp.Integer(0)
        yield (seed, "second order"), second, lacking


@cache
def response() -> Derivation:
    """Results ``response``, ``seen_residual`` and ``left_out``. Source: derived here."""
    steps = (
        Step(
            "a neuron among others that answer",
            "the residual that the others leave is Gaussian: its mean is r, its response V is that "
            "of N - 1 neurons with their own taken off",
            sp.exp(-((TARGET - N * MEAN) ** 2) / (2 * sigma2)),
            sp.Tuple(response_of_others(), seen_residual()),
            equal_on(_gaussian_cases, "Gaussian neurons, 1, 2 and 5 of them, integrated exactly"),
            (Assumption.RESPONSE,),
        ),
        Step(
            "what the response leaves out",
            "of log Z to the second order in 1/N the closure sums all but one diagram, two neurons "
            "joined by three lines",
            two_loops(),
            left_out(),
            equal_on(
                _series_cases,
                "laws of one output with six generic cumulants: its equations solved order by "
                "order, against Laplace's series of the exact sum",
            ),
            (Assumption.RESPONSE,),
        ),
    )
    results = {
        "response": response_of_others(),
        "seen_residual": seen_residual(),
        "left_out": left_out(),
    }
    return Derivation("Neurons that answer each other", steps, results)
