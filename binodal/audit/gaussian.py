"""Gaussian averages of an erf neuron by certified quadrature, by conditioning on w.x alone.

Given z = w.x ~ N(0, W), w*.x is Gaussian with mean q z/W: one integral over z is left, and
neither Stein's identity nor a tilted weight is used.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import sympy as sp
from flint import acb, arb

from binodal.audit.witness import Witness, close, derived_at, part, printed_at, shown
from binodal.derive.gaussian.rank_one import OVERLAP, TEACHER2, W2
from binodal.derive.symbols import epsilon, n, q, sigma2, sigma_a2, sigma_w2
from binodal.models.teacher_student.derivations.closure import MEAN_RHO, averaged_element
from binodal.numerics.balls import ball, precision
from binodal.numerics.integral import integral

_BITS = 128
_REACH = 14
Q_VALUE, S_VALUE, A_VALUE = Fraction(5, 7), Fraction(3, 8), Fraction(2, 9)


def gaussian_average(function: Callable[[acb], acb], width: Fraction) -> arb:
    """Integral of function(z) erf(z) over z ~ N(0, width); the tails beyond 14 standard deviations
    are bounded by 1e-30 for the polynomials of degree three used here."""
    deviation = ball(width).sqrt()

    def integrand(x: acb, _: bool) -> acb:
        z = x * deviation
        return function(z) * z.erf() * (-x * x / 2).exp() / (2 * arb.pi()).sqrt()

    value = integral(integrand, -_REACH, _REACH)
    return arb(value.real) + arb(0, 1e-30)


def conditional_moment(power: int, norm2: Fraction = Fraction(1)) -> arb:
    """<(w*.x)^power erf(w.x)>, power 1 or 3, by the law of w*.x given w.x."""
    width = Q_VALUE**2 + S_VALUE
    slope, spread = ball(Q_VALUE / width), ball(norm2 - Q_VALUE**2 / width)

    def given(z: acb) -> acb:
        mean = z * slope
        return mean if power == 1 else mean**3 + 3 * mean * spread

    return gaussian_average(given, width)


def moments() -> Witness:
    """I_0 and I_1 for |w*|^2 = 11/9 against A.17 and A.19."""
    norm2 = Fraction(11, 9)
    point = {OVERLAP: _exact(Q_VALUE), W2: _exact(Q_VALUE**2 + S_VALUE), TEACHER2: _exact(norm2)}
    numbers, holds = {}, True
    with precision(_BITS):
        for name, label, power in (("I_0", "A.17", 1), ("I_1", "A.19", 3)):
            value = conditional_moment(power, norm2)
            printed = printed_at(label, name, point)
            numbers[name] = value.str(18)
            holds &= close(float(value.mid()), printed, 1e-12)
    statement = "the printed I_0 and I_1 equal the integrals"
    return Witness("certified quadrature", statement, holds, not holds, numbers)


def overlaps() -> Witness:
    """Q11, Q13 and Q33 as products of quadratures, against both forms."""
    point = {q: _exact(Q_VALUE), sigma_w2: _exact(S_VALUE), sigma_a2: _exact(A_VALUE)}
    with precision(_BITS):
        first = conditional_moment(1)
        third = (conditional_moment(3) - 3 * first) / arb(6).sqrt()
        products = {"Q11": first * first, "Q13": first * third, "Q33": third * third}
        values = {name: value * ball(A_VALUE) for name, value in products.items()}
    numbers = {f"{name} by quadrature": value.str(16) for name, value in values.items()}
    derived = {name: derived_at("A.11-kernel", name, point) for name in values}
    printed = printed_at("A.11-kernel", "Q11", point)
    numbers["Q11 as printed"] = shown(printed)
    holds = all(close(derived[k], float(v.mid()), 1e-12) for k, v in values.items())
    fails = not close(printed, float(values["Q11"].mid()), 1e-3)
    statement = "the printed Q11 is half of the integral; Q13 and Q33 are right"
    return Witness("certified quadrature", statement, holds, fails, numbers)


def regression() -> Witness:
    """Kernel regression on random inputs against both forms of A.12; errors over 12 data sets."""
    size, sets, noise = 1200, 12, 0.7
    generator = np.random.default_rng(20231005)
    means = dict(zip(MEAN_RHO, ("1/900", "1/7000", "1/50000"), strict=True))
    point = {
        n: size,
        sigma2: _exact(Fraction(7, 10)),
        sigma_a2: sp.Rational(1, 3),
        epsilon: sp.Rational(-3, 10),
    }
    point |= {s: sp.Rational(v) for s, v in means.items()}
    modes = np.array([[float(averaged_element(i, k).subs(point)) for k in (0, 1)] for i in (0, 1)])
    target = np.array([1.0, np.sqrt(6) * -0.3])
    coefficients = []
    for _ in range(sets):
        t = generator.standard_normal(size)
        design = np.stack([t, (t**3 - 3 * t) / np.sqrt(6)], axis=1)
        gram = design @ modes @ design.T + noise * np.eye(size)
        residual = noise * np.linalg.solve(gram, design @ target)
        coefficients.append(np.linalg.lstsq(design, residual, rcond=None)[0])
    mean, error = np.mean(coefficients, 0), np.std(coefficients, 0, ddof=1) / np.sqrt(sets)
    entry = part("A.12", "residual")
    assert entry.derived is not None
    derived, printed = (
        np.array([float(sp.N(e.subs(point))) for e in expression.args])
        for expression in (entry.derived(), entry.printed)
    )
    # The continuum's own error is of relative size 1/n times a fourth moment of the modes.
    slack = 5 * error + 60 / size * np.abs(derived)
    holds = bool(np.all(np.abs(mean - derived) < slack))
    fails = bool(np.any(np.abs(mean - printed) > slack))
    numbers = {
        "b by simulation": shown(mean[0], error[0]),
        "b derived": shown(derived[0]),
        "b as printed": shown(printed[0]),
    }
    statement = f"regression on {size} random inputs gives the form with sigma^2/n in front"
    return Witness("simulation", statement, holds, fails, numbers)


def _exact(value: Fraction) -> sp.Rational:
    return sp.Rational(value.numerator, value.denominator)
