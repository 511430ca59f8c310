"""The two branches of modular addition's loop at one setting, and escapes at the given P."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import pi

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
from binodal.numerics.phases.escape import Escape, Feature, kramers
from binodal.numerics.phases.first_passage import Passage, Potential, timed
from binodal.numerics.phases.hysteresis import Escapes, Solved

_BEYOND = 6.0
"""How far behind the ring the wall is, in units of the prior's width."""


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


def escapes(parameters: Mapping[str, Fraction], theory: str, bits: int) -> Escapes:
    """How long a mode stays in each well at the given P.

    It leaves zero in the residual of a network that is all at zero, and the ring in that of the
    equilibrium; both at finite P.
    """
    return Escapes(
        _escape("zero", parameters, theory, bits, lambda: zero_basin(parameters, theory)),
        _escape("ring", parameters, theory, bits, lambda: _equilibrium(parameters, theory, bits)),
    )


def escape_from(
    well: str, parameters: Mapping[str, Fraction], theory: str, bits: int, closure: Closure
) -> Escape:
    """The escape from "zero" or the "ring" in a given residual."""
    return _escape(well, parameters, theory, bits, lambda: closure)


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


def _escape(
    well: str,
    parameters: Mapping[str, Fraction],
    theory: str,
    bits: int,
    residual: Callable[[], Closure | None],
) -> Escape:
    """The escape of one mode in units of the Langevin clock of the weights."""
    order = float(parameters["P"])
    try:
        closure = residual()
        with precision(bits):
            feature = closure and _feature(saddles(closure, parameters, theory))
    except Undecided as doubt:
        return Escape.without(f"no time: {doubt}")
    if closure is None or not feature:
        return Escape.without(f"no time: at P = {order:g} the action has no barrier")
    with precision(bits):
        exact = values(parameters)
        at_u = coupling(ball(parameters["sigma2"]) / closure.a, parameters)
        rises = (order * feature.barrier, order * feature.back)
    state = [float(v.mid()) for v in (feature.saddle, feature.order, at_u, exact[4])]
    (rate,) = prefactor_function(well, theory)(*state, order)
    floats = [float(v.mid()) for v in exact]
    left_out = max(
        float(_reaction(theory)(at, state[2], *floats)[0])
        for at in state[: 1 if well == "zero" else 2]
    )
    ordered = rises if well == "zero" else rises[::-1]
    named = {"a": closure.a, "lambda": closure.lam}
    found = kramers(float(rate), (ordered[0], ordered[1]), "P", named, left_out)
    return timed(found, *_passage(well, theory, order, state))


def _passage(
    well: str, theory: str, order: float, state: Sequence[float]
) -> tuple[Potential, Passage]:
    """From one well to the other in polar coordinates of the two moduli, which are alike.

    Zero is where the radius of four Gaussian components is most often; the ring is where x is.
    """
    _, ring, at_u, decay = state
    (factor,) = _unit(theory)(order)
    far = (2 * factor * ring) ** 0.5
    start, goal, wall = {
        "zero": (0.0, far, 0.0),
        "ring": (far, 3**0.5, far + _BEYOND),
    }[well]
    of = Passage(start, goal, wall, (0.0, pi / 4), length=lambda radius: radius)
    return lambda r, t: _potential(theory)(r, t, at_u, decay, order)[0], of


_FORMS = Forms("binodal.models.modular.forms.barrier")
prefactor_function = _FORMS.floats("escape")
_potential, _unit = _FORMS.floats("potential"), _FORMS.floats("unit")
_reaction = _FORMS.floats("reaction")
