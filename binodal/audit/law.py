"""The law of one neuron and the dynamics that samples it, by quadrature and by simulation."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import sympy as sp
from flint import arb
from scipy.optimize import brentq
from scipy.special import erf

from binodal.audit.numbers import prior_cube
from binodal.audit.paper.alphabet import MEAN, VARIANCE
from binodal.audit.witness import Witness, close, derived_at, printed_at, shown
from binodal.derive.symbols import (
    N,
    b,
    d,
    epsilon,
    gamma,
    kappa,
    n,
    q,
    rho,
    sigma2,
    sigma_a2,
    sigma_w2,
)
from binodal.models.registry import preset
from binodal.models.teacher_student.derivations.action import published_action, relaxed_action
from binodal.models.teacher_student.derivations.continuum import coupling
from binodal.models.teacher_student.derivations.events import event_curve
from binodal.models.teacher_student.derivations.limit import gain
from binodal.models.teacher_student.numerics.density import Density
from binodal.models.teacher_student.numerics.finite import float_closure
from binodal.models.teacher_student.numerics.thermodynamic import zero_state
from binodal.numerics.balls import precision

FIG2 = preset("fig2")
SYMBOLS = (N, n, d, sigma2, sigma_w2, sigma_a2, epsilon)
POINT = {s: sp.Rational(FIG2[str(s)].numerator, FIG2[str(s)].denominator) for s in SYMBOLS}


def langevin_variance() -> Witness:
    """M.6 with a decay alone, as an Euler chain: the variance of a weight."""
    chains, steps, rate, heat = 20_000, 3_000, 1.0, 0.25
    step = 0.002
    generator = np.random.default_rng(7)
    weight = np.zeros(chains)
    for _ in range(steps):
        kick = generator.standard_normal(chains)
        weight += -step * rate * weight + 2 * np.sqrt(heat * step) * kick
    variance = float(weight.var())
    error = variance * np.sqrt(2 / chains)
    point = {sigma2: sp.Rational(1, 4), gamma: sp.Integer(1)}
    derived, printed = (f("M.6b", "hidden layer", point) for f in (derived_at, printed_at))
    holds, fails = abs(variance - derived) < 4 * error, abs(variance - printed) > 4 * error
    numbers = {
        "variance": shown(variance, error),
        "derived": shown(derived),
        "as printed": shown(printed),
    }
    return Witness(
        "simulation",
        "Langevin dynamics M.6 with gamma = 1, sigma^2 = 1/4, no data",
        holds,
        fails,
        numbers,
    )


def law_of_overlap() -> Witness:
    """-log of the exact law of rho over d, without interaction, at d = 150, 600, 2400."""
    costs = {}
    with precision(160):
        square = arb(1) / 3  # y^2 = rho/(1 - 2 rho)
        for size in (150, 600, 2400):
            prior = Density(FIG2.replace(d=Fraction(size)), "derived").prior
            costs[size] = float((prior(arb(0)) / prior(square)).log() / size)
    values = {rho: sp.Rational(1, 5), sigma_w2: sp.Rational(1, 2)}
    derived = float(relaxed_action().cost.subs(values))
    published = float(published_action().cost.subs(values))
    gaps = [cost - derived for cost in costs.values()]
    holds = all(3 < early / late < 5 for early, late in pairwise(gaps))
    fails = abs(costs[2400] - published) > 20 * abs(gaps[-1])
    numbers = {f"cost at d = {size}": shown(cost) for size, cost in costs.items()}
    numbers |= {"derived": shown(derived), "A.7b": shown(published)}
    statement = (
        "the exact cost of rho = 1/5 tends to the derived one as 1/d, not to that with "
        "r_perp^2 = sigma_w^2"
    )
    return Witness("ball arithmetic", statement, holds, fails, numbers)


def _coexistence(gain_factor: float, amplified: bool = False) -> float:
    """sigma^2 at coexistence of the printed action, with one equation changed.

    ``gain_factor`` scales Q11, hence the gain of the zero state. ``amplified`` leaves out the
    prefactor sigma^2/n of the regression: the residual is then n/sigma^2 times larger.
    """
    ratio, strength = (
        sp.lambdify(rho, e.subs(POINT), "math") for e in event_curve("coexistence", "published")
    )
    eps, stiff, size = float(FIG2["epsilon"]), 1 / float(FIG2["sigma_w2"]), float(FIG2["n"])
    scale = float((coupling() * sigma2**2).subs(POINT))
    gain_scale = float(sp.simplify(gain() * sigma2).subs(POINT)) * gain_factor

    def heat(place: float) -> float:
        bare = scale * eps**2 / strength(place)
        return float((bare * size**2) ** 0.25 if amplified else bare**0.5)

    def residual(place: float) -> float:
        target = size / heat(place) if amplified else 1.0
        linear = ratio(place) * eps * target
        softened = stiff - 2 * scale / heat(place) ** 2 * linear**2 / (1 + 2 / stiff)
        return float(linear * gain_scale / heat(place) - (target - linear) * softened)

    return heat(brentq(residual, *((0.01, 0.1) if amplified else (0.12, 0.22))))


def printed_prefactor() -> Witness:
    """Coexistence of the printed theory with A.12 as derived and as printed."""
    right, wrong = _coexistence(1.0), _coexistence(1.0, amplified=True)
    numbers = {
        "sigma^2 with the derived A.12": shown(right),
        "sigma^2 with the printed A.12": shown(wrong),
    }
    statement = "the quoted 0.18 needs the prefactor sigma^2/n: a misprint on the page only"
    return Witness(
        "root of a closed form",
        statement,
        close(right, 0.18, 0.01),
        not close(wrong, 0.18, 0.1),
        numbers,
    )


def printed_q11() -> Witness:
    """Coexistence of the printed theory with the right and with the printed Q11."""
    point = {q: sp.Rational(5, 7), sigma_w2: sp.Rational(3, 8), sigma_a2: sp.Integer(1)}
    q_ratio = printed_at("A.11-kernel", "Q11", point) / derived_at("A.11-kernel", "Q11", point)
    right, wrong = _coexistence(1.0), _coexistence(q_ratio)
    holds, fails = close(right, 0.18, 0.01), not close(wrong, 0.18, 0.1)
    numbers = {
        "sigma^2 with the derived Q11": shown(right),
        "sigma^2 with the printed Q11": shown(wrong),
    }
    statement = "the quoted 0.18 needs the right Q11: a misprint on the page only"
    return Witness("root of a closed form", statement, holds, fails, numbers)


def response_to_chi() -> Witness:
    """Certified b at chi = 99/100 and 101/100 against the derived logarithmic slope."""

    def at(chi: Fraction) -> float:
        moved = FIG2.replace(sigma_a2=FIG2["sigma_a2"] / chi, sigma2=FIG2["sigma2"] / chi)
        return float(zero_state(moved, 128).b.mid())

    up, down = Fraction(101, 100), Fraction(99, 100)
    slope = np.log(at(up) / at(down)) / np.log(float(up / down))
    values = POINT | {kappa: coupling().subs(POINT), b: sp.Float(at(Fraction(1)), 20)}
    derived = derived_at("A.0", "d log b/d log chi", values)
    numbers = {"d log b/d log chi": shown(float(slope)), "derived": shown(derived)}
    return Witness(
        "certified roots",
        "b responds to chi at the parameters of C.43",
        close(float(slope), derived, 1e-3),
        abs(slope) > 0.01,
        numbers,
    )


def fifth_mode() -> Witness:
    """The closure at d = 150, sigma^2 = 0.15 with two and with three modes."""
    numbers, holds = {}, True
    floats = {name: float(value) for name, value in FIG2.items()} | {"sigma2": 0.15}
    for theory in ("published", "derived"):
        two, three = (float_closure(floats, theory, modes)[0] for modes in (2, 3))
        numbers[f"H5 amplitude, {theory}"] = shown(float(three[2]))
        numbers[f"change of c, {theory}"] = shown(float(three[1] - two[1]))
        holds &= abs(three[2]) > 1e-5
    statement = "past the transition H5 is excited; b and c change by less than one per cent"
    return Witness("closure of the finite-d law", statement, holds, holds, numbers)


def sampling_error() -> Witness:
    """Variance of sums over n = 3000 inputs, for a droplet and for a neuron near zero overlap."""
    size, sets = 3000, 600
    generator = np.random.default_rng(11)
    numbers, holds = {}, True
    for name, overlap in (("droplet, q = 0.72", 0.72), ("zero state, q = 0.06", 0.06)):
        x, z = generator.standard_normal((2, sets, size))
        terms = (0.29 * x - 0.3 * (x**3 - 3 * x)) * erf(overlap * x + np.sqrt(0.5) * z)
        mean, spread = terms.mean(), terms.var()
        point = {MEAN: sp.Float(mean), VARIANCE: sp.Float(spread), n: sp.Integer(size)}
        measured = (terms.sum(1) ** 2).mean() / (size * mean) ** 2 - 1
        predicted = derived_at("A.4", "sums over data as n averages", point) - 1.0
        error = np.std(terms.sum(1) ** 2) / np.sqrt(sets) / (size * mean) ** 2
        numbers[name] = f"{shown(measured, error)}, derived {shown(predicted)}"
        holds &= abs(measured - predicted) < 5 * error
    return Witness(
        "simulation", "relative excess of the mean square of a sum over data", holds, True, numbers
    )


def prior_q33() -> Witness:
    """<rho^3> of the prior at d = 150 by simulation against the exact Beta moments."""
    size, draws = 150, 400_000
    generator = np.random.default_rng(3)
    overlap2 = generator.standard_normal(draws) ** 2 * 0.5 / size
    rest = generator.chisquare(size - 1, draws) * 0.5 / size
    cubes = (overlap2 / (1 + 2 * (overlap2 + rest))) ** 3
    mean, error, exact = cubes.mean(), cubes.std() / np.sqrt(draws), prior_cube()
    numbers = {"<rho^3>": shown(mean, error), "derived": shown(exact)}
    return Witness(
        "simulation",
        "the prior's kernel on the cubic mode at d = 150",
        abs(mean - exact) < 4 * error,
        None,
        numbers,
    )
