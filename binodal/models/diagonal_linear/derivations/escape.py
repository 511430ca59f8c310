"""Over the barrier that decay builds about zero, for L > 2: noise in the place of a large start.

du = -(grad of the loss + lambda u) dt + sqrt(2 T) dW, and so for v. Where all components but one u
are at zero the loss knows of the data G = sum x y and K = sum x^2 alone. The others have curvature
lambda at zero and at the saddle, so that they leave the prefactor.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, close_on, equal_on
from binodal.models.diagonal_linear.derivations.symbols import ALPHA, DECAY, DEGREES, SCALE, L, U

GAIN, WEIGHT, HEAT = sp.symbols("G K T", positive=True)
"""sum x y and sum x^2 of one component, of the sign that learns; the temperature."""
ESCAPE = sp.Symbol("tau", positive=True)
FEATURE = sp.Symbol("u_f", positive=True)
"""The minimum beyond the saddle."""

_X, _Y = (sp.Rational(2, 3), sp.Rational(5, 4)), (sp.Rational(7, 5), sp.Rational(1, 6))
_PLACE, _RATE = sp.Rational(3, 7), sp.Rational(4, 9)
_COLD = sp.Rational(1, 400)
_DIGITS = 40
_OVER, _EVEN, _FAINT = 400, sp.Rational(10, 9), sp.Rational(1, 1000)
"""The barrier over the temperature at which rates are checked, and a decay with two deep wells."""


@cache
def energy() -> sp.Expr:
    """The loss with decay above its value at zero, along one u."""
    return -GAIN * U**L + WEIGHT * U ** (2 * L) / 2 + DECAY * U**2 / 2


@cache
def decay_at() -> sp.Expr:
    """The decay for which a place is stationary."""
    return sp.factor(sp.solve(sp.diff(energy(), U), DECAY)[0])


@cache
def barrier() -> sp.Expr:
    """The energy of a stationary place, by the place alone."""
    return sp.powsimp(sp.expand(energy().subs(DECAY, decay_at())))


@cache
def curvature() -> sp.Expr:
    """Of the energy at a stationary place."""
    return sp.powsimp(sp.expand(sp.diff(energy(), U, 2).subs(DECAY, decay_at())))


def _edges() -> tuple[sp.Expr, sp.Expr]:
    """w = u^L where saddle and feature merge, and of a feature as deep as zero."""
    return (L - 2) * GAIN / ((2 * L - 2) * WEIGHT), (L - 2) * GAIN / ((L - 1) * WEIGHT)


def _rate() -> sp.Expr:
    """Kramers' rate out of zero over one saddle at U."""
    return sp.sqrt(decay_at() * -curvature()) / (2 * sp.pi) * sp.exp(-barrier() / HEAT)


def _rate_back() -> sp.Expr:
    """Kramers' rate out of the feature over the saddle at U."""
    bend, height = (of.subs(U, FEATURE) for of in (curvature(), barrier()))
    return sp.sqrt(bend * -curvature()) / (2 * sp.pi) * sp.exp((height - barrier()) / HEAT)


def _blur() -> sp.Expr:
    """Variance that noise gives a weight which the data do not hold, while A falls from alpha."""
    return 4 * HEAT * L**2 * ALPHA ** (2 * L - 2) / ((2 * L - 2) * DECAY)


def _crossover() -> sp.Expr:
    """log alpha of a start that decays as long as an escape takes."""
    return sp.log(SCALE) + DECAY * ESCAPE


def _by_parameters() -> sp.Expr:
    """The same at small decay, by the parameters: the saddle is at u^(L - 2) = lambda/(G L).

    Two saddles lead out, and curvatures are lambda and -(L - 2) lambda.
    """
    height = (L - 2) * DECAY / (2 * L) * (DECAY / (GAIN * L)) ** (2 / (L - 2))
    return sp.log(SCALE) + sp.pi / sp.sqrt(L - 2) * sp.exp(height / HEAT)


_OF_DATA = {
    GAIN: sum(x * y for x, y in zip(_X, _Y, strict=True)),
    WEIGHT: sum(x * x for x in _X),
}


