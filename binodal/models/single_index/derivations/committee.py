"""Three directions, two of them alike: the action on cosines (m_1, m_2, m_2), and across.

A teacher that keeps its value when its second and third direction are exchanged has stationary
points with m_2 = m_3, and those of the action on that subspace are stationary in all cosines.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, equal_on
from binodal.models.single_index.derivations.action import cost, m, overlap, r, u, with_interaction
from binodal.models.single_index.derivations.limit import beta
from binodal.models.single_index.derivations.several import m1, m2, several_action, target

Triple = tuple[int, int, int]
m3 = sp.Symbol("m_3", real=True)


def target3(index: Triple) -> sp.Symbol:
    """y_a, the teacher's coefficient of He_{a1} He_{a2} He_{a3}."""
    return sp.Symbol("y_" + "_".join(map(str, index)), real=True)


@cache
def field3(modes: tuple[Triple, ...]) -> sp.Expr:
    """F = sum_a t_a m_1^{a1} m_2^{a2} m_3^{a3} c_{|a|}(r), linear modes beta times the target's."""
    terms = (
        target3(a)
        * (beta if sum(a) == 1 else 1)
        * m1 ** a[0]
        * m2 ** a[1]
        * m3 ** a[2]
        * overlap(sum(a))
        for a in modes
    )
    return sp.Add(*terms)


@cache
def action3(modes: tuple[Triple, ...]) -> sp.Expr:
    """S/d of three cosines."""
    return with_interaction(cost().subs(m**2, m1**2 + m2**2 + m3**2), field3(modes))


def across(modes: tuple[Triple, ...]) -> sp.Expr:
    """The curvature of S along (0, 1, -1)/sqrt(2) at m_2 = m_3, where F has no slope that way."""
    force = field3(modes)
    bend = sp.diff(force, m2, 2) - 2 * sp.diff(force, m2, m3) + sp.diff(force, m3, 2)
    alike = {m3: m2}
    return 1 / (1 - m1**2 - 2 * m2**2) - u * force.subs(alike) * bend.subs(alike) / 2


@cache
def apart(modes: tuple[Triple, ...]) -> sp.Expr:
    """The second divided difference of F's slopes in the cosines, for modes that exchanges keep.

    The cost's slopes are m_i/(1 - |m|^2), with none: at a saddle with three cosines that differ it
    vanishes, as there F is not zero.
    """
    alike = {target3(a): target3(_sorted(a)) for a in modes}
    force = field3(modes).subs(alike)
    cosines = (m1, m2, m3)
    terms = (
        sp.diff(force, x) / sp.prod([x - other for other in cosines if other is not x])
        for x in cosines
    )
    return sp.cancel(sp.together(sp.Add(*terms)))


def _sorted(index: Triple) -> Triple:
    one, other, third = sorted(index, reverse=True)
    return one, other, third


def reduced(modes: Mapping[Triple, sp.Expr]) -> dict[tuple[int, int], sp.Expr]:
    """Coefficients of two directions, the second one the diagonal of two that are alike."""
    teacher: dict[tuple[int, int], sp.Expr] = {}
    for (a, b, c), y in modes.items():
        key = (a, b + c)
        teacher[key] = teacher.get(key, sp.S.Zero) + y / sp.sqrt(2) ** (b + c)
    return teacher


_TEACHER: dict[Triple, sp.Expr] = {
    (1, 0, 0): sp.Rational(3, 5),
    (0, 1, 0): sp.Rational(-2, 7),
    (0, 0, 1): sp.Rational(-2, 7),
    (2, 1, 0): sp.Rational(1, 3),
    (2, 0, 1): sp.Rational(1, 3),
    (0, 1, 1): sp.Rational(5, 8),
    (0, 3, 0): sp.Rational(-3, 10),
    (0, 0, 3): sp.Rational(-3, 10),
}
_AT = {
    m1: sp.Rational(2, 7),
    r: sp.Rational(5, 6),
    u: sp.Rational(17, 9),
    beta: sp.Rational(3, 4),
    sp.Symbol("sigma_w2", positive=True): sp.Rational(4, 9),
    **{overlap(k): sp.Rational(k + 2, 5 + k * k) for k in range(1, 4)},
}
_EQUAL = sp.Rational(3, 8)


