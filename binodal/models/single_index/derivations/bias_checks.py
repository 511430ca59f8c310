"""Independent routes for the steps on biases: exact moments of polynomials, regression, sums."""

from __future__ import annotations

import mpmath
import sympy as sp

from binodal.derive.checks import Claims
from binodal.derive.gaussian.hermite import mode, t
from binodal.derive.gaussian.rank_one import TEACHER2
from binodal.derive.step import Cases
from binodal.derive.symbols import sigma_w2
from binodal.models.single_index.derivations.action import (
    amplitude,
    field,
    m,
    overlap,
    r,
    u,
)
from binodal.models.single_index.derivations.biased import bias, biased_action, pin, variance
from binodal.models.single_index.derivations.limit import at_rest, beta, gain, stiffness, target
from binodal.models.single_index.derivations.several import moment, polynomial_mean

_z = sp.Symbol("z")
_HIGHEST = 8


def _hermite(k: int, symbol: sp.Symbol) -> sp.Expr:
    return mode(k).subs({TEACHER2: 1, t: symbol})


def exact_overlap(phi: sp.Expr, k: int) -> sp.Expr:
    """E[phi(r z + bias) He_k(z)] of a polynomial, term by term."""
    return sp.expand(polynomial_mean(phi.subs(_z, r * _z + bias) * _hermite(k, _z), (_z,)))


def _explicit(phi: sp.Expr) -> dict[sp.Symbol, sp.Expr]:
    return {overlap(k): exact_overlap(phi, k) for k in range(_HIGHEST)}


def overlap_cases(claim: sp.Expr) -> Cases:
    """Moments in d = 2 against moments in one dimension."""
    inputs = sp.symbols("x1 x2")
    one, other, shift = sp.Rational(2, 3), sp.Rational(-3, 5), sp.Rational(3, 7)
    norm = sp.sqrt(one**2 + other**2)
    argument = one * inputs[0] + other * inputs[1] + shift
    for k in range(5):
        direct = polynomial_mean(_hermite(k, inputs[0]) * argument**5, inputs)
        single = exact_overlap(_z**5, k).subs({r: norm, bias: shift})
        value = claim.subs({sp.Symbol("k"): k, sp.Symbol("c"): single, m: one / norm})
        yield k, sp.simplify(value), direct


def ladder_cases(claim: sp.Tuple) -> Cases:
    """The overlaps of z^5 differentiated as polynomials."""
    table = _explicit(_z**5)
    for k, value in enumerate(claim):
        direct = sp.diff(table[overlap(k)], bias)
        yield k, sp.expand(value.subs(table)), sp.expand(direct)


_PHI = _z + _z**2 / 2 + _z**3 / 5
_PLACES = (
    {m: sp.Rational(3, 5), r: sp.Rational(4, 5), bias: sp.Rational(2, 7)},
    {m: sp.Rational(-2, 3), r: sp.Rational(7, 5), bias: sp.Rational(-3, 4)},
)
_NUMBERS = {sigma_w2: sp.Rational(4, 9), pin: sp.Rational(9, 7)}


def curvature_cases(claim: sp.Expr) -> Cases:
    """t_1 and u that make S stationary in m and r at a place, then S differentiated as it is."""
    table = _explicit(_PHI)
    force = field((1, 2)).subs(amplitude(2), sp.Rational(5, 6))
    for k, place in enumerate(_PLACES):
        explicit = force.subs(table)
        by_m, by_l = sp.diff(explicit, m), r * sp.diff(explicit, r)
        pull_m, pull_l = m / (1 - m**2), r**2 / sigma_w2 - 1
        row = (by_m * pull_l - by_l * pull_m).subs(_NUMBERS).subs(place)
        (linear,) = sp.solve(row, amplitude(1))
        point = {amplitude(1): linear, amplitude(2): sp.Rational(5, 6), **_NUMBERS}
        strength = (pull_m / (explicit * by_m)).subs(point).subs(place)
        whole = biased_action((1, 2)).subs(table)
        direct = sp.diff(whole, bias, 2).subs(point).subs({u: strength, **place})
        value = claim.subs(table).subs(point).subs({u: strength, **place})
        yield k, sp.nsimplify(value), sp.nsimplify(direct)


def image_claims(claim: sp.Tuple) -> Claims:
    """F^2 of polynomials under both changes of sign, and a pair of each kind that are no images."""
    one, both = claim
    cases = (
        ("odd phi", _z**3, (1, 2, 3), {m: one * m, bias: both * bias}, True),
        ("even phi", _z**4, (1, 2, 3), {m: one * m, bias: both * bias}, True),
        ("odd teacher", _z**3 + _z**2, (1, 3), {m: one * m}, True),
        ("even teacher", _z**4 + _z**3, (2, 4), {m: one * m}, True),
        ("neither, both signs", _z**3 + _z**2, (1, 2), {m: one * m, bias: both * bias}, False),
        ("odd phi, m alone", _z**3, (1, 2), {m: one * m}, False),
    )
    for name, phi, modes, change, alike in cases:
        square = field(modes).subs(_explicit(phi)) ** 2
        yield name, (sp.expand(square - square.subs(change, simultaneous=True)) == 0) is alike


_POINT = {gain: sp.Rational(13, 4), at_rest(1): sp.Rational(3, 5), u: sp.Rational(17, 9)}
_TARGETS = {1: sp.Rational(6, 7), 2: sp.Rational(-5, 11), 3: sp.Rational(2, 9)}


