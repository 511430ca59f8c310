"""What the derived law of independent modes says of progress measures, at finite P, N infinite."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from binodal.models.modular.numerics.float_law import exact_moments, rings
from binodal.models.modular.predictions.agop import Fourth, agop_trace
from binodal.models.modular.predictions.losses import losses
from binodal.models.modular.predictions.mode_curvature import Spectrum
from binodal.models.modular.predictions.mode_law import (
    ModeClosure,
    coupling,
    solve_modes,
    zero_law,
)
from binodal.models.modular.predictions.mode_transforms import Modes
from binodal.numerics.errors import Undecided
from binodal.numerics.parameters import Parameters
from binodal.validate.measures.definitions.sparsity import THRESHOLD
from binodal.validate.measures.theory import Theory

_QUADRATURES = ((8, 12), (12, 18))
"""Gauss nodes of a mode's law, and points of the quadratures over it: coarse, and fine."""

_MEAN = "zero for infinitely many neurons; what is there at finite N is chance"
SILENT = {
    "gini_network": _MEAN,
}


def theory(parameters: Parameters) -> Theory:
    """Predictions of a network that has seen all pairs, and the droplets of its law."""
    point = {name: float(value) for name, value in parameters.items()}
    if int(point["P"]) % 2 == 0 or point["P"] < 3:
        return Theory(doubt="at even P the real mode P/2 has a law of its own")
    try:
        coarse, fine = (_of(point, *sizes) for sizes in _QUADRATURES)
    except Undecided as doubt:
        return Theory(doubt=str(doubt))
    values = {name: (value, abs(value - coarse[0][name])) for name, value in fine[0].items()}
    barrier, droplets, why = _droplets(point, fine[1])
    return Theory(values, SILENT, barrier, droplets, why, _left_out(point, fine[1].a))


def _left_out(point: Mapping[str, float], amplitude: float) -> str:
    """What values do not see, and what it goes by."""
    of = Spectrum(point)
    freedom = of.freedom(of.levels(of.moments(amplitude)))
    return (
        f"corrections in 1/N are left out ({freedom:.3g} effective degrees of freedom of the "
        f"kernel, N = {point['N']:.0f})"
    )


def _of(
    point: Mapping[str, float], nodes: int, points: int
) -> tuple[dict[str, float], ModeClosure]:
    closure = solve_modes(point, nodes=nodes)
    modes = Modes(closure.law, (int(point["P"]) - 1) // 2, point["P"], point["gamma"], points)
    moments, lost = closure.moments, losses(point, closure)
    values = {
        "a": closure.a,
        "a_direct": closure.a,
        "lambda": closure.level,
        "x2": moments.x2,
        "x": moments.x,
        "x4": moments.x4,
        "pair": modes.neighbours(),
        "ipr": modes.participation(),
        "gini_neuron": modes.gini(),
        "sparsity": modes.within(THRESHOLD**0.5),
        "weight_entropy": 2 * point["N"] * point["P"] * modes.entropy(),
        "token_uniformity": _steps(point, closure),
        "restricted_loss": _restricted(point, closure, modes),
        "agop_trace": _gradients(point, closure),
        **lost,
        "train_accuracy": lost["accuracy"],
    }
    return values, closure


def _steps(point: Mapping[str, float], closure: ModeClosure) -> float:
    """|E_{n+1} - E_n|, whose square is the sum over neurons of (u_{n+1} - u_n)^2.

    A mode has |e^(-2 pi i k/P) - 1|^2 |u_k|^2 of it, and these factors sum to 2 P over all k. The
    root of a sum of N such squares is, to first order in 1/N, that of its mean less an eighth of
    the square's variance; factors squared sum to 6 P, and a mode's fourth cumulant is that of
    2 r cos theta.
    """
    moments, order, width = closure.moments, point["P"], point["N"]
    square = 2 * order * moments.x
    cumulant = 3 * order * (6 * moments.x4 - 12 * moments.x**2)
    variance = 2 * square**2 + cumulant
    return float(np.sqrt(width * square) * (1 - variance / (8 * width * square**2)))


def _gradients(point: Mapping[str, float], closure: ModeClosure) -> float:
    root, mass = zero_law(point["P"], point["gamma"])
    zero, zero4 = (float(mass @ root**power) for power in (2, 4))
    of = Fourth(int(point["P"]), closure.moments, zero, zero4)
    return agop_trace(of, point["sigma2"], point["sigma_a2"])


def _restricted(point: Mapping[str, float], closure: ModeClosure, modes: Modes) -> float:
    """<(y - f)^2> over the functions of n + m, the readout at its posterior given the weights.

    Each normalised one has the mean a y and the variance lambda sigma^2/(lambda + sigma^2) for
    every output; the constant has the eigenvalue sigma_a^2 P^2 <(mean of z^2)^2> and no target.
    """
    noise, order = point["sigma2"], point["P"]
    constant = point["sigma_a2"] * order**2 * modes.mean_square_constant()
    sums = (order - 1) * (closure.a**2 + closure.a * closure.level)
    return float((sums + constant * noise / (constant + noise)) / order**2)


def _droplets(
    point: Mapping[str, float], closure: ModeClosure
) -> tuple[float | None, float | None, str]:
    """The barrier of the mean of x and x_v, and the share of neurons with a mode beyond it."""
    numbers = coupling(point, closure.level), point["P"], point["sigma_a2"], point["gamma"]
    at_u, order, spread_a, decay = (np.array([number]) for number in numbers)
    inner, _, spread = rings(at_u, decay)
    if not spread[0] > 0:
        return None, None, "a mode's action has one minimum: there are no droplets"
    odds = exact_moments(at_u, order, spread_a, decay).log_odds[0]
    alone = -((int(point["P"]) - 1) // 2) * np.logaddexp(0, odds)
    return float(inner[0]), float(-np.expm1(alone)), ""
