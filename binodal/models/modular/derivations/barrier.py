"""Escape of one mode of a neuron: Eyring-Kramers over a torus of saddles.

dw_n = -dS/dw_n dt + sqrt(2) dW for every weight. With w_n = sum_k w_k e(-kn), the two real parts
of w_k and P - k together are sqrt(2P) w_k in Euclidean length, so U = F s with F = 2P lives on
four coordinates of unit mobility, y = sqrt(F) (w_k, v_k), and its Hessian there is that of s.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold, generic_fractions
from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, close_on, equal_on
from binodal.derive.symbols import N, P, a, gamma, sigma2, sigma_a2, u, x, x_v
from binodal.derive.theories import require_theory
from binodal.models.modular.derivations.action import action, mode_action
from binodal.models.modular.derivations.data import target
from binodal.models.modular.derivations.orders import SIZE, order_cases, orders
from binodal.models.modular.derivations.real_space import HYPER, real_space_coupling
from binodal.models.modular.derivations.saddles import (
    SQUARE_POINTS,
    action_density,
    cartesian_hessian,
    curvatures,
    depth,
    ring,
)
from binodal.models.modular.derivations.weights import one_loop_odds

POLAR = sp.symbols("r t", positive=True)
x_min = sp.Symbol("x_min", positive=True)
"""x of the ring's minimum; ``x`` itself stands for the ring of saddles x_-."""


def eigenvalues(place: sp.Expr = x) -> tuple[sp.Expr, sp.Expr]:
    """The two nonzero eigenvalues of the Hessian of s in the real parts, on a ring at x."""
    radial, transverse = curvatures()
    return sp.factor(4 * place * radial.subs(x, place)), sp.factor(
        4 * place * transverse.subs(x, place)
    )


def polar_potential(theory: str = "derived") -> sp.Expr:
    """U of a mode in the moduli y = sqrt(F) |w_k|, y_v as r (cos t, sin t): F s less log(y y_v r).

    y and y_v are radii of planes, and r is that of the plane of both.
    """
    radius, angle = POLAR
    factor = mode_action(theory).factor
    moduli = radius * sp.cos(angle), radius * sp.sin(angle)
    squares = dict(zip((x, x_v), (m**2 / factor for m in moduli), strict=True))
    measure = sp.log(moduli[0]) + sp.log(moduli[1]) + sp.log(radius)
    return factor * action_density().subs(squares, simultaneous=True) - measure


def ring_volume(theory: str, place: sp.Expr = x) -> sp.Expr:
    """Area of the torus of phases: two circles of radius sqrt(F x)."""
    return (2 * sp.pi) ** 2 * mode_action(theory).factor * place


def saddle_flux(theory: str) -> sp.Expr:
    """Current over the torus per exp(-U_saddle): area sqrt(|l_-|/2 pi) sqrt(2 pi/l_+)."""
    down, up = eigenvalues()
    return ring_volume(theory) * sp.sqrt(-down / (2 * sp.pi)) * sp.sqrt(2 * sp.pi / up)


def well_weight(well: str, theory: str) -> sp.Expr:
    """Gaussian weight of a well per exp(-U_well): a point of four directions, or a torus of two."""
    if well == "zero":
        hessian = cartesian_hessian(u, gamma, sp.S.Zero)
        return (2 * sp.pi) ** 2 / sp.sqrt(hessian.det())
    radial, transverse = eigenvalues(x_min)
    return ring_volume(theory, x_min) * 2 * sp.pi / sp.sqrt(radial * transverse)


def prefactor(well: str, theory: str = "derived") -> sp.Expr:
    """A in the rate A exp(-F (s_saddle - s_well)) out of "zero" or the "ring"."""
    require_theory(theory)
    name = {"zero": "zero", "ring": "ring"}[well]
    return sp.simplify(saddle_flux(theory) / well_weight(name, theory))


def _length_claims(claim: sp.Expr) -> Claims:
    """sum_n w_n^2 against 2P |w_k|^2 for a real field of one pair of modes, in explicit numbers."""
    for order, k in ((5, 1), (7, 3)):
        real, imaginary = (sp.Rational(str(f)) for f in generic_fractions(2, order))
        mode = real + sp.I * imaginary
        angles = [2 * sp.pi * k * n / order for n in range(order)]
        field = [2 * (real * sp.cos(t) + imaginary * sp.sin(t)) for t in angles]
        total = sp.N(sum(value**2 for value in field), 30)
        expected = sp.N(claim.subs({P: order, x: sp.Abs(mode) ** 2}), 30)
        yield (order, k), bool(abs(total - expected) < sp.Rational(1, 10**20))


