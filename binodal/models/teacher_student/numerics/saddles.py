"""Saddles of one neuron's action at a given closure: all of them, each proved and classified."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from flint import arb

from binodal.models.teacher_student.numerics.functions import (
    density,
    limit_functions,
    order_parameters,
    stationarity_coefficients,
    values,
)
from binodal.numerics.balls import ball, positive
from binodal.numerics.errors import Undecided
from binodal.numerics.polynomials import real_roots
from binodal.numerics.results import StationaryPoint


@dataclass(frozen=True)
class Saddle(StationaryPoint):
    """A stationary point of S in the overlap q; ``action`` is S/d."""

    q: arb
    rho: arb


@dataclass(frozen=True)
class Closure:
    """The mean residual: its linear and cubic mode as balls."""

    b: arb
    c: arb


def saddles(
    parameters: Mapping[str, Fraction | arb], closure: Closure, theory: str
) -> list[Saddle]:
    """Every saddle in increasing q, at the current precision.

    On (0, 1/2) the saddles in rho are the roots of a quartic, so a root count proves that none
    was missed; q = 0 is a saddle by symmetry. Raises :class:`Undecided` when a root, or the sign
    of a curvature, cannot be separated at this precision.
    """
    width = ball(parameters["sigma_w2"])
    kappa = limit_functions()(closure.b, *values(parameters))[4]
    roots = real_roots(stationarity_coefficients(theory)(closure.b, closure.c, kappa, width))
    positives = [_feature(root, closure, kappa, width, theory) for root in in_range(roots)]
    mirrored = [replace(saddle, q=-saddle.q) for saddle in reversed(positives)]
    return [*mirrored, _zero(parameters, closure), *positives]


def in_range(roots: Sequence[arb]) -> list[arb]:
    """The roots with 0 < rho < 1/2. Raises :class:`Undecided` where that is not decided."""
    inner = []
    for root in roots:
        inside = positive(root), positive(arb(1) / 2 - root)
        if None in inside and False not in inside:
            raise Undecided(f"rho = {root.str(8)} cannot be told from the end of its range")
        if False not in inside:
            inner.append(root)
    return inner


def _feature(rho: arb, closure: Closure, kappa: arb, width: arb, theory: str) -> Saddle:
    value, _, curvature = density(theory)(rho, closure.b, closure.c, kappa, width)
    sign = positive(curvature)
    if sign is None:
        raise Undecided(
            f"the curvature at rho = {rho.str(8)} has no proved sign: two saddles merge here"
        )
    q = order_parameters(theory)(rho, width)[0].sqrt()
    return Saddle(q=q, rho=rho, action=value, kind="minimum" if sign else "maximum")


def _zero(parameters: Mapping[str, Fraction | arb], closure: Closure) -> Saddle:
    stiffness = limit_functions()(closure.b, *values(parameters))[2]
    sign = positive(stiffness)
    if sign is None:
        raise Undecided("the stiffness of the zero state has no proved sign")
    return Saddle(q=arb(0), rho=arb(0), action=arb(0), kind="minimum" if sign else "maximum")


def deepest_feature(points: list[Saddle]) -> Saddle | None:
    """The feature minimum with the lowest action, at q > 0.

    Raises :class:`Undecided` when two minima cannot be told apart in depth.
    """
    minima = [s for s in points if s.kind == "minimum" and s.q > 0]
    best: Saddle | None = None
    for saddle in minima:
        if best is None or saddle.action < best.action:
            best = saddle
        elif not saddle.action > best.action:
            raise Undecided("two feature minima of equal depth")
    return best
