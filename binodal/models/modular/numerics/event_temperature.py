"""sigma^2 at which an event happens at finite P, as an explicit function of u there.

An event fixes the coupling u of a mode: birth and coexistence in closed form, a share of the
probability as the zero of a monotone function. Then sigma^2 = tau(u) - lambda(u), without solving
the closure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, ctx

from binodal.models.modular.numerics.crossing import crossing
from binodal.models.modular.numerics.float_law import GROWTH, MOMENTS, Array, Moments
from binodal.models.modular.numerics.functions import (
    PARAMETERS,
    event_values,
    saddle_functions,
    tau_of_coupling,
    values,
)
from binodal.models.modular.numerics.law import ModeLaw, mode_law, share_of
from binodal.numerics.balls import ball
from binodal.numerics.codegen.forms import Forms

_HALVINGS = 70
SHARED = ("mass", "gmfl2")


@dataclass(frozen=True)
class State:
    """An event at finite P: the temperature, and u and x there."""

    sigma2: arb
    u: arb
    x: arb
    tau: arb


def share_wanted(event: str, fraction: Fraction, neurons: Fraction) -> Fraction:
    """The ring's probability at the event.

    The end of GMFL-I (gmfl2) is where fewer than one of the N neurons is left at zero.
    """
    return fraction if event == "mass" else 1 - 1 / neurons


def log_odds_of(share: Fraction) -> arb:
    """The logarithm of the odds, at the current precision."""
    return ball(share / (1 - share)).log()


def share_at_birth(parameters: Mapping[str, Fraction], theory: str) -> arb:
    """The ring's probability when it appears; it grows with u, so a smaller one never occurs."""
    at_u, at_x, _, _ = event_values("birth", theory)(*values(parameters))
    return share_of(mode_law(parameters, theory).odds_at_birth(at_u, at_x))


def state(parameters: Mapping[str, Fraction], event: str, theory: str, fraction: Fraction) -> State:
    """The event's temperature as a ball, which is negative when there is no such temperature.

    For "mass" and "gmfl2" the wanted share has to be above the one at birth. Raises Undecided when
    a proof fails.
    """
    law = mode_law(parameters, theory)
    exact = values(parameters)
    if event == "birth":
        at_u, at_x, tau, _ = event_values("birth", theory)(*exact)
        return State(tau - law.level_at_birth(at_u, at_x), at_u, at_x, tau)
    if event == "coexistence":
        at_u, at_x, tau, _ = event_values("coexistence", theory)(*exact)
        return State(tau - law.level(at_u), at_u, at_x, tau)
    wanted = share_wanted(event, fraction, parameters["N"])
    at_u = _coupling_of_share(parameters, theory, law, wanted)
    tau = tau_of_coupling(at_u, parameters)
    low, high = arb(at_u.lower()), arb(at_u.upper())
    level = law.level(low).union(law.level(high))
    return State(tau - level, at_u, saddle_functions(theory)(at_u, exact[4], exact[1])[1], tau)


def _coupling_of_share(
    parameters: Mapping[str, Fraction], theory: str, law: ModeLaw, wanted: Fraction
) -> arb:
    floats = _columns({name: float(value) for name, value in parameters.items()})
    goal = log_odds_of(wanted)
    start = _shared_coupling(floats, theory, np.array([float(goal.mid())]))[0]

    def excess(at_u: arb) -> arb:
        return law.odds(at_u).log() - goal

    return crossing(excess, float(start), ctx.prec, 1e-3)


_FORMS = Forms("binodal.models.modular.forms.arrays")
_float_functions = _FORMS.floats("coupling_at")
_float_tau = _FORMS.floats("tau")


def _columns(parameters: Mapping[str, Any]) -> tuple[Array, ...]:
    rows = np.broadcast_arrays(*(np.atleast_1d(parameters[name]) for name in PARAMETERS))
    return tuple(np.array(row, dtype=float) for row in rows)


def _moments(at_u: Array, columns: tuple[Array, ...], theory: str) -> Moments:
    return MOMENTS[theory](at_u, columns[1], columns[3], columns[4])


def _birth_coupling(columns: tuple[Array, ...]) -> Array:
    """Just past birth, where both rings are distinct in double precision."""
    value: Array = _float_functions("birth")(*columns)[0]
    return value * (1 + 1e-13)


def _shared_coupling(columns: tuple[Array, ...], theory: str, log_odds: Array) -> Array:
    """u at which the ring has the wanted odds, by bisection on a logarithmic scale."""
    low = _birth_coupling(columns)
    high = 2 * low
    for factor in GROWTH:
        # What is not a number there has left the range of doubles: u is too large.
        if not (short := _moments(high, columns, theory).log_odds < log_odds).any():
            break
        low, high = np.where(short, high, low), np.where(short, high * factor, high)
    for _ in range(_HALVINGS):
        middle = np.sqrt(low * high)
        short = _moments(middle, columns, theory).log_odds < log_odds
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return np.asarray(np.sqrt(low * high))


def float_temperatures(
    parameters: Mapping[str, Any], event: str, theory: str, fraction: Fraction
) -> Array:
    """sigma^2 of the event on arrays of parameters; NaN where the event does not exist.

    A share below the one at birth does not occur, nor does a negative temperature.
    """
    columns = _columns(parameters)
    with np.errstate(all="ignore"):
        born = _birth_coupling(columns)
        if event in SHARED:
            wanted = np.full_like(born, float(log_odds_of(fraction).mid()))
            wanted = wanted if event == "mass" else np.log(columns[0] - 1)
            at_u = _shared_coupling(columns, theory, wanted)
            exists = (wanted > _moments(born, columns, theory).log_odds) & np.isfinite(wanted)
        else:
            at_u = born if event == "birth" else _float_functions(event)(*columns)[0]
            exists = np.ones_like(born, dtype=bool)
        sigma2 = _float_tau()(at_u, *columns)[0] - _moments(at_u, columns, theory).level
    return np.where(exists, sigma2, np.nan)
