"""Independent routes to the first order in 1/N: exact sums, direct expansions, derivatives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise, product
from math import exp, lgamma, log

import sympy as sp

from binodal.derive.checks import Claims
from binodal.derive.step import Cases
from binodal.derive.symbols import N, sigma2, sigma_a2

_HALVINGS = 53


def curvature_cases(curvature: Callable[[sp.Expr, sp.Expr], sp.Expr]) -> Cases:
    """Second derivatives of N log z for two atoms against ``curvature`` of K and covariance."""
    names = [(p, q) for p in range(2) for q in range(2)]
    tau = {key: sp.Symbol(f"tau{key[0]}{key[1]}", real=True) for key in names}
    features = ((sp.Rational(2, 3), sp.Rational(-1, 2)), (sp.Rational(5, 4), sp.Rational(1, 3)))
    chances = (sp.Rational(1, 3), sp.Rational(2, 3))
    pulls = [[sum(tau[p, q] * s[q] for q in (0, 1)) for p in (0, 1)] for s in features]
    weights = [
        c * sp.exp(sigma_a2 / (2 * N) * (b[0] ** 2 + b[1] ** 2))
        for c, b in zip(chances, pulls, strict=True)
    ]
    total = sum(weights)

    def mean(values: list[sp.Expr]) -> sp.Expr:
        return sum(w * v for w, v in zip(weights, values, strict=True)) / total

    point = {t: sp.Rational(2 * i + 1, 5) for i, t in enumerate(tau.values())}
    point |= {N: sp.Integer(7), sigma_a2: sp.Rational(3, 2), sigma2: sp.Rational(2, 9)}
    for (p, q), (r, k) in product(names, repeat=2):
        z = [b[p] * s[q] for b, s in zip(pulls, features, strict=True)]
        other = [b[r] * s[k] for b, s in zip(pulls, features, strict=True)]
        joint = mean([e * f for e, f in zip(z, other, strict=True)]) - mean(z) * mean(other)
        kernel = sigma_a2 * mean([s[q] * s[k] for s in features]) if p == r else sp.Integer(0)
        derivative = sp.diff(N * sp.log(total), tau[p, q], tau[r, k])
        yield (p, q, r, k), curvature(kernel, joint).subs(point), derivative.subs(point)


@dataclass(frozen=True)
class FirstOrder:
    """The general formulas under test, in the symbols of :mod:`binodal.derive.finite_width`."""

    balance: sp.Expr
    amplitude: sp.Expr
    mean: sp.Expr
    weight: sp.Expr


class TwoAtoms:
    """One datum, one output, neurons with one of two features; sigma^2 = noise, y = eta sqrt N."""

    def __init__(self, noise: float, spread: float, eta: float) -> None:
        self.noise, self.spread, self.eta = noise, spread, eta
        self.atoms = ((0.3, 1.9), (0.7, 0.6))

    def exact(self, neurons: int) -> tuple[float, float]:
        """<sigma^2/(sigma^2 + K)> and the mean feature, by summing over who has the first."""
        a, mean = self.averages(neurons, lambda mean, square: (self._share(square), mean))
        return a, mean

    def loss(self, neurons: int) -> float:
        """<(y - f)^2>/N, by the same sum: of the mean output, and what the readout leaves open."""

        def of(_: float, square: float) -> tuple[float, ...]:
            share = self._share(square)
            return ((share * self.eta) ** 2 + (1 - share) * self.noise / neurons,)

        return self.averages(neurons, of)[0]

    def _share(self, square: float) -> float:
        return self.noise / (self.noise + self.spread * square)

    def averages(
        self, neurons: int, of: Callable[[float, float], tuple[float, ...]]
    ) -> tuple[float, ...]:
        """Of functions of the neurons' mean feature and mean squared feature, exactly."""
        (chance, first), (other, second) = self.atoms
        logs, values = [], []
        for count in range(neurons + 1):
            rest = neurons - count
            mean = (count * first + rest * second) / neurons
            square = (count * first**2 + rest * second**2) / neurons
            level = self.noise + self.spread * square
            choose = lgamma(neurons + 1) - lgamma(count + 1) - lgamma(rest + 1)
            prior = choose + count * log(chance) + rest * log(other)
            logs.append(prior - log(level) / 2 - neurons * self.eta**2 / (2 * level))
            values.append(of(mean, square))
        top = max(logs)
        weights = [exp(value - top) for value in logs]
        return tuple(
            sum(w * v for w, v in zip(weights, column, strict=True)) / sum(weights)
            for column in zip(*values, strict=True)
        )

    def at_saddle(self, weight: sp.Expr) -> tuple[float, float]:
        """(A, h) in floating point, ``weight`` that of the covariance."""

        def law(big: float) -> tuple[float, float, float]:
            pulls = [
                self.spread * (s * big * self.eta / self.noise) ** 2 / 2 for _, s in self.atoms
            ]
            weights = [p * exp(b) for b, (p, _) in zip(pulls, self.atoms, strict=True)]
            squares = (s**2 for _, s in self.atoms)
            means = [(w / sum(weights), q) for w, q in zip(weights, squares, strict=True)]
            second, fourth = (sum(w * q**k for w, q in means) for k in (1, 2))
            return self.noise + self.spread * second, second, fourth

        low, high = 0.0, 1.0
        for _ in range(_HALVINGS):
            big = (low + high) / 2
            low, high = (low, big) if big * law(big)[0] > self.noise else (big, high)
        level, second, fourth = law(big)
        force, scale = big * self.eta / self.noise, float((weight * N).subs(sigma_a2, self.spread))
        return big, log(level + scale * force**2 * (fourth - second**2))

    def first_order(
        self, of: FirstOrder, power: int = 1
    ) -> tuple[tuple[float, float], tuple[float, float]]:
        """(a_0, mean_0) of a power of the feature, and the coefficients of 1/N, from the general
        formulas."""
        big, tilt = sp.Symbol("A", positive=True), sp.Symbol("tilt")
        force = big * self.eta / self.noise
        weights = [
            p * sp.exp(self.spread * (s * force) ** 2 / 2 + 3 * tilt * s**power)
            for p, s in self.atoms
        ]

        def average(own: int) -> sp.Expr:
            terms = (w * s**own for w, (_, s) in zip(weights, self.atoms, strict=True))
            return sum(terms) / sum(weights)

        level, mean = self.spread * average(2), average(power)
        pulled = force**2 * (average(4) - average(2) ** 2) * of.weight * N
        h = sp.log(self.noise + level + pulled.subs(sigma_a2, self.spread))
        named = {"level": level, "level_1": sp.diff(level, big), "h_1": sp.diff(h, big)}
        named |= {"g_1": sp.diff(mean, big), "h_g": sp.diff(h, tilt), "n_g": sp.Integer(3)}
        named |= {"Y": N * self.eta**2, "sigma2": sp.Float(self.noise)}

        def inserted(expression: sp.Expr) -> sp.Expr:
            values = {z: named[z.name] for z in expression.free_symbols if z.name in named}
            return expression.subs(values).subs(tilt, 0)

        start = sp.nsolve(inserted(of.balance), big, self.noise / (self.noise + self.spread))
        slopes = [(inserted(e) * N).subs(big, start) for e in (of.amplitude, of.mean)]
        begin = float(start), float(mean.subs(tilt, 0).subs(big, start))
        return begin, (float(sp.simplify(slopes[0])), float(sp.simplify(slopes[1])))


