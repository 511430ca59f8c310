"""Independent routes to the two loops: differentiation, Wick sums, chi^2 moments, exact sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import product

import sympy as sp

from binodal.derive.dense_field import Atom, Diagrams, Field, contracted, symmetric
from binodal.derive.step import Cases
from binodal.derive.symbols import N

R = sp.Rational


@dataclass(frozen=True)
class Loops:
    """The formulas under test: L in the symbols of its diagrams, and what a slope of L moves."""

    of_diagrams: sp.Expr
    diagrams: Mapping[str, sp.Symbol]
    amplitude: sp.Expr
    mean: sp.Expr
    as_curvature: sp.Expr

    def value(self, diagrams: Diagrams) -> sp.Expr:
        """L of three contractions."""
        return self.of_diagrams.subs({s: getattr(diagrams, n) for n, s in self.diagrams.items()})


_DIRECTIONS = tuple(
    sp.Matrix(v)
    for v in (
        (R(2, 3), R(1, 5), R(-1), R(1, 2)),
        (R(-1, 4), 1, R(1, 6), R(3, 5)),
        (1, 0, R(1, 2), -2),
    )
)
"""Any matrix is a sum of squares u u^T, and both sides are of second order in it: two suffice."""


def vertex_cases(
    quartic: sp.Expr, averages: Mapping[str, sp.Symbol], tadpole: Sequence[sp.Expr]
) -> Cases:
    """Derivatives of N log z along lines: three atoms, two outputs, two data."""
    chances = (R(1, 6), R(1, 3), R(1, 2))
    features = ((R(2, 3), R(-1, 2)), (R(5, 4), R(1, 3)), (R(-1, 5), R(3, 4)))
    width, scale = sp.Integer(7), R(3, 2) / 7
    start = sp.Matrix((R(2, 5), R(3, 5), R(-1, 2), R(4, 5)))
    lines = sp.symbols("l:3")
    place = start + sum((x * u for x, u in zip(lines, _DIRECTIONS, strict=True)), start * 0)
    pulls = [[place[2 * p] * s[0] + place[2 * p + 1] * s[1] for p in (0, 1)] for s in features]
    exponents = [sp.expand(scale / 2 * (b[0] ** 2 + b[1] ** 2)) for b in pulls]
    of_lines = sp.Function("z")(*lines)
    z = sum(c * sp.exp(q) for c, q in zip(chances, exponents, strict=True))
    zeros = dict.fromkeys(lines, 0)

    @cache
    def moment(*variables: sp.Symbol) -> sp.Expr:
        return sp.diff(z, *variables).evalf(50, subs=zeros)

    def derived(*along: int) -> sp.Expr:
        slope = sp.diff(sp.log(of_lines), *(lines[k] for k in along))
        parts = {d: moment(*d.variables) for d in slope.atoms(sp.Derivative)}
        return width * slope.xreplace({**parts, of_lines: z.evalf(50, subs=zeros)})

    raw = [sp.N(c * sp.exp(q.subs(zeros)), 40) for c, q in zip(chances, exponents, strict=True)]
    slopes = [
        [scale * b[p].subs(zeros) * s[k] for p in (0, 1) for k in (0, 1)]
        for b, s in zip(pulls, features, strict=True)
    ]
    law = Field(
        [Atom(w / sum(raw), g, scale, s, 2) for w, g, s in zip(raw, slopes, features, strict=True)]
    )
    inverse = sum((u * u.T for u in _DIRECTIONS[:2]), sp.zeros(4))
    values = law.averages(inverse, tuple(averages))
    fourth = quartic.subs(N, width).subs(dict(zip(averages.values(), values, strict=True)))
    yield "fourth", fourth, derived(0, 0, 0, 0) + 2 * derived(0, 0, 1, 1) + derived(1, 1, 1, 1)
    vector = sp.Matrix(law.tadpole(inverse, [w.subs(N, width) for w in tadpole]))
    for k, direction in enumerate(_DIRECTIONS):
        yield ("third", k), vector.dot(direction), derived(0, 0, k) + derived(1, 1, k)


def expansion_cases(loops: Loops) -> Cases:
    """log <exp(-i V3 tau^3/6 + V4 tau^4/24)> of two fields by moments of monomials."""
    x, y = sp.symbols("x y")
    stiff = (R(5, 2), R(4, 3))
    cubic = {(3, 0): R(1, 2), (2, 1): R(2, 3), (1, 2): R(-3, 4), (0, 3): R(5, 6)}
    fourth = {(4, 0): R(1, 3), (3, 1): R(1, 7), (2, 2): R(-2, 5), (1, 3): R(3, 8), (0, 4): R(2, 9)}

    def moment(power: int, stiffness: sp.Rational) -> sp.Expr:
        return sp.S.Zero if power % 2 else sp.factorial2(power - 1) / stiffness ** (power // 2)

    def average(polynomial: sp.Expr) -> sp.Expr:
        terms = sp.Poly(sp.expand(polynomial), x, y).terms()
        return sum(c * moment(i, stiff[0]) * moment(j, stiff[1]) for (i, j), c in terms)

    def vertex(table: Mapping[tuple[int, int], sp.Expr]) -> sp.Expr:
        return sum(
            v * x**i * y**j / (sp.factorial(i) * sp.factorial(j)) for (i, j), v in table.items()
        )

    def tensor(
        table: Mapping[tuple[int, int], sp.Expr], rank: int
    ) -> dict[tuple[int, ...], sp.Expr]:
        return {k: table[rank - sum(k), sum(k)] for k in product((0, 1), repeat=rank)}

    direct = average(vertex(fourth)) - average(vertex(cubic) ** 2) / 2
    inverse = sp.diag(1 / stiff[0], 1 / stiff[1])
    diagrams = contracted(inverse, tensor(cubic, 3), tensor(fourth, 4))
    yield "two fields", loops.value(diagrams), direct


def wishart_cases(loops: Loops, moved: sp.Expr) -> Cases:
    """One datum, S ~ N(0, 1), O outputs, a weak target: the relative shift of a at 1/N^2.

    One route differentiates L of log z = -log(1 - sigma_a^2 |t|^2/N)/2 twice; the other expands
    <(sigma^2 + K)^{-1 - O/2}>/<(sigma^2 + K)^{-O/2}> in K = sigma_a^2 chi^2_N/N. ``moved`` is
    a - A in the slope dL/dA, which is L'' A Y/sigma^4 as t = A sqrt(Y)/sigma^2 is small.
    """
    for outputs in (1, 2, 3):
        diagrams, expected = _wishart(outputs)
        bent = sp.diff(loops.value(diagrams), _T, 2).subs(_T, 0)
        (slope,) = loops.as_curvature.free_symbols
        shift = loops.as_curvature.subs(slope, bent) / 2 / (_NOISE + _SPREAD)
        yield outputs, shift, expected
        named = {z.name: z for z in moved.free_symbols}
        big, norm = sp.Symbol("A", positive=True), sp.Symbol("Y", positive=True)
        point = {
            "sigma2": _NOISE,
            "level": _SPREAD,
            "level_1": 0,
            "L_1": bent * big * norm / _NOISE**2,
        }
        weak = moved.subs({named[name]: value for name, value in point.items() if name in named})
        yield (outputs, "a - A"), weak / big, expected


_NOISE, _SPREAD, _T = R(3, 5), R(7, 4), sp.Symbol("t")


@cache
def _wishart(outputs: int) -> tuple[Diagrams, sp.Expr]:
    """The diagrams at a residual t, and what the other route expects."""
    width, level = sp.Integer(11), _NOISE + _SPREAD
    delta, small = sp.symbols("delta small")
    moments = {0: 1, 1: 0, 2: 2 * small, 3: 8 * small**2, 4: 12 * small**2}

    def power(exponent: sp.Rational) -> sp.Expr:
        curve = (1 + _SPREAD * delta / level) ** -exponent
        series = sp.series(curve, delta, 0, 5).removeO()
        return sum(series.coeff(delta, k) * v for k, v in moments.items())

    ratio = sp.series(power(1 + R(outputs, 2)) / power(R(outputs, 2)), small, 0, 3).removeO()
    names = sp.symbols(f"t:{outputs}")
    potential = -width / 2 * sp.log(1 - _SPREAD * sum(n**2 for n in names) / width)
    place = {n: _T if i == 0 else 0 for i, n in enumerate(names)}
    derived = partial(_derived, potential, names, place)
    cubic, fourth = (symmetric(derived, outputs, rank) for rank in (3, 4))
    curve = [derived((k, k)) + _NOISE for k in range(outputs)]
    diagrams = contracted(sp.diag(*(1 / c for c in curve)), cubic, fourth)
    return diagrams, ratio.coeff(small, 2) / width**2


def _derived(
    potential: sp.Expr,
    names: Sequence[sp.Symbol],
    place: Mapping[object, object],
    index: tuple[int, ...],
) -> sp.Expr:
    return sp.cancel(sp.diff(potential, *(names[k] for k in index)).subs(place))