_ALIKE: dict[Triple, sp.Expr] = {
    **{a: sp.Rational(3, 5) for a in ((1, 0, 0), (0, 1, 0), (0, 0, 1))},
    **{a: sp.Rational(-2, 7) for a in ((3, 0, 0), (0, 3, 0), (0, 0, 3))},
    (1, 1, 1): sp.Rational(5, 8),
    **{a: sp.Rational(1, 9) for a in ((2, 1, 0), (2, 0, 1), (0, 2, 1), (1, 2, 0), (0, 1, 2))},
    (1, 0, 2): sp.Rational(1, 9),
}


def _apart_cases(claim: sp.Expr) -> Cases:
    """The same difference of the action's own slopes, which is -u F of it, at rationals."""
    modes = tuple(_ALIKE)
    numbers = {**_AT, m2: sp.Rational(1, 5), m3: sp.Rational(-1, 3)}
    targets = {target3(a): y for a, y in _ALIKE.items()}
    whole, force = (of(modes).subs(targets) for of in (action3, field3))
    total = sp.S.Zero
    for x in (m1, m2, m3):
        gaps = [numbers[x] - numbers[other] for other in (m1, m2, m3) if other is not x]
        total += sp.diff(whole, x).subs(numbers) / sp.prod(gaps)
    pull = (u * force).subs(numbers)
    yield "three cosines", sp.nsimplify(claim.subs(targets).subs(numbers)), -total / pull


def _targets() -> dict[sp.Symbol, sp.Expr]:
    return {target3(a): y for a, y in _TEACHER.items()}


def _plane_cases(claim: sp.Expr) -> Cases:
    """The action of three cosines at m_2 = m_3, and its slope along the plane."""
    whole = action3(tuple(_TEACHER)).subs(_targets())
    away = {m2: _EQUAL, m3: _EQUAL}
    plane = claim.subs({target(a): y for a, y in reduced(_TEACHER).items()})
    there = {m2: sp.sqrt(2) * _EQUAL}
    yield "action", plane.subs(there).subs(_AT), whole.subs(away).subs(_AT)
    slope = (sp.diff(whole, m2) + sp.diff(whole, m3)) / sp.sqrt(2)
    yield "slope", sp.diff(plane, m2).subs(there).subs(_AT), slope.subs(away).subs(_AT)


def _across_cases(claim: sp.Expr) -> Cases:
    """The second derivative in a step along (0, 1, -1)/sqrt(2), and that the first vanishes."""
    step = sp.Symbol("step")
    moved = {m2: _EQUAL + step / sp.sqrt(2), m3: _EQUAL - step / sp.sqrt(2)}
    whole = action3(tuple(_TEACHER)).subs(_targets()).subs(moved).subs(_AT)
    yield "slope", sp.diff(whole, step).subs(step, 0), sp.S.Zero
    bend = claim.subs(_targets()).subs({m2: _EQUAL}).subs(_AT)
    yield "curvature", bend, sp.diff(whole, step, 2).subs(step, 0)


@cache
def committee() -> Derivation:
    """Three directions, the last two alike.

    Results: ``action`` on the plane in the cosine with each axis, the curvature ``across`` it, and
    ``apart``, which vanishes at saddles off all such planes.
    Source: derived here.
    """
    modes, flat, alike = tuple(_TEACHER), tuple(reduced(_TEACHER)), tuple(_ALIKE)
    steps = (
        Step(
            "two alike",
            "m_2 = m_3: two directions, the second the diagonal, y_{a b} = sum y_{a b' b''} "
            "2^{-b/2} over b' + b'' = b",
            action3(modes),
            several_action(flat),
            equal_on(_plane_cases, "the action of three cosines and its slope at rationals"),
            (Assumption.LARGE_D,),
        ),
        Step(
            "across the plane",
            "an exchange keeps F: it has no slope along (0, 1, -1), and the entropy bends by "
            "1/(1 - |m|^2)",
            action3(modes),
            across(modes),
            equal_on(_across_cases, "derivatives along a step across the plane"),
        ),
        Step(
            "two are equal",
            "the cost's slopes are linear in their own cosine: where all three differ the second "
            "divided difference of F's slopes vanishes",
            action3(alike),
            apart(alike),
            equal_on(_apart_cases, "the second divided difference of the action's slopes"),
        ),
    )
    results = {"action": several_action(flat), "across": across(modes), "apart": apart(alike)}
    return Derivation("A teacher with three directions, two of them alike", steps, results)