def two_atom_claims(of: FirstOrder) -> Claims:
    """N (a - a_0) - a_1 goes to zero as 1/N: halved when N doubles. The same for a mean."""
    for noise, spread, eta in ((0.7, 0.9, 0.8), (0.2, 0.5, 0.4)):
        model = TwoAtoms(noise, spread, eta)
        start, slope = model.first_order(of)
        exact = [model.exact(n) for n in (200, 400, 800)]
        for which in (0, 1):
            left = [
                n * (e[which] - start[which]) - slope[which]
                for n, e in zip((200, 400, 800), exact, strict=True)
            ]
            small = abs(left[2]) < 0.05 * abs(slope[which])
            halved = all(0.4 < b / a < 0.6 for a, b in pairwise(left))
            yield (noise, which, slope, left), small and halved


def loss_claims(of: FirstOrder) -> Claims:
    """N (loss/N - A^2 eta^2) less the claim, a first order, halves when N doubles.

    ``of.amplitude`` is the claim, for one output and one datum; sigma^2 moves the saddle.
    """
    for noise, spread, eta in ((0.7, 0.9, 0.8), (0.2, 0.5, 0.4)):
        ends = {
            s: TwoAtoms(noise + s, spread, eta).at_saddle(of.weight) for s in (-1e-5, 0.0, 1e-5)
        }
        slope = (ends[1e-5][1] - ends[-1e-5][1]) / 2e-5
        values = {"A": ends[0.0][0], "Y": 0.0, "sigma2": noise, "h_s": slope, "n_y": 1.0}
        names = {z: values[z.name] for z in of.amplitude.free_symbols}
        first, start = float(of.amplitude.subs(names)), (ends[0.0][0] * eta) ** 2
        left = [n * (TwoAtoms(noise, spread, eta).loss(n) - start) - first for n in (200, 400, 800)]
        halved = all(0.4 < b / a < 0.6 for a, b in pairwise(left))
        yield (noise, first, left), abs(left[2]) < 0.05 * abs(first) and halved


