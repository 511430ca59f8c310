"""A generalising neuron on one subset: the quenched action of its mode, its events and their ends.

Large P at fixed disorder epsilon = (1 - F)/(F P): all other modes of the neuron feel a random
matrix, and relax. What is resummed is the powers of 32 epsilon (U x)^2; epsilon alone is dropped.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.step import Step, equal_on
from binodal.derive.symbols import P, gamma, lam, sigma2, u, x, x_v
from binodal.models.modular.derivations import quenched_checks as checks
from binodal.models.modular.derivations.elsewhere import elsewhere_step, said_elsewhere
from binodal.models.modular.derivations.saddles import action_density
from binodal.models.modular.derivations.subset_left_out import (
    edge,
    left_out_steps,
    moved_balance,
    second_order,
    spread,
    turned,
)
from binodal.models.modular.derivations.subsets import F, signal, subsets
from binodal.models.modular.derivations.symbols_of_subsets import COUPLING as U
from binodal.models.modular.derivations.symbols_of_subsets import DISORDER, RADIUS2, STIFFNESS
from binodal.models.modular.derivations.unseen_outputs import output_steps, outputs

Z = STIFFNESS
Y, G = sp.symbols("y g", positive=True)
"""U x and gamma x^2 of a ring."""
_RESOLVENT = sp.Symbol("m")
_LARGE = (Assumption.LARGE_P, Assumption.QUENCHED)


def disorder() -> sp.Expr:
    """epsilon: the variance of an indicator over the square of its mean, and over P."""
    return sp.simplify(subsets().results["variance"] / (F**2 * P))


def squared_radius() -> sp.Expr:
    """Of the spectrum of the curvature that disorder gives to the other modes, whose prior is 1.

    An entry is 2 (U x/F) (4/P) cos psi/2 xi: rows of P entries of variance F(1-F) <cos^2> each.
    """
    entry = 4 * (U / F) * x / P
    return sp.simplify(4 * entry**2 * P * F**2 * P * DISORDER / 2)


def resolvent() -> sp.Expr:
    """m(rho) with m = 1 + (rho/4) m^2, by z = sqrt(1 - rho): 2/(1 + z)."""
    roots = sp.solve(1 + RADIUS2 / 4 * _RESOLVENT**2 - _RESOLVENT, _RESOLVENT)
    (regular,) = [root for root in roots if root.subs(RADIUS2, sp.Rational(3, 4)) < 2]
    by_z = sp.simplify(regular.subs(RADIUS2, 1 - Z**2))
    return sp.factor(sp.radsimp(by_z))


def gain() -> sp.Expr:
    """What s loses as the other modes relax, by z.

    With W = (w, v) fixed and B the random matrix, W (1/(1 - B)) W = |W|^2 m is |W|^2/(1 - loss):
    the Schur complement of what is left. So the loss is x (1 - 1/m).
    """
    return sp.factor(x * (1 - 1 / resolvent()))


def quenched() -> sp.Expr:
    """s of the mode alone on a subset, x = x_v, at U = F^2 u."""
    return sp.expand(_free() - gain().subs(Z, sp.sqrt(1 - squared_radius())))


def _free() -> sp.Expr:
    """s of the mode alone without disorder, x = x_v, at U."""
    return action_density().subs({x_v: x, u: U})


def slopes() -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    """s/x, ds/dx and x d^2s/dx^2 in y = U x, g = gamma x^2 and z; x dz/dx = -(1 - z^2)/z."""
    lost, free = gain() / x, _free()

    def along(part: sp.Expr) -> sp.Expr:
        return -sp.diff(part, Z) * (1 - Z**2) / Z

    first = lost + along(lost)
    kept = free / x, sp.diff(free, x), x * sp.diff(free, x, 2)
    scaled = [sp.expand(part.subs({U: Y / x, gamma: G / x**2})) for part in kept]
    return scaled[0] - lost, scaled[1] - first, scaled[2] - along(first)


def ring_state() -> tuple[sp.Expr, sp.Expr]:
    """x and u of a ring by y = U x and g = gamma x^2, with U = F^2 u."""
    at_x = sp.sqrt(G / gamma)
    return at_x, Y / (at_x * signal())


def residual_on_subset() -> sp.Expr:
    """a by lambda on all pairs: the kernel's projector, cut to the subset, multiplies y by F."""
    return sigma2 / (sigma2 + F * lam)


