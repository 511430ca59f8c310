"""Escape of one number of a block: Eyring-Kramers over a product of two spheres of saddles.

A number has beta real components (1, 2 or 4), and the action F s counts x = |W|^2 so that
sqrt(F) W is of unit mobility, as for a mode of a cyclic group: there beta = 2.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.reaction import OUTPUTS, PULL, SHARE, reaction, share_bound
from binodal.derive.step import Cases, Step, close_on
from binodal.derive.symbols import N, P, gamma, sigma2, sigma_a2, u, x, x_v
from binodal.models.group.derivations.saddles import beta
from binodal.models.group.derivations.singular_values import STRENGTH
from binodal.models.modular.derivations.barrier import (
    POLAR,
    eigenvalues,
    x_min,
)
from binodal.models.modular.derivations.barrier import (
    prefactor as of_mode,
)
from binodal.models.modular.derivations.saddles import SQUARE_POINTS, action_density, ring

R = sp.Rational


def potential() -> sp.Expr:
    """U in the moduli y = sqrt(F) |W|, y_v as r (cos t, sin t): F s less the measure of both."""
    radius, angle = POLAR
    moduli = radius * sp.cos(angle), radius * sp.sin(angle)
    squares = dict(zip((x, x_v), (m**2 / STRENGTH for m in moduli), strict=True))
    measure = (beta - 1) * (sp.log(moduli[0]) + sp.log(moduli[1])) + sp.log(radius)
    return STRENGTH * action_density().subs(squares, simultaneous=True) - measure


def spheres(place: sp.Expr) -> sp.Expr:
    """Area of the two spheres of radius sqrt(F x)."""
    unit = 2 * sp.pi ** (beta / 2) / sp.gamma(beta / 2)
    return (unit * (STRENGTH * place) ** ((beta - 1) / 2)) ** 2


def prefactor(well: str) -> sp.Expr:
    """A in the rate A exp(-F (s_saddle - s_well)) out of "zero" or the "ring"."""
    down, up = eigenvalues()
    flux = spheres(x) * sp.sqrt(-down / up)
    if well == "zero":
        return sp.powsimp(flux / (2 * sp.pi) ** beta, force=True)
    radial, transverse = eigenvalues(x_min)
    return flux / (spheres(x_min) * 2 * sp.pi / sp.sqrt(radial * transverse))


def largest_square() -> sp.Expr:
    """At the most the sum over all pairs of (u(g) + v(h))^4 at x = x_v, both numbers alone.

    |u| <= beta sqrt(x), and the mean of u^2 over the group is beta x.
    """
    second = beta * x
    fourth = (beta**2 * x) * second
    return sp.expand(P**2 * (2 * fourth + 6 * second**2))


def largest_reaction() -> sp.Expr:
    """The most that the network's reaction adds to S on the ring, with |G| outputs."""
    share = share_bound(largest_square(), sigma_a2 / N, sigma2)
    return reaction().subs({OUTPUTS: P, SHARE: share, PULL: STRENGTH * u * x**2})


def _polar_cases(claim: sp.Expr) -> Cases:
    """Laplacian and force in all real components, against those in (r, t) with this U."""
    radius, angle = POLAR
    for count in (1, 2, 4):
        parts = sp.symbols(f"y1:{2 * count + 1}", real=True)
        halves = parts[:count], parts[count:]
        moduli = [sp.sqrt(sum(y**2 for y in half)) for half in halves]
        point = {u: R(4, 7), gamma: R(2, 5), STRENGTH: R(11, 2), beta: count}
        value = radius**3 * sp.sin(angle) ** 2 + radius * sp.cos(angle)
        flat = {radius: sp.sqrt(sum(y**2 for y in parts)), angle: sp.atan(moduli[1] / moduli[0])}
        squares = dict(zip((x, x_v), (m**2 / STRENGTH for m in moduli), strict=True))
        height = (STRENGTH * action_density().subs(squares, simultaneous=True)).subs(point)
        spread = value.subs(flat, simultaneous=True)
        place = {y: R(k + 2, k + 3) for k, y in enumerate(parts)}
        direct = sum(sp.diff(spread, y, 2) - sp.diff(height, y) * sp.diff(spread, y) for y in parts)
        own = claim.subs(point)
        slopes = [sp.diff(value, c) for c in POLAR]
        polar = sp.diff(value, radius, 2) + sp.diff(value, angle, 2) / radius**2
        polar -= sp.diff(own, radius) * slopes[0] + sp.diff(own, angle) * slopes[1] / radius**2
        there = {c: flat[c].subs(place) for c in POLAR}
        yield count, sp.N(polar.subs(there), 30), sp.N(direct.subs(place), 30)


