"""A neuron at finite size: its closure, the saddles of its action, masses of basins, the phase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from flint import arb

from binodal.derive.neuron import Neuron
from binodal.numerics.balls import ball, interval, precision
from binodal.numerics.errors import Undecided
from binodal.numerics.neuron.action import saddles
from binodal.numerics.neuron.closure import BITS, Modes, solved_closure
from binodal.numerics.neuron.law import NeuronLaw
from binodal.numerics.neuron.results import Closure, Saddle, Solution
from binodal.numerics.outcome import Status
from binodal.numerics.phases.rule import phase

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
