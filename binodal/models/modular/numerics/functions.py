"""The derived expressions of the model, compiled to ball arithmetic once a process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, partial
from typing import Any

from flint import arb

from binodal.models.modular.parameters import SPACE
from binodal.numerics.balls import balls_of
from binodal.numerics.codegen.forms import Forms, exact

PARAMETERS = tuple(SPACE.fields)
values = partial(balls_of, PARAMETERS)
_FORMS = Forms("binodal.models.modular.forms.action")

event_values = _FORMS.balls("event_values")
_coupling = _FORMS.balls("coupling")
_tau = _FORMS.balls("tau_of_coupling")
saddle_functions = _FORMS.balls("saddle_functions")
full_branch = _FORMS.balls("full_branch")
exponent_taylor = _FORMS.balls("exponent_taylor")
kernel_scale = _FORMS.balls("kernel_scale")
ring_odds = _FORMS.balls("ring_odds")
powers_of_tau = _FORMS.data("powers_of_tau", exact)
powers_of_ring = _FORMS.data("powers_of_ring", exact)
_integral_terms = _FORMS.balls("single_integral")
_integral_constants = _FORMS.data("single_integral_constants", exact)

BallFunction = Callable[..., tuple[Any, ...]]


def coupling(tau: arb, parameters: Mapping[str, Fraction | arb]) -> arb:
    """u at tau = sigma^2 + lambda."""
    u: arb = _coupling()(tau, *values(parameters))[0]
    return u


def tau_of_coupling(u: arb, parameters: Mapping[str, Fraction | arb]) -> arb:
    """sigma^2 + lambda at u."""
    tau: arb = _tau()(u, *values(parameters))[0]
    return tau


@dataclass(frozen=True)
class SingleIntegral:
    """prefactor(m) exp(-exponent(m)) 1F1(upper; lower; argument(m)), split for evaluation.

    ``terms`` is (m, u, P, gamma) -> prefactor, argument; it works on complex balls as well. The
    prefactor is a monomial in m of degree ``degree``.
    """

    terms: BallFunction
    upper: Fraction
    lower: Fraction
    degree: int


@cache
def single_integral(moment: int, real: bool = False) -> SingleIntegral:
    """The derived density of the mean of x and x_v, weighted with (x x_v)^moment."""
    terms, of = _integral_terms(moment, real), _integral_constants(moment, real)
    return SingleIntegral(terms, of["upper"], of["lower"], int(of["degree"]))