def _in_weights(at_u: sp.Expr, at_gamma: sp.Expr) -> tuple[sp.Expr, list[sp.Symbol]]:
    """S of a neuron with one pair of modes at P = 3, in orthonormal coordinates of w_n and v_n."""
    places = sp.symbols("p1 p2 p3 p4", real=True)
    turns = [2 * sp.pi * i / 3 for i in range(3)]
    w, v = (
        [sp.sqrt(sp.Rational(2, 3)) * (c * sp.cos(t) + s * sp.sin(t)) for t in turns]
        for c, s in (places[:2], places[2:])
    )
    y = target(3)
    overlaps = [
        sum(y[q][i][j] * (w[i] + v[j]) ** 2 for i in range(3) for j in range(3)) for q in range(3)
    ]
    strength = at_u / real_space_coupling(3) * HYPER[sigma_a2] * HYPER[a] ** 2
    strength /= 2 * HYPER[N] * HYPER[sigma2] ** 2
    moduli = [sum(e**2 for e in row) / 6 for row in (w, v)]
    decay = at_gamma / 2 * 2 * sum(z**3 for z in moduli)
    whole = sum(e**2 for e in (*w, *v)) / 2 - strength * sum(o**2 for o in overlaps) + decay
    return sp.expand(whole), list(places)


def _rate_cases(claim: sp.Tuple, theory: str) -> Cases:
    """Eyring-Kramers in the weights w_n themselves: Hessians, and tori of their own length.

    As printed every k has weights of its own, half as long squared: tori have half the area.
    """
    copies = {"derived": 1, "published": 2}[theory]
    for at_u, at_gamma in SQUARE_POINTS:
        values = {u: at_u, gamma: at_gamma, P: sp.Integer(3)}
        values |= {x: ring(-1).subs(values), x_min: ring(1).subs(values)}
        potential, places = _in_weights(at_u, at_gamma)
        hessian = sp.hessian(potential, places)
        spectra = {}
        for name, modulus in (("zero", 0), ("saddle", values[x]), ("ring", values[x_min])):
            radius = sp.sqrt(6 * modulus)
            numbers = dict(zip(places, (radius, 0, radius, 0), strict=True))
            spectra[name] = [
                e for e in sp.Matrix(hessian.subs(numbers)).eigenvals(multiple=True) if e != 0
            ]
        area = {k: (2 * sp.pi) ** 2 * 6 * values[k] / copies for k in (x, x_min)}
        (down,), up = (
            [e for e in spectra["saddle"] if bool(e < 0) is negative] for negative in (True, False)
        )
        crossing = (
            area[x]
            * -down
            / (2 * sp.pi)
            * sp.sqrt(2 * sp.pi / -down)
            * sp.sqrt(2 * sp.pi / sp.Mul(*up))
        )
        point = (2 * sp.pi) ** 2 / sp.sqrt(sp.Mul(*spectra["zero"]))
        torus = area[x_min] * 2 * sp.pi / sp.sqrt(sp.Mul(*spectra["ring"]))
        for name, rate, well in zip(("zero", "ring"), claim, (point, torus), strict=True):
            yield (at_u, name), rate.subs(values), crossing / well


def _balance_cases(claim: sp.Expr) -> Cases:
    """Rates out of the two wells over each other: the one-loop odds, derived from the law alone."""
    both = prefactor("zero") / prefactor("ring")
    for at_u, at_gamma in SQUARE_POINTS:
        values = {u: at_u, gamma: at_gamma}
        place = {**values, x: ring(-1).subs(values), x_min: ring(1).subs(values)}
        odds = (claim * sp.exp(2 * P * depth())).subs(x, x_min)
        yield at_u, both.subs(place), odds.subs(place)


def _torus_cases(claim: sp.Tuple) -> Cases:
    """Determinant in the two moduli by the chain rule; lengths of the circles in w_n."""
    down, up, flux = claim
    hessian = sp.hessian(action_density(), (x, x_v)).subs(x_v, x)
    yield "determinant", down * up, 16 * x**2 * hessian.det()
    yield "trace", down + up, 4 * x * hessian.trace()
    area = (2 * sp.pi * sp.sqrt(mode_action().factor * x)) ** 2
    yield "flux", (flux / area) ** 2, -down / up
    point = {u: SQUARE_POINTS[0][0], gamma: SQUARE_POINTS[0][1], P: 3}
    point[x] = ring(-1).subs(point)
    yield "outwards", sp.sign(flux.subs(point)), sp.Integer(1)


