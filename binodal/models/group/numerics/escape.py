"""Escapes of a block that is one number: real, complex or quaternionic."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from math import exp

from flint import arb
from scipy.optimize import brentq

from binodal.models.group.numerics.cyclic import CyclicTwin
from binodal.models.group.numerics.determinant_law import DeterminantLaw
from binodal.models.modular.numerics.functions import coupling, values
from binodal.models.modular.numerics.hysteresis import Number, leaving
from binodal.models.modular.numerics.metastable import zero_basin
from binodal.models.modular.numerics.results import Closure
from binodal.numerics.balls import ball, precision
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.phases.hysteresis import Escapes

_BITS, _ROUNDING = 64, 1e-13
_FORMS = Forms("binodal.models.group.forms.escape")
_rate, _potential = _FORMS.floats("rate"), _FORMS.floats("potential")
_reaction = _FORMS.floats("reaction")
_components = Forms("binodal.models.group.forms.law").data("components", int)


def number_escapes(
    twin: CyclicTwin, parameters: Mapping[str, Fraction], theory: str, bits: int
) -> Escapes | None:
    """Of zero and ring at the group's own size; None for a block that is no single number, and
    under a decay that is not that of each number alone.
    """
    if twin.block.dimension > twin.least_rank or twin.scales:
        return None
    law = DeterminantLaw(twin.block, twin.setting.decay, 1, parameters)
    of = _number(law, bits)

    def zero() -> Closure | None:
        return zero_basin(parameters, theory, lambda cut: partial(law.level_of_number, cut))

    return Escapes(
        leaving(of, "zero", parameters, theory, bits, zero),
        leaving(of, "ring", parameters, theory, bits, partial(_equilibrium, law)),
    )


def _number(law: DeterminantLaw, bits: int) -> Number:
    kind, strength = law.block.kind, float(law.strength)
    with precision(bits):
        floats = [float(v.mid()) for v in values(law.parameters)]
        size: arb = ball(law.strength / 2)
    return Number(
        _components(kind),
        strength,
        size,
        "|G|",
        lambda well, state: float(_rate(well, kind)(*state, strength)[0]),
        lambda r, t, at_u, decay: _potential(kind)(r, t, at_u, decay, strength)[0],
        lambda x, at_u: float(_reaction(kind)(x, at_u, strength, *floats)[0]),
    )


def _equilibrium(law: DeterminantLaw) -> Closure:
    """In doubles: tau - sigma^2 - lambda grows with tau, from the noise alone to all of lambda."""
    noise = ball(law.parameters["sigma2"])

    def excess(log_tau: float) -> float:
        with precision(_BITS):
            tau = arb(log_tau).exp()
            return float(tau - noise - law.level_of_number(None, coupling(tau, law.parameters)))

    with precision(_BITS):
        most = noise + law.level_of_number(None, coupling(noise, law.parameters))
        low, high = float(noise.log()), float(most.log())
    tau = exp(brentq(excess, low, high + _ROUNDING, xtol=_ROUNDING))
    time = arb(tau, 10 * _ROUNDING * tau)
    return Closure(noise / time, time - noise)
