"""How long a neuron of any activation stays in a well: the rate in q and r_perp.

A neuron follows dw = -grad U dt + sqrt(2) dW with U = d S/d at a fixed mean residual. Both
coordinates move at unit mobility, and the measure r_perp^{d-2} is part of the potential. Slopes in
m and log r are overlaps again, so the Hessian is made from those.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.derivation import Derivation
from binodal.derive.reaction import OUTPUTS, PULL, SHARE, reaction, share_bound
from binodal.derive.step import Cases, Step, close_on, equal_on
from binodal.derive.symbols import N, b, c, d, kappa, n, rho, sigma2, sigma_a2, sigma_w2
from binodal.models.single_index.derivations.action import (
    action,
    amplitude,
    by,
    field,
    m,
    overlap,
    r,
    u,
)
from binodal.models.single_index.derivations.dynamics import ACROSS, ALONG, NORM
from binodal.models.single_index.derivations.law import coupling_per_dimension, log_prior
from binodal.models.teacher_student.derivations import barrier as erf
from binodal.models.teacher_student.derivations.action import action as erf_action

PLACES = ("well", "saddle")
exits = sp.Symbol("exits", positive=True)
"""How many saddles lead out of the well: two where m and -m are images, and m = 0 at the well."""
square = sp.Symbol("f", positive=True)
"""E phi(r z)^2."""

_MODES = (1, 3)


def place(name: str) -> tuple[sp.Symbol, ...]:
    """m, r and the slopes S_mm, S_ml, S_ll of S/d at a place, l = log r."""
    cosine = sp.Symbol(f"m_{name}", real=True)
    norm = sp.Symbol(f"r_{name}", positive=True)
    return (cosine, norm, *sp.symbols(f"S_mm_{name} S_ml_{name} S_ll_{name}", real=True))


def potential(modes: tuple[int, ...]) -> sp.Expr:
    """U of one neuron in (q, r_perp): the action less what its measure has beside r_perp^d."""
    whole = d * action(modes).subs(u, coupling_per_dimension())
    return whole.subs({r: NORM, m: ALONG / NORM}) + 2 * sp.log(ACROSS)


def hessian(name: str) -> sp.Matrix:
    """Of S/d in (q, r_perp) where it is stationary, in axes along w and across it."""
    cosine, norm, mm, ml, ll = place(name)
    sine = sp.sqrt(1 - cosine**2)
    return sp.Matrix([[ll, sine * ml], [sine * ml, sine**2 * mm]]) / norm**2


@cache
def prefactor() -> sp.Expr:
    """A in the rate A exp(-d (S_saddle - S_well)/d)."""
    well, saddle = (hessian(name) for name in PLACES)
    half = saddle.trace() / 2
    descent = sp.sqrt(half**2 - saddle.det()) - half
    squares = [norm**2 * (1 - cosine**2) for cosine, norm, *_ in map(place, PLACES)]
    curvatures = sp.sqrt(-well.det() / saddle.det())
    return exits * d * descent * curvatures * squares[0] / squares[1] / (2 * sp.pi)


def largest_reaction(force: sp.Expr) -> sp.Expr:
    """The most that the neuron's own effect on the residual adds to S, not S/d, at a field F."""
    share = share_bound(n * square, sigma_a2 / N, sigma2)
    pull = d * coupling_per_dimension() * force**2 / 2
    return reaction().subs({OUTPUTS: 1, SHARE: share, PULL: pull})


