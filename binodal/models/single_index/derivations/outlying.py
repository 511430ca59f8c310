"""Neurons of a large norm, c_k = g_k r + h_k + E_k/r: how far below a bent line's they lie."""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.derivation import Derivation
from binodal.derive.gaussian.far import far
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import sigma_w2
from binodal.models.single_index.derivations.action import action, amplitude, m, overlap, r, u
from binodal.models.single_index.derivations.condensation import (
    field_at_infinity,
    slope_at_infinity,
)

_MODES = (1, 2, 4)


def line_constant(k: int) -> sp.Symbol:
    """h_k, the overlap of the constants of phi's straight lines."""
    return sp.Symbol(f"h_{k}", real=True)


def left_over(k: int) -> sp.Symbol:
    """E_k, r times what is left of c_k at the norm r."""
    return sp.Symbol(f"E_{k}", real=True)


def _field(modes: tuple[int, ...], parts: dict[int, sp.Expr]) -> sp.Expr:
    return sp.Add(*(amplitude(k) * m**k * parts[k] for k in modes))


@cache
def pull(modes: tuple[int, ...]) -> sp.Expr:
    """What of (u/2)(F^2 - r^2 f^2) grows with r."""
    constants = _field(modes, {k: line_constant(k) for k in modes})
    return u * field_at_infinity(modes) * constants * r


@cache
def rest(modes: tuple[int, ...]) -> sp.Expr:
    """What of (u/2)(F^2 - r^2 f^2) does not."""
    left = _field(modes, {k: left_over(k) for k in modes})
    away = _field(modes, {k: line_constant(k) + left_over(k) / r for k in modes})
    return u * (field_at_infinity(modes) * left + away**2 / 2)


def _depth_cases(claim: sp.Tuple) -> Cases:
    """The action of both overlaps at generic rationals."""
    numbers = {u: sp.Rational(7, 3), sigma_w2: sp.Rational(4, 9)}
    for index, place in enumerate((sp.Rational(3, 7), sp.Rational(-5, 6))):
        point = {**numbers, m: place, r: sp.Rational(9 + index, 4)}
        for k in _MODES:
            point |= {
                amplitude(k): sp.Rational(3 - k, 2 + k + index),
                slope_at_infinity(k): sp.Rational(k + 2, 5 + k * k),
                line_constant(k): sp.Rational(k - 3, 7 + index),
                left_over(k): sp.Rational(5, 3 * k - 4),
            }
        bent = {overlap(k): r * slope_at_infinity(k) for k in _MODES}
        own = {overlap(k): bent[overlap(k)] + line_constant(k) + left_over(k) / r for k in _MODES}
        difference = action(_MODES).subs(bent).subs(point) - action(_MODES).subs(own).subs(point)
        yield place, sum(part.subs(point) for part in claim), sp.nsimplify(sp.simplify(difference))


@cache
def outlying() -> Derivation:
    """By how much neurons of the norm r lie below those of c_k = g_k r, for the modes 1, 2, 4.

    Results: ``pull``, which grows with r, and ``rest``. Source: derived here.
    """
    parts = pull(_MODES), rest(_MODES)
    step = Step(
        "neurons of large norm",
        "F = r f + b + E/r, b and E the sums of t_k m^k h_k and t_k m^k E_k: (u/2)(F^2 - r^2 f^2)",
        action(_MODES),
        sp.Tuple(*parts),
        equal_on(_depth_cases, "the action of both overlaps at rationals"),
    )
    results = {**far().results, "pull": parts[0], "rest": parts[1]}
    return Derivation("Neurons of large norm", (*far().steps, step), results)
