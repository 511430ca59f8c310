"""The action of a neuron with one order parameter, and all its saddles at a given residual."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, reduce
from math import gcd

import sympy as sp
from flint import arb

from binodal.derive.neuron import Neuron
from binodal.numerics.balls import ball, positive
from binodal.numerics.codegen.load import compiled
from binodal.numerics.errors import ParameterError, Undecided
from binodal.numerics.neuron.results import Saddle
from binodal.numerics.neuron.tail import BallFunction
from binodal.numerics.polynomials import real_roots


@dataclass(frozen=True)
class ActionForms:
    """Ball functions of the action.

    ``density`` takes (order, modes, parameters) to S and its first two derivatives; the zeros of
    its slope beyond zero are the ``root``-th roots of those of the polynomial ``stationarity``,
    and ``at_zero`` is what makes the zero state a minimum: its slope, or its curvature where the
    slope vanishes.
    """

    density: BallFunction
    stationarity: BallFunction
    root: int
    at_zero: BallFunction


@cache
def action_forms(neuron: Neuron) -> ActionForms:
    """Compiled once a process. Raises ParameterError unless the slope is rational."""
    (order,), rest = neuron.order, (*neuron.modes, *neuron.parameters)
    slopes = [sp.diff(neuron.action, order, k) for k in range(3)]
    above, _ = sp.fraction(sp.together(slopes[1]))
    if not above.is_polynomial(order):
        raise ParameterError(f"the slope of the action is not rational in {order}")
    powers = {n: c for (n,), c in sp.Poly(above, order).terms()}
    lowest = min(powers)
    root = reduce(gcd, (n - lowest for n in powers)) or 1
    degree = (max(powers) - lowest) // root
    rising = {f"a{k}": powers.get(lowest + root * k, sp.Integer(0)) for k in range(degree + 1)}
    first = sp.simplify(slopes[1].subs(order, 0))
    zero = first if first != 0 else slopes[2].subs(order, 0)
    named = {f"S{k}": s for k, s in enumerate(slopes)}
    return ActionForms(
        compiled("density", named, (order, *rest), "arb"),
        compiled("stationarity", rising, rest, "arb"),
        root,
        compiled("at_zero", {"stiffness": zero}, rest, "arb"),
    )


def exact(neuron: Neuron, parameters: Mapping[str, Fraction | arb]) -> tuple[arb, ...]:
    """The parameters as balls at the current precision, in the neuron's order."""
    return tuple(ball(parameters[str(s)]) for s in neuron.parameters)


def saddles(
    neuron: Neuron, parameters: Mapping[str, Fraction | arb], modes: Sequence[arb]
) -> tuple[Saddle, ...]:
    """Every saddle from the zero state on, at the current precision; masses are left open.

    A count of roots proves that none was missed. Raises :class:`Undecided` where two saddles, or
    the sign of a curvature, cannot be told apart.
    """
    forms, rest = action_forms(neuron), (*modes, *exact(neuron, parameters))
    zero = _kind(forms.at_zero(*rest)[0], "the zero state")
    points = [Saddle(order=arb(0), action=arb(0), kind=zero)]
    for root in real_roots(forms.stationarity(*rest)):
        beyond = positive(root)
        if beyond is None:
            raise Undecided(f"a saddle at {root.str(8)} cannot be told from the zero state")
        if beyond:
            place = root.root(forms.root)
            value, _, curvature = forms.density(place, *rest)
            kind = _kind(curvature, f"the saddle at {place.str(8)}")
            points.append(Saddle(order=place, action=value, kind=kind))
    return tuple(points)


def _kind(curvature: arb, where: str) -> str:
    sign = positive(curvature)
    if sign is None:
        raise Undecided(f"the curvature of {where} has no proved sign: two saddles merge there")
    return "minimum" if sign else "maximum"


def deepest(points: Sequence[Saddle]) -> Saddle | None:
    """The feature minimum with the lowest action. Raises :class:`Undecided` for two alike."""
    best: Saddle | None = None
    for saddle in points[1:]:
        if saddle.kind != "minimum":
            continue
        if best is None or saddle.action < best.action:
            best = saddle
        elif not saddle.action > best.action:
            raise Undecided("two feature minima of equal depth")
    return best
