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
