"""The networks of modular addition as training and judging take them."""

from __future__ import annotations

from collections.abc import Sequence
from math import pi

import torch
from torch import Tensor

from binodal.models.modular.network.measurable import MEASURABLE
from binodal.models.modular.network.network import ModularShape, QuadraticNetwork
from binodal.models.modular.network.observer import ModularObserver
from binodal.models.modular.network.readout import QuadraticReadout
from binodal.models.modular.predictions.gap import gap
from binodal.models.modular.predictions.rows import predictions
from binodal.numerics.parameters import Parameters
from binodal.validate.network_model import Data, NetworkModel, Observables, Room
from binodal.validate.starts import feature_neurons, prior_start

FEATURE_MODULUS = 1.0
"""|u_k| = |v_k| of the one mode that neurons hold at a feature start."""
LOSSES = ("train_loss", "accuracy")


def shape_of(parameters: Parameters) -> ModularShape:
    """Sizes as integers and variances as floats."""
    rest = (float(parameters[name]) for name in ("sigma2", "sigma_a2", "gamma"))
    return ModularShape(int(parameters["N"]), int(parameters["P"]), *rest)


def build(
    shape: ModularShape,
    data: Sequence[Data],
    members: int,
    dtype: torch.dtype,
    device: torch.device,
) -> QuadraticNetwork:
    """The posterior of networks that all see all pairs."""
    return QuadraticNetwork(shape, members, dtype, device)


def feature_start(shape: ModularShape, generator: torch.Generator) -> Tensor:
    """(D,) float64: a prior draw to which every second neuron adds one random mode k != 0.

    |u_k| = |v_k| = 1 (P large; the mode P/2 of an even P is left out), with random phases. The
    readout keeps its prior: the posterior is Gaussian in it, and it follows within few steps.
    """
    x = prior_start(shape, generator)
    count = feature_neurons(shape)
    w = x[: 2 * shape.N * shape.P].view(shape.N, 2, shape.P)
    w[:count] += _waves(shape.P, count, generator)
    return x


def _waves(order: int, count: int, generator: torch.Generator) -> Tensor:
    """(count, 2, P): 2 cos(2 pi k n/P + phase), whose transform has modulus 1 at +-k.

    Modes are in single precision whatever torch's default is: the first state is the same
    everywhere.
    """
    half = max(1, (order - 1) // 2)
    modes = torch.randint(1, half + 1, (count, 1, 1), generator=generator).to(torch.float32)
    phases = torch.rand((count, 2, 1), generator=generator, dtype=torch.float64) * 2 * pi
    angle = 2 * pi * modes * torch.arange(order, dtype=torch.float64) / order
    return 2 * FEATURE_MODULUS * torch.cos(angle + phases)


def room(shape: ModularShape, size: int) -> Room:
    """Targets of every pair, thrice; features of every pair and a Gram matrix in float64."""
    pairs = shape.samples
    measured = 8 * (3 * shape.N * pairs + 2 * min(shape.N, pairs) ** 2)
    return Room(3 * pairs * shape.P, measured)


NETWORK = NetworkModel(
    shape_of,
    build,
    ModularObserver,
    room,
    Observables(
        scalars=("a", "a_direct", "x2", "lambda", "x", "x4", "pair", *LOSSES),
        direct={"a": "a_direct"},
    ),
    predictions,
    feature_start=feature_start,
    readout=QuadraticReadout,
    gap=gap,
    measurable=MEASURABLE,
)
