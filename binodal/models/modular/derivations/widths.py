"""How sharp an event on a subset is at finite P and N: what smears it, and by how much.

First orders along any parameter of which U^2/gamma is a monomial, as of P and of F.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import sympy as sp
from scipy.optimize import brentq, minimize_scalar

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.step import Step
from binodal.derive.symbols import N, P, sigma2, x
from binodal.models.modular.derivations.quenched import (
    Y,
    coexistence_curve,
    disorder,
    fall,
    ring_level,
    spinodal_curve,
)
from binodal.models.modular.derivations.subsets import F
from binodal.models.modular.derivations.symbols_of_subsets import DISORDER
from binodal.models.modular.derivations.symbols_of_subsets import STIFFNESS as Z

SIGNAL, SHIFT = sp.symbols("zeta eta", positive=True)
"""Relative changes of the signal U x^2 at a disorder that stays, and of the coupling U."""
POWER, MOVED = sp.symbols("power moved", real=True)
"""d log(U^2/gamma) and d log(epsilon) by the logarithm of the parameter."""
STEEP = sp.Symbol("t", positive=True)
"""-d log(U^2/gamma)/d log(epsilon) along the event."""
FULL = sp.Symbol("Lambda", positive=True)
"""lambda of a ring that holds all of the probability."""
_LARGE = (Assumption.LARGE_P, Assumption.QUENCHED)


def steepness(curve: tuple[sp.Expr, sp.Expr, sp.Expr]) -> sp.Expr:
    """t along an event, by z."""
    coupling, decay, strength = curve
    return sp.factor(-fall(curve) * strength * decay / coupling**2)


def of_one_unit() -> sp.Expr:
    """eta by which S of a ring, 2 P s, moves by one: the odds of a neuron by a factor e."""
    return 1 / (2 * P * x * Y * ring_level())


def of_one_neuron() -> sp.Expr:
    """eta of one neuron more on the ring: U goes as (sigma^2 + F lambda)^-2, with a = 1."""
    return 2 * F * FULL / (N * sigma2)


def moved() -> tuple[sp.Expr, sp.Expr]:
    """d log(parameter) at the event by zeta, and by eta.

    U^2/gamma (1 + zeta)^2 is what the event has at a disorder of epsilon/(1 + zeta)^2.
    """
    change = sp.Symbol("change")
    along = POWER * change + 2 * SIGNAL + STEEP * (MOVED * change - 2 * SIGNAL)
    (by_signal,) = sp.solve(along, change)
    (by_shift,) = sp.solve(POWER * change + 2 * SHIFT + STEEP * MOVED * change, change)
    return sp.factor(by_signal), sp.factor(by_shift)


def least_share_moved() -> sp.Expr:
    """d F by zeta at the end of an event, where epsilon/(1 + zeta)^2 is the most that it has."""
    (share,) = sp.solve(disorder() - DISORDER, F)
    slope = sp.diff(share, DISORDER).subs(DISORDER, disorder())
    return sp.factor(sp.simplify(slope * 2 * disorder() * SIGNAL))


def _steep_claims(claim: sp.Tuple) -> Claims:
    """Differences of logarithms along either curve."""
    for told, (y, g, strength) in zip(claim, (coexistence_curve(), spinodal_curve()), strict=True):
        for z in (0.6, 0.85, 0.97):
            up, down = (
                [float(sp.log(part.subs(Z, z + sign * 1e-5))) for part in (y**2 / g, strength)]
                for sign in (1, -1)
            )
            found = -(up[0] - down[0]) / (up[1] - down[1])
            yield z, abs(found - float(told.subs(Z, z))) < 1e-6


_ORDER, _GAMMA, _SHARE = 211, 0.003, 0.8


def _at_share(share: float, coupling: float, signal: float = 0.0) -> float:
    """The deepest s of a ring at u, with its signal changed."""
    at_u, strength = coupling * share**2, (1 - share) / (share * _ORDER)

    def s(at: float) -> float:
        rho = min(32 * strength * (at_u * at) ** 2, 1)
        lost = at * (1 - np.sqrt(1 - rho)) / 2
        return float(at - lost - at_u * (1 + signal) * at**2 + _GAMMA * at**3 / 3)

    centre = (3 / _GAMMA) ** 0.5
    bounds = (0.7 * centre, 1.15 * centre)
    return float(minimize_scalar(s, bounds=bounds, method="bounded", options={"xatol": 1e-11}).fun)


def _stiffness(share: float) -> float:
    """z at coexistence."""
    row = coexistence_curve()[2] - (1 - share) / (share * _ORDER)
    return max(float(r) for r in sp.Poly(sp.numer(sp.together(row)), Z).nroots() if r.is_real)


def _coupling(share: float, depth: float = 0.0) -> float:
    """u at which the deepest s is a depth."""
    return float(brentq(lambda u: _at_share(share, u) - depth, 0.05, 0.2, xtol=1e-14))


def _claims(claim: sp.Basic) -> Claims:
    """Coexistence along the share at P = 211, by root finding."""
    coupling, step = _coupling(_SHARE), 1e-4
    steep = steepness(coexistence_curve()).subs(Z, _stiffness(_SHARE))
    values = {POWER: 4, MOVED: -1 / (1 - _SHARE), STEEP: steep, SIGNAL: 1, SHIFT: 1}
    by_signal, by_shift = (float(part.subs(values)) for part in claim)

    def share(at_u: float, signal: float) -> float:
        return float(brentq(lambda f: _at_share(f, at_u, signal), 0.7, 0.9, xtol=1e-13))

    for name, told, up, down in (
        ("signal", by_signal, (coupling, step), (coupling, -step)),
        ("coupling", by_shift, (coupling * (1 + step), 0.0), (coupling * (1 - step), 0.0)),
    ):
        found = (share(*up) - share(*down)) / (2 * step * _SHARE)
        yield name, abs(found / told - 1) < 1e-3


def _one_claims(claim: sp.Tuple) -> Claims:
    """u at which 2 P s is a tenth to either side; sigma^2 + F lambda with a neuron more."""
    y, g, _ = (float(part.subs(Z, _stiffness(_SHARE))) for part in coexistence_curve())
    values = {P: _ORDER, x: (g / _GAMMA) ** 0.5, Y: y, Z: _stiffness(_SHARE)}
    up, down = (_coupling(_SHARE, sign * 0.1 / (2 * _ORDER)) for sign in (-1, 1))
    yield "unit", abs(np.log(up / down) / 0.2 / float(claim[0].subs(values)) - 1) < 1e-3
    noise, full, width = 0.02, 40.0, 10**6
    found = 2 * np.log1p(_SHARE * full / width / noise)
    here = claim[1].subs({F: _SHARE, FULL: full, N: width, sigma2: noise})
    yield "neuron", abs(found / float(here) - 1) < 1e-2


def _end_claims(claim: sp.Expr) -> Claims:
    """Shares at disorders to either side."""
    share, step = 0.7, 1e-5
    here = float(claim.subs({F: share, SIGNAL: 1}))
    strength = (1 - share) / (share * _ORDER)
    ends = [1 / (1 + strength * (1 + sign * step) ** 2 * _ORDER) for sign in (1, -1)]
    yield share, abs((ends[0] - ends[1]) / (2 * step) - here) < 1e-6


@cache
def widths() -> Derivation:
    """What smears an event on a subset, along any parameter."""
    by_signal, by_shift = moved()
    steep = sp.Tuple(*(steepness(curve) for curve in (coexistence_curve(), spinodal_curve())))
    steps = (
        Step(
            "events against disorder, by logarithms",
            "-d log(U^2/gamma)/d log(epsilon) along coexistence and along births and losses",
            sp.Tuple(fall(coexistence_curve()), fall(spinodal_curve())),
            steep,
            all_hold(_steep_claims, "differences of logarithms along the curves"),
        ),
        Step(
            "events that are moved",
            "an event at a signal that is off by a factor 1 + zeta is that of a disorder of "
            "epsilon/(1 + zeta)^2; a coupling that is off leaves the disorder alone",
            steep,
            sp.Tuple(by_signal, by_shift),
            all_hold(_claims, "coexistence along the share by root finding, both changed"),
            _LARGE,
        ),
        Step(
            "one neuron",
            "what moves S of a ring by one, the odds of a neuron by a factor e, and what one "
            "neuron more on the ring adds to sigma^2 + F lambda, as changes of U",
            sp.Tuple(ring_level(), sigma2 + F * FULL / N),
            sp.Tuple(of_one_unit(), of_one_neuron()),
            all_hold(_one_claims, "differences of the coupling at which s is off, and of U"),
            _LARGE,
        ),
        Step(
            "ends that are moved",
            "the share at the most disorder that an event can have, by zeta",
            disorder(),
            least_share_moved(),
            all_hold(_end_claims, "shares at disorders to either side"),
            _LARGE,
        ),
    )
    results = {
        "steep_coexistence": steep[0],
        "steep_spinodal": steep[1],
        "moved_by_signal": by_signal,
        "moved_by_coupling": by_shift,
        "eta_of_one_unit": of_one_unit(),
        "eta_of_one_neuron": of_one_neuron(),
        "least_share_moved": least_share_moved(),
    }
    return Derivation("How sharp an event on a subset is", steps, results)
