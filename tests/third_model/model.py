"""Squares of single weights, f(x) = sum_i a_i w_i^2 x, that learn y = x from n equal lessons.

The prior of a weight is exp(-L (w^2/2 + gamma w^8/8)). One order parameter, q = |w|; its feature
is q^2, so the interaction is quartic and the cost rises with the eighth power. With x = q^2 and
kappa = sigma_a^2 n^2/(N sigma^4 L) the action is x/2 + gamma x^4/8 - kappa t^2 x^2/2.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.neuron import Neuron
from binodal.derive.symbols import N, gamma, n, sigma2, sigma_a2
from binodal.models import general
from binodal.models.protocol import Model, OrderParameter
from binodal.numerics.parameters import Exponents, Field, Parameters, Space

if TYPE_CHECKING:
    from binodal.validate.network_model import NetworkModel

L = sp.Symbol("L", positive=True)
q = sp.Symbol("q", nonnegative=True)
t = sp.Symbol("t", real=True)

COST = q**2 / 2 + gamma * q**8 / 8
NEURON = Neuron(
    order=(q,),
    cost=COST,
    log_prior=-L * COST,
    features=((q**2,),),
    modes=(t,),
    scales=(sp.Integer(1),),
    targets=(sp.Integer(1),),
    data=n,
    size=L,
    parameters=(N, n, L, sigma2, sigma_a2, gamma),
    scaling={N: sp.Integer(1), n: sp.Integer(1), L: sp.Integer(1)},
)
NOTES = (Assumption.MEAN_FIELD.value,)


def _scaling() -> Exponents:
    return general.exponents(NEURON)


_COUNT = Field(Fraction(1), strict=False, whole=True)
SPACE = Space(
    "squares",
    {
        "N": _COUNT,
        "n": _COUNT,
        "L": Field(),
        "sigma2": Field(),
        "sigma_a2": Field(),
        "gamma": Field(),
    },
    # kappa = 3/(4 sigma^4), so that coexistence lies at sigma^2 = 1 exactly.
    {
        "square": {
            "N": Fraction(40),
            "n": Fraction(60),
            "L": Fraction(20),
            "sigma2": Fraction(1),
            "sigma_a2": Fraction(1, 6),
            "gamma": Fraction(1, 4),
        }
    },
    _scaling,
)


def _network() -> NetworkModel:
    from tests.third_model.network import NETWORK

    return NETWORK


MODEL = Model(
    SPACE,
    size="L",
    order=OrderParameter("q", "order", "$q$"),
    closure=(("t", "t"),),
    coordinates=(("u", "u"), ("q", "order")),
    columns={
        "t": "the mean residual over the target",
        "q": "size of a weight at the feature minimum",
        "action": "S/L there, relative to the zero state",
        "mass": "probability of the feature minimum",
    },
    events=("birth", "coexistence", "instability", "mass"),
    limits=general.limits(NEURON, NOTES),
    derivations=lambda: general.derivations(NEURON),
    complete=lambda theory: general.derivations(NEURON)["neuron"](theory),
    expressions=lambda: general.expressions(NEURON, NOTES),
    network=_network,
    theories=(general.THEORY,),
)


def square(**changes: str) -> Parameters:
    """The preset with some values changed."""
    return SPACE.at({**SPACE.presets["square"], **changes})
