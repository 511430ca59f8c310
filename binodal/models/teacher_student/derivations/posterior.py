"""From the posterior of a wide network to the mean-field action of one neuron.

The field conjugate to the output is integrated by its saddle point, t = i tbar, which is
exact as N -> infinity in mean-field scaling. Two training inputs carry the algebra: every
formula is a sum over inputs, and the checks use other numbers of inputs.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.derivation import Derivation
from binodal.derive.gaussian.quadratic import gaussian_mean
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import N, d, sigma2, sigma_a2, sigma_w2

_t, _residual, _readout, _feature = sp.symbols("t R a phi", real=True)
NORM2 = sp.Symbol("W", positive=True)
FIELD = sp.Symbol("tbar_phi", real=True)
"""sum_mu tbar(x_mu) phi(w.x_mu): the field of the mean residual on one neuron."""
_KERNEL, _TARGET = sp.MatrixSymbol("Q", 2, 2), sp.MatrixSymbol("y", 2, 1)


def linearised_likelihood() -> sp.Expr:
    """The integrand over t whose integral is exp(-R^2/(2 sigma^2))."""
    exponent = sp.I * _t * _residual - sigma2 * _t**2 / 2
    return sp.sqrt(sigma2 / (2 * sp.pi)) * sp.exp(exponent)


def _integrated(integrand: sp.Expr) -> sp.Expr:
    """The integral over t: at R = 0, times what t -> t + i R/sigma^2 leaves in the exponent."""
    exponent = sp.log(integrand).expand(force=True)
    shifted = sp.expand(exponent.subs(_t, _t + sp.I * _residual / sigma2))
    square = shifted - exponent.subs(_residual, 0)
    centred = sp.integrate(integrand.subs(_residual, 0), (_t, -sp.oo, sp.oo))
    return centred * sp.exp(square)


def readout_average() -> sp.Expr:
    """<exp(-i t a phi)> over the prior a ~ N(0, sigma_a^2/N)."""
    return gaussian_mean(-sp.I * _t * _readout * _feature, _readout, sigma_a2 / N)


@cache
def neuron_action() -> sp.Expr:
    """-log of one neuron's weight: the prior and the readout average at t phi -> i tbar phi."""
    interaction = sp.log(readout_average()).expand(force=True)
    return NORM2 * d / (2 * sigma_w2) - interaction.subs(_t, sp.I * FIELD / _feature)


def _two_input_saddle() -> tuple[sp.Expr, sp.Expr]:
    """Stationarity in t for two inputs and a finite ensemble of two neurons' features.

    Returns d/dt_1 of the exponent at t = i tau, and the same from (Q + sigma^2) tau = y.
    """
    tau = sp.symbols("tau1 tau2", real=True)
    field = sp.symbols("t1 t2", real=True)
    target = sp.symbols("y1 y2", real=True)
    atoms = (
        (sp.Rational(2, 5), (sp.Rational(3, 7), sp.Rational(-4, 9))),
        (sp.Rational(3, 5), (sp.Rational(5, 8), sp.Rational(7, 6))),
    )
    average = readout_average().subs(_feature, 1)
    fields = [phi[0] * field[0] + phi[1] * field[1] for _, phi in atoms]
    weights = [p * average.subs(_t, t) for (p, _), t in zip(atoms, fields, strict=True)]
    exponent = (
        sp.I * (field[0] * target[0] + field[1] * target[1])
        - sigma2 * (field[0] ** 2 + field[1] ** 2) / 2
        + N * sp.log(sum(weights))
    )
    saddle = {field[0]: sp.I * tau[0], field[1]: sp.I * tau[1]}
    stationarity = sp.simplify(sp.diff(exponent, field[0]).subs(saddle) / sp.I)
    tilted = [w.subs(saddle) for w in weights]
    kernel_row = [
        sigma_a2
        * sum(w * phi[0] * phi[k] for w, (_, phi) in zip(tilted, atoms, strict=True))
        / sum(tilted)
        for k in (0, 1)
    ]
    closed = target[0] - sigma2 * tau[0] - kernel_row[0] * tau[0] - kernel_row[1] * tau[1]
    return stationarity, closed


def _explicit(claim: sp.MatrixExpr, kernel: sp.Matrix, target: sp.Matrix) -> sp.Matrix:
    """A matrix formula at an explicit kernel and target."""
    point = {_KERNEL: kernel.as_immutable(), _TARGET: target.as_immutable()}
    return claim.subs(point).doit().as_explicit()


def _regression_cases(claim: sp.MatrixExpr) -> Cases:
    """One neuron with fixed features: exact Bayesian regression for its readout, two inputs."""
    phi = sp.Matrix([sp.Rational(2, 3), sp.Rational(-5, 4)])
    target = sp.Matrix([sp.Rational(3, 2), sp.Rational(1, 5)])
    noise, spread = sp.Rational(3, 11), sp.Rational(5, 6)
    readout = (phi.dot(target) / noise) / (phi.dot(phi) / noise + 1 / spread)
    kernel = spread * phi * phi.T
    predicted = _explicit(claim, kernel, target).subs(sigma2, noise)
    for row in range(2):
        yield f"output at input {row}", predicted[row], readout * phi[row]