def _solved(first: sp.Expr, second: sp.Expr) -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    """(U x, gamma x^2, epsilon) by z where two of the slopes vanish."""
    solution = sp.solve([first, second], [Y, G], dict=True)[0]
    at_y = sp.factor(solution[Y])
    squared = squared_radius().subs(U, at_y / x)
    (strength,) = sp.solve(squared - (1 - Z**2), DISORDER)
    return at_y, sp.factor(solution[G]), sp.factor(strength)


@cache
def coexistence_curve() -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    """(U x, gamma x^2, epsilon) by z where the mode is as deep as zero."""
    value, slope, _ = slopes()
    return _solved(value, slope)


@cache
def spinodal_curve() -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    """The same where a minimum and a saddle meet: births above the cusp in z, and losses below."""
    _, slope, curvature = slopes()
    return _solved(slope, curvature)


def end(curve: tuple[sp.Expr, sp.Expr, sp.Expr]) -> sp.Expr:
    """z where epsilon is largest along a curve: beyond it there is none."""
    polynomial = sp.Poly(sp.numer(sp.together(sp.diff(sp.log(curve[2]), Z))), Z)
    inside = [root for root in sp.real_roots(polynomial) if 0 < root < 1]
    return max(inside, key=lambda root: sp.N(curve[2].subs(Z, root)))


def fall(curve: tuple[sp.Expr, sp.Expr, sp.Expr]) -> sp.Expr:
    """d(U^2/gamma)/d epsilon along a curve, by z: of one sign for 0 < z < 1."""
    coupling, decay, strength = curve
    return sp.factor(sp.diff(coupling**2 / decay, Z) / sp.diff(strength, Z))


def ring_level() -> sp.Expr:
    """-(ds/dU)/x^2 by z and U x: the squared pulls of the neurons over those without disorder."""
    slope = sp.diff(gain() / x, Z) * (-(1 - Z**2) / (Z * Y))
    return sp.factor(1 + slope)


def _matrix_steps() -> tuple[Step, ...]:
    return (
        Step(
            "disorder",
            "variance of an indicator over the square of its mean, by the rows of a matrix of P",
            subsets().results["variance"],
            disorder(),
            equal_on(checks.disorder_cases, "its definition"),
        ),
        Step(
            "curvature of the other modes",
            "the second derivative of S by w_n and v_m is a multiple of xi_nm cos(psi_nm): rows of "
            "independent entries, whose sum of variances times 4 is the squared radius",
            action_density(),
            squared_radius(),
            all_hold(checks.radius_claims, "second derivatives from definitions at P = 5, 7"),
            _LARGE,
        ),
        Step(
            "semicircle",
            "m = 1 + (rho/4) m^2 sums the planar pairings; z = sqrt(1 - rho) is its stiffness",
            1 + RADIUS2 / 4 * _RESOLVENT**2,
            resolvent(),
            all_hold(checks.semicircle_claims, "pairings without crossings, counted"),
            _LARGE,
        ),
        Step(
            "relaxation of the other modes",
            "the matrix B pushes what is orthogonal to W = (w, v): the least "
            "|rest|^2/2 - (W + rest) B (W + rest)/2 is -|W|^2 (1 - 1/m)/2",
            x * (1 - 1 / _RESOLVENT),
            gain(),
            all_hold(checks.gain_claims, "squared forces summed at P = 7; pairings counted"),
            _LARGE,
        ),
    )