def _measure_cases(claim: sp.Expr) -> Cases:
    """The law of (m, r) over the Jacobian r/sqrt(1 - m^2) of (q, r_perp), up to a constant."""
    numbers = {N: 7, n: 11, d: 5, sigma2: sp.Rational(3, 4), sigma_a2: sp.Rational(2, 7)}
    numbers |= {sigma_w2: sp.Rational(4, 9), overlap(1): sp.Rational(3, 8)}
    numbers |= {overlap(3): sp.Rational(-5, 9), amplitude(1): sp.Rational(2, 5)}
    numbers |= {amplitude(3): sp.Rational(-1, 3)}
    jacobian = sp.log(r) - sp.log(1 - m**2) / 2
    gained = d * coupling_per_dimension() * field(_MODES) ** 2 / 2
    direct = (jacobian - log_prior() - gained).subs(numbers)
    given = claim.subs(numbers)
    first, second = (
        {
            m: sp.Rational(along) / sp.sqrt(along**2 + across**2),
            r: sp.sqrt(along**2 + across**2),
            ALONG: along,
            ACROSS: across,
        }
        for along, across in ((sp.Rational(5, 7), sp.Rational(12, 7)), (sp.Rational(1, 3), 2))
    )
    left, right = (e.subs(first) - e.subs(second) for e in (given, direct))
    yield "two places", left, right


def _stationary() -> tuple[sp.Expr, dict[sp.Symbol, sp.Expr]]:
    """A potential of (m, log r) with all second slopes, and the place where it is stationary."""
    point = {m: sp.Rational(3, 5), r: sp.Rational(5, 4)}
    along, radial = m - point[m], sp.log(r / point[r])
    return (
        sp.Rational(2, 7) * along**2 * r + along * radial * (3 - m) - sp.Rational(5, 9) * radial**2,
        point,
    )


def _hessian_cases(claim: sp.Tuple) -> Cases:
    """Trace and determinant of the Hessian that SymPy differentiates in q and r_perp."""
    whole, point = _stationary()
    slopes = [whole, whole]
    for k, name in enumerate(("m", "l")):
        slopes[k] = by(whole, name)
    numbers = dict(
        zip(
            place("saddle"),
            (
                point[m],
                point[r],
                by(slopes[0], "m").subs(point),
                by(slopes[0], "l").subs(point),
                by(slopes[1], "l").subs(point),
            ),
            strict=True,
        )
    )
    flat = whole.subs({r: NORM, m: ALONG / NORM}, simultaneous=True)
    here = {ALONG: point[m] * point[r], ACROSS: point[r] * sp.sqrt(1 - point[m] ** 2)}
    direct = sp.hessian(flat, (ALONG, ACROSS)).subs(here)
    yield "trace", claim[0].subs(numbers), direct.trace()
    yield "determinant", claim[1].subs(numbers), direct.det()


def _erf_overlaps() -> dict[sp.Symbol, sp.Expr]:
    """c_1 and c_3 of erf; c_3 = r c_1' - c_1."""
    first = 2 * r / sp.sqrt(sp.pi * (1 + 2 * r**2))
    return {overlap(1): first, overlap(3): sp.simplify(r * sp.diff(first, r) - first)}


@cache
def _erf_wells() -> tuple[tuple[str, dict[sp.Symbol, sp.Expr], sp.Expr], ...]:
    """Out of zero and of the feature: a well, what is seen there, and erf's own prefactor."""
    numbers = {sigma_w2: sp.Rational(1, 2), b: sp.Rational(2, 5), c: sp.Rational(-3, 10)}
    numbers |= {kappa: sp.Integer(12), d: sp.Integer(40)}
    of = erf_action("derived")
    slope = sp.numer(sp.together(sp.diff(of.density(), rho).subs(numbers)))
    roots = [e for e in sp.Poly(slope, rho).nroots(n=40) if e.is_real and 0 < e < 0.5]
    top, feature = min(roots), max(roots)
    modes = {amplitude(1): b, amplitude(3): c, u: sp.pi * kappa / 2}
    whole = action(_MODES).subs(modes).subs(_erf_overlaps()).subs(numbers)
    radial = r * sp.diff(whole, r)
    seconds = sp.diff(whole, m, 2), sp.diff(radial, m), r * sp.diff(radial, r)

    def values(name: str, share: sp.Expr) -> dict[sp.Symbol, sp.Expr]:
        q2, across2 = (e.subs({**numbers, rho: share}).n(40) for e in (of.overlap2, of.perp2))
        point = {m: sp.sqrt(q2 / (q2 + across2)), r: sp.sqrt(q2 + across2)}
        return dict(
            zip(place(name), (*point.values(), *(e.evalf(35, point) for e in seconds)), strict=True)
        )

    wells = []
    for well, share, count in (("zero", sp.S.Zero, 2), ("feature", feature, 1)):
        point = {**values("well", share), **values("saddle", top), exits: count, d: numbers[d]}
        known = {**numbers, rho: top, erf.rho_min: feature}
        floats = {symbol: value.n(40) for symbol, value in known.items()}
        wells.append((well, point, erf.prefactor(well).xreplace(floats)))
    return tuple(wells)


