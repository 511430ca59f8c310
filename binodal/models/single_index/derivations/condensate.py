"""The state past condensation where overlaps are c_k = g_k r: what holds the residual, and where.

At its best norm a neuron's action is log(X/(1 - m^2))/2 with X = 1 - u sigma_w^2 f^2: positive for
all m if and only if u sigma_w^2 (f/m)^2 < 1 there. Past the point where that fails neurons at the
largest (f/m)^2 keep it at 1: inside at the norm r^2 = sigma_w^2/(1 - m^2), at m = 1 or m = -1 at
norms without a bound. Only W = d <|w|^2>, the squared norm that they hold in all, is felt.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, close_on, equal_on
from binodal.derive.symbols import N, d, n, sigma2, sigma_a2, sigma_w2
from binodal.models.single_index.derivations.action import (
    action,
    amplitude,
    m,
    overlap,
    r,
    u,
)
from binodal.models.single_index.derivations.condensation import (
    condensation_row,
    field_at_infinity,
    homogeneous_action,
    slope_at_infinity,
)
from binodal.models.single_index.derivations.droplets import droplet_rows, mass, pulls
from binodal.models.single_index.derivations.law import coupling_per_dimension
from binodal.models.single_index.derivations.limit import gain, gain_of_parameters, target

weight = sp.Symbol("W", positive=True)
_MODES = (1, 2, 4)


@cache
def depth_row(modes: tuple[int, ...]) -> sp.Expr:
    """u sigma_w^2 (f/m)^2 - 1: negative where the action is positive at every norm."""
    ratio = sp.Add(*(term / m for term in field_at_infinity(modes).as_ordered_terms()))
    return u * sigma_w2 * ratio**2 - 1


def homogeneous(expression: sp.Expr, modes: tuple[int, ...]) -> sp.Expr:
    """With c_k = g_k r."""
    return expression.subs({overlap(k): r * slope_at_infinity(k) for k in modes})


@cache
def weight_rows(modes: tuple[int, ...], branch: bool) -> tuple[sp.Expr, ...]:
    """The closure's rows with a mass M of neurons of norm r, in W = M r^2, which r leaves."""
    felt = (
        homogeneous(row, modes).subs(mass, weight / r**2) for row in droplet_rows(modes, branch)
    )
    return tuple(sp.Add(*map(sp.cancel, row.as_ordered_terms())) for row in felt)


@cache
def weight_pulls(modes: tuple[int, ...]) -> tuple[sp.Expr, ...]:
    """What neurons of one m add to the closure's rows, in W = M r^2."""
    felt = (homogeneous(pull, modes).subs(mass, weight / r**2) for pull in pulls(modes))
    return tuple(sp.cancel(pull) for pull in felt)


@cache
def best_action(modes: tuple[int, ...]) -> sp.Expr:
    """S/d at the best norm."""
    return homogeneous_action().subs(sp.Symbol("X", positive=True), -condensation_row(modes))


_NUMBERS = {
    sigma_w2: sp.Rational(4, 9),
    **{slope_at_infinity(k): sp.Rational(k + 2, 5 + k * k) for k in _MODES},
    **{amplitude(k): sp.Rational(3, 2 + k) for k in _MODES},
}


def _depth_claims(claim: sp.Expr) -> Claims:
    """The sign of the action on a grid of norms, for couplings on both sides of the claim's; and
    (1 - m^2) (1 - exp(2 S))/m^2 at the norm where S is least.
    """
    whole = homogeneous(action(_MODES), _MODES)
    for place in (sp.Rational(2, 7), sp.Rational(-4, 5)):
        point = {**_NUMBERS, m: place}
        (edge,) = sp.solve(claim.subs(point), u)
        for factor, positive in ((sp.Rational(99, 100), True), (sp.Rational(101, 100), False)):
            on_norms = sp.lambdify(r, whole.subs(point).subs(u, factor * edge), "math")
            least = min(on_norms(0.01 * k) for k in range(1, 400))
            yield (place, factor), (least > 0) == positive
        point[u] = edge / 3
        free = whole.subs(point)
        (best,) = sp.solve(sp.diff(free, r), r)
        depth = (1 - place**2) * (1 - sp.exp(2 * free.subs(r, best))) / place**2
        yield (place, "depth"), bool(abs(sp.N(claim.subs(point) - depth, 30)) < 1e-20)


_SIZES = {
    N: sp.Integer(25),
    d: sp.Integer(4),
    n: sp.Integer(60),
    sigma2: sp.Rational(1, 7),
    sigma_a2: sp.Rational(1, 9),
    sigma_w2: sp.Rational(4, 9),
}