def _event_steps() -> tuple[Step, ...]:
    c, s = coexistence_curve(), spinodal_curve()
    return (
        Step(
            "quenched action",
            "u becomes U = F^2 u, and the other modes relax on the subset; beyond rho = 1 a "
            "direction of memorising opens",
            action_density(),
            quenched(),
            all_hold(checks.quenched_claims, "its parts at generic values; s without disorder"),
            _LARGE,
        ),
        Step(
            "coexistence on a subset",
            "s = 0 and ds/dx = 0, by z",
            sp.Symbol("s"),
            sp.Tuple(*c),
            all_hold(checks.coexistence_claims, "differences of s, and the roots at epsilon = 0"),
            _LARGE,
        ),
        Step(
            "spinodals on a subset",
            "ds/dx = 0 and d^2s/dx^2 = 0, by z: birth, and loss to memorising",
            sp.Symbol("s"),
            sp.Tuple(*s),
            all_hold(checks.spinodal_claims, "differences of s, and the roots at epsilon = 0"),
            _LARGE,
        ),
        Step(
            "ends",
            "epsilon has a maximum along either curve: with more disorder no generalising mode "
            "is as deep as zero, and then none is a minimum",
            sp.Tuple(c[2], s[2]),
            sp.Tuple(end(c), end(s)),
            all_hold(checks.end_claims, "epsilon to either side"),
            _LARGE,
        ),
        Step(
            "events against disorder",
            "along every event U^2/gamma falls as the disorder grows, so that on a box of "
            "parameters it has its extremes at corners",
            sp.Derivative(sp.Function("U^2/gamma")(DISORDER), DISORDER),
            sp.Tuple(fall(c), fall(s)),
            all_hold(checks.fall_claims, "the events to either side, by bisection"),
            _LARGE,
        ),
    )


def _closure_steps() -> tuple[Step, ...]:
    return (
        Step(
            "level of the ring",
            "lambda follows from the slope of log Z, hence from that of s by U",
            sp.Derivative(sp.Function("s")(U), U),
            ring_level(),
            all_hold(checks.level_claims, "differences of s in U"),
            _LARGE,
        ),
        Step(
            "residual on a subset",
            "regression on the kept pairs with lambda times the projector on functions of n + m "
            "of mean zero; at large P every class n + m has the share F of its pairs",
            sigma2 / (sigma2 + lam),
            residual_on_subset(),
            equal_on(checks.residual_cases, "regression by matrices, as many pairs in each class"),
            (Assumption.LARGE_P,),
        ),
    )


@cache
def quenched_action() -> Derivation:
    """A generalising neuron on one subset, and how much data it needs."""
    names = ("coupling", "decay", "disorder")
    c, s = coexistence_curve(), spinodal_curve()
    parts = gain(), ring_level().subs(Y, U * x)
    left = ring_level().subs(Y, U * x), squared_radius(), quenched()
    results = {
        "disorder": disorder(),
        "squared_radius": squared_radius(),
        "resolvent": resolvent(),
        "quenched_action": quenched(),
        **{f"{name}_coexistence": value for name, value in zip(names, c, strict=True)},
        **{f"{name}_spinodal": value for name, value in zip(names, s, strict=True)},
        "end_coexistence": end(c),
        "end_spinodal": end(s),
        "fall_coexistence": fall(c),
        "fall_spinodal": fall(s),
        "ring_level": ring_level(),
        "residual_on_subset": residual_on_subset(),
        "said_elsewhere": said_elsewhere(*parts),
        **outputs(),
        "spread": spread()[1],
        "turned": turned(*left[:2]),
        "second_order": second_order(),
        "fluctuations": moved_balance(*left[:2]),
        "edge": edge(*left[1:]),
    }
    steps = (
        *_matrix_steps(),
        *_event_steps(),
        *_closure_steps(),
        elsewhere_step(*parts),
        *output_steps(),
        *left_out_steps(disorder(), *left),
    )
    return Derivation("A generalising neuron on one subset", steps, results)