def _energy_cases(claim: sp.Expr) -> Cases:
    """The loss of two samples with this one weight, sample by sample."""
    for degree in DEGREES:
        w = _PLACE**degree
        loss = sum((y - x * w) ** 2 - y**2 for x, y in zip(_X, _Y, strict=True)) / 2
        point = {L: degree, U: _PLACE, DECAY: _RATE, **_OF_DATA}
        yield degree, sp.N(claim.subs(point), _DIGITS), sp.N(loss + _RATE * _PLACE**2 / 2, _DIGITS)


def _root(degree: sp.Expr, decay: sp.Expr, near: float) -> sp.Expr:
    """A place where the energy's slope vanishes, by Newton's method on the energy itself."""
    point = {L: degree, DECAY: decay, **_OF_DATA}
    return sp.nsolve(sp.diff(energy(), U).subs(point), U, near, prec=_DIGITS)


def _saddle_cases(claim: sp.Tuple) -> Cases:
    """Energy and curvature at the root of the slope."""
    decay, height, bend = claim
    for degree in DEGREES:
        place = _root(degree, _RATE / 4, 0.25)
        point = {L: degree, DECAY: _RATE / 4, U: place, **_OF_DATA}
        yield (degree, "decay"), decay.subs(point), _RATE / 4
        yield (degree, "energy"), height.subs(point), energy().subs(point)
        yield (degree, "curvature"), bend.subs(point), sp.diff(energy(), U, 2).subs(point)


def _edge_cases(claim: sp.Tuple) -> Cases:
    """At the first slope and curvature vanish, at the second slope and energy."""
    for degree in DEGREES:
        merged, level = (edge.subs({L: degree, **_OF_DATA}) for edge in claim)
        for name, w, order in (("merged", merged, 2), ("level", level, 0)):
            place = w ** (1 / degree)
            point = {L: degree, U: place, **_OF_DATA}
            decay = decay_at().subs(point)
            point = {**point, DECAY: decay}
            yield (
                (degree, name),
                sp.N(sp.diff(energy(), U, order).subs(point), _DIGITS),
                sp.Float(0),
            )


def _rate_cases(claim: sp.Tuple) -> Cases:
    """The exact mean times by quadrature of the backward equation, at a low temperature."""
    degree = DEGREES[0]
    point = {L: degree, DECAY: _EVEN, U: _root(degree, _EVEN, 0.35), **_OF_DATA}
    point[FEATURE] = _root(degree, _EVEN, 0.65)
    bottoms = sp.Integer(0), point[FEATURE]
    for name, stated, bottom in zip(("zero", "feature"), claim, bottoms, strict=True):
        height = energy().subs(point) - energy().subs({**point, U: bottom})
        heat = height / _OVER
        # exp(barrier/T) is left out of the quadrature.
        rate = stated.subs({**point, HEAT: heat}) * sp.exp(_OVER)
        yield (degree, name), rate * _passage(degree, point[U], bottom, heat), sp.Float(1)


def _passage(degree: sp.Expr, place: sp.Expr, bottom: sp.Expr, heat: sp.Expr) -> sp.Float:
    """The mean time over exp(barrier/T): integrals over the saddle and over the well."""
    import mpmath

    of = sp.lambdify(U, energy().subs({L: degree, DECAY: _EVEN, **_OF_DATA}), "mpmath")
    with mpmath.workdps(25):
        top, low, temperature = (mpmath.mpf(sp.N(x, 25)) for x in (place, bottom, heat))
        wide = 8 * mpmath.sqrt(temperature / mpmath.mpf(sp.N(_EVEN, 25)))
        least = of(low)
        well = mpmath.quad(
            lambda z: mpmath.exp((least - of(z)) / temperature), [low - wide, low, low + wide]
        )
        over = mpmath.quad(
            lambda y: mpmath.exp((of(y) - of(top)) / temperature), [top - wide, top, top + wide]
        )
        return sp.Float(well * over / temperature, 25)


def _blur_cases(claim: sp.Expr) -> Cases:
    """Ito's variance of u^L - v^L at u = v = alpha exp(-lambda t), summed over time."""
    for degree in DEGREES:
        point = {L: degree, HEAT: _COLD, ALPHA: _PLACE, DECAY: _RATE}
        yield degree, claim.subs(point), _diffused(degree)


