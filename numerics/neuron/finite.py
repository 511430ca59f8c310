"""A neuron at finite size: its closure, the saddles of its action, masses of basins, the phase.

The closure is the gradient of a potential whose Hessian is at least that of its spring. So the
distance from any residual t to the solution is at most |Q t + (sigma^2/W)(t - y)| W/sigma^2: one
enclosure of that vector at a float solution bounds its error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import pairwise

import numpy as np
import sympy as sp
from flint import arb

from binodal.derive.neuron import Neuron
from binodal.numerics.balls import ball, interval, precision
from binodal.numerics.codegen.load import compiled
from binodal.numerics.errors import Undecided
from binodal.numerics.neuron.action import saddles
from binodal.numerics.neuron.floats import Array, FloatLaw, float_closure
from binodal.numerics.neuron.law import Integrals, NeuronLaw, pairs
from binodal.numerics.neuron.results import Closure, Saddle, Solution
from binodal.numerics.neuron.tail import BallFunction
from binodal.numerics.outcome import Status
from binodal.numerics.phases.rule import phase

BITS = 128
_NARROW, _ENOUGH, _NEWTON = 1e-6, 1e-20, 8

Modes = tuple[arb, ...]


@cache
def _rows(neuron: Neuron) -> BallFunction:
    """(modes, averaged overlaps, parameters) -> rows of the closure over noise, and scales."""
    means = {pair: sp.Symbol(f"m{pair[0]}{pair[1]}", real=True) for pair in pairs(neuron)}
    count = len(neuron.modes)
    averages = sp.Matrix(count, count, lambda i, j: means[min(i, j), max(i, j)])
    rows = neuron.closure_rows(averages) / neuron.noise
    named = {f"row{k}": row for k, row in enumerate(rows)}
    named |= {f"scale{k}": scale for k, scale in enumerate(neuron.scales)}
    return compiled("rows", named, (*neuron.modes, *means.values(), *neuron.parameters), "arb")


def total(parts: Sequence[Integrals]) -> Integrals:
    """The integrals over all parts together."""
    return tuple(sum(column, arb(0)) for column in zip(*parts, strict=True))


def _gradient(neuron: Neuron, law: NeuronLaw, modes: Modes) -> tuple[list[arb], list[arb]]:
    """(Q t + (sigma^2/W)(t - y)) W/sigma^2 at a residual, and the modes' scales."""
    norm, *sums = total(law.integrals(modes))
    if not norm > 0:
        raise Undecided(f"the normalisation {norm.str(5)} has no proved sign")
    means, rest = [each / norm for each in sums], law.rest(())
    values = list(_rows(neuron)(*modes, *means, *rest))
    return values[: len(modes)], values[len(modes) :]


def certified_closure(
    neuron: Neuron, parameters: Mapping[str, Fraction | arb], near: tuple[FloatLaw, Array]
) -> Modes:
    """Balls around a float solution that contain the closure's only solution.

    Quasi-Newton steps from the floats' Hessian narrow the balls, and no proof depends on it. Raises
    :class:`Undecided` when an integral does not converge or the balls stay wide.
    """
    of, residual = near
    hessian = of.hessian(residual) / of.spring
    with precision(BITS):
        law = NeuronLaw(neuron, parameters)
        guess = tuple(arb(float(t)) for t in of.amplitudes(residual))
        best: Modes | None = None
        step, before = np.zeros_like(residual), np.zeros_like(residual)
        for _ in range(_NEWTON):
            rows, scales = _gradient(neuron, law, guess)
            proved = _around(guess, rows, scales)
            if best is not None and not proved[0].rad() < best[0].rad():
                break
            best = proved
            if all(t.rad() < _ENOUGH for t in proved):
                break
            here = np.array([float(row.mid()) for row in rows])
            hessian = _learned(hessian, step, here - before)
            step, before = -np.linalg.solve(hessian, here), here
            moved = zip(guess, step / of.scales, strict=True)
            guess = tuple(arb((t + float(s)).mid()) for t, s in moved)
        if best is None or not all(t.rad() < _NARROW for t in best):
            raise Undecided(f"the closure's balls {best} are too wide")
        return best