def _rate_cases(claim: sp.Expr) -> Cases:
    """The teacher-student model's own prefactors."""
    for well, place, right in _erf_wells():
        yield well, claim.evalf(30, place), right


def _reaction_cases(claim: sp.Expr) -> Cases:
    """z/(1 + z) of what S loses by the interaction, and half of log(1 + z) for the volume."""
    point = {N: 7, n: 11, d: 5, sigma2: sp.Rational(3, 4), sigma_a2: sp.Rational(2, 7)}
    point |= {square: sp.Rational(4, 9), m: sp.Rational(2, 5), overlap(1): sp.Rational(3, 8)}
    point |= {overlap(3): sp.Rational(-5, 9), amplitude(1): 2, amplitude(3): sp.Rational(-1, 3)}
    share = point[n] * point[square] * point[sigma_a2] / point[N] / point[sigma2]
    learned = sum(point[amplitude(k)] * point[m] ** k * point[overlap(k)] for k in _MODES)
    gain = point[n] ** 2 * point[sigma_a2] / point[N] / point[sigma2] ** 2 * learned**2 / 2
    yield "erf's modes", claim.subs(point), gain * share / (1 + share) + sp.log(1 + share) / 2


@cache
def escape() -> Derivation:
    """Results: ``potential`` in (q, r_perp), ``prefactor`` of the rate, ``reaction``.

    Time is that of dw = -grad S dt + sqrt(2) dW; the residual is held. Source: derived here.
    """
    results = {
        "potential": potential(_MODES),
        "prefactor": prefactor(),
        "reaction": largest_reaction(field(_MODES)),
    }
    saddle = hessian("saddle")
    steps = (
        Step(
            "potential of a neuron",
            "the density of (q, r_perp) is r_perp^{d-2} exp(-d r^2/(2 sigma_w^2) + d u F^2/2)",
            d * action(_MODES),
            results["potential"],
            close_on(_measure_cases, "the law of (m, r) with the Jacobian of the coordinates"),
            (Assumption.MEAN_FIELD,),
        ),
        Step(
            "Hessian where the action is stationary",
            "dq^2 + dr_perp^2 = r^2 (dl^2 + dm^2/(1 - m^2)), and at a stationary point second "
            "slopes are a tensor",
            action(_MODES),
            sp.Tuple(saddle.trace(), saddle.det()),
            equal_on(_hessian_cases, "second slopes in q and r_perp of a potential, taken there"),
        ),
        Step(
            "rate",
            "flux over a saddle, |lambda_-|/(2 pi) sqrt(det H_well/|det H_saddle|) exp(-Delta), "
            "times the exits and r_perp^{-2} of the measure",
            saddle.trace(),
            results["prefactor"],
            close_on(_rate_cases, "the teacher-student model's prefactors with overlaps of erf"),
            (Assumption.LARGE_D,),
        ),
        Step(
            "largest reaction on the neuron",
            "S.S = n E phi^2; the interaction is d u F^2/2; one output",
            reaction(),
            results["reaction"],
            close_on(_reaction_cases, "numbers at a point"),
            (Assumption.CONTINUUM,),
        ),
    )
    return Derivation("Escape of a neuron from a well, for any activation", steps, results)
