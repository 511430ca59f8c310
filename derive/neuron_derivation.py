"""The general theory of one neuron as checked steps, for any value of :class:`Neuron`."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold, generic_fractions
from binodal.derive.derivation import Derivation
from binodal.derive.gaussian.quadratic import gaussian_mean
from binodal.derive.neuron import Neuron
from binodal.derive.step import Cases, Step, close_on, equal_on
from binodal.derive.symbols import N, sigma2, sigma_a2
from binodal.derive.two_atoms import TwoAtoms, potential_steps

Values = Mapping[sp.Symbol, sp.Expr]
_SIZES = (sp.Rational(31, 5), sp.Rational(248, 5))


def generic_points(neuron: Neuron) -> tuple[Values, Values]:
    """Two assignments of rationals, none equal or trivial, to all that a neuron's law holds."""
    symbols = dict.fromkeys((*neuron.order, *neuron.modes, *neuron.parameters))
    points = []
    for seed in (5, 6):
        values = [v + Fraction(1, 19) for v in generic_fractions(len(symbols), seed)]
        signed = zip(symbols, map(sp.Rational, map(str, values)), strict=True)
        points.append({s: abs(v) if s.is_positive or s in neuron.order else v for s, v in signed})
    return points[0], points[1]


def _pulled(neuron: Neuron, point: Values) -> sp.Expr:
    """log of the readout's average of exp(a z) in every channel, z the field of t = r/sigma^2."""
    readout = sp.Symbol("a", real=True)
    total = sp.Integer(0)
    for row in neuron.features:
        field = sp.Add(*(t * f for t, f in zip(neuron.residual, row, strict=True))).subs(point)
        slope = (neuron.data / sigma2).subs(point) * field
        mean = gaussian_mean(readout * slope, readout, (sigma_a2 / N).subs(point))
        total += sp.log(mean).expand(force=True)
    return total


def _readout_cases(neuron: Neuron, claim: sp.Tuple) -> Cases:
    unit = sp.Symbol("F", positive=True)
    free = gaussian_mean(neuron.data / sigma2 * unit * sp.Symbol("a"), sp.Symbol("a"), sigma_a2 / N)
    bend = sp.diff(sp.log(free), unit, 2)
    for k, point in enumerate(generic_points(neuron)):
        yield ("coupling", k), claim[0].subs(point), bend.subs(point)
        yield ("interaction", k), claim[1].subs(point), _pulled(neuron, point)
        yield (
            ("spring", k),
            claim[2].subs(point),
            (neuron.coupling * claim[3] / sigma_a2).subs(point),
        )
        yield ("noise", k), (claim[3] * neuron.data).subs(point), sigma2.subs(point)


def _action_cases(neuron: Neuron, claim: sp.Expr) -> Cases:
    for k, point in enumerate(generic_points(neuron)):
        yield (
            k,
            (claim * neuron.size).subs(point),
            (neuron.cost * neuron.size).subs(point) - _pulled(neuron, point),
        )


def _weight_cases(neuron: Neuron, claim: sp.Expr) -> Cases:
    for k, point in enumerate(generic_points(neuron)):
        yield k, claim.subs(point), neuron.log_prior.subs(point) + _pulled(neuron, point)


def _cost_claims(neuron: Neuron, claim: sp.Expr) -> Claims:
    """-log_prior/L between two places, at a size and at eight times that: the error falls."""
    yield "zero state", sp.simplify(claim.subs(dict.fromkeys(neuron.order, 0))) == 0
    first, other = generic_points(neuron)
    places = [{r: point[r] / 40 for r in neuron.order} for point in (first, other)]
    errors = []
    for size in _SIZES:
        rest = {s: v for s, v in first.items() if s not in neuron.order} | {neuron.size: size}
        prior, cost = (
            [sp.N(e.subs(rest).subs(place).doit(), 30) for place in places]
            for e in (-neuron.log_prior / neuron.size, claim)
        )
        errors.append(abs((prior[0] - prior[1]) - (cost[0] - cost[1])))
        yield (size, "small"), bool(errors[-1] < abs(cost[0] - cost[1]) / 4)
    yield "falls like 1/L", bool(errors[1] <= errors[0] / 4 + sp.Float("1e-20"))


def averages(neuron: Neuron) -> sp.Matrix:
    """Symbols of the averaged overlaps <sum_c F_ci F_cj>."""
    count = len(neuron.modes)
    return sp.Matrix(
        count, count, lambda i, j: sp.Symbol(f"M{min(i, j) + 1}{max(i, j) + 1}", real=True)
    )


def _closure_cases(neuron: Neuron, claim: sp.Tuple) -> Cases:
    """Ridge regression with the modes for design: least squares and its normal equations.

    With features drawn so that their mean overlaps are M = B B^T, the readout v minimises
    |y - B v|^2/noise + |v|^2/sigma_a^2, and the residual is y - B v.
    """
    count = len(neuron.modes)
    entries = list(map(sp.Rational, map(str, generic_fractions(count * count, 9))))
    design = sp.Matrix(count, count, entries)
    held = dict(zip(averages(neuron), design * design.T, strict=True))
    for k, point in enumerate(generic_points(neuron)):
        target, scales = (sp.Matrix(v).subs(point) for v in (neuron.target, neuron.scales))
        noise, spread = neuron.noise.subs(point), sigma_a2.subs(point)
        curvature = design.T * design / noise + sp.eye(count) / spread
        residual = target - design * curvature.LUsolve(design.T * target / noise)
        solved = {t: r / s for t, r, s in zip(neuron.modes, residual, scales, strict=True)}
        rest = {s: v for s, v in point.items() if s not in neuron.modes}
        slope = spread * design * design.T + noise * sp.eye(count)
        away = slope * (neuron.residual.subs(point) - residual)
        for mode, row in enumerate(claim):
            at_design = row.subs(held).subs(rest)
            yield (k, mode, "zero"), at_design.subs(solved), sp.Integer(0)
            yield (k, mode, "slope"), at_design.subs(point), away[mode]


