"""The two branches of modular addition's loop at one setting, as P -> infinity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from flint import arb

from numerics.balls import ball, precision
from numerics.errors import Undecided
from numerics.modular.barrier import prefactor_function
from numerics.modular.functions import coupling, values
from numerics.modular.results import Closure, Saddle
from numerics.modular.solve import saddles, solve_thermodynamic
from numerics.outcome import Status
from numerics.phases.hysteresis import Escapes, Feature, Solved, log_time


def solved(parameters: Mapping[str, Fraction], theory: str, bits: int) -> Solved:
    """Phase, the ring beside the kept zero state, the equilibrium's ring, escape times."""
    start = Closure(arb(1), arb(0))
    with precision(bits):
        cooling = _feature(saddles(start, parameters, theory))
    equilibrium = solve_thermodynamic(parameters, theory, bits)
    if equilibrium.status != Status.CERTIFIED or equilibrium.closure is None:
        raise Undecided(equilibrium.reason)
    heating = _feature(equilibrium.saddles)
    forth = _time("zero", parameters, start, theory, cooling)
    back = _time("ring", parameters, equilibrium.closure, theory, heating)
    return equilibrium.phase, cooling, heating, Escapes(forth, back)


def _feature(found: Sequence[Saddle]) -> Feature | None:
    tops = [s for s in found if s.kind == "saddle"]
    rings = [s for s in found if s.kind == "minimum" and s.x > 0]
    if not tops or not rings:
        return None
    return Feature(rings[0].x, tops[0].x, rings[0].action, tops[0].action)


def _time(
    well: str,
    parameters: Mapping[str, Fraction],
    closure: Closure,
    theory: str,
    feature: Feature | None,
) -> float | None:
    """log10 of one mode's mean escape time in units of the Langevin clock of the weights."""
    if feature is None:
        return None
    exact = values(parameters)
    at_u = coupling()(ball(parameters["sigma2"]) / closure.a, *exact)[0]
    order = float(parameters["P"])
    state = (feature.saddle, feature.order, at_u, exact[4])
    (rate,) = prefactor_function(well, theory)(*(float(v.mid()) for v in state), order)
    height = feature.barrier if well == "zero" else feature.back
    return log_time(float(rate), order, height)
