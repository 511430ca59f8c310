"""What measures see of networks of modular addition, and of other groups."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch

from binodal.derive.gaussian.activations import activation
from binodal.models.modular.network.data import addition, product_target
from binodal.models.modular.network.network import ModularShape
from binodal.models.modular.predictions.measures import theory
from binodal.validate.measures.fourier import modes
from binodal.validate.measures.inputs import Array, pairs
from binodal.validate.measures.network import Task, TwoLayer
from binodal.validate.measures.theory import Measurable
from binodal.validate.network_model import Data


def task(shape: ModularShape, data: Data | None, generator: torch.Generator) -> Task:
    """All pairs; which of them were trained on is for others to say."""
    return Task(
        activation("quadratic"),
        pairs(shape.P, cyclic=shape.table == addition(shape.P)),
        product_target(shape.table).numpy().T,
        classes=True,
        noise=shape.sigma2,
        spread=shape.sigma_a2,
    )


def sizes(width: int, inputs: int, outputs: int) -> Mapping[str, int] | None:
    """Two one-hot tokens of P, and P outputs."""
    return {"N": width, "P": outputs} if inputs == 2 * outputs else None


def largest_mode(network: TwoLayer) -> Array:
    """The largest (|u_k|^2 + |v_k|^2)/2 of every neuron, k not 0."""
    squares = np.square(np.abs(modes(network)))[:, :, 1:]
    return np.asarray(squares.mean(axis=1).max(axis=1))


MEASURABLE = Measurable(
    task,
    sizes,
    largest_mode,
    "the largest (|u_k|^2 + |v_k|^2)/2, k != 0,",
    theory,
    of_data=("a", "defect"),
    layers="(N, 2 P) and (P, N)",
)