def _spring_claims(neuron: Neuron, claim: sp.Expr) -> Claims:
    """Without features the closure's slope is the claim in every mode; features only add."""
    rows = neuron.closure_rows(sp.zeros(len(neuron.modes)))
    for row, mode, scale in zip(rows, neuron.modes, neuron.scales, strict=True):
        yield (mode, "slope"), sp.simplify(sp.diff(row, mode) / scale - claim) == 0


def _slope_cases(neuron: Neuron, claim: sp.Tuple) -> Cases:
    """Central differences of the action, at forty digits."""
    step = sp.Rational(1, 10**9)
    for k, point in enumerate(generic_points(neuron)):
        for order, slope in zip(neuron.order, claim, strict=True):
            ends = ({**point, order: point[order] + s * step} for s in (1, -1))
            up, down = (sp.N(neuron.action.subs(end), 45) for end in ends)
            yield (k, order), slope.subs(point), (up - down) / (2 * step)


def _law_steps(neuron: Neuron) -> tuple[Step, ...]:
    """The readout, and the law."""
    readout, field = sp.symbols("a F", real=True)
    mean_field = (Assumption.MEAN_FIELD,)
    return (
        Step(
            "readout",
            "integrate the readout a ~ N(0, sigma_a^2/N) of every channel in the field of the mean "
            "residual over sigma^2: half of g times the squared field; the noise's own square is "
            "the spring",
            sp.exp(readout * field * neuron.data / sigma2 - readout**2 * N / (2 * sigma_a2)),
            sp.Tuple(neuron.coupling, neuron.interaction, neuron.spring, neuron.noise),
            close_on(
                lambda claim: _readout_cases(neuron, claim),
                "Gaussian averages channel by channel at generic rationals",
            ),
            mean_field,
        ),
        Step(
            "law",
            "multiply the prior of the order parameters by that",
            sp.exp(neuron.log_prior),
            neuron.log_weight,
            close_on(
                lambda claim: _weight_cases(neuron, claim),
                "prior and Gaussian averages at generic rationals",
            ),
        ),
    )


def _action_steps(neuron: Neuron) -> tuple[Step, ...]:
    """What is left of the law at a large size."""
    return (
        Step(
            "leading cost",
            f"-log of the prior over {neuron.size} for large {neuron.size}",
            neuron.log_prior,
            neuron.cost,
            all_hold(
                lambda claim: _cost_claims(neuron, claim),
                "differences between two places at two sizes: what is left falls like one over it",
            ),
        ),
        Step(
            "action",
            f"-log of the weight over {neuron.size} to leading order, relative to the zero state",
            neuron.log_weight,
            neuron.action,
            close_on(
                lambda claim: _action_cases(neuron, claim),
                "cost and Gaussian averages at generic rationals",
            ),
        ),
        Step(
            "stationarity",
            "differentiate the action in every order parameter",
            neuron.action,
            sp.Tuple(*(sp.diff(neuron.action, order) for order in neuron.order)),
            close_on(
                lambda claim: _slope_cases(neuron, claim), "central differences at 45 digits", 9
            ),
        ),
    )


def _closure_steps(neuron: Neuron) -> tuple[Step, ...]:
    """Regression in the space of modes, its potential, and one solution."""
    rows = neuron.closure_rows(averages(neuron))
    law = TwoAtoms(neuron.data, neuron.size, channels=2)
    count = len(neuron.modes)
    return (
        Step(
            "closure",
            "t = (sigma^2/W)(Q + sigma^2/W)^{-1} y, multiplied by the inverse; "
            "Q = sigma_a^2 <sum_c F_ci F_cj>",
            sp.MatrixSymbol("Q", count, count) * neuron.residual,
            sp.Tuple(*rows),
            equal_on(
                lambda claim: _closure_cases(neuron, claim),
                "normal equations of ridge regression at generic rationals",
            ),
        ),
        *potential_steps(law),
        Step(
            "strong convexity",
            "the closure is the potential's gradient over g/sigma_a^2: its slope is at least the "
            "spring's over the same",
            law.certificate(),
            neuron.noise,
            all_hold(
                lambda claim: _spring_claims(neuron, claim),
                "slope of the closure's rows without features",
            ),
        ),
    )


@cache
def neuron_derivation(neuron: Neuron) -> Derivation:
    """Law, action, closure, its convex potential and stationarity of a neuron.

    Results: ``coupling`` g, ``interaction``, ``log_weight``, ``cost``, ``action``, ``slope_R`` of
    every order parameter R, ``closure_T`` for every mode T (zero at the solution; M11, M12, ... are
    averaged overlaps) and ``strong_convexity``, which bounds the distance from the solution by a
    residual. Source: derived here.
    """
    rows = neuron.closure_rows(averages(neuron))
    results = {
        "coupling": neuron.coupling,
        "interaction": neuron.interaction,
        "spring": neuron.spring,
        "log_weight": neuron.log_weight,
        "cost": neuron.cost,
        "action": neuron.action,
        **{f"slope_{r}": sp.diff(neuron.action, r) for r in neuron.order},
        **{f"closure_{t}": row for t, row in zip(neuron.modes, rows, strict=True)},
        "strong_convexity": neuron.noise,
    }
    steps = (*_law_steps(neuron), *_action_steps(neuron), *_closure_steps(neuron))
    return Derivation("One neuron", steps, results)
