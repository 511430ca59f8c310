"""Independent routes to the first order in 1/n: all data sets summed, closures on other data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise
from math import exp

import sympy as sp

from binodal.derive import regression
from binodal.derive.checks import Claims
from binodal.derive.step import Cases
from binodal.derive.symbols import N, n, sigma2, sigma_a2

_SIZES = (100, 200, 400)


def _named(expression: sp.Expr, values: Mapping[str, object]) -> sp.Expr:
    """Values in place of symbols of these names."""
    return expression.subs({z: values[z.name] for z in expression.free_symbols if z.name in values})


def approached(left: Sequence[float], slope: float) -> bool:
    """What is left of n (exact - limit) - slope halves whenever n doubles."""
    small = abs(left[-1]) < 0.05 * abs(slope)
    return small and all(0.4 < b / a < 0.6 for a, b in pairwise(left))


def replica_claims(weight: sp.Expr) -> Claims:
    """A posterior over three functions of two inputs: an observable averaged over all data sets."""
    chances = (0.3, 0.7)
    prior, squares, observed = (0.5, 0.3, 0.2), ((0.4, 1.1), (1.3, 0.2), (0.1, 0.9)), (1.0, -2.0, 3)

    def posterior(shares: Sequence[float]) -> list[float]:
        costs = [sum(w * r for w, r in zip(shares, row, strict=True)) for row in squares]
        raw = [p * exp(-regression.DENSITY / 2 * c) for p, c in zip(prior, costs, strict=True)]
        return [value / sum(raw) for value in raw]

    def mean(law: Sequence[float], values: Sequence[float]) -> float:
        return sum(p * v for p, v in zip(law, values, strict=True))

    law = posterior(chances)
    centre = [mean(law, [row[x] for row in squares]) for x in (0, 1)]
    apart = [[row[x] - centre[x] for x in (0, 1)] for row in squares]
    spread = [mean(chances, [v**2 for v in row]) - mean(chances, row) ** 2 for row in apart]
    products = [o * s for o, s in zip(observed, spread, strict=True)]
    answer = mean(law, products) - mean(law, observed) * mean(law, spread)
    factor = weight.subs({sigma2: n / sp.Float(regression.DENSITY)}) * n
    slope = float(factor) * answer
    left = []
    for size in _SIZES:
        averaged = sum(
            regression.binomial(k, size, chances[0])
            * mean(posterior((k / size, 1 - k / size)), observed)
            for k in range(size + 1)
        )
        left.append(size * (averaged - mean(law, observed)) - slope)
    yield (slope, left), approached(left, slope)


def regression_claims(relative: sp.Expr) -> Claims:
    """Inputs +-1 and modes 1 and x: v = K_0 + K_1 everywhere, all data sets summed."""
    learned = regression.learned()
    for which, start in enumerate(regression.limit()):
        named = {"K": learned[which], "v": sum(learned)}
        factor = _named(relative, named).subs(sigma2, n / sp.Float(regression.DENSITY)) * n
        slope = float(factor) * start
        seen = {size: regression.averaged(size)[which] for size in _SIZES}
        left = [size * (value - start) - slope for size, value in seen.items()]
        yield (which, slope, left), approached(left, slope)


@dataclass(frozen=True)
class Responses:
    """The shifts under test, in the symbols of :mod:`binodal.derive.finite_data`."""

    training: sp.Expr
    population: sp.Expr
    neuron: sp.Expr
    scatter: sp.Expr


_AT = {N: sp.Integer(2), n: sp.Integer(7), sigma2: sp.Rational(7, 3), sigma_a2: sp.Rational(7, 5)}
_DENSE = _AT[n] / _AT[sigma2]
_CHANCES = (sp.Rational(1, 5), sp.Rational(4, 5))
_TARGET = (sp.Rational(3, 2), sp.Rational(-2, 5))
_ATOMS = (
    (sp.Rational(2, 5), (sp.Rational(3, 7), sp.Rational(-4, 9)), 1),
    (sp.Rational(3, 5), (sp.Rational(5, 8), sp.Rational(7, 6)), -2),
)
_M, _T = sp.symbols("m1 m2", real=True), sp.symbols("T1 T2", real=True)
_TILT = sp.Symbol("eps", real=True)
_DIGITS, _SMALL = 40, sp.Rational(1, 10**9)


def _log_z() -> sp.Expr:
    """N log z of two kinds of neurons at a field T on two inputs, with a source of g."""
    pulls = [sum(t * s for t, s in zip(_T, features, strict=True)) for _, features, _ in _ATOMS]
    weights = [
        chance * sp.exp(_AT[sigma_a2] * pull**2 / (2 * _AT[N]) + _TILT * g)
        for (chance, _, g), pull in zip(_ATOMS, pulls, strict=True)
    ]
    return _AT[N] * sp.log(sum(weights))


class _Closure:
    """The closure on two inputs that hold any shares of the data, and D at its solution."""

    def __init__(self) -> None:
        self._known: dict[tuple[sp.Expr, ...], list[sp.Expr]] = {}
        self.log_z = _log_z()
        self.outputs = [sp.diff(self.log_z, t) for t in _T]
        self.answers = sp.hessian(self.log_z, _T)
        self.rest = self.solved(_CHANCES)
        self.place = dict(zip(_M, self.rest, strict=True)) | {_TILT: sp.Integer(0)}
        fields = (_DENSE * p * r for p, r in zip(_CHANCES, self.rest, strict=True))
        self.place |= dict(zip(_T, fields, strict=True))

    def solved(self, shares: Sequence[sp.Expr]) -> list[sp.Expr]:
        """The residual at both inputs."""
        if tuple(shares) in self._known:
            return self._known[tuple(shares)]
        field = {t: _DENSE * w * m for t, w, m in zip(_T, shares, _M, strict=True)}
        rows = [
            (m + out - y).subs(field | {_TILT: 0})
            for m, out, y in zip(_M, self.outputs, _TARGET, strict=True)
        ]
        root = sp.nsolve(rows, _M, [y / 2 for y in _TARGET], prec=_DIGITS)
        return self._known.setdefault(tuple(shares), [root[0], root[1]])

    def trained(self, x: int, shares: Sequence[sp.Expr]) -> sp.Expr:
        """The residual at one input times its share of the data."""
        return shares[x] * self.solved(shares)[x]

    def at_input(self, x: int, shares: Sequence[sp.Expr]) -> sp.Expr:
        """The residual at one input."""
        return self.solved(shares)[x]

    def in_mode(self, mode: Sequence[sp.Expr], shares: Sequence[sp.Expr]) -> sp.Expr:
        """The residual's part in one mode, over the inputs' own chances."""
        return _along(mode, self.solved(shares))

    def evidence(self, shares: Sequence[sp.Expr]) -> sp.Expr:
        """|tau|^2 (sigma^2/2) - tau.y + N log z at the saddle."""
        root = self.solved(shares)
        parts = zip(shares, root, _TARGET, strict=True)
        outside = sum(_DENSE * w * r * (r / 2 - y) for w, r, y in parts)
        fields = {t: _DENSE * w * r for t, w, r in zip(_T, shares, root, strict=True)}
        return outside + self.log_z.subs(fields | {_TILT: 0})

    def mean(self, shares: Sequence[sp.Expr]) -> sp.Expr:
        """<g> over neurons."""
        root = self.solved(shares)
        fields = {t: _DENSE * w * r for t, w, r in zip(_T, shares, root, strict=True)}
        return (sp.diff(self.log_z, _TILT) / _AT[N]).subs(_TILT, 0).subs(fields)

    def covariance(self) -> sp.Matrix:
        """K of the outputs, as a function of the fields."""
        (a, b), (c, d) = (sp.eye(2) + _DENSE * sp.diag(*_CHANCES) * self.answers).tolist()
        return self.answers * sp.Matrix([[d, -b], [-c, a]]) / (a * d - b * c)

    def gap(self) -> sp.Expr:
        """D = <m^2 v> - <m K m>."""
        inside, weighted = self.covariance(), [p * m for p, m in zip(_CHANCES, _M, strict=True)]
        local = sum(w * m * inside[i, i] for i, (w, m) in enumerate(zip(weighted, _M, strict=True)))
        joint = sp.Matrix(weighted).dot(inside * sp.Matrix(weighted))
        return local - joint

    def at(self, expression: sp.Expr) -> sp.Expr:
        """Its number at the solution."""
        return sp.N(expression.subs(self.place), _DIGITS)


def _along(mode: Sequence[sp.Expr], values: Sequence[sp.Expr]) -> sp.Expr:
    return sum(p * e * v for p, e, v in zip(_CHANCES, mode, values, strict=True))


@cache
def _closure() -> _Closure:
    return _Closure()


def _averaged(of: Callable[[Sequence[sp.Expr]], sp.Expr]) -> sp.Expr:
    """n times the mean of a smooth function of a data set's shares, less its value at the mean."""
    centre, total = of(_CHANCES), sp.Integer(0)
    for x, chance in enumerate(_CHANCES):
        step = [int(k == x) - p for k, p in enumerate(_CHANCES)]
        up, down = (
            of([p + s * _SMALL * e for p, e in zip(_CHANCES, step, strict=True)]) for s in (1, -1)
        )
        total += chance * (up + down - 2 * centre) / _SMALL**2
    return total / 2


