"""The teacher-student networks as training and judging take them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from binodal.derive.gaussian.activations import ERF
from binodal.models.teacher_student.network.data import draw_data, teacher_departures
from binodal.models.teacher_student.network.measurable import MEASURABLE
from binodal.models.teacher_student.network.network import (
    TeacherStudent,
    TeacherStudentShape,
    TwoLayerShape,
)
from binodal.models.teacher_student.network.observer import TeacherStudentObserver
from binodal.models.teacher_student.network.readout import TeacherStudentReadout
from binodal.models.teacher_student.numerics.losses import LOSSES
from binodal.models.teacher_student.predictions.data_closure import data_closure, fixed_kernel
from binodal.models.teacher_student.predictions.gap import gap
from binodal.models.teacher_student.predictions.rows import predictions, solved
from binodal.numerics.parameters import Parameters
from binodal.validate.kernel import fastest
from binodal.validate.network_model import (
    Array,
    Data,
    DataTheory,
    NetworkModel,
    Observables,
    Room,
)
from binodal.validate.starts import feature_neurons, prior_start

FEATURE_OVERLAP = 1.0
"""|w.w*| of the neurons that hold the feature at a feature start."""


def shape_of(parameters: Parameters) -> TeacherStudentShape:
    """Sizes as integers and variances as floats."""
    sizes = (int(parameters[name]) for name in ("N", "n", "d"))
    rest = (float(parameters[name]) for name in ("sigma2", "sigma_w2", "sigma_a2", "epsilon"))
    return TeacherStudentShape(*sizes, *rest)


def build(
    shape: TeacherStudentShape,
    data: Sequence[Data],
    members: int,
    dtype: torch.dtype,
    device: torch.device,
) -> TeacherStudent:
    """The posterior of networks on one data set each."""
    inputs, targets = (torch.stack([own[name] for own in data]) for name in ("x", "y"))
    return TeacherStudent(shape, inputs, targets, fastest(ERF, dtype, device))


def feature_start(shape: TwoLayerShape, generator: torch.Generator) -> Tensor:
    """(D,) float64: a prior draw in which every second neuron has w.w* = +-1, of random sign.

    Several directions have such neurons in turn. The readout keeps its prior: the posterior is
    Gaussian in it, and it follows within few steps.
    """
    x = prior_start(shape, generator)
    count = feature_neurons(shape)
    # In single precision whatever torch's default is: the first state is the same everywhere.
    signs = (torch.randint(2, (count,), generator=generator) * 2 - 1).to(torch.float32)
    w = x[: shape.N * shape.inputs].view(shape.N, shape.inputs)
    neurons = torch.arange(count)
    w[neurons, neurons % shape.directions] = (signs * FEATURE_OVERLAP / shape.input_scale).to(w)
    return x


def room(shape: TwoLayerShape, size: int) -> Room:
    """Inputs and targets twice, scaled and as they are; the observer's copies and Gram matrix."""
    activations, smaller = shape.N * shape.n, min(shape.N, shape.n)
    measured = 8 * 4 * shape.dimension + size * (3 * activations + 2 * smaller**2)
    return Room(2 * shape.n * (shape.inputs + 1), measured)


def log_density(parameters: Parameters, theory: str, places: Array) -> Array:
    """log p(q) of a theory at finite d."""
    floats: Mapping[str, float] = {name: float(value) for name, value in parameters.items()}
    return solved(floats, theory).joint.log_density(places)


NETWORK = NetworkModel(
    shape_of,
    build,
    TeacherStudentObserver,
    room,
    Observables(
        scalars=("b", "c", "t5", "t7", "q2", "b_direct", "c_direct", *LOSSES),
        ratios={"w_perp2": ("perp_sum", "perp_count")},
        density="density",
        places=(0.0, 0.25, 0.5, 0.75, 1.0),
        direct={"b": "b_direct", "c": "c_direct"},
        course=("train_loss", "test_loss", "q2"),
    ),
    predictions,
    draw_data=draw_data,
    departures=teacher_departures,
    feature_start=feature_start,
    readout=TeacherStudentReadout,
    on_data=DataTheory(("b", "c", "t5", "t7", "q2"), data_closure, fixed_kernel, flipped="c"),
    log_density=log_density,
    gap=gap,
    measurable=MEASURABLE,
)
