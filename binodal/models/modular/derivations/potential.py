"""The convex potential of the whole residual: why the closure has one solution, and which."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import exp, log

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold, generic_fractions
from binodal.derive.step import Step
from binodal.derive.symbols import N, sigma2, sigma_a2
from binodal.models.modular.derivations.data import Table
from binodal.models.modular.derivations.posterior import Row
from binodal.models.modular.derivations.residual import real_space_interaction

Neuron = tuple[Row, Row]
Vector = list[Fraction]
_R, _Y, _Z = sp.Symbol("r"), sp.Symbol("y"), sp.Function("Z")
_STRENGTH = sigma_a2 / (2 * N * sigma2**2)


def _as_table(order: int, entries: Sequence[Fraction]) -> Table:
    rows = [list(entries[i : i + order]) for i in range(0, order**3, order)]
    return [rows[i : i + order] for i in range(0, order**2, order)]


def _field(neuron: Neuron) -> list[Fraction]:
    w, v = neuron
    return [(left + right) ** 2 for left in w for right in v]


def interaction(order: int, neuron: Neuron, entries: Vector) -> Fraction:
    """sum_p ( sum_nm r^p_nm phi_nm )^2: a sum of squares of linear forms in r."""
    return real_space_interaction(*neuron, _as_table(order, entries))


def log_partition(order: int, neurons: Sequence[Neuron], entries: Vector, scale: float) -> float:
    """log of the mean of exp(scale * interaction) over a finite prior of neurons."""
    return log(sum(exp(scale * float(interaction(order, w, entries))) for w in neurons))


def kernel_pull(
    order: int, neurons: Sequence[Neuron], entries: Vector, scale: float
) -> list[float]:
    """2 scale <phi_x phi_x'> r^p_x' over the tilted law: the gradient that the kernel predicts."""
    tilt = [exp(scale * float(interaction(order, w, entries))) for w in neurons]
    fields = [[float(e) for e in _field(w)] for w in neurons]
    pull = []
    for p in range(order):
        r = [float(e) for e in entries[p * order**2 : (p + 1) * order**2]]
        overlaps = [sum(e * s for e, s in zip(f, r, strict=True)) for f in fields]
        weighted = [t / sum(tilt) * o for t, o in zip(tilt, overlaps, strict=True)]
        pull += [
            2 * scale * sum(c * f[x] for c, f in zip(weighted, fields, strict=True))
            for x in range(order**2)
        ]
    return pull


def _claims(claim: sp.Expr) -> Claims:
    order, scale, h = 3, 2e-4, Fraction(1, 1000)
    rows = [tuple(generic_fractions(order, seed)) for seed in range(6)]
    neurons = list(zip(rows[:3], rows[3:], strict=True))
    one, other = (generic_fractions(order**3, seed) for seed in (7, 8))
    middle = [(s + t) / 2 for s, t in zip(one, other, strict=True)]
    for neuron in neurons:
        chord = (interaction(order, neuron, one) + interaction(order, neuron, other)) / 2
        yield "exponent convex in r", chord > interaction(order, neuron, middle)
    ends = [log_partition(order, neurons, r, scale) for r in (one, middle, other)]
    yield "log partition convex in r", ends[0] + ends[2] > 2 * ends[1]
    predicted = kernel_pull(order, neurons, one, scale)
    for index in (0, 5, 13, 26):
        values = []
        for sign in (1, -1):
            moved = list(one)
            moved[index] += sign * h
            values.append(log_partition(order, neurons, moved, scale))
        slope = (values[0] - values[1]) / (2 * float(h))
        yield ("gradient", index), abs(slope - predicted[index]) < 1e-6 * (1 + abs(slope))
    yield from _ray_claims(claim, order, neurons, one)


def _ray_claims(claim: sp.Expr, order: int, neurons: Sequence[Neuron], ray: Vector) -> Claims:
    """-dG/dr along one direction e, at r = r e and y = y e, is e.(y - r - Q r/sigma^2)."""
    length = float(sum(e**2 for e in ray)) ** 0.5
    levels = [float(interaction(order, w, ray)) / length**2 for w in neurons]
    point = {N: 7, sigma2: 5, sigma_a2: 0.07, _Y: 0.9}
    scale = float(_STRENGTH.subs(point))
    slope = -claim.replace(_Z, lambda s: sum(sp.exp(s * level) for level in levels)).doit()
    for place in (0.4, 1.3):
        moved = [e * Fraction(place / length) for e in ray]
        pulls = kernel_pull(order, neurons, moved, scale)
        pull = 35 * sum(f * float(e) for f, e in zip(pulls, ray, strict=True)) / length
        force = -float(slope.subs(point | {_R: place}))
        yield ("along a ray", place), abs(force - (0.9 - place - pull)) < 1e-9


def potential_step() -> Step:
    """G(r) = N sigma^2 log Z(r) + |y - r|^2/2 is strictly convex in the whole residual."""
    fixed_point = _Y - _R - sp.Function("Q")(_R) / sigma2
    return Step(
        "potential of the residual",
        "Z(r) averages exp of sums of squares linear in r, so log Z is convex and "
        "G = N sigma^2 log Z + |y - r|^2/2 strictly convex; grad G = 0 is y - r = Q r/sigma^2, so "
        "a solution of the form r = a y is the only solution there is",
        fixed_point,
        -sp.Derivative(N * sigma2 * sp.log(_Z(_STRENGTH * _R**2)) + (_Y - _R) ** 2 / 2, _R),
        all_hold(_claims, "chords, and differences against the tilted kernel, for three neurons"),
        (Assumption.MEAN_FIELD, Assumption.COMPLETE_DATA),
        source="M.15b",
    )
