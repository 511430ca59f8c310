"""Conventions of Langevin training and Bayesian posteriors, and the map between them.

A stationary density of d theta = -grad U dt + sqrt(2 T) dW is exp(-U/T). With

    U = loss_factor * sum_mu |y_mu - f_mu|^2 + decay_factor * decay * |theta|^2

this is a posterior with noise variance sigma^2 = T / (2 loss_factor) and a prior of
variance T / (2 decay_factor decay) for every weight that decays with that rate.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product

import sympy as sp

from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Check, Step, both, equal, equal_on

T = sp.Symbol("T", positive=True)
_theta = sp.Symbol("theta", real=True)
_loss_factor, _decay_rate, _size = sp.symbols("ell g L", positive=True)


@dataclass(frozen=True)
class Convention:
    """How somebody writes the loss, the noise and the weight decay.

    ``mean``: the loss is a mean over n examples, not a sum. ``half_loss`` and
    ``half_decay``: a factor 1/2 stands before the loss or before the decay. ``noise``:
    the stationary density is exp(-U/T) with T = ``noise`` * (the quoted temperature);
    1 for "T", 2 for a noise amplitude written as 2 sigma xi (M.6), where T = 2 sigma^2.
    """

    mean: bool = False
    half_loss: bool = True
    half_decay: bool = True
    noise: Fraction = Fraction(1)

    def loss_factor(self, examples: Fraction) -> Fraction:
        """The coefficient of sum_mu |y - f|^2 in U."""
        return (Fraction(1, 2) if self.half_loss else Fraction(1)) / (examples if self.mean else 1)

    def decay_factor(self) -> Fraction:
        """The coefficient of decay * |theta|^2 in U."""
        return Fraction(1, 2) if self.half_decay else Fraction(1)


POSTERIOR = Convention()
"""The toolkit's own: U = (1/2) sum |y - f|^2 + (decay/2)|theta|^2 at T = sigma^2."""

PAPER_M6 = Convention(half_loss=False, half_decay=True, noise=Fraction(2))
"""M.6 read with L = sum |y - f|^2: the reading in which its T is 2 sigma^2."""


def sigma2(temperature: Fraction, convention: Convention, examples: Fraction) -> Fraction:
    """Noise variance of the posterior that the dynamics samples.

    >>> sigma2(Fraction(1, 4), PAPER_M6, Fraction(3000))
    Fraction(1, 4)
    >>> sigma2(Fraction(1, 4), Convention(mean=True), Fraction(100))
    Fraction(25, 1)
    """
    thermal = convention.noise * temperature
    return thermal / (2 * convention.loss_factor(examples))


def temperature(noise_variance: Fraction, convention: Convention, examples: Fraction) -> Fraction:
    """The temperature to quote in ``convention`` for a posterior with this sigma^2."""
    return noise_variance * 2 * convention.loss_factor(examples) / convention.noise


def prior_variance(quoted: Fraction, decay: Fraction, convention: Convention) -> Fraction:
    """Prior variance of a weight with this decay rate at this quoted temperature.

    M.6 with decay gamma gives 2 sigma^2/gamma, where the text under it says sigma^2/gamma:

    >>> prior_variance(Fraction(1, 4), Fraction(1), PAPER_M6)
    Fraction(1, 2)
    """
    return convention.noise * quoted / (2 * convention.decay_factor() * decay)


def decay_rate(variance: Fraction, quoted: Fraction, convention: Convention) -> Fraction:
    """The decay rate that gives a weight this prior variance at this quoted temperature."""
    return convention.noise * quoted / (2 * convention.decay_factor() * variance)


def _paper_step(sigma2_of: sp.Expr, variance_of: sp.Expr) -> Step:
    paper = {_loss_factor: 1, _decay_rate: sp.Symbol("gamma", positive=True) / 2}
    paper[T] = 2 * sp.Symbol("sigma2", positive=True)
    return Step(
        "M.6 read literally",
        "the loss is a sum of squares, the decay gamma/2, and the noise 2 sigma xi: T = 2 sigma^2",
        sp.Tuple(sigma2_of, variance_of),
        sp.Tuple(sigma2_of.subs(paper), variance_of.subs(paper)),
        equal_on(_paper_cases, "the Euler chain of M.6 for a one-weight model"),
        source="M.6",
    )