def _variance(of: Callable[[Sequence[sp.Expr]], sp.Expr]) -> sp.Expr:
    """n times the variance over data sets of a smooth function of their shares."""
    first, second = _CHANCES
    up, down = (of([first + s * _SMALL, second - s * _SMALL]) for s in (1, -1))
    return first * second * ((up - down) / (2 * _SMALL)) ** 2


def _axes(matrix: sp.Matrix) -> Iterator[tuple[sp.Expr, tuple[sp.Expr, sp.Expr]]]:
    """Eigenvalues and unit eigenvectors of a symmetric matrix of two rows."""
    half = (matrix[0, 0] - matrix[1, 1]) / 2
    length, centre = sp.sqrt(half**2 + matrix[0, 1] ** 2), matrix.trace() / 2
    for sign in (1, -1):
        axis = (matrix[0, 1], sign * length - half)
        size = sp.sqrt(axis[0] ** 2 + axis[1] ** 2)
        yield centre + sign * length, (axis[0] / size, axis[1] / size)


@dataclass(frozen=True)
class _Mode:
    """One mode of the two inputs: what the claims ask for, and n times the shifts found."""

    asked: Mapping[str, object]
    training: sp.Expr
    population: sp.Expr
    scatter: sp.Expr


@cache
def _evidence() -> tuple[sp.Expr, sp.Expr]:
    """D, and n times what the mean log evidence gains."""
    of = _closure()
    return of.at(of.gap()), _averaged(of.evidence)


