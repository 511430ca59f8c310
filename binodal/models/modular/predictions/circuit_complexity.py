"""Mean square change of outputs when readout weights are set to zero at random, at infinite N.

The change is rho (1 - rho) sum_i a_ip^2 phi_i^2 + rho^2 f_p^2 in the mean over masks. Given its
weights w a neuron's readout a_p is Gaussian of the variance sigma_a^2/N about the pull of the mean
residual on it, (sigma_a^2/N) (a/sigma^2) sum_x y_p(x) phi(x), and of

    sum_x y_p(x) phi(x) = 2 P sum_(k != 0) u_k v_k e^(2 pi i k p/P)

the square is 4 P^2 sum_(k != 0) |u_k|^2 |v_k|^2 in the mean over p.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from binodal.models.modular.predictions.mode_law import Array, ModeClosure, zero_law
from binodal.validate.measures.definitions.circuit_complexity import masked


def circuit_complexity(point: Mapping[str, float], closure: ModeClosure, outputs: float) -> float:
    """``outputs`` is the mean of their square, over the readout's posterior as well."""
    power, pulled = neuron_power(point, closure)
    noise, spread, width, order = (point[n] for n in ("sigma2", "sigma_a2", "N", "P"))
    pull = (2 * order * spread * closure.a / noise) ** 2 / width
    return masked(spread * power + pull * pulled, outputs)


def neuron_power(point: Mapping[str, float], closure: ModeClosure) -> tuple[float, float]:
    """<Q> and <Q T>: Q the mean of (u_n + v_m)^4 over pairs, T = sum_(k != 0) x_k x_v,k.

    Over uniform phases Q is 3 (|u|^2 + |v|^2)^2 - 2 (u_0^4 + v_0^4) - 6 sum_(k > 0) (x_k^2 +
    x_v,k^2), by the cumulants of 2 r cos theta and of a sign, and |u|^2 = u_0^2 + 2 sum x_k.
    """
    law, modes = closure.law, (int(point["P"]) - 1) // 2
    one, other = law.points[:, None], law.points

    def mean(values: Array) -> float:
        return float((law.mass * values).sum())

    size, square, pair = one + other, one**2 + other**2, one * other
    root, alone = zero_law(point["P"], point["gamma"])
    second, fourth = (float(alone @ root**power) for power in (2, 4))
    flat, flat2 = 2 * second, 2 * fourth + 2 * second**2

    def power(weight: Array, others: int) -> float:
        """Of one mode with a weight, and others without."""
        mass, s = mean(weight), mean(size)
        rest, rest2 = others * s, others * mean(size**2) + others * (others - 1) * s**2
        with_size = mean(weight * size)
        whole = mass * (flat2 + 4 * flat * rest + 4 * rest2)
        whole += 4 * mean(weight * size**2) + with_size * (4 * flat + 8 * rest)
        left = mean(weight * square) + mass * others * mean(square)
        return 3 * whole - 4 * fourth * mass - 6 * left

    return power(np.ones_like(pair), modes - 1), 2 * modes * power(pair, modes - 1)
