"""The two branches of the teacher-student loop at one setting, and escapes at the given d."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

import numpy as np
from flint import arb

from binodal.models.teacher_student.numerics.finite import float_closure
from binodal.models.teacher_student.numerics.functions import (
    PARAMETERS,
    limit_functions,
    values,
)
from binodal.models.teacher_student.numerics.metastable import over_barrier, zero_basin
from binodal.models.teacher_student.numerics.saddles import Closure, Saddle, saddles
from binodal.models.teacher_student.numerics.thermodynamic import solve_thermodynamic, zero_state
from binodal.numerics.balls import ball, precision
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import Undecided
from binodal.numerics.outcome import Status
from binodal.numerics.phases.escape import Escape, Feature, kramers, left_out
from binodal.numerics.phases.first_passage import Passage, Potential
from binodal.numerics.phases.hysteresis import Escapes, Solved
from binodal.numerics.phases.mean_time import timed

_WIDE, _NARROWEST, _PLACES = 6.0, 0.02, 201
"""How far a grid reaches across, in widths of r_perp, and its least radius over sigma_w."""


def solved(parameters: Mapping[str, Fraction], theory: str, bits: int) -> Solved:
    """Phase and features of both branches in the limit; escape times at the given d.

    The neuron leaves zero in the residual of a network that is all at zero (the zero basin's
    closure), and the feature in that of the equilibrium; both at finite d.
    """
    start = zero_state(parameters, bits)
    with precision(bits):
        cooling = _feature(over_barrier(saddles(parameters, start, theory)))
    equilibrium = solve_thermodynamic(parameters, theory, bits)
    if equilibrium.status != Status.CERTIFIED or equilibrium.closure is None:
        raise Undecided(equilibrium.reason)
    heating = cooling
    if equilibrium.phase != "GFL":
        heating = _feature(over_barrier(list(equilibrium.saddles)))
    escapes = Escapes(
        leaving_zero(parameters, theory, bits),
        _escape("feature", parameters, theory, bits, lambda: _equilibrium(parameters, theory)),
    )
    return equilibrium.phase, cooling, heating, escapes


def leaving_zero(parameters: Mapping[str, Fraction], theory: str, bits: int) -> Escape:
    """The escape from zero in the residual of a network that is all at zero."""
    return _escape("zero", parameters, theory, bits, lambda: zero_basin(parameters, theory))


def escape_from(
    well: str, parameters: Mapping[str, Fraction], theory: str, bits: int, closure: Closure
) -> Escape:
    """The escape from "zero" or the "feature" in a given residual."""
    return _escape(well, parameters, theory, bits, lambda: closure)


def _feature(pair: tuple[Saddle, Saddle] | None) -> Feature | None:
    """The feature minimum with the maximum of S before it."""
    if pair is None:
        return None
    top, bottom = pair
    return Feature(bottom.q, top.q, bottom.action, top.action)


def _equilibrium(parameters: Mapping[str, Fraction], theory: str) -> Closure:
    """The closure over the whole law at finite d, as midpoints and error estimates."""
    modes, errors = float_closure({k: float(v) for k, v in parameters.items()}, theory)
    return Closure(*(arb(mode, error) for mode, error in zip(modes, errors, strict=True)))


def _escape(
    well: str,
    parameters: Mapping[str, Fraction],
    theory: str,
    bits: int,
    residual: Callable[[], Closure | None],
) -> Escape:
    """The escape of one neuron in units of the Langevin clock of its weights."""
    size = float(parameters["d"])
    try:
        closure = residual()
        with precision(bits):
            stationary = [] if closure is None else saddles(parameters, _middle(closure), theory)
            pair = over_barrier(stationary)
            rises = closure and pair and _rises(parameters, closure, theory)
    except Undecided as doubt:
        return Escape.without(f"no time: {doubt}")
    if closure is None or not pair or not rises:
        return Escape.without(f"no time: at d = {size:g} the action has no barrier")
    if well == "zero" and not any(s.kind == "minimum" and s.rho == 0 for s in stationary):
        return Escape.without(f"no time: at d = {size:g} zero overlap is not a minimum")
    position = [float(saddle.rho.mid()) for saddle in pair]
    modes = [float(closure.b.mid()), float(closure.c.mid())]
    with precision(bits):
        kappa = float(limit_functions()(closure.b, *values(parameters))[4].mid())
    (rate,) = prefactor_function(well, theory)(
        *position, *modes, kappa, float(parameters["sigma_w2"]), size
    )
    exact = [float(parameters[name]) for name in PARAMETERS]
    places = np.linspace(position[0], position[1], _PLACES)
    width = float(parameters["sigma_w2"])
    heights = [size * float(_density(theory)(y, *modes, kappa, width)[0]) for y in places]
    effects = [float(_reaction(theory)(y, *modes, *exact)[0]) for y in places]
    ordered = rises if well == "zero" else rises[::-1]
    named = {"b": closure.b, "c": closure.c}
    escape = kramers(
        float(rate),
        (ordered[0], ordered[1]),
        "d",
        named,
        left_out(heights, effects, well == "zero"),
    )
    return timed(escape, *_passage(well, theory, parameters, modes, pair[1]))


def _passage(
    well: str,
    theory: str,
    parameters: Mapping[str, Fraction],
    modes: Sequence[float],
    feature: Saddle,
) -> tuple[Potential, Passage]:
    """From one minimum to the other."""
    exact = [float(parameters[name]) for name in PARAMETERS]
    size, root = float(parameters["d"]), float(parameters["sigma_w2"]) ** 0.5
    spread = _WIDE * root / (2 * size) ** 0.5
    end, rho = float(feature.q.mid()), float(feature.rho.mid())
    lowest = max(root * (1 - 2 * rho) ** 0.5 - spread, root * _NARROWEST)
    across = (root, root) if theory == "published" else (lowest, root + spread)
    route = {
        "zero": Passage(0.0, end, 0.0, across),
        "feature": Passage(end, 0.0, end + spread, across),
    }
    return lambda q, r: _potential()(q, r, *modes, *exact)[0], route[well]


def _middle(closure: Closure) -> Closure:
    return Closure(arb(closure.b.mid()), arb(closure.c.mid()))


def _rises(
    parameters: Mapping[str, Fraction], closure: Closure, theory: str
) -> tuple[arb, arb] | None:
    """d times the barrier from zero and from the feature; None where an error may remove it.

    Radii are what the errors of b and c change: the saddles move with them, so they are found anew.
    """
    size, centre = ball(parameters["d"]), _middle(closure)
    b_moved = Closure(arb(closure.b.upper()), centre.c)
    c_moved = Closure(centre.b, arb(closure.c.upper()))
    features = [
        _feature(over_barrier(saddles(parameters, state, theory)))
        for state in (centre, b_moved, c_moved)
    ]
    known = [f for f in features if f is not None]
    if len(known) < len(features):
        return None
    rises = []
    for name in ("barrier", "back"):
        height, *others = (size * getattr(feature, name) for feature in known)
        change = sum((abs(other - height) for other in others), arb(0))
        rises.append(height + arb(0, change.upper()))
    return rises[0], rises[1]


_FORMS = Forms("binodal.models.teacher_student.forms.barrier")
prefactor_function = _FORMS.floats("escape")
_potential = _FORMS.floats("potential")
_reaction = _FORMS.floats("reaction")
_density = Forms("binodal.models.teacher_student.forms.action").floats("density")
