"""Whether a user's data are the theory's: standard Gaussian inputs and the assumed targets.

A network trains on any data; the theory's numbers are about x ~ N(0, I_d) and one target. Inputs in
other units (ten times too large, say) give a run that settles and a comparison that means nothing,
so each departure is said.
"""

from __future__ import annotations

from math import sqrt

import torch
from torch import Tensor

from binodal.numerics.parameters import Parameters
from binodal.validate.network_model import Data, NetworkModel

SURPRISE = 6.0
"""Standard deviations of the assumed law beyond which a statistic is called a departure."""

_EXACT = 1e-3
_EDGE = 1.2


def departures(network: NetworkModel, parameters: Parameters, data: Data) -> list[str]:
    """Sentences about what a user's data have and the theory of a model does not assume."""
    if network.departures is None:
        return []
    return [f"not the theory's data: {what}" for what in network.departures(parameters, data)]


def gaussian_departures(
    inputs: Tensor, targets: Tensor, assumed: Tensor, target_words: str
) -> list[str]:
    """Sentences about what the data (n, d) and (n,) have and the theory does not assume.

    Mean and mean square of the inputs are held against their laws, at ``SURPRISE`` standard
    deviations; the largest eigenvalue of the second moments against the edge
    (1 + sqrt(d/n))^2 that they have for Gaussian inputs, with a fifth to spare; the targets
    against the ``assumed`` ones, which have no noise and are called ``target_words``.

    >>> stream = torch.Generator().manual_seed(1)
    >>> x = torch.randn((60, 20), generator=stream, dtype=torch.float64)
    >>> y = x[:, 0]
    >>> gaussian_departures(x, y, y, "the first component")
    []
    >>> gaussian_departures(10 * x, y, y, "the first component")[0]
    'the mean square of the inputs is 103, the theory assumes 1'
    """
    x, y = inputs.double(), targets.double()
    sentences = _moments(x) or _directions(x)
    size, off = _root_mean_square(assumed), _root_mean_square(y - assumed)
    if off > _EXACT * size:
        sentences.append(
            f"the targets are off by {off:.3g} (root mean square) from {target_words}, whose size "
            f"is {size:.3g}"
        )
    return sentences


def _moments(x: Tensor) -> list[str]:
    count = x.numel()
    mean, square = float(x.mean()), float(x.square().mean())
    sentences = []
    if abs(square - 1.0) > SURPRISE * sqrt(2.0 / count):
        sentences.append(f"the mean square of the inputs is {square:.3g}, the theory assumes 1")
    if abs(mean) > SURPRISE * sqrt(max(square, 1.0) / count):
        sentences.append(f"the mean of the inputs is {mean:.3g}, the theory assumes 0")
    return sentences


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