@cache
def conventions() -> Derivation:
    """Stationary Fokker-Planck equation, then the posterior and the prior read off.

    Source: M.6 and M.6b are judged by it; derived here.
    """
    energy = sp.Function("U")(_theta)
    density = sp.exp(-energy / T)
    current = -sp.diff(energy, _theta) * density - T * sp.diff(density, _theta)
    residual2 = sp.Symbol("R2", positive=True)
    total = _loss_factor * residual2 + _decay_rate * _theta**2
    sigma2_of = sp.solve(total.coeff(residual2) / T - 1 / (2 * _size), _size)[0]
    variance_of = sp.solve(total.coeff(_theta, 2) / T - 1 / (2 * _size), _size)[0]
    steps = (
        Step(
            "stationary density",
            "the probability current -U' p - T p' of exp(-U/T) vanishes, so the density is "
            "stationary",
            -sp.diff(energy, _theta) * density - T * sp.Derivative(density, _theta),
            sp.simplify(current),
            both(equal(sp.Integer(0), "zero current"), _discrete_balance()),
            source="M.6",
        ),
        Step(
            "noise variance",
            "match ell R2/T with R2/(2 sigma^2)",
            total / T,
            sigma2_of,
            equal_on(_all_conventions, "posterior of a one-weight model under all 16 conventions"),
        ),
        Step(
            "prior variance",
            "match g theta^2/T with theta^2/(2 variance)",
            total / T,
            variance_of,
            equal(
                sp.integrate(
                    _theta**2 * sp.exp(-_decay_rate * _theta**2 / T), (_theta, -sp.oo, sp.oo)
                )
                / sp.integrate(sp.exp(-_decay_rate * _theta**2 / T), (_theta, -sp.oo, sp.oo)),
                "second moment of the stationary density by integration",
            ),
            source="M.6b",
        ),
        _paper_step(sigma2_of, variance_of),
    )
    results = {
        "sigma2": sigma2_of,
        "prior_variance": variance_of,
        "sigma2_of_M6": steps[-1].after[0],
        "prior_variance_of_M6": steps[-1].after[1],
    }
    return Derivation("Conventions of Langevin training", steps, results)


def _euler_variance() -> sp.Expr:
    """Variance of the Euler chain for U = k theta^2 at heat T, as its step goes to zero."""
    step, variance = sp.symbols("h V", positive=True)
    kept = (1 - 2 * _decay_rate * step) ** 2 * variance + 2 * T * step
    return sp.limit(sp.solve(kept - variance, variance)[0], step, 0)


def _paper_cases(claim: sp.Tuple) -> Cases:
    """theta -> theta - h U' + 2 sigma sqrt(h) xi for U = (x theta)^2 + gamma theta^2/2."""
    step, variance, rate = sp.symbols("h V gamma", positive=True)
    noise, prior = claim
    for x in (sp.Rational(3, 4), sp.Rational(-5, 7)):
        kept = (1 - (2 * x**2 + rate) * step) ** 2 * variance
        kept += 4 * sp.Symbol("sigma2", positive=True) * step
        stationary = sp.limit(sp.solve(kept - variance, variance)[0], step, 0)
        yield f"x = {x}", 1 / stationary, x**2 / noise + 1 / prior


def _all_conventions(claim: sp.Expr) -> Cases:
    """f = x theta on two examples: precision of the dynamics against precision of the posterior."""
    inputs, quoted, rate = (sp.Rational(3, 4), sp.Rational(-5, 7)), Fraction(2, 9), Fraction(4, 5)
    square, examples = sum(x**2 for x in inputs), Fraction(len(inputs))
    for mean, half_loss, half_decay, noise in product((False, True), repeat=4):
        written = Convention(mean, half_loss, half_decay, Fraction(2 if noise else 1))
        stiffness = sp.Rational(written.loss_factor(examples)) * square
        stiffness += sp.Rational(written.decay_factor() * rate)
        dynamics = 1 / _euler_variance().subs(
            {_decay_rate: stiffness, T: sp.Rational(written.noise * quoted)}
        )
        likelihood = square / sp.Rational(sigma2(quoted, written, examples))
        prior = 1 / sp.Rational(prior_variance(quoted, rate, written))
        yield f"{written}", dynamics, likelihood + prior
        heat = {T: sp.Rational(written.noise * quoted)}
        heat[_loss_factor] = sp.Rational(written.loss_factor(examples))
        yield f"{written}, claim", dynamics, square / claim.subs(heat) + prior


def _discrete_balance() -> Check:
    """The current must vanish, and a process that is not assumed stationary must agree."""

    def counterexample(_: sp.Basic) -> str | None:
        energy = sp.Function("U")(_theta)
        density = sp.exp(-energy / T)
        current = sp.simplify(-sp.diff(energy, _theta) * density - T * sp.diff(density, _theta))
        expected = T / (2 * _decay_rate)
        if current != 0 or sp.simplify(_euler_variance() - expected) != 0:
            return f"current {current}; variance {_euler_variance()} against {expected}"
        return None

    return Check(
        "zero current, and the Euler chain's variance for U = g theta^2 as its step goes to zero",
        counterexample,
    )