def _saddle_cases(claim: sp.MatrixExpr) -> Cases:
    """Stationarity is (Q + sigma^2) tbar = y, and of such a y the claim makes Q tbar."""
    yield "stationarity", *_two_input_saddle()
    kernel = sp.Matrix([[sp.Rational(7, 3), sp.Rational(-2, 5)], [sp.Rational(-2, 5), 2]])
    field = sp.Matrix([sp.Rational(3, 8), sp.Rational(-5, 7)])
    outputs = _explicit(claim, kernel, (kernel + sigma2 * sp.eye(2)) * field)
    for row in range(2):
        yield f"output at input {row}", outputs[row], (kernel * field)[row]


def _moment_cases(claim: sp.Expr) -> Cases:
    for order, moment in ((0, 1), (2, -1), (4, 3)):
        expected = moment * (sigma_a2 / N) ** (order // 2) * _feature**order
        yield order, sp.diff(claim, _t, order).subs(_t, 0), expected


def _gaussian_steps() -> tuple[Step, ...]:
    """The two exact Gaussian integrals."""
    likelihood = sp.exp(-(_residual**2) / (2 * sigma2))
    return (
        Step(
            "linearise the likelihood",
            "write exp(-R^2/(2 sigma^2)) as a Gaussian integral over a field t conjugate "
            "to R = y - f",
            likelihood,
            sp.Integral(linearised_likelihood(), (_t, -sp.oo, sp.oo)),
            equal_on(
                lambda claim: [
                    (
                        "R",
                        claim.replace(sp.Integral, lambda inside, _: _integrated(inside)),
                        likelihood,
                    )
                ],
                "the integral over t at R = 0, and the shift t -> t + i R/sigma^2",
            ),
        ),
        Step(
            "integrate the readouts",
            "a ~ N(0, sigma_a^2/N) enters linearly, so its average is Gaussian; neurons "
            "factorise given t",
            sp.exp(-sp.I * _t * _readout * _feature),
            readout_average(),
            equal_on(_moment_cases, "moments of a Gaussian readout, orders 0, 2, 4"),
        ),
    )


def _action_cases(claim: sp.Expr) -> Cases:
    """exp(-S) by the integral over the readout and the weights' own Gaussian density, d = 3."""
    pulled = sp.integrate(
        sp.exp(FIELD * _readout - N * _readout**2 / (2 * sigma_a2)), (_readout, -sp.oo, sp.oo)
    )
    weights = (sp.Rational(2, 3), sp.Rational(-5, 4), sp.Rational(1, 7))
    variance = sigma_w2 / len(weights)
    prior = sp.prod(sp.exp(-(w**2) / (2 * variance)) for w in weights)
    point = {NORM2: sum(w**2 for w in weights), d: sp.Integer(len(weights))}
    norm = sp.sqrt(2 * sp.pi * sigma_a2 / N)
    yield "exp(-S)", pulled * prior, norm * sp.exp(-claim.subs(point))


def _saddle_steps() -> tuple[Step, ...]:
    """The saddle of the field and what it says of one neuron."""
    kernel, target, identity = _KERNEL, _TARGET, sp.Identity(2)
    return (
        Step(
            "saddle of the field",
            "as N -> infinity the integral over t is dominated by t = i tbar, and stationarity of "
            "i t.y - sigma^2 t^2/2 + N log z(t) reads (Q + sigma^2) tbar = y with Q the "
            "tilted kernel",
            sp.Eq(sp.Symbol("tbar"), sp.Symbol("t") / sp.I),
            kernel * (kernel + sigma2 * identity).inv() * target,
            equal_on(
                _saddle_cases,
                "kernel form of the stationarity for a two-atom ensemble of neurons",
            ),
            (Assumption.MEAN_FIELD,),
            source="M.9",
        ),
        Step(
            "mean output",
            "sigma^2 tbar = y - fbar, so fbar = Q tbar = Q (Q + sigma^2)^{-1} y",
            kernel * (kernel + sigma2 * identity).inv() * target,
            target - sigma2 * (kernel + sigma2 * identity).inv() * target,
            equal_on(
                _regression_cases,
                "exact Bayesian regression of one readout on two inputs",
            ),
            source="M.8, M.9",
        ),
        Step(
            "action of one neuron",
            "S = -log(prior of w) - log(readout average at t = i tbar)",
            readout_average(),
            neuron_action(),
            equal_on(
                _action_cases,
                "a readout pulled by the real field tbar, integrated directly; the prior of d "
                "weights of variance sigma_w^2/d",
            ),
            source="M.7",
        ),
    )


@cache
def mean_field() -> Derivation:
    """Posterior -> linearised likelihood -> readouts integrated -> action of one neuron.

    Result ``action``: S[w] in |w|^2 = W and the field sum_mu tbar phi. Source: M.7 to M.10; the
    prior term of M.7 lacks the factor d that its covariance sigma_w^2/d implies.
    """
    steps = (*_gaussian_steps(), *_saddle_steps())
    return Derivation("Mean-field action of one neuron", steps, {"action": neuron_action()})