def _diffused(degree: sp.Expr) -> sp.Float:
    import mpmath

    v = sp.Symbol("v", positive=True)
    w = U**degree - v**degree
    rate = 2 * _COLD * (sp.diff(w, U) ** 2 + sp.diff(w, v) ** 2)
    of = sp.lambdify(U, rate.subs(v, U), "mpmath")
    with mpmath.workdps(25):
        start, decay = (mpmath.mpf(sp.N(x, 25)) for x in (_PLACE, _RATE))
        whole = mpmath.quad(lambda t: of(start * mpmath.exp(-decay * t)), [0, 1, 5, mpmath.inf])
        return sp.Float(whole, 25)


def _crossover_cases(claim: sp.Expr) -> Cases:
    """log(alpha/A*)/lambda at that start is the time."""
    start = sp.exp(claim)
    yield "time", sp.simplify(sp.log(start / SCALE) / DECAY), ESCAPE


def _by_parameters_cases(claim: sp.Expr) -> Cases:
    """The crossover with Kramers' time over two saddles, at the root of the whole slope."""
    for degree in DEGREES:
        decay = _FAINT ** (degree - 2)
        near = (decay / _OF_DATA[GAIN] / degree) ** (1 / (degree - 2))
        place = _root(degree, decay, sp.N(near, _DIGITS))
        point = {L: degree, DECAY: decay, U: place, SCALE: _PLACE, **_OF_DATA}
        point[HEAT] = energy().subs(point) / 3
        time = 1 / (2 * _rate().subs(point))
        yield degree, claim.subs(point), _crossover().subs(ESCAPE, time).subs(point)


def _barrier_steps() -> tuple[Step, ...]:
    return (
        Step(
            "energy of one unit",
            "with all others at zero the loss is a quadratic in w = u^L of G and K",
            sp.Symbol("loss"),
            energy(),
            equal_on(_energy_cases, "the loss sample by sample"),
        ),
        Step(
            "barrier",
            "a stationary place fixes its decay, and with it energy and curvature",
            energy(),
            sp.Tuple(decay_at(), barrier(), curvature()),
            close_on(_saddle_cases, "the root of the slope by Newton's method"),
        ),
        Step(
            "where the feature ends",
            "saddle and feature merge where the decay of a stationary place is largest; zero is as "
            "deep as the feature where the energy vanishes",
            barrier(),
            sp.Tuple(*_edges()),
            close_on(_edge_cases, "slope, energy and curvature there"),
        ),
    )


def _time_steps() -> tuple[Step, ...]:
    return (
        Step(
            "rate",
            "Kramers: the other units have the same curvature at zero, at the saddle and at the "
            "feature",
            curvature(),
            sp.Tuple(_rate(), _rate_back()),
            close_on(_rate_cases, "the backward equation by quadrature, barrier 400 T", 2),
        ),
        Step(
            "noise while the norm decays",
            "what the data do not hold diffuses, with L u^(L - 1) from every u and v",
            sp.Tuple(ALPHA, HEAT),
            _blur(),
            close_on(_blur_cases, "Ito's variance of w by quadrature in time"),
        ),
        Step(
            "crossover",
            "a start alpha > A* is late by log(alpha/A*)/lambda, a start at zero by the time tau "
            "of an escape",
            sp.Tuple(sp.log(ALPHA / SCALE) / DECAY, ESCAPE),
            _crossover(),
            equal_on(_crossover_cases, "the time of that start"),
        ),
        Step(
            "crossover by the parameters",
            "at small decay the quadratic part of the loss is not seen: the saddle, its barrier "
            "and both curvatures are powers of lambda",
            _crossover(),
            _by_parameters(),
            close_on(_by_parameters_cases, "Kramers' time at the root of the whole slope", 6),
        ),
    )


@cache
def escape() -> Derivation:
    """Barrier, rate and crossover of an escape from zero; ``faint`` is the latter at small decay.

    >>> len(escape().results)
    11
    """
    edges, steps = _edges(), (*_barrier_steps(), *_time_steps())
    results = {"energy": energy(), "decay": decay_at(), "barrier": barrier()}
    results |= {"curvature": curvature(), "merged": edges[0], "level": edges[1]}
    results |= {"rate": _rate(), "back": _rate_back(), "blur": _blur(), "crossover": _crossover()}
    results["faint"] = _by_parameters()
    return Derivation("Escape from zero by noise", steps, results)