def saddle_cases(claim: sp.Tuple) -> Cases:
    """(balance, stiffness): derivatives of sigma^2 tau^2/2 - tau y + N log z, tau = A y/sigma^2.

    For two atoms and one datum; both in units of y^2/sigma^2.
    """
    big, y = sp.Symbol("A", positive=True), sp.Rational(5, 7)
    tau = big * y / sigma2
    atoms = ((sp.Rational(1, 3), sp.Rational(3, 2)), (sp.Rational(2, 3), sp.Rational(-4, 5)))
    weights = [p * sp.exp(sigma_a2 * tau**2 * s**2 / (2 * N)) for p, s in atoms]
    squares = sum(w * s**2 for w, (_, s) in zip(weights, atoms, strict=True))
    level = sigma_a2 * squares / sum(weights)
    potential = sigma2 * tau**2 / 2 - tau * y + N * sp.log(sum(weights))
    held = {"level": level, "level_1": sp.diff(level, big)}
    generic = {N: sp.Integer(3), sigma2: sp.Rational(3, 5), sigma_a2: sp.Rational(7, 4)}
    generic[big] = sp.Rational(2, 5)
    for order, value in enumerate(claim, 1):
        named = value.subs({z: held[z.name] for z in value.free_symbols if z.name in held})
        direct = sp.diff(potential, big, order) * sigma2 / y**2
        yield f"derivative {order}", named.subs(generic), direct.subs(generic)


def gaussian_cases(claim: sp.Expr) -> Cases:
    """Weak targets, S ~ N(0, 1) in D dimensions, O outputs: the relative shift of a.

    One route differentiates log det of the curvature of -log det(1 - sigma_a^2 tau^T tau/N)/2;
    the other expands <(sigma^2 + K)^{-1} det(sigma^2 + K)^{-O/2}> for a Wishart matrix K.
    """
    t = sp.Symbol("t", positive=True)
    generic = {N: sp.Integer(11), sigma2: sp.Rational(3, 5), sigma_a2: sp.Rational(7, 4)}
    for outputs, inputs in ((1, 1), (1, 2), (2, 1), (2, 2), (1, 3)):
        names = sp.symbols(f"tau:{outputs * inputs}", real=True)
        tau = sp.Matrix(outputs, inputs, names)
        gram = (sp.eye(inputs) - sigma_a2 / N * tau.T * tau).subs(generic)
        log_z = -sp.log(sp.expand(gram.det())) / 2
        place = {name: t if i == 0 else 0 for i, name in enumerate(names)}
        hessian = sp.Matrix(
            len(names),
            len(names),
            lambda i, k, f=log_z, v=names, at=place: sp.cancel(
                generic[N] * sp.diff(f, v[i], v[k]).subs(at)
            ),
        )
        volume = (hessian + generic[sigma2] * sp.eye(len(names))).det()
        slope = (sp.diff(volume, t, 2) / volume).subs(t, 0) / 2
        shift = slope / (generic[sigma2] + generic[sigma_a2])
        counts = {sp.Symbol("O"): outputs, sp.Symbol("D"): inputs}
        yield (outputs, inputs), shift, claim.subs(counts).subs(generic)
        yield (outputs, inputs), shift, _wishart_shift(outputs, inputs).subs(generic)


def _wishart_shift(outputs: int, inputs: int) -> sp.Expr:
    """Relative shift of <(sigma^2 + K)^{-1}>_11 from <dK dK>_11 and <dK_11 tr dK>, by Isserlis."""

    def covariance(i: int, j: int, k: int, m: int) -> sp.Expr:
        return sigma_a2**2 / N * (int(i == k and j == m) + int(i == m and j == k))

    level = sigma2 + sigma_a2
    square = sum((covariance(0, j, j, 0) for j in range(inputs)), sp.Integer(0))
    trace = sum((covariance(0, 0, j, j) for j in range(inputs)), sp.Integer(0))
    return square / level**2 + sp.Rational(outputs, 2) * trace / level**2
