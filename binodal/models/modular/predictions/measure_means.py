"""What is averaged over the derived law of modes for progress measures, N infinite."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from binodal.models.modular.predictions.agop import Fourth, agop_trace
from binodal.models.modular.predictions.circuit_complexity import circuit_complexity
from binodal.models.modular.predictions.local_complexity import local_complexity
from binodal.models.modular.predictions.losses import information, losses
from binodal.models.modular.predictions.mode_law import ModeClosure, solve_modes, zero_law
from binodal.models.modular.predictions.mode_transforms import Modes
from binodal.validate.measures.definitions.sparsity import THRESHOLD


class Means:
    """Averages over the law of one neuron, each when it is asked for."""

    def __init__(self, point: Mapping[str, float], nodes: int, points: int) -> None:
        self.point, self.closure = point, solve_modes(point, nodes=nodes)
        modes = (int(point["P"]) - 1) // 2
        self.modes = Modes(self.closure.law, modes, point["P"], point["gamma"], points)

    @cached_property
    def known(self) -> dict[str, float]:
        """All but those over neurons that are drawn."""
        closure, moments = self.closure, self.closure.moments
        lost = losses(self.point, closure)
        return {
            "a": closure.a,
            "lambda": closure.level,
            **{name: getattr(moments, name) for name in ("x2", "x", "x4")},
            "token_uniformity": steps(self.point, moments.x, moments.x4),
            "restricted_loss": _restricted(self.point, closure, self.modes),
            "agop_trace": _gradients(self.point, closure),
            **lost,
            "train_accuracy": lost["accuracy"],
            "a_direct": closure.a,
        }

    @property
    def outputs(self) -> float:
        """<f^2> = <(y - f)^2> - 2 <y (y - f)> + <y^2>, of which the second is a <y^2>."""
        order = self.point["P"]
        return self.known["train_loss"] + (1 - 2 * self.closure.a) * (order - 1) / order**2

    @cached_property
    def crossed(self) -> tuple[float, float]:
        """Neurons that change sign, with the error of one frame and of the draws."""
        return local_complexity(self.point)

    @cached_property
    def drawn(self) -> dict[str, float]:
        """The others."""
        modes = self.modes
        return {
            "pair": modes.neighbours(),
            "ipr": modes.participation(),
            "gini_neuron": modes.gini(),
            "sparsity": modes.within(THRESHOLD**0.5),
            "weight_entropy": 2 * self.point["N"] * self.point["P"] * modes.entropy(),
            "circuit_complexity": circuit_complexity(self.point, self.closure, self.outputs),
            "local_complexity": self.crossed[0],
            "mutual_information": information(self.point, self.closure),
        }


def steps(point: Mapping[str, float], x: float, x4: float) -> float:
    """|E_{n+1} - E_n|, whose square is the sum over neurons of (u_{n+1} - u_n)^2.

    A mode has |e^(-2 pi i k/P) - 1|^2 |u_k|^2 of it, and these factors sum to 2 P over all k. The
    root of a sum of N such squares is, to first order in 1/N, that of its mean less an eighth of
    the square's variance; factors squared sum to 6 P, and a mode's fourth cumulant is that of
    2 r cos theta.
    """
    order, width = point["P"], point["N"]
    square = 2 * order * x
    cumulant = 3 * order * (6 * x4 - 12 * x**2)
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
