"""What measures see of single-index networks."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import torch

from binodal.derive.gaussian.activations import activation
from binodal.models.single_index.network.data import draw_data, with_constant
from binodal.models.single_index.network.shape import SingleIndexShape
from binodal.models.single_index.numerics.setting import Setting
from binodal.models.single_index.predictions.measures import theory
from binodal.models.single_index.predictions.modes import measured_modes, named
from binodal.models.teacher_student.network.measurable import TEACHER, drawn_task, sizes
from binodal.validate.measures.inputs import Array, Vectors
from binodal.validate.measures.network import Task, TwoLayer
from binodal.validate.measures.theory import Measurable
from binodal.validate.network_model import Data


def task(shape: SingleIndexShape, data: Data | None, generator: torch.Generator) -> Task:
    """The setting's activation and teacher, w*_j = e_j; a bias is the weight of a constant."""
    phi = activation(shape.setting.activation)
    plain = None if data is None else {**data, "x": data["x"][:, : shape.d]}
    drawn = drawn_task(shape, plain, generator, draw_data, phi)
    x = with_constant(shape, torch.from_numpy(drawn.inputs.rows(np.arange(drawn.inputs.count))))
    return replace(drawn, inputs=Vectors(x.numpy(), constants=shape.inputs - shape.d))


def measurable(setting: Setting) -> Measurable:
    """Of networks with these modes."""
    modes = tuple(named(setting, k) for k in measured_modes(setting))
    cosine = partial(_cosine, setting.directions)
    alone = setting.directions == 1
    words = "|w.w*|/|w|" if alone else "the share of |w| along the directions"
    constant = _constant if setting.bias_variance(1.0) else None
    notes = TEACHER if alone else ("directions w*_j are the first coordinates of the inputs",)
    of_data = (*modes, "train_loss")
    return Measurable(task, sizes, cosine, words, theory, of_data, constant, notes=notes)


def _cosine(directions: int, network: TwoLayer) -> Array:
    along = np.linalg.norm(network.weights[:, :directions], axis=1)
    norms = np.linalg.norm(network.weights, axis=1)
    return np.asarray(along / np.where(norms > 0, norms, 1.0))


def _constant(shape: SingleIndexShape) -> float:
    return shape.constant