def _regression(size: int, linear: sp.Expr) -> sp.Matrix:
    """Four modes of the residual of odd neurons whose bias has the variance 5/(7 d)."""
    bend = stiffness().subs(amplitude(1), linear).subs(_POINT)
    spread = {"m": 1 / (size * bend), "b": sp.Rational(5, 7) / size}
    cubic = sp.Rational(1, 3)
    slopes = [_POINT[at_rest(1)], _POINT[at_rest(1)], cubic, cubic]
    powers = [(0, 1), (1, 0), (2, 1), (3, 0)]
    norms = [sp.sqrt(sp.factorial(k)) for k in range(4)]

    def entry(j: int, k: int) -> sp.Expr:
        total = [a + b for a, b in zip(powers[j], powers[k], strict=True)]
        mean = sp.prod(
            [moment(p) * spread[x] ** sp.Rational(p, 2) for p, x in zip(total, "mb", strict=True)]
        )
        return slopes[j] * slopes[k] * mean / (norms[j] * norms[k])

    wanted = sp.Matrix([_TARGETS.get(k, 0) * norms[k] for k in range(4)])
    whole = sp.eye(4) + _POINT[gain] * size * sp.Matrix(4, 4, entry)
    solved = whole.evalf(40).LUsolve(wanted.evalf(40))
    return sp.Matrix([t_k / norm for t_k, norm in zip(solved, norms, strict=True)])


def branch_claims(claim: sp.Expr) -> Claims:
    """What regression leaves of t_0 = 0, t_1 = beta y_1, t_2 = y_2 and t_3 = y_3 falls like 1/d;
    and (beta y_1/t_1 - 1) K away from the root, with the t_1 that follows from K at beta.
    """
    row = claim.subs({**_POINT, target(1): _TARGETS[1]})
    bend = stiffness().subs(amplitude(1), beta * _TARGETS[1]).subs(_POINT)
    roots = [x for x in sp.Poly(row, beta).nroots(n=40) if x.is_real and 0 < x < 1]
    (share,) = [x for x in roots if bend.subs(beta, x) > 0]
    kept = [0, share * _TARGETS[1], _TARGETS[2], _TARGETS[3]]
    sizes = (10**3, 10**5)
    solved = [_regression(size, kept[1]) for size in sizes]
    left = {f"mode {k}": [abs(t_k[k] - value) for t_k in solved] for k, value in enumerate(kept)}
    for other in (sp.Rational(2, 7), sp.Rational(5, 8)):
        linear, stiff = other * _TARGETS[1], bend.subs(beta, other)
        rows = [(linear / _regression(size, linear)[1] - 1) * stiff for size in sizes]
        left[f"beta = {other}"] = [abs(row.subs(beta, other) - value) for value in rows]
    for name, errors in left.items():
        yield f"{name} is near", bool(errors[1] < sp.Rational(1, 10**3))
        yield f"{name} falls like 1/d", bool(errors[1] <= errors[0] / 50)


def tilt_cases(claim: sp.Tuple) -> Cases:
    """<c_1^2 d m^2> of exp(-d m^2 K/2 - beta^2/2V), summed, with c_1 = 3/5 exp(-beta^2)."""
    wide, size = sp.Rational(4, 9), 30
    numbers = {variance: wide, u: _POINT[u], target(1): _TARGETS[1], beta: sp.Rational(3, 4)}
    linear = sp.Rational(3, 5) * sp.exp(-(bias**2))
    own = [sp.lambdify(bias, e.subs(at_rest(1), linear).subs(numbers), "mpmath") for e in claim]
    drive = float(numbers[u] * (numbers[beta] * numbers[target(1)]) ** 2)

    def weight(x: float, b: float) -> mpmath.mpf:
        square = (mpmath.mpf(3) / 5 * mpmath.exp(-b * b)) ** 2
        return mpmath.exp(-size * x * x / 2 * (1 - drive * square) - b * b * 9 / 8) * square

    steps = [mpmath.mpf(k) / 10 for k in range(-60, 61)]
    cosines = [x / 4 for x in steps]
    plain = sum(
        weight(x, b) / (mpmath.mpf(3) / 5 * mpmath.exp(-b * b)) ** 2 for x in cosines for b in steps
    )
    drawn = sum(size * x * x * weight(x, b) for x in cosines for b in steps)
    sums = [sum(f(b) for b in steps) for f in own]
    yield "<c_1^2/K>", sp.Float(sums[1] / sums[0], 20), sp.Float(drawn / plain, 20)


def split_cases(claim: sp.Expr) -> Cases:
    """Minima of S of a cubic activation on both sides of m, with the bias 1/10^5 of all neurons."""
    phi = _z - _z**3 / 30
    common = sp.Rational(1, 10**5)
    table = {s: e.subs(bias, common) for s, e in _explicit(phi).items()}
    modes = {amplitude(1): sp.Rational(1, 2), amplitude(2): sp.Rational(1, 7)}
    numbers = {**modes, sigma_w2: sp.Rational(4, 9), u: sp.Integer(12), pin: 0, bias: 0}
    whole = biased_action((1, 2)).subs(table).subs(numbers)
    odd, even = ((modes[amplitude(k)] * m**k * overlap(k)).subs(table) for k in (1, 2))
    splits = []
    for side in (1, -1):
        slopes = [sp.diff(whole, m), sp.diff(whole, r)]
        place = sp.nsolve(slopes, [m, r], [side * 0.85, 0.85], prec=40)
        splits.append({m: place[0], r: place[1]})
    values = [whole.subs(place) for place in splits]
    names = {sp.Symbol("F_odd", real=True): odd, sp.Symbol("F_even", real=True): even}
    value = claim.subs(names).subs(numbers).subs(splits[0])
    yield "S(m) - S(-m)", value / (values[0] - values[1]), sp.Integer(1)
