"""The two branches of modular addition's loop at one setting, and escapes at the given P."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import pi
from typing import Any

import numpy as np
from flint import arb

from binodal.models.modular.numerics.finite import solve_finite
from binodal.models.modular.numerics.functions import coupling, values
from binodal.models.modular.numerics.metastable import zero_basin
from binodal.models.modular.numerics.results import Closure, Saddle
from binodal.models.modular.numerics.solve import saddles, solve_thermodynamic
from binodal.numerics.balls import ball, precision
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import Undecided
from binodal.numerics.outcome import Status
from binodal.numerics.phases.escape import Escape, Feature, kramers, left_out
from binodal.numerics.phases.first_passage import Passage, Potential
from binodal.numerics.phases.hysteresis import Escapes, Solved
from binodal.numerics.phases.mean_time import timed

_BEYOND, _STEEP, _PLACES = 6.0, 9.0, 201
"""How far behind the ring the wall is, in units of the prior's width; and x over that of the pass,
where nothing comes back."""


def solved(parameters: Mapping[str, Fraction], theory: str, bits: int) -> Solved:
    """Phase and rings of both branches in the limit; escape times at the given P."""
    phase, cooling, heating = branches(parameters, theory, bits)
    return phase, cooling, heating, escapes(parameters, theory, bits)


def branches(
    parameters: Mapping[str, Fraction], theory: str, bits: int
) -> tuple[str, Feature | None, Feature | None]:
    """The phase, and the ring beside a zero state that is kept and at equilibrium."""
    with precision(bits):
        cooling = _feature(saddles(Closure(arb(1), arb(0)), parameters, theory))
    equilibrium = solve_thermodynamic(parameters, theory, bits)
    if equilibrium.status != Status.CERTIFIED or equilibrium.closure is None:
        raise Undecided(equilibrium.reason)
    return equilibrium.phase, cooling, _feature(equilibrium.saddles)


_Moduli = Callable[[Any, Any, float, float], Any]
"""(radius, angle, u, gamma) -> U."""


@dataclass(frozen=True)
class Number:
    """A pair of numbers of W and V with ``components`` real parts each and U = ``strength`` s.

    ``size`` is its U over the s of barriers and rings; ``name`` is that of what is large.
    ``orders`` are what 1/F adds to the flux, to the weight of zero and to that of the ring, where
    that is derived. An exact time is by a ``potential`` in the two moduli, or ``by_paths``.
    """

    components: int
    strength: float
    size: arb
    name: str
    rate: Callable[[str, Sequence[float]], float]
    orders: Callable[[Sequence[float]], Sequence[float]] | None
    reaction: Callable[[float, float], float]
    potential: _Moduli | None = None
    by_paths: Callable[[str, Sequence[float]], tuple[float, float]] | None = None


def escapes(parameters: Mapping[str, Fraction], theory: str, bits: int) -> Escapes:
    """How long a mode stays in each well at the given P.

    It leaves zero in the residual of a network that is all at zero, and the ring in that of the
    equilibrium; both at finite P.
    """
    of = _mode(parameters, theory, bits)
    return Escapes(
        leaving(of, "zero", parameters, theory, bits, lambda: zero_basin(parameters, theory)),
        leaving(
            of, "ring", parameters, theory, bits, lambda: _equilibrium(parameters, theory, bits)
        ),
    )


def escape_from(
    well: str, parameters: Mapping[str, Fraction], theory: str, bits: int, closure: Closure
) -> Escape:
    """The escape from "zero" or the "ring" in a given residual."""
    of = _mode(parameters, theory, bits)
    return leaving(of, well, parameters, theory, bits, lambda: closure)


def _mode(parameters: Mapping[str, Fraction], theory: str, bits: int) -> Number:
    order = float(parameters["P"])
    (factor,) = _unit(theory)(order)
    with precision(bits):
        floats = [float(v.mid()) for v in values(parameters)]
    return Number(
        2,
        float(factor),
        ball(parameters["P"]),
        "P",
        lambda well, state: float(prefactor_function(well, theory)(*state, order)[0]),
        lambda state: orders_function(theory)(*state, order),
        lambda x, at_u: float(_reaction(theory)(x, at_u, *floats)[0]),
        lambda r, t, at_u, decay: _potential(theory)(r, t, at_u, decay, order)[0],
    )


def _feature(points: Sequence[Saddle]) -> Feature | None:
    tops = [s for s in points if s.kind == "saddle"]
    rings = [s for s in points if s.kind == "minimum" and s.x > 0]
    if not tops or not rings:
        return None
    return Feature(rings[0].x, tops[0].x, rings[0].action, tops[0].action)


def _equilibrium(parameters: Mapping[str, Fraction], theory: str, bits: int) -> Closure:
    """The closure over the whole law at finite P. Raises Undecided where there is none."""
    solution = solve_finite(parameters, theory, bits)
    if solution.closure is None:
        raise Undecided(solution.reason)
    return solution.closure


def leaving(
    of: Number,
    well: str,
    parameters: Mapping[str, Fraction],
    theory: str,
    bits: int,
    residual: Callable[[], Closure | None],
) -> Escape:
    """The escape of one number in units of the Langevin clock of the weights."""
    try:
        closure = residual()
        with precision(bits):
            feature = closure and _feature(saddles(closure, parameters, theory))
    except Undecided as doubt:
        return Escape.without(f"no time: {doubt}")
    if closure is None or not feature:
        order = float(parameters["P"])
        return Escape.without(f"no time: at {of.name} = {order:g} the action has no barrier")
    with precision(bits):
        at_u = coupling(ball(parameters["sigma2"]) / closure.a, parameters)
        rises = (of.size * feature.barrier, of.size * feature.back)
    gamma = float(parameters["gamma"])
    state = [*(float(v.mid()) for v in (feature.saddle, feature.order, at_u)), gamma]
    effect = _left_out(of, well, state)
    ordered = rises if well == "zero" else rises[::-1]
    named = {"a": closure.a, "lambda": closure.lam}
    following = None
    if of.orders is not None:
        flux, *weights = map(float, of.orders(state))
        following = weights[0 if well == "zero" else 1], -flux
    rate = of.rate(well, state)
    escape = kramers(rate, (ordered[0], ordered[1]), of.name, named, effect, following)
    by_paths = of.by_paths
    if of.potential is not None:
        exact = timed(escape, *_passage(of, of.potential, well, state))
        if by_paths is None or exact.exact is not None:
            return exact
    if by_paths is None:
        return escape
    return escape.timed(lambda: by_paths(well, state))


def _left_out(of: Number, well: str, state: Sequence[float]) -> float:
    top, ring, at_u, decay = state
    places = np.linspace(top, ring, _PLACES)
    heights = [of.strength * float(_height()(x, at_u, decay)[0]) for x in places]
    return left_out(heights, [of.reaction(x, at_u) for x in places], well == "zero")


def _passage(
    of: Number, potential: _Moduli, well: str, state: Sequence[float]
) -> tuple[Potential, Passage]:
    """From one well to the other in polar coordinates of the two moduli, which are alike.

    Zero is where the radius of all Gaussian components is most often; the ring is where x is, or
    where the way out of zero to it is steep, far behind the pass.
    """
    top, ring, at_u, decay = state
    far = (2 * of.strength * (min(ring, _STEEP * top) if well == "zero" else ring)) ** 0.5
    start, goal, wall = {
        "zero": (0.0, far, 0.0),
        "ring": (far, (2 * of.components - 1) ** 0.5, far + _BEYOND),
    }[well]
    across = Passage(start, goal, wall, (0.0, pi / 4), length=lambda radius: radius)
    return lambda r, t: potential(r, t, at_u, decay), across


_FORMS = Forms("binodal.models.modular.forms.barrier")
prefactor_function, orders_function = _FORMS.floats("escape"), _FORMS.floats("orders")
_height = _FORMS.floats("height")
_potential, _unit = _FORMS.floats("potential"), _FORMS.floats("unit")
_reaction = _FORMS.floats("reaction")
