"""Whether a user's data are the theory's: standard Gaussian inputs and the teacher's target.

A network trains on any data; the theory's numbers are about x ~ N(0, I_d) and
y = H1(w*.x) + eps H3(w*.x) with w* the first axis. Inputs in other units (ten times too large,
say) give a run that settles and a comparison that means nothing, so each departure is said.
"""

from __future__ import annotations

from math import sqrt

import torch
from torch import Tensor

from binodal.validate.data import teacher_target

SURPRISE = 6.0
"""Standard deviations of the assumed law beyond which a statistic is called a departure."""

_EXACT = 1e-3
_EDGE = 1.2


def departures(inputs: Tensor, targets: Tensor, epsilon: float) -> list[str]:
    """Sentences about what the data (n, d) and (n,) have and the theory does not assume.

    Mean and mean square of the inputs are held against their laws, at ``SURPRISE`` standard
    deviations; the largest eigenvalue of the second moments against the edge
    (1 + sqrt(d/n))^2 that they have for Gaussian inputs, with a fifth to spare; the targets
    against the teacher's, which have no noise.

    >>> stream = torch.Generator().manual_seed(1)
    >>> x = torch.randn((60, 20), generator=stream, dtype=torch.float64)
    >>> y = teacher_target(x[:, 0], -0.3)
    >>> departures(x, y, -0.3)
    []
    >>> departures(10 * x, teacher_target(10 * x[:, 0], -0.3), -0.3)[0]
    'the mean square of the inputs is 103, the theory assumes 1'
    """
    x, y = inputs.double(), targets.double()
    found = [*_moments(x)]
    found = found or _directions(x)
    assumed = teacher_target(x[:, 0], epsilon)
    size, off = _root_mean_square(assumed), _root_mean_square(y - assumed)
    if off > _EXACT * size:
        found.append(
            f"the targets are off by {off:.3g} (root mean square) from H1 + epsilon H3 of the "
            f"first component with epsilon = {epsilon:g}, whose size is {size:.3g}"
        )
    return found


def _moments(x: Tensor) -> list[str]:
    count = x.numel()
    mean, square = float(x.mean()), float(x.square().mean())
    found = []
    if abs(square - 1.0) > SURPRISE * sqrt(2.0 / count):
        found.append(f"the mean square of the inputs is {square:.3g}, the theory assumes 1")
    if abs(mean) > SURPRISE * sqrt(max(square, 1.0) / count):
        found.append(f"the mean of the inputs is {mean:.3g}, the theory assumes 0")
    return found


def _directions(x: Tensor) -> list[str]:
    """Components may be correlated or differently scaled though their average is right."""
    samples, dimension = x.shape
    largest = float(torch.linalg.matrix_norm(x, ord=2)) ** 2 / samples
    edge = (1.0 + sqrt(dimension / samples)) ** 2
    if largest <= _EDGE * edge + SURPRISE / sqrt(samples):
        return []
    return [
        f"one direction of the inputs has a mean square of {largest:.3g}; independent standard "
        f"Gaussian components leave at most about {edge:.3g}"
    ]


def _root_mean_square(values: Tensor) -> float:
    return float(values.square().mean().sqrt())
