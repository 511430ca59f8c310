"""Any network that is homogeneous: decay drops out of the flow over A = alpha exp(-lambda t).

With f(c theta) = c^L f(theta) and theta = A phi, phi moves by the residuals alone. Where decay is
slow the residuals vanish from the first on, and phi follows a path in A that knows nothing of
lambda nor, once alpha is large, of alpha: what happens at A* happens at log(alpha/A*)/lambda.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, equal_on
from binodal.models.diagonal_linear.derivations.symbols import ALPHA, DECAY, SCALE, L

SLOPE, RESIDUAL = sp.symbols("df rho", real=True)
"""Derivative of an output by one weight at phi; its residual."""
TIME = sp.Symbol("t", positive=True)
_SECOND = sp.Rational(5, 3)


@cache
def velocity() -> sp.Expr:
    """What a sample adds to dphi/dt."""
    return SCALE ** (L - 2) * SLOPE * RESIDUAL


@cache
def time_of_scale() -> sp.Expr:
    """When A is a given number."""
    return sp.solve(ALPHA * sp.exp(-DECAY * TIME) - SCALE, TIME)[0]


def _velocity_cases(claim: sp.Expr) -> Cases:
    """d(theta/A)/dt by the chain rule, of outputs that are products and powers of two weights."""
    first, second = sp.symbols("x y", positive=True)
    scale = ALPHA * sp.exp(-DECAY * TIME)
    place = {first: sp.Rational(3, 7), second: _SECOND}
    for degree, output in ((2, first * second), (3, first**2 * second + first**3 / 5)):
        theta = {x: scale * of for x, of in place.items()}
        moves = sp.diff(output, first).subs(theta) * RESIDUAL - DECAY * theta[first]
        direct = moves / scale - theta[first] * sp.diff(scale, TIME) / scale**2
        velocity = claim.subs({L: degree, SLOPE: sp.diff(output, first).subs(place), SCALE: scale})
        values = {ALPHA: sp.Rational(9, 4), DECAY: sp.Rational(1, 8), TIME: sp.Rational(5, 6)}
        yield degree, sp.simplify(velocity.subs(values)), sp.simplify(direct.subs(values))


def _time_cases(claim: sp.Expr) -> Cases:
    """The scale has fallen from alpha to what is asked by then."""
    yield "scale", sp.simplify(ALPHA * sp.exp(-DECAY * claim)), SCALE


@cache
def homogeneous() -> Derivation:
    """Flow of a homogeneous network over what decay leaves of its start, and the law of its time.

    Results: ``velocity`` of one weight over A for one sample; ``time`` at which A is reached.
    Source: derived here; bounds for it: Lyu et al. 2024, arXiv 2310.18817.

    >>> homogeneous().results["time"].subs({ALPHA: 1, DECAY: 2})
    -log(A)/2
    """
    steps = (
        Step(
            "decay leaves the flow",
            "theta = A phi: d theta/dt = rho df/dtheta - lambda theta, and df/dtheta is of degree "
            "L - 1",
            sp.Symbol("dphi/dt"),
            velocity(),
            equal_on(_velocity_cases, "the chain rule, of outputs of degree two and three"),
        ),
        Step(
            "time by scale",
            "where decay is slow the path depends on A alone, so that a change at A* is late by "
            "this; its slope in log alpha is 1/lambda for every L",
            ALPHA * sp.exp(-DECAY * TIME),
            time_of_scale(),
            equal_on(_time_cases, "put back"),
        ),
    )
    return Derivation(
        "Homogeneous networks with decay", steps, {"velocity": velocity(), "time": time_of_scale()}
    )
