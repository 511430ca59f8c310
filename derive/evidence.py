"""The evidence of a wide network, and how it passes a coexistence.

The evidence is the prior's average of exp(-|y - f|^2/(2 sigma^2)). With N neurons its logarithm is
N Phi(r) - |y|^2/(2 sigma^2) to leading order, Phi = log z + (spring/2)|y - r|^2 the closure's
potential at its minimum over the residual r; z is the average of one neuron's weight.

As the size grows a feature may not lie below the zero state, S(r) >= 0: beyond coexistence the
minimum is one on that edge. So the slope of the evidence does not jump, but its curvature does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from math import exp, lgamma, log

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.mean_field import coupling, spring
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import N, sigma2, sigma_a2

LOG_Z = sp.Symbol("log_z", real=True)
"""The logarithm of one neuron's average weight."""
LEARNED, TARGET = sp.symbols("learned2 target2", nonnegative=True)
"""|y - r|^2 and |y|^2 over the data."""
RATE, BEND = sp.symbols("rate bend", real=True)
"""dS/dx along the zero state's branch, and g.H^-1 g with g = dS/dr and H the Hessian of Phi."""


def log_evidence(log_z: sp.Expr, learned2: sp.Expr, target2: sp.Expr, weight: sp.Expr) -> sp.Expr:
    """Per neuron, with ``weight`` the spring of the closure."""
    return log_z + weight / 2 * (learned2 - target2)


def per_neuron() -> sp.Expr:
    """The same in symbols, for data whose squares are summed."""
    return log_evidence(LOG_Z, LEARNED, TARGET, spring(sp.Integer(1)))


def as_products(quadratic: sp.Expr, modes: Sequence[sp.Symbol]) -> sp.Expr:
    """A quadratic form without mixed terms as products t (a t + b): no power of a difference.

    A ball's power is not finite where the ball contains zero; products of balls always are.
    """
    whole = sp.expand(quadratic)
    rest = whole.subs(dict.fromkeys(modes, 0))
    return sp.Add(rest, *(t * (whole.coeff(t, 1) + whole.coeff(t, 2) * t) for t in modes))


def curvature_jump() -> sp.Expr:
    """What d^2/dx^2 of the evidence gains where a feature begins to hold neurons."""
    return RATE**2 / BEND


def passage(
    whole: sp.Expr,
    action: sp.Expr,
    modes: Sequence[sp.Symbol],
    along: Callable[[sp.Expr], sp.Expr],
) -> dict[str, sp.Expr]:
    """What decides how the evidence passes a coexistence, by the zero state's own, ``whole``.

    ``log_evidence`` and its ``slope`` per neuron; the ``latent_heat`` dS/dx at the residual as it
    is; then for each mode dS/dt, d^2 Phi/dx dt, and a row of Phi's Hessian. ``along``
    differentiates by x. Modes that a symmetry of the teacher ties together are one.
    """
    named = {"log_evidence": whole, "slope": along(whole), "latent_heat": along(action)}
    for t in modes:
        named |= {f"pull_{t}": sp.diff(action, t), f"turn_{t}": along(sp.diff(whole, t))}
        named |= {f"bend_{t}_{s}": sp.diff(whole, t, s) for s in modes}
    return named


_WEIGHTS, _FEATURES = (0.3, 0.7), (0.4, 1.7)
_NOISE, _SPREAD, _DATUM = 0.8, 1.1, 1.9
_WIDTHS = (300, 1200)


def _exact(width: int) -> float:
    """log Z/N of N neurons with two features at one datum y = sqrt(N) times the constant.

    Given how many neurons have which feature the output is Gaussian.
    """
    logs = []
    for count in range(width + 1):
        other = width - count
        ways = lgamma(width + 1) - lgamma(count + 1) - lgamma(other + 1)
        ways += count * log(_WEIGHTS[0]) + other * log(_WEIGHTS[1])
        spread = _SPREAD / width * (count * _FEATURES[0] ** 2 + other * _FEATURES[1] ** 2)
        whole = _NOISE + spread
        logs.append(ways + log(_NOISE / whole) / 2 - width * _DATUM**2 / (2 * whole))
    top = max(logs)
    return (top + log(sum(exp(x - top) for x in logs))) / width


