"""A neuron in its weights: overlaps q_j with every direction, r_perp across them, and a bias.

With c_k = r^k g_k the field is sum_a t_a prod_j q_j^{a_j} g_{|a|}; slopes of g_k are g_{k+2} and,
in the bias, g_{k+1}. So one expression serves any number of directions, with a bias or without.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, both, close_on, equal_on
from binodal.derive.symbols import d, sigma_w2
from binodal.models.single_index.derivations.action import action as action_of_one
from binodal.models.single_index.derivations.action import amplitude as amplitude_of_one
from binodal.models.single_index.derivations.action import m, overlap, r, u
from binodal.models.single_index.derivations.bias_checks import exact_overlap
from binodal.models.single_index.derivations.biased import bias, variance
from binodal.models.single_index.derivations.dynamics import ACROSS, ALONG, NORM
from binodal.models.single_index.derivations.law import log_prior
from binodal.models.single_index.derivations.several import m1, m2

MultiIndex = tuple[int, ...]


def along(directions: int) -> tuple[sp.Symbol, ...]:
    """q_1 ... q_J.

    >>> along(2)
    (q_1, q_2)
    """
    return tuple(sp.symbols(f"q_1:{directions + 1}", real=True))


def weights(directions: int, biased: bool) -> tuple[sp.Symbol, ...]:
    """q_1 ... q_J, r_perp and, where neurons have one, the bias."""
    return (*along(directions), ACROSS, *([bias] if biased else []))


def slope(k: int) -> sp.Symbol:
    """g_k = c_k/r^k, which is E phi^(k)(r z + bias)."""
    return sp.Symbol(f"g_{k}", real=True)


def amplitude(index: MultiIndex) -> sp.Symbol:
    """t_a of He_a1(w*_1.x) ... in the mean residual."""
    return sp.Symbol("_".join(["t", *map(str, index)]), real=True)


def by_weight(expression: sp.Expr, weight: sp.Symbol) -> sp.Expr:
    """The derivative in a weight by the ladder.

    >>> by_weight(slope(1) * ACROSS, ACROSS)
    g_1 + g_3*r_perp**2
    """
    names = (s.name for s in expression.free_symbols)
    orders = sorted(int(name[2:]) for name in names if name.startswith("g_"))
    raised = {k: slope(k + 1) if weight == bias else weight * slope(k + 2) for k in orders}
    steps = (sp.diff(expression, slope(k)) * raised[k] for k in orders)
    return sp.expand(sp.diff(expression, weight) + sp.Add(*steps))


@cache
def field(modes: tuple[MultiIndex, ...]) -> sp.Expr:
    """F of a residual with these modes."""
    places = along(len(modes[0]))
    return sp.Add(
        *(
            amplitude(a) * sp.prod([q**k for q, k in zip(places, a, strict=True)]) * slope(sum(a))
            for a in modes
        )
    )


@cache
def free(directions: int, biased: bool) -> sp.Expr:
    """The part of S without a residual, a measure r_perp^d in it."""
    places = along(directions)
    square = sp.Add(*(q**2 for q in places)) + ACROSS**2
    own = bias**2 / (2 * variance) if biased else 0
    return d * (square / (2 * sigma_w2) - sp.log(ACROSS)) + own


def action(modes: tuple[MultiIndex, ...], biased: bool) -> sp.Expr:
    """S of one neuron in its weights, to leading order in their measure."""
    return free(len(modes[0]), biased) - d * u * field(modes) ** 2 / 2


def measure(directions: int) -> sp.Expr:
    """What the measure r_perp^{d-1-J} adds to S."""
    return (directions + 1) * sp.log(ACROSS)


@cache
def slopes(modes: tuple[MultiIndex, ...], biased: bool) -> tuple[sp.Matrix, sp.Matrix]:
    """Gradient and Hessian of S in the weights."""
    places, whole = weights(len(modes[0]), biased), action(modes, biased)
    first = [by_weight(whole, x) for x in places]
    rows = [[by_weight(e, x) for x in places] for e in first]
    return sp.Matrix(first), sp.Matrix(rows)


_PLACE = (sp.Rational(2, 3), sp.Rational(-1, 2), sp.Rational(3, 5), sp.Rational(2, 7))
_Z = sp.Symbol("z")
_ORDERS = 9


def _ladder_cases(claim: sp.Tuple) -> Cases:
    """c_k of z^5 + z^2, polynomials in r and the bias, over r^k and differentiated as they are."""
    places = weights(2, True)
    norm = sp.sqrt(sum(x**2 for x in places[:3]))
    table = {slope(k): exact_overlap(_Z**5 + _Z**2, k) / r**k for k in range(_ORDERS)}
    inserted = {g: sp.simplify(c).subs(r, norm) for g, c in table.items()}
    point = dict(zip(places, _PLACE, strict=True))
    for k, row in enumerate(claim):
        for x, own in zip(places, row, strict=True):
            direct = sp.diff(inserted[slope(k)], x)
            yield f"g_{k} by {x}", own.subs(inserted).subs(point), direct.subs(point)


def _measure_cases(claim: sp.Expr) -> Cases:
    """(1 - m^2)^{(d-4)/2} r^{d-1} of two cosines and the norm, with their Jacobian."""
    places = weights(2, False)
    norm = sp.sqrt(sum(x**2 for x in places))
    turned = sp.Matrix([places[0] / norm, places[1] / norm, norm])
    jacobian = sp.log(sp.Abs(turned.jacobian(places).det()))
    radial = log_prior().subs(m, 0) + (d - 4) / 2 * sp.log(1 - m1**2 - m2**2)
    density = radial.subs({m1: turned[0], m2: turned[1], r: norm}, simultaneous=True) + jacobian
    at = {d: sp.Integer(9), sigma_w2: sp.Rational(4, 9)}
    spots = [dict(zip(places, p, strict=True)) for p in (_PLACE[:3], (1, sp.Rational(1, 4), 2))]
    own, direct = ([sp.N(e.subs(at).subs(p), 30) for p in spots] for e in (claim, -density))
    yield "two places", own[1] - own[0], direct[1] - direct[0]


_WELL, _TOP = sp.Integer(2), sp.Integer(3)
"""r_perp at two places."""


def idle() -> sp.Expr:
    """The second slope of S along a direction that no mode has, where S is stationary: d/r_perp^2.

    d/sigma_w^2 - d u F F_r/r_perp is that by the condition on r_perp.
    """
    strength = sp.Symbol("k", real=True)
    across = sp.diff(free(1, False), ACROSS) - strength * ACROSS
    along_idle = sp.diff(free(2, False), along(2)[1], 2) - strength
    (held,) = sp.solve(across, strength)
    return sp.simplify(along_idle.subs(strength, held))


def _idle_cases(claim: sp.Expr) -> Cases:
    """Second slopes of S with erf's first mode, at the strength that holds r_perp; and its second
    slopes times the measure it takes from r_perp are what r_perp alone had before."""

    def densities(directions: int) -> sp.Expr:
        places = (measure(directions).subs(ACROSS, place) for place in (_WELL, _TOP))
        return sp.exp(sp.Add(*(sign * e for sign, e in zip((1, -1), places, strict=True))))

    place, slant = along(2)
    norm = sp.sqrt(place**2 + slant**2 + ACROSS**2)
    pull = d * u * (place / sp.sqrt(1 + 2 * norm**2)) ** 2 / 2
    whole = d * (norm**2 / (2 * sigma_w2) - sp.log(ACROSS)) - pull
    spot = {place: sp.Rational(2, 3), ACROSS: sp.Rational(1, 2), sigma_w2: sp.Rational(4, 9)}
    (held,) = sp.solve(sp.diff(whole, ACROSS).subs({slant: 0, **spot}), u)
    bend = sp.diff(whole, slant, 2).subs({slant: 0, u: held, **spot})
    yield "one mode of erf", claim.subs(spot), sp.simplify(bend)
    for size in (5, 40):
        well, top = (claim.subs({d: size, ACROSS: place}) for place in (_WELL, _TOP))
        yield size, sp.sqrt(well / top) * densities(2), densities(1)


@cache
def weighed() -> Derivation:
    """Potential and slopes in the weights.

    Results: ``slopes`` of g_3, ``potential`` of two directions with modes (1,0) and (2,1) and a
    bias, ``idle``: the second slope along a direction that no mode has. Source: derived here.
    """
    places = weights(2, True)
    ladder = sp.Tuple(*(sp.Tuple(*(by_weight(slope(k), x) for x in places)) for k in range(4)))
    whole = action(((1, 0), (2, 1)), True) + measure(2)
    steps = (
        Step(
            "slopes in the weights",
            "r c_k' = c_{k+2} + k c_k is dg_k/dw = w g_{k+2} for g_k = c_k/r^k, and dc_k/dbias = "
            "c_{k+1}/r is g_{k+1}",
            sp.Tuple(*map(slope, range(4))),
            ladder,
            equal_on(_ladder_cases, "overlaps of z^5 + z^2, differentiated as polynomials"),
        ),
        Step(
            "measure of the weights",
            "r_perp^{d-1-J} across J directions; the bias and all of the weights have one mobility",
            free(2, False),
            free(2, False) + measure(2),
            close_on(_measure_cases, "two cosines on the sphere, with their Jacobian"),
            (Assumption.UNIT_TEACHER,),
        ),
        Step(
            "a direction that no mode has",
            "its second slope where S is stationary is d/r_perp^2, and its measure one power of "
            "r_perp: the rate over a saddle stays as it is",
            free(2, False),
            idle(),
            equal_on(_idle_cases, "second slopes with erf; the measure of one direction alone"),
        ),
        Step(
            "potential of a neuron in its weights",
            "add the residual's pull d u F^2/2, and the bias's prior",
            free(2, True),
            whole,
            both(
                equal_on(_one_direction_cases, "the potential of one direction in (q, r_perp)"),
                equal_on(_polynomial_cases, "Gaussian moments of z^5 + z^2 with both modes"),
            ),
            (Assumption.MEAN_FIELD, Assumption.CONTINUUM, Assumption.GAUSSIAN_DATA),
        ),
    )
    results = {"slopes": ladder, "potential": whole, "idle": idle()}
    return Derivation("A neuron in its weights, several directions and a bias", steps, results)


def _pulled(places: dict[sp.Symbol, sp.Expr], activation: sp.Expr) -> sp.Expr:
    """<phi(w.x + bias) R(x)> of a polynomial activation and both modes, moment by moment."""
    x = sp.symbols("x_1:4", real=True)
    modes = amplitude((1, 0)) * x[0] + amplitude((2, 1)) * (x[0] ** 2 - 1) * x[1]
    output = sp.Add(*(places[w] * of for w, of in zip(weights(2, False), x, strict=True)))
    whole = sp.Poly(modes * activation.subs(_Z, output + places[bias]), *x)
    return sp.Add(
        *(
            value * sp.prod([sp.factorial2(k - 1) for k in powers])
            for powers, value in whole.terms()
            if not any(k % 2 for k in powers)
        )
    )


def _polynomial_cases(claim: sp.Expr) -> Cases:
    """With two directions, a bias and z^5 + z^2: the weights' law and Gaussian moments."""
    activation = _Z**5 + _Z**2
    places = dict(zip(weights(2, True), _PLACE, strict=True))
    norm2 = sp.Add(*(places[w] ** 2 for w in weights(2, False)))
    at = {r: sp.sqrt(norm2), bias: places[bias]}
    table = {slope(k): (exact_overlap(activation, k) / r**k).subs(at) for k in range(4)}
    values = {d: sp.Integer(7), u: sp.Rational(3, 4), sigma_w2: sp.Rational(4, 9)}
    values |= {variance: sp.Rational(5, 8)}
    values |= {amplitude((1, 0)): sp.Rational(2, 7), amplitude((2, 1)): sp.Rational(-3, 5)}
    costs = norm2 * d / (2 * sigma_w2) + places[bias] ** 2 / (2 * variance)
    across = (d - 3) * sp.log(places[ACROSS])
    direct = costs - across - d * u * _pulled(places, activation) ** 2 / 2
    yield "two directions", claim.subs(table).subs(places | values), direct.subs(values)


def _one_direction_cases(claim: sp.Expr) -> Cases:
    """Without the second direction and the bias, against the other coordinates' expression."""
    q, other = along(2)
    point = {q: sp.Rational(3, 5), ACROSS: sp.Rational(4, 5), other: 0, bias: 0}
    amplitudes = {amplitude((1, 0)): sp.Rational(2, 7), amplitude((2, 1)): 0}
    values = {d: 7, u: sp.Rational(3, 4), sigma_w2: sp.Rational(4, 9)}
    own = claim.subs(amplitudes | point | values | {slope(1): sp.Rational(5, 3)})
    places = {ALONG: point[q], ACROSS: point[ACROSS], overlap(1): sp.Rational(5, 3)}
    single = action_of_one((1,)).subs({r: NORM, m: ALONG / NORM})
    single = (d * single + 2 * sp.log(ACROSS)).subs(places | values)
    single = single.subs(amplitude_of_one(1), sp.Rational(2, 7))
    rest = d * (-sp.Rational(1, 2) + sp.log(sigma_w2) / 2)
    yield "r = 1", own - sp.log(point[ACROSS]), single - rest.subs(values)
