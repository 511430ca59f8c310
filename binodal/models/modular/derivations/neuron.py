"""One mode of a neuron of modular addition as a value of the general theory."""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.neuron import Marginal, Neuron
from binodal.derive.symbols import N, P, a, gamma, sigma2, sigma_a2, u, x, x_v
from binodal.models.modular.derivations.action import mode_action
from binodal.models.modular.derivations.closure import kernel_factor, potential_weight
from binodal.models.modular.derivations.reduction import density_of_mean
from binodal.models.modular.derivations.scaling import canonical


def mode_data() -> sp.Expr:
    """W of one mode: |y|^2 over the number of independent modes.

    >>> mode_data()
    2*P
    """
    return sp.simplify(N * sigma2 / potential_weight())


def mode_overlap() -> sp.Expr:
    """The squares of the features of a mode summed over labels: lambda/(sigma_a^2 W).

    >>> mode_overlap()
    2*P*x*x_v
    """
    return sp.simplify(kernel_factor() * x * x_v / (sigma_a2 * mode_data()))


@cache
def neuron() -> Neuron:
    """The law of x = |w_k|^2 and x_v = |v_k|^2 of the mode k with P-k, which act as one.

    The density of their mean is that of :func:`density_of_mean`, with u at its definition.
    """
    mode = mode_action()
    free = mode.s.subs(u, 0)
    weight, moment = (density_of_mean(k) for k in (0, 1))
    overlap = mode_overlap() / (x * x_v) * moment / weight
    return Neuron(
        order=(x, x_v),
        cost=mode.factor / P * free,
        log_prior=-mode.factor * free,
        features=((sp.sqrt(mode_overlap()),),),
        modes=(a,),
        scales=(sp.Integer(1),),
        targets=(sp.Integer(1),),
        data=mode_data(),
        size=P,
        parameters=(N, P, sigma2, sigma_a2, gamma),
        scaling=canonical(),
        reduced=Marginal(
            x,
            sp.Integer(0),
            weight.subs(u, mode.coupling),
            sp.Matrix([[overlap.subs(u, mode.coupling)]]),
        ),
    )
