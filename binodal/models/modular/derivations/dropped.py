"""What the limits of modular addition leave out, each in units of what they keep.

``own_kernel``: lambda of the zero state beside sigma^2 + lambda. ``weight_shift``: how far
sigma^2 + lambda moves when ring and zero state are balanced by their weights and not by their
depths alone. ``metastable_ring``: lambda of a ring above the zero state, at its odds.
``ring_kernel``: lambda of a ring of a given mass, which N mass neurons carry.
``freedom_per_neuron``: effective degrees of freedom a neuron, the small parameter of mean field
before droplets.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, ExactCases, all_hold, exact_on
from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import N, P, a, gamma, lam, mass, sigma2, sigma_a2, u, x
from binodal.derive.theories import require_theory
from binodal.models.modular.derivations.action import mode_action
from binodal.models.modular.derivations.closure import (
    renormalised_coupling,
    ring_lambda,
    zero_lambda,
)
from binodal.models.modular.derivations.events import (
    before_coexistence,
    coexistence,
    ring_mass,
    temperature,
)
from binodal.models.modular.derivations.nngp import kernel_matrix, spectrum
from binodal.models.modular.derivations.saddles import depth, ring
from binodal.models.modular.derivations.weights import odds

TEMPERATURE = sigma2 / a
"""sigma^2 + lambda at the solution."""
_WEIGHT = sp.Symbol("L", real=True)


def own_kernel(theory: str = "derived") -> sp.Expr:
    """lambda of the zero state over sigma^2 + lambda."""
    return zero_lambda(theory) / TEMPERATURE


def freedom() -> sp.Expr:
    """Tr K (sigma^2 + K)^{-1} of the prior's kernel over N."""
    rows = spectrum().values()
    return sum((count * level / (level + sigma2) for level, count in rows), sp.Integer(0)) / N


def log_weight(theory: str = "derived") -> sp.Expr:
    """log of the weight of ring over zero, without the depth, over the odds m/(1 - m)."""
    bare = odds(theory) * sp.exp(mode_action(theory).factor * depth())
    return sp.log(sp.simplify(bare)) - sp.log(mass / (1 - mass))


def shift_of_balance(theory: str = "derived") -> sp.Expr:
    """d log(sigma^2 + lambda) where exp(-factor s) has to make up for a weight exp(L).

    On the ring ds/du = -x^2, and u goes as the inverse square of sigma^2 + lambda.
    """
    return _WEIGHT / (2 * mode_action(theory).factor * u * x**2)


def ring_kernel(theory: str = "derived") -> sp.Expr:
    """lambda of a ring over sigma^2 + lambda."""
    return ring_lambda(theory) / TEMPERATURE


def _freedom_cases(claim: sp.Expr) -> ExactCases:
    """The trace of the whole P^2 x P^2 matrix in rationals."""
    noise, spread = sp.Rational(3, 7), sp.Rational(2, 11)
    for order in (3, 4):
        kernel = spread * sp.Matrix(kernel_matrix(order))
        whole = kernel + noise * sp.eye(order**2)
        trace = order**2 - noise * whole.to_DM().to_field().inv().to_Matrix().trace()
        values = {P: order, sigma2: noise, sigma_a2: spread}
        yield order, sp.expand(N * claim.subs(values)), trace


def _shift_claims(claim: sp.Tuple, theory: str) -> Claims:
    """Move sigma^2 + lambda by a little, and see how far the depth of the ring goes.

    With that slope the weights' own logarithm gives the whole shift.
    """
    small, digits = sp.Rational(1, 10**12), 40
    values = {N: 7, P: 5, sigma2: sp.Rational(4, 5), sigma_a2: sp.Rational(1, 5), lam: 0}
    values |= {gamma: sp.Rational(1, 10)}
    heights = []
    for moved in (values[sigma2], values[sigma2] * (1 + small)):
        at_u = renormalised_coupling().subs(values | {sigma2: moved})
        point = {u: at_u, gamma: values[gamma], P: values[P]}
        point |= {x: ring().subs(point)}
        heights.append(sp.N((mode_action(theory).factor * depth()).subs(point), digits))
        if len(heights) == 1:
            first = point
    shift = sp.N(claim[0].subs(first), digits).subs(_WEIGHT, heights[1] - heights[0])
    yield (shift, small), bool(abs(shift / small - 1) < 10**-9)
    share = sp.Rational(2, 9)
    weight = sp.log(odds(theory).subs(first)) + heights[0] - sp.log(share / (1 - share))
    slope = small / (heights[1] - heights[0])
    whole = sp.N(claim[1].subs(first | {mass: share}), digits)
    yield (whole, "whole"), bool(abs(whole / sp.N(weight * slope, digits) - 1) < 10**-9)