def _learned(hessian: Array, step: Array, change: Array) -> Array:
    """The Hessian that has just been met along a step, closest to what was held (Broyden)."""
    length = float(step @ step)
    return hessian + np.outer(change - hessian @ step, step) / length if length else hessian


def _around(guess: Modes, rows: Sequence[arb], scales: Sequence[arb]) -> Modes:
    """The guess with the radius that strong convexity gives it."""
    distance = sum((arb(abs(row).upper()) ** 2 for row in rows), arb(0)).sqrt().upper()
    if not arb(distance).is_finite():
        raise Undecided("the certified quadrature of the closure did not converge")
    return tuple(
        t + arb(0, (arb(distance) / scale).upper()) for t, scale in zip(guess, scales, strict=True)
    )


def solved_closure(neuron: Neuron, parameters: Mapping[str, Fraction]) -> Modes:
    """The closure at the given size. Raises :class:`Undecided`."""
    floats = {str(s): float(parameters[str(s)]) for s in neuron.parameters}
    return certified_closure(neuron, parameters, float_closure(neuron, floats))


_REASON = "certified quadrature and strong convexity"


def solve_finite(
    neuron: Neuron,
    parameters: Mapping[str, Fraction],
    theory: str = "derived",
    notes: tuple[str, ...] = (),
) -> Solution:
    """Closure and masses as certified balls, and the phase by proved signs.

    Basins are divided at the barriers of the leading action. Undecided where no proof succeeds.
    """
    try:
        modes = solved_closure(neuron, parameters)
    except Undecided as doubt:
        return Solution.without(theory, "finite", Status.UNDECIDED, str(doubt), notes)
    closure = Closure({str(s): t for s, t in zip(neuron.modes, modes, strict=True)})
    points: tuple[Saddle, ...] = ()
    named, reason = "undecided", f"closure: {_REASON}"
    try:
        with precision(BITS):
            points = saddles(neuron, parameters, modes)
            shares = basin_masses(neuron, parameters, modes, points)
            zero = shares[0] if points[0].kind == "minimum" else arb(0)
            features = sum(shares[len(shares) - _count(points[1:]) :], arb(0))
            named = phase(features, zero, ball(parameters["N"]))
            points, reason = with_masses(points, shares), f"closure and masses: {_REASON}"
    except Undecided as doubt:
        reason += f"; not decided: {doubt}"
    return Solution(theory, "finite", Status.CERTIFIED, closure, points, named, reason, notes)


def _count(points: Sequence[Saddle]) -> int:
    return sum(s.kind == "minimum" for s in points)


def with_masses(points: Sequence[Saddle], shares: Sequence[arb]) -> tuple[Saddle, ...]:
    """The saddles with the probabilities of the minima's basins, in order."""
    rest = iter(shares)
    return tuple(replace(s, mass=next(rest)) if s.kind == "minimum" else s for s in points)


def basin_masses(
    neuron: Neuron,
    parameters: Mapping[str, Fraction],
    modes: Modes,
    points: Sequence[Saddle],
) -> list[arb]:
    """The probability of every basin as balls, at the current precision.

    The integrals are cut beside the barriers; what lies between the two is added. Raises
    :class:`Undecided` where minima and maxima do not alternate.
    """
    kinds = [s.kind for s in points]
    if any(one == other for one, other in pairwise(kinds)):
        raise Undecided("two saddles of one kind follow each other")
    law = NeuronLaw(neuron, parameters)
    places = [s.order for s in points[1:] if s.kind == "maximum"]
    cuts = [arb(place.mid()) for place in places]
    parts = [part[0] for part in law.integrals(modes, cuts)]
    rest = law.rest(modes)
    for index, (place, cut) in enumerate(zip(places, cuts, strict=True)):
        height = law.weights(interval(place, cut), rest)[0].real
        parts[index] += (place - cut) * height
        parts[index + 1] -= (place - cut) * height
    whole = sum(parts, arb(0))
    return [part / whole for part in parts]
