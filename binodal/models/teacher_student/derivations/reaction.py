"""The reaction of the network on one erf neuron: at most how much it changes the action."""

from __future__ import annotations

from functools import cache
from math import erf, exp, pi, sqrt

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.reaction import OUTPUTS, PULL, SHARE, reaction, reaction_of_one, share_bound
from binodal.derive.step import Cases, Step, close_on
from binodal.derive.symbols import N, b, c, d, kappa, n, q, rho, s, sigma2, sigma_a2, sigma_w2
from binodal.derive.theories import THEORIES
from binodal.models.teacher_student.derivations.action import action, mode_field
from binodal.models.teacher_student.derivations.continuum import coupling
from binodal.models.teacher_student.derivations.finite_width import feature_norm


def largest_norm() -> sp.Expr:
    """<phi^2> = (2/pi) asin(z) is at most z = 2|w|^2/(1 + 2|w|^2), its chord: asin is convex."""
    (arc,) = feature_norm().atoms(sp.asin)
    return arc.args[0]


@cache
def largest_share(theory: str) -> sp.Expr:
    """s at most, at the relaxed (or held) r_perp of each rho; sums over data are n averages."""
    of = action(theory)
    norm = largest_norm().subs({q: sp.sqrt(of.overlap2), s: of.perp2}, simultaneous=True)
    return share_bound(n * norm, sigma_a2 / N, sigma2)


def largest_reaction(theory: str) -> sp.Expr:
    """The most that the reaction adds to S (not S/d) at rho: it grows with the share."""
    pull = d * kappa * rho * mode_field((b, c)) ** 2
    return reaction().subs({OUTPUTS: 1, SHARE: largest_share(theory), PULL: pull})


def _pull_cases(claim: sp.Tuple) -> Cases:
    """At share z the reaction is z/(1 + z) of what S loses by its interaction, plus the volume."""
    point = {
        rho: sp.Rational(1, 5),
        sigma_w2: sp.Rational(3, 8),
        b: sp.Rational(2, 7),
        c: sp.Rational(-3, 11),
        N: sp.Integer(40),
        n: sp.Integer(90),
        d: sp.Integer(7),
        sigma2: sp.Rational(1, 3),
        sigma_a2: sp.Rational(2, 9),
    }
    strength = coupling().subs(point)
    for theory, whole in zip(THEORIES, claim, strict=True):
        of = action(theory)
        place = {**point, kappa: strength}
        gain = d * (of.cost - of.density()).subs(place)
        length = (of.overlap2 + of.perp2).subs(place)
        share = (n * sigma_a2 / (N * sigma2) * (1 - 1 / (1 + 2 * length))).subs(point)
        direct = gain.subs(point) * share / (1 + share) + sp.log(1 + share) / 2
        yield theory, whole.subs(place), direct


def _norm_claims(claim: sp.Expr) -> Claims:
    """<erf(g)^2> by the trapezoidal rule over g ~ N(0, |w|^2): below the chord, which it meets."""
    for length, closeness in ((0.05, 0.5), (0.6, 0.6), (4000.0, 0.9)):
        step = 0.02
        points = [step * k for k in range(-400, 401)]
        total = sum(exp(-g * g / 2) * erf(sqrt(length) * g) ** 2 for g in points)
        mean = total * step / sqrt(2 * pi)
        bound = float(claim.subs({q: 0, s: length}))
        yield length, closeness * bound < mean < bound


@cache
def reaction_of_network() -> Derivation:
    """Results ``published`` and ``derived``: the largest reaction at rho. Source: derived here."""
    results = {theory: largest_reaction(theory) for theory in THEORIES}
    steps = (
        Step(
            "largest norm of a feature",
            "the arcsine kernel lies below its chord from 0 to 1",
            feature_norm(),
            largest_norm(),
            all_hold(_norm_claims, "<erf^2> by quadrature over the preactivation"),
        ),
        Step(
            "largest reaction on an erf neuron",
            "S.S = n <phi^2>; the interaction is d kappa rho (b - 2 c rho)^2; one output",
            reaction(),
            sp.Tuple(*results.values()),
            close_on(_pull_cases, "cost less action, and |w|^2 from q and r_perp, at a point"),
            (Assumption.CONTINUUM, Assumption.MODE_ANSATZ),
        ),
    )
    own = Derivation("Reaction of the network on an erf neuron", steps, results)
    return reaction_of_one().then(own)