@cache
def _neurons() -> tuple[sp.Expr, sp.Expr]:
    """dD/d eps; n times the shift of <g> without what the training residual moves."""
    of = _closure()
    rises = [of.at(sp.diff(of.log_z, _TILT, t) / _AT[N] * _DENSE) for t in _T]
    moved = sum(rise * _averaged(partial(of.trained, x)) for x, rise in enumerate(rises))
    return of.at(sp.diff(of.gap(), _TILT)), _averaged(of.mean) - moved


@cache
def _modes() -> tuple[_Mode, ...]:
    """The modes in which the outputs' answer to the field is diagonal."""
    of = _closure()
    gap, roots = of.gap(), [sp.sqrt(p) for p in _CHANCES]
    scaled = sp.Matrix(2, 2, lambda i, k: of.at(roots[i] * of.answers[i, k] * roots[k]))
    by_m = [of.at(sp.diff(gap, m) / p) for m, p in zip(_M, _CHANCES, strict=True)]
    by_r = [of.at(sp.diff(gap, t) * _DENSE) for t in _T]
    training = [_averaged(partial(of.trained, x)) / p for x, p in enumerate(_CHANCES)]
    population = [_averaged(partial(of.at_input, x)) for x in (0, 1)]
    modes = []
    for level, axis in _axes(scaled):
        mode = [a / r for a, r in zip(axis, roots, strict=True)]
        squares = _along(mode, [e * r**2 for e, r in zip(mode, of.rest, strict=True)])
        share = level / (1 + _DENSE * level)
        sizes = {"X": _DENSE * level, "D_m": _along(mode, by_m), "D_r": _along(mode, by_r)}
        sizes["K_m2_K"] = share**2 * (squares - _along(mode, of.rest) ** 2)
        seen, new = (_along(mode, values) for values in (training, population))
        modes.append(_Mode(sizes, seen, new, _variance(partial(of.in_mode, mode))))
    return tuple(modes)


def evidence_cases(claim: sp.Expr) -> Cases:
    """``claim`` in D, against the evidence on data sets whose shares of two inputs fluctuate."""
    gap, gained = _evidence()
    yield "mean log evidence", _named(claim, {"D": gap}).subs(_AT) * _AT[n], gained


def closure_cases(claim: Responses) -> Cases:
    """The closure on other shares of two inputs, mode by mode, and a mean over neurons."""
    tilted, own = _neurons()
    named = _named(claim.neuron, {"D_g": 3 * tilted, "n_g": 3})
    yield "mean over neurons", named.subs(_AT) * _AT[n], own
    for mode in _modes():
        for name, shift, direct in (
            ("training", claim.training, mode.training),
            ("population", claim.population, mode.population),
            ("scatter", claim.scatter, mode.scatter),
        ):
            yield (name, mode.asked["X"]), _named(shift, mode.asked).subs(_AT) * _AT[n], direct