def _penalty_cases(claim: sp.Tuple) -> Cases:
    """Networks of weight decay: N a^2/(2 sigma_a^2) + d r^2/(2 sigma_w^2) at a r = p is at least
    sqrt(N d/(sigma_a^2 sigma_w^2)) |p|, so that one feature is fitted with that penalty on p; and
    what is left of the target, and of the penalty's balance, where the residual is another one.
    """
    penalty = sp.sqrt((N * d / (sigma_a2 * sigma_w2)).subs(_SIZES))
    noise = (sigma2 / n).subs(_SIZES)
    place = sp.Rational(5, 6)
    slopes = {slope_at_infinity(k): sp.Rational(k + 2, 5 + k * k) for k in _MODES}
    norms = [sp.sqrt(sp.factorial(k)) for k in _MODES]
    feature = sp.Matrix([slopes[slope_at_infinity(k)] * place**k for k in _MODES])
    normalised = sp.Matrix([f / s for f, s in zip(feature, norms, strict=True)])
    targets = {target(k): sp.Rational(7, 4 + k) for k in _MODES}
    wanted = sp.Matrix([targets[target(k)] * s for k, s in zip(_MODES, norms, strict=True)])
    size = (normalised.dot(wanted) - noise * penalty) / normalised.dot(normalised)
    numbers = {
        **slopes,
        **targets,
        m: place,
        gain: gain_of_parameters().subs(_SIZES),
        u: coupling_per_dimension().subs(_SIZES),
        sigma_w2: _SIZES[sigma_w2],
    }
    numbers[weight] = size / (numbers[gain] * noise * penalty)
    for away in (sp.zeros(3, 1), sp.Matrix([sp.Rational(k - 3, 5 + k) for k in _MODES])):
        own = wanted - size * normalised + away
        point = {amplitude(k): t / s for k, t, s in zip(_MODES, own, norms, strict=True)}
        force = normalised.dot(own)
        fitted = size * force / (noise * penalty) * normalised
        left = [x / s for x, s in zip(own + fitted - wanted, norms, strict=True)]
        balance = (force / (noise * penalty)) ** 2 - 1
        for name, row, value in zip(("edge", *_MODES), claim, (balance, *left), strict=True):
            yield name, sp.simplify(row.subs({**numbers, **point})), value


def _edge_cases(claim: sp.Expr) -> Cases:
    """The action at the best norm next to m = 1, where u makes X vanish at m = 1."""
    whole = best_action(_MODES)
    (edge,) = sp.solve(condensation_row(_MODES).subs(m, 1).subs(_NUMBERS), u)
    near = 1 - sp.Rational(1, 10**20)
    direct = sp.N(whole.subs(_NUMBERS).subs({u: edge, m: near}), 60)
    yield "m -> 1", sp.N(claim.subs(_NUMBERS), 30), direct


@cache
def edge_action(modes: tuple[int, ...]) -> sp.Expr:
    """log(f'/f)/2 at m = 1: the least action of neurons of unbounded norm at the edge."""
    force = field_at_infinity(modes)
    return sp.log(sp.diff(force, m).subs(m, 1) / force.subs(m, 1)) / 2


@cache
def condensate() -> Derivation:
    """Which neurons hold the residual past condensation, for the modes 1, 2, 4 and c_k = g_k r.

    Results: ``depth``, zero where the best norm's action is; ``edge`` and ``closure_1`` ..., the
    pinned state in W = d <|w|^2>; ``edge_action``. Source: derived here.
    """
    depth, rows = depth_row(_MODES), weight_rows(_MODES, False)
    shared = (Assumption.MEAN_FIELD, Assumption.CONTINUUM, Assumption.LARGE_D)
    steps = (
        Step(
            "sign at the best norm",
            "log(X/(1 - m^2)) > 0 if and only if X > 1 - m^2",
            best_action(_MODES),
            depth,
            all_hold(_depth_claims, "the action on a grid of norms, at couplings on both sides"),
            shared,
        ),
        Step(
            "weight that holds the edge",
            "neurons at m with the mass M and the norm r add G M r^2 m^k g_k f/k! to mode k; at "
            "m = 1 the depth's edge is that of normalisability, and r has no bound",
            sp.Tuple(*droplet_rows(_MODES, False)),
            sp.Tuple(condensation_row(_MODES), *rows),
            equal_on(_penalty_cases, "weight decay as a penalty on |p|, fitted at rationals"),
            shared,
        ),
        Step(
            "action at the edge",
            "X and 1 - m^2 both vanish at m = 1: the ratio of their slopes",
            best_action(_MODES),
            edge_action(_MODES),
            close_on(_edge_cases, "the action itself at 1 - m = 10^-20", 15),
        ),
    )
    results = {"depth": depth, "edge_action": edge_action(_MODES)}
    results |= {f"closure_{k}": row for k, row in zip(_MODES, rows, strict=True)}
    return Derivation("State past condensation of a single-index neuron", steps, results)
