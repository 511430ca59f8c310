"""The law of one neuron at finite d, as functions of arrays."""

from __future__ import annotations

import sympy as sp

from binodal.derive.symbols import N, d, n, sigma2, sigma_a2, sigma_w2
from binodal.models.single_index.derivations import law
from binodal.models.single_index.derivations.action import amplitude
from binodal.models.single_index.derivations.around import (
    MultiIndex,
    angular_factor,
    cosines,
    squared_norm,
)
from binodal.models.single_index.derivations.biased import bias, biased_cost, pin, variance
from binodal.models.single_index.derivations.directions import shares, turned
from binodal.models.single_index.derivations.finite import (
    closure_row,
    h,
    mean,
    separated_prior,
    v,
)
from binodal.numerics.codegen.function import Function


def prior() -> dict[str, Function]:
    """The parts of the prior's log density in h, in v, and in a bias of N(0, V)."""
    along, radial = separated_prior()
    biased = -biased_cost().coeff(pin) / variance
    return {
        "along": Function("along", {"log": along}, (h, d)),
        "radial": Function("radial", {"log": radial}, (v, d, sigma_w2)),
        "biased": Function("biased", {"log": biased}, (bias, variance)),
    }


def directions(count: int) -> Function:
    """The cosines m_1 ... m_J of s_j = tanh h_j."""
    values = {f"m{i + 1}": place for i, place in enumerate(turned(count))}
    return Function("directions", values, shares(count))


def couplings() -> Function:
    """u, and the closure's spring: k! times its row is spring^-1 times a potential's gradient.

    It is read off the row of mode 1, where k! is 1.

    The potential is log Z + (spring/2) sum_k k! (t_k - y_k)^2, with d log Z/dt_k = d u <m^k c_k F>.
    """
    u, gradient = law.coupling_per_dimension(), closure_row(1)
    spring = d * u * sp.diff(gradient, amplitude(1)) / sp.diff(gradient, mean(1))
    arguments = (N, n, d, sigma2, sigma_w2, sigma_a2)
    return Function("couplings", {"u": u, "spring": spring}, arguments)


def around(modes: tuple[tuple[MultiIndex, int], ...]) -> dict[str, Function]:
    """<He_a T_j phi>/c_{|a| + 2 j} at the cosines, and <(He_a T_j)^2> at d, for every (a, j)."""
    factors = {f"m{i}": angular_factor(*mode) for i, mode in enumerate(modes)}
    norms = {f"n{i}": squared_norm(*mode) for i, mode in enumerate(modes)}
    return {
        "factors": Function("factors", factors, cosines(len(modes[0][0]))),
        "norms": Function("norms", norms, (d,)),
    }