def _least(claim: sp.Expr, width: int) -> float:
    """The claim at its minimum over the residual of that datum, by golden section."""
    point = {N: width, sigma2: _NOISE, sigma_a2: _SPREAD}
    g = float(coupling(sp.Integer(1)).subs(point))
    value = sp.lambdify((LOG_Z, LEARNED, TARGET), claim.subs(point), "math")

    def height(share: float) -> float:
        square = width * (share * _DATUM) ** 2
        terms = (p * exp(g * square * f**2 / 2) for p, f in zip(_WEIGHTS, _FEATURES, strict=True))
        gap = width * (1 - share) ** 2 * _DATUM**2
        return float(value(log(sum(terms)), gap, width * _DATUM**2))

    low, high, ratio = 0.0, 1.0, (5**0.5 - 1) / 2
    for _ in range(90):
        one, other = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, other) if height(one) < height(other) else (one, high)
    return height((low + high) / 2)


def _width_claims(claim: sp.Expr) -> Claims:
    errors = [abs(_exact(width) - _least(claim, width)) for width in _WIDTHS]
    yield "near", errors[0] < 2 / _WIDTHS[0]
    yield "falls like 1/N", 3.5 * errors[1] < errors[0] < 4.5 * errors[1]


def _edge_cases(claim: sp.Tuple) -> Cases:
    """A quadratic potential in two residuals with one edge, solved by Lagrange's rule."""
    x, one, other, force = sp.symbols("x one other force")
    half = sp.Rational(1, 2)
    potential = half * (3 * (one - x / 5) ** 2 + 7 * (other + x / 3 - 1) ** 2) + x**2 / 11
    edge = sp.Rational(2, 3) * one - sp.Rational(5, 4) * other + sp.Rational(4, 7) * x
    free = sp.solve([sp.diff(potential, t) for t in (one, other)], [one, other])
    level = edge.subs(free) - edge.subs(free).subs(x, 0)
    edge -= edge.subs(free).subs(x, 0)
    rows = [sp.diff(potential - force * edge, t) for t in (one, other)]
    held = sp.solve([*rows, edge], [one, other, force])
    gained = sp.expand(potential.subs(held) - potential.subs(free))
    rate = sp.diff(level, x)
    soft = sp.Rational(4, 9) / 3 + sp.Rational(25, 16) / 7
    yield "slope", claim[0], sp.diff(gained, x).subs(x, 0)
    yield "curvature", claim[1].subs({RATE: rate, BEND: soft}), sp.diff(gained, x, 2)


@cache
def evidence() -> Derivation:
    """The evidence of a wide network, and what happens to it at a coexistence.

    Results: ``log_evidence`` per neuron; ``slope_jump`` and ``curvature_jump``, what its first and
    second derivative gain where a feature begins to hold neurons. Source: derived here.
    """
    steps = (
        Step(
            "evidence",
            "write exp(-(y - f)^2/(2 sigma^2)) as a Fourier integral over the residual: neurons "
            "are independent in it, and the integral is at its saddle, the minimum of the "
            "closure's potential",
            sp.exp(-LEARNED / (2 * sigma2)),
            per_neuron(),
            all_hold(_width_claims, "exact sums over N = 300 and 1200 neurons at one datum"),
            (Assumption.MEAN_FIELD,),
        ),
        Step(
            "passage of a coexistence",
            "beyond it the potential is least on the edge S = 0: S grows by dS/dx along the free "
            "minimum, and to stay at the edge costs (dS/dx)^2/(2 g.H^-1 g) dx^2",
            RATE,
            sp.Tuple(sp.Integer(0), curvature_jump()),
            equal_on(_edge_cases, "a quadratic potential with one edge, solved exactly"),
            (Assumption.DROPLET_MASS,),
        ),
    )
    results = {
        "log_evidence": per_neuron(),
        "slope_jump": sp.Integer(0),
        "curvature_jump": curvature_jump(),
    }
    return Derivation("Evidence of a wide network", steps, results)
