"""Where networks start: at a draw from the prior, or in the feature state.

Runs from both sides of a first-order transition must meet; where they do not, a barrier keeps
them apart and neither is an equilibrium sample.
"""

from __future__ import annotations

import torch
from torch import Tensor

from binodal.validate.network_model import Shape

FEATURE_SHARE = 0.5
"""Share of the neurons that start in the feature state."""


def prior_start(shape: Shape, generator: torch.Generator) -> Tensor:
    """(D,) float64: independent standard normals, the prior in whitened coordinates."""
    return torch.randn(shape.dimension, generator=generator, dtype=torch.float64)


def feature_neurons(shape: Shape) -> int:
    """How many neurons hold the feature at a feature start; the first ones do."""
    return max(1, round(FEATURE_SHARE * shape.N))


def spread_neurons(width: int, most: int) -> Tensor:
    """Numbers of neurons evenly over a layer: as many from the feature as from the prior, so that
    what they keep of a feature start is what the layer keeps.

    >>> spread_neurons(88, 6).tolist(), spread_neurons(3, 6).tolist()
    ([0, 14, 29, 44, 58, 73], [0, 1, 2])
    """
    count = min(most, width)
    return torch.arange(count) * width // count
