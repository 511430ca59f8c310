"""Single-index networks as training and judging take them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import torch

from binodal.derive.gaussian.activations import activation
from binodal.models.single_index.network.data import departures, draw_data, with_constant
from binodal.models.single_index.network.measurable import measurable
from binodal.models.single_index.network.observer import SingleIndexObserver
from binodal.models.single_index.network.shape import SingleIndexShape, shape_of
from binodal.models.single_index.numerics.any_setting import any_setting
from binodal.models.single_index.numerics.closed_modes import even
from binodal.models.single_index.numerics.finite_closure import solved
from binodal.models.single_index.numerics.law_readings import averaged, ends
from binodal.models.single_index.numerics.law_readings import log_density as read_log_density
from binodal.models.single_index.predictions.modes import measured_modes, named
from binodal.models.single_index.predictions.rows import predictions
from binodal.models.teacher_student.network.network import TeacherStudent
from binodal.models.teacher_student.network.network_model import feature_start, room
from binodal.models.teacher_student.network.readout import TeacherStudentReadout
from binodal.numerics.parameters import Parameters
from binodal.validate.kernel import fastest
from binodal.validate.network_model import Array, Data, NetworkModel, Observables

_PLACES = (0.0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9)


def build(
    shape: SingleIndexShape,
    data: Sequence[Data],
    members: int,
    dtype: torch.dtype,
    device: torch.device,
) -> TeacherStudent:
    """The posterior of networks on one data set each."""
    inputs, targets = (torch.stack([own[name] for own in data]) for name in ("x", "y"))
    phi = fastest(activation(shape.setting.activation), dtype, device)
    return TeacherStudent(shape, with_constant(shape, inputs), targets, phi)


def log_density(parameters: Parameters, theory: str, places: Array) -> Array:
    """log p(m) of the theory at finite d."""
    floats = {name: float(value) for name, value in parameters.items()}
    state = solved(shape_of(parameters).setting, floats)
    return np.asarray(read_log_density(state.law, state.window, state.chances, places))


def network_of(settings: Mapping[str, str]) -> NetworkModel:
    """The networks of an activation and a teacher. Raises RequestError for what has no theory."""
    setting = any_setting(**settings)
    modes = [named(setting, k) for k in measured_modes(setting)]
    signs = (1.0,) if even(setting) else (1.0, -1.0)
    return NetworkModel(
        shape_of,
        build,
        partial(SingleIndexObserver, dict(settings)),
        room,
        Observables(
            scalars=(*modes, *averaged(setting), "train_loss"),
            density="density",
            places=tuple(sorted({s * p for s in signs for p in _PLACES})),
            direct={name: f"{name}_direct" for name in modes},
            course=("train_loss", *(f"q2{name}" for name in ends(setting.directions))),
        ),
        predictions,
        draw_data=draw_data,
        departures=departures,
        feature_start=feature_start,
        readout=TeacherStudentReadout,
        log_density=log_density,
        measurable=measurable(setting),
        jumps=bool(activation(setting.activation).jumps),
    )