def _rate_cases(claim: sp.Tuple) -> Cases:
    """Hessians in all components at F = 3, and areas of unit spheres as they are known."""
    areas = {1: sp.Integer(2), 2: 2 * sp.pi, 4: 2 * sp.pi**2}
    for count, corner in ((c, point) for c in areas for point in SQUARE_POINTS[:2]):
        values = {u: corner[0], gamma: corner[1], STRENGTH: 3, beta: count}
        values |= {x: ring(-1).subs(values), x_min: ring(1).subs(values)}
        parts = sp.symbols(f"y1:{2 * count + 1}", real=True)
        squares = [sum(y**2 for y in half) / 3 for half in (parts[:count], parts[count:])]
        height = 3 * action_density().subs(dict(zip((x, x_v), squares, strict=True)))
        hessian = sp.hessian(height.subs(values), parts)
        spectra = []
        for modulus in (values[x], values[x_min]):
            first = sp.sqrt(3 * modulus)
            place = {y: first if k in (0, count) else 0 for k, y in enumerate(parts)}
            eigenvalues = sp.Matrix(hessian.subs(place)).eigenvals(multiple=True)
            spectra.append([e for e in eigenvalues if e != 0])
        both = [areas[count] ** 2 * (3 * values[key]) ** (count - 1) for key in (x, x_min)]
        (down,), (up,) = ([e for e in spectra[0] if bool(e < 0) is low] for low in (True, False))
        crossing = both[0] * sp.sqrt(-down / up)
        point, shell = (2 * sp.pi) ** count, both[1] * 2 * sp.pi / sp.sqrt(sp.Mul(*spectra[1]))
        for name, rate, well in zip(("zero", "ring"), claim, (point, shell), strict=True):
            yield (count, corner[0], name), rate.subs(values), crossing / well
            if count == 2:
                cyclic = of_mode(name).subs(P, R(3, 2)).subs(values)
                yield ("mode", corner[0], name), rate.subs(values), cyclic


def _square_claims(claim: sp.Expr) -> Claims:
    """The sum in full at explicit numbers: signs reach the bound, turns and quaternions do not."""
    root = R(3, 2)
    axis = (R(1, 2), R(1, 2), R(-1, 2), R(1, 2))
    eight = [(j, sign) for j in range(4) for sign in (1, -1)]
    values = {
        1: [root * (-1) ** k for k in range(6)],
        2: [2 * root * sp.cos(2 * sp.pi * k / 6) for k in range(6)],
        4: [4 * root * sign * axis[j] for j, sign in eight],
    }
    for count, own in values.items():
        total = sum((one + other) ** 4 for one in own for other in own)
        bound = claim.subs({beta: count, P: len(own), x: root**2})
        yield count, bool(total == bound if count == 1 else bound / 4 < total < bound)


def _reaction_cases(claim: sp.Expr) -> Cases:
    """The pull as the action with the residual less that without, on the ring."""
    unheld = action_density().subs(u, 0) - action_density()
    for count in (1, 2, 4):
        point = {beta: count, P: 6 + count, u: R(4, 7), STRENGTH: R(11, 2), x: R(9, 4), N: 40}
        point |= {sigma2: R(2, 9), sigma_a2: R(3, 8)}
        share = R(3, 8) / 40 / R(2, 9) * largest_square().subs(point)
        pull = R(11, 2) * unheld.subs(x_v, x).subs(point)
        yield (
            count,
            claim.subs(point),
            R(6 + count, 2) * sp.log(1 + share) + pull * share / (1 + share),
        )


@cache
def escape() -> Derivation:
    """Escape of a block that is one number.

    Results: ``potential`` in polar coordinates of both moduli, ``zero`` and ``ring``, prefactors of
    the rates, and ``reaction``. Source: derived here.
    """
    both = sp.Tuple(prefactor("zero"), prefactor("ring"))
    steps = (
        Step(
            "moduli of two numbers in polar coordinates",
            "where W and V point does not matter: each modulus has the measure y^(beta - 1) of its "
            "components, and r (cos t, sin t) makes both wells places of r",
            STRENGTH * action_density(),
            potential(),
            close_on(_polar_cases, "Laplacian and force in 2, 4 and 8 real components"),
        ),
        Step(
            "rates over spheres of saddles",
            "saddles are two spheres of beta - 1 dimensions, whose area stands for the directions "
            "in which the action does not change",
            potential(),
            both,
            close_on(_rate_cases, "Hessians in all components; a mode of a cyclic group"),
            (Assumption.LARGE_P,),
        ),
        Step(
            "largest sum over pairs of a number",
            "|u| <= beta sqrt(x), and the mean of u^2 over the group is beta x",
            sp.Symbol("S.S"),
            largest_square(),
            all_hold(_square_claims, "sums over pairs in full: signs, turns, eight quaternions"),
            (Assumption.COMPLETE_DATA,),
        ),
        Step(
            "largest reaction on a number",
            "that sum bounds the share, at the pull that the number has on the ring",
            sp.Tuple(reaction(), largest_square()),
            largest_reaction(),
            close_on(_reaction_cases, "pull by two actions, share by three numbers"),
        ),
    )
    results = {"potential": potential(), "reaction": largest_reaction()}
    return Derivation("Escape of a number", steps, results | {"zero": both[0], "ring": both[1]})