def _polar_cases(claim: sp.Expr) -> Cases:
    """Laplacian and force in the four real parts, against those in (r, t) with this U."""
    radius, angle = POLAR
    parts = sp.symbols("y1:5", real=True)
    moduli = [sp.sqrt(parts[k] ** 2 + parts[k + 1] ** 2) for k in (0, 2)]
    flat = {radius: sp.sqrt(sum(y**2 for y in parts)), angle: sp.atan(moduli[1] / moduli[0])}
    point = {u: sp.Rational(4, 7), gamma: sp.Rational(2, 5), P: sp.Integer(5)}
    value = radius**3 * sp.sin(angle) ** 2 + radius * sp.cos(angle)
    squares = dict(zip((x, x_v), (m**2 / mode_action().factor for m in moduli), strict=True))
    height = (mode_action().factor * action_density().subs(squares, simultaneous=True)).subs(point)
    spread = value.subs(flat, simultaneous=True)
    direct = sum(sp.diff(spread, y, 2) - sp.diff(height, y) * sp.diff(spread, y) for y in parts)
    reduced = sp.diff(value, radius, 2) + sp.diff(value, angle, 2) / radius**2
    reduced -= sp.diff(claim, radius) * sp.diff(value, radius)
    reduced -= sp.diff(claim, angle) * sp.diff(value, angle) / radius**2
    place = dict(zip(parts, (1, 2, sp.Rational(3, 2), -2), strict=True))
    there = {z: e.subs(place) for z, e in flat.items()}
    yield "R^4", direct.subs(place), reduced.subs(point).subs(there)


def _mode_steps(theory: str) -> tuple[Step, ...]:
    factor = mode_action().factor
    return (
        Step(
            "coordinates of a mode",
            "w_k and w_{P-k} are conjugate, so both halves of the pair add: sum_n w_n^2 = "
            "2P |w_k|^2; in y = sqrt(2P) w_k the noise is white of strength sqrt(2)",
            sp.Symbol("w_n") ** 2,
            factor * x,
            all_hold(_length_claims, "explicit real fields with one pair of modes"),
            (Assumption.MODE_DECAY, Assumption.ODD_P),
        ),
        Step(
            "moduli in polar coordinates",
            "phases do not matter, so a mode moves in the two radii y = sqrt(F) |w_k|, y_v, each "
            "with the entropy of a plane; r (cos t, sin t) makes both wells places of r",
            factor * action_density(),
            polar_potential(),
            close_on(_polar_cases, "Laplacian and force in the four real parts"),
        ),
        Step(
            "torus of saddles",
            "the action does not depend on the two phases: their directions contribute the area "
            "(2 pi)^2 F x_-, the other two the Gaussian flux",
            action_density(),
            sp.Tuple(*eigenvalues(), saddle_flux("derived")),
            equal_on(_torus_cases, "Hessian in the two moduli, by the chain rule"),
            (Assumption.LARGE_P,),
        ),
        Step(
            "rates",
            "the flux over the torus by the Gaussian weight of the well",
            saddle_flux(theory),
            sp.Tuple(prefactor("zero", theory), prefactor("ring", theory)),
            close_on(
                lambda claim: _rate_cases(claim, theory),
                "Eyring-Kramers in the weights themselves at P = 3, by real-space sums",
            ),
            (Assumption.LARGE_P,),
        ),
        Step(
            "detailed balance",
            "the two rates divided by each other give the ratio of the wells' weights",
            sp.Tuple(prefactor("zero"), prefactor("ring")),
            one_loop_odds(),
            equal_on(_balance_cases, "one-loop odds of ring and zero, from the measure dx dx_v"),
            (Assumption.ONE_LOOP,),
        ),
    )


def _order_step(theory: str) -> Step:
    return Step(
        "next order",
        "flux and weights as series in 1/F, with the committor's, in both moduli",
        sp.Tuple(prefactor("zero", theory), prefactor("ring", theory)),
        next_orders(theory),
        equal_on(
            lambda claim: order_cases(claim.subs(P, SIZE * P / mode_action(theory).factor)),
            "four real parts, normal to the torus of phases",
        ),
    )


def next_orders(theory: str) -> sp.Tuple:
    """What 1/F adds to the flux, and to the weights of zero and of the ring."""
    return orders().subs(SIZE, mode_action(theory).factor)


@cache
def barrier(theory: str = "derived") -> Derivation:
    """Prefactors ``zero`` and ``ring`` of one mode's escape rates; barrier F (s(x_-) - s(well)).

    The mean residual is held fixed. With N neurons and (P - 1)/2 modes the first escape of any
    comes that much earlier. Published: F = P, as if every k had weights of its own.
    Source: derived here.
    """
    require_theory(theory)
    results = {
        "zero": prefactor("zero", theory),
        "ring": prefactor("ring", theory),
        "unit": mode_action(theory).factor,
    }
    steps = (*_mode_steps(theory), _order_step(theory), action(theory).step_of("exponent"))
    return Derivation("Escape of a mode", steps, results)
