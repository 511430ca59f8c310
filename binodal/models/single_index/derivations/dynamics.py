"""The force on a neuron in the residual, for any activation, in q and r_perp.

Readouts that are fast have the mean of their Gaussian law, so that the force on w is -grad S at the
residual of that time. Slopes of overlaps are overlaps again.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import N, d, n, sigma2, sigma_a2, sigma_w2
from binodal.models.single_index.derivations.action import (
    action,
    amplitude,
    by,
    cost,
    field,
    m,
    overlap,
    r,
    u,
)
from binodal.models.single_index.derivations.law import coupling_per_dimension

ALONG, ACROSS = sp.symbols("q r_perp", positive=True)
"""q = w.w* and |w - q w*|; q may have either sign in what is made of it."""
NORM = sp.sqrt(ALONG**2 + ACROSS**2)
_MODES = (0, 1, 2, 3)


@cache
def forces(modes: tuple[int, ...]) -> tuple[sp.Expr, sp.Expr]:
    """Along q and r_perp, with the overlaps c_k at the norm as symbols."""
    pull = d * (cost() - action(modes)).subs(u, coupling_per_dimension())
    slopes = {name: by(pull, name) for name in ("m", "l")}
    moves = {"m": ALONG / NORM, "l": sp.log(NORM)}
    return tuple(
        sp.Add(*(slopes[name] * sp.diff(moves[name], z) for name in moves)).subs(
            {r: NORM, m: ALONG / NORM}
        )
        for z in (ALONG, ACROSS)
    )


_POLYNOMIAL = {1: sp.Rational(2, 3), 2: sp.Rational(-3, 5), 3: sp.Rational(1, 4)}
"""An activation sum_j p_j z^j, all of whose averages are moments."""
_AT = {N: sp.Integer(7), n: sp.Integer(11), d: sp.Integer(5), sigma2: sp.Rational(3, 4)}
_AT |= {sigma_a2: sp.Rational(2, 7), sigma_w2: sp.Rational(4, 9)}
_AT |= {amplitude(k): sp.Rational(5 - 2 * k, 3 + k) for k in _MODES}


def _mean(polynomial: sp.Expr, *variables: sp.Symbol) -> sp.Expr:
    """Over independent standard normals: <x^2j> = (2j - 1)!!."""
    average = sp.S.Zero
    for powers, coefficient in sp.Poly(sp.expand(polynomial), *variables).terms():
        if all(p % 2 == 0 for p in powers):
            average += coefficient * sp.Mul(*(sp.factorial2(p - 1) for p in powers))
    return average


_X, _Y = sp.symbols("X Y", real=True)


def _hermite(k: int) -> sp.Expr:
    return sp.hermite_prob(k, _X)


def _activated(z: sp.Expr) -> sp.Expr:
    return sum(p * z**j for j, p in _POLYNOMIAL.items())


def _force_cases(claim: sp.Tuple) -> Cases:
    """Mean readout times the slope of <r phi>, as moments of two components of x."""
    overlaps = {
        overlap(k): _mean(_hermite(k) * _activated(NORM * _X), _X) for k in range(max(_MODES) + 3)
    }
    residual = sum(amplitude(k) * _hermite(k) for k in _MODES)
    learned = _mean(residual * _activated(ALONG * _X + ACROSS * _Y), _X, _Y)
    readout = sigma_a2 / N * n / sigma2 * learned
    point = {**_AT, ALONG: sp.Rational(5, 7), ACROSS: sp.Rational(12, 7)}
    for axis, value in zip((ALONG, ACROSS), claim, strict=True):
        direct = n / sigma2 * readout * sp.diff(learned, axis)
        yield (
            axis,
            value.subs({c: z.subs(point) for c, z in overlaps.items()}).subs(point),
            direct.subs(point),
        )


@cache
def dynamics() -> Derivation:
    """The force on q and r_perp of a residual with modes 0 to 3; the measure adds (d - 2)/r_perp.

    Results: ``force_q``, ``force_r`` with c_k = c_k(|w|). Time is that of dw = -grad S dt + sqrt(2)
    dW of all weights. Source: derived here.
    """
    forces_of = forces(_MODES)
    step = Step(
        "force of the residual",
        "readouts that are fast have the mean of their Gaussian law, so that the force on w is "
        "-grad S at the residual of that time; r c_k' = c_{k+2} + k c_k",
        coupling_per_dimension() * d * field(_MODES) ** 2 / 2,
        sp.Tuple(*forces_of),
        equal_on(_force_cases, "moments of a cubic activation in two components of x"),
        (Assumption.MEAN_FIELD, Assumption.CONTINUUM, Assumption.GAUSSIAN_DATA),
    )
    results = dict(zip(("force_q", "force_r"), forces_of, strict=True))
    return Derivation("Force on a single-index neuron in time", (step,), results)