def _ring_cases(claim: sp.Tuple, theory: str) -> Cases:
    """GMFL-I: ring and sigma^2 make up what is pinned; a metastable ring has its odds for mass."""
    at_u, at_x = coexistence()
    pinned = temperature(at_u)
    held = claim[0].subs({a: sigma2 / pinned, x: at_x, mass: ring_mass(theory)})
    yield "pinned", held, 1 - sigma2 / pinned
    point = {N: sp.Integer(7), P: sp.Integer(5), sigma2: sp.Rational(4, 5), a: sp.Rational(2, 3)}
    point |= {sigma_a2: sp.Rational(1, 5), u: sp.Rational(5, 3), gamma: sp.Rational(16, 9)}
    point[x] = ring().subs(point)
    kept = ring_lambda(theory).subs(mass, odds(theory).subs(point)).subs(point)
    yield "metastable", claim[1].subs(point) * point[sigma2] / point[a], kept


def _depth_steps(theory: str) -> tuple[Step, ...]:
    """What depths leave out: the zero state's own kernel, and the weights."""
    tau, with_prior = temperature(u), before_coexistence(u, theory)
    shift = shift_of_balance(theory)
    return (
        Step(
            "dropped: lambda of the zero state",
            "the limit keeps sigma^2 + lambda at an event and takes all of it for sigma^2",
            TEMPERATURE,
            own_kernel(theory),
            equal_on(
                lambda claim: [("lambda", claim.subs(sigma2, a * tau), (tau - with_prior) / tau)],
                "the event's temperature with and without lambda of the zero state",
            ),
        ),
        Step(
            "dropped: weights",
            "equal weights need S = L, not S = 0: ds/du = -x^2 on the ring, and u falls as the "
            "square of sigma^2 + lambda",
            mode_action(theory).factor * depth(),
            sp.Tuple(shift, shift.subs(_WEIGHT, log_weight(theory))),
            all_hold(
                lambda claim: _shift_claims(claim, theory),
                "a small step of sigma^2 at generic parameters",
            ),
            (Assumption.ONE_LOOP,),
        ),
    )


def _width_steps(theory: str) -> tuple[Step, ...]:
    """What mean field leaves out."""
    return (
        Step(
            "dropped: few neurons",
            "a ring's share of sigma^2 + lambda; N mass neurons carry it, and none does where that "
            "is below one",
            ring_lambda(theory),
            sp.Tuple(ring_kernel(theory), ring_kernel(theory).subs(mass, odds(theory))),
            equal_on(
                lambda claim: _ring_cases(claim, theory),
                "GMFL-I: ring and sigma^2 make up what is pinned",
            ),
        ),
        Step(
            "dropped: mean field",
            "sum over the spectrum of the prior's kernel with its multiplicities",
            sp.Symbol("Tr K/(sigma^2 + K)"),
            freedom(),
            exact_on(_freedom_cases, "traces of whole matrices in rationals, P = 3 and 4"),
            (Assumption.WIDTH_FIRST_ORDER,),
        ),
    )


@cache
def dropped(theory: str = "derived") -> Derivation:
    """Results ``own_kernel``, ``weight_shift``, ``metastable_ring``, ``ring_kernel`` and
    ``freedom_per_neuron``. Source: derived here.
    """
    require_theory(theory)
    results = {
        "own_kernel": own_kernel(theory),
        "weight_shift": shift_of_balance(theory).subs(_WEIGHT, log_weight(theory)),
        "metastable_ring": ring_kernel(theory).subs(mass, odds(theory)),
        "ring_kernel": ring_kernel(theory),
        "freedom_per_neuron": freedom(),
    }
    steps = (*_depth_steps(theory), *_width_steps(theory))
    return Derivation("What the limits leave out, modular addition", steps, results)
