"""What measures see of single-index networks."""

from __future__ import annotations

import numpy as np
import torch

from binodal.derive.gaussian.activations import activation
from binodal.models.single_index.network.data import draw_data
from binodal.models.single_index.network.shape import SingleIndexShape
from binodal.models.single_index.numerics.setting import Setting
from binodal.models.single_index.predictions.measures import theory
from binodal.models.single_index.predictions.modes import measured_modes
from binodal.models.teacher_student.network.measurable import drawn_task, sizes
from binodal.validate.measures.inputs import Array
from binodal.validate.measures.network import Task, TwoLayer
from binodal.validate.measures.theory import Measurable
from binodal.validate.network_model import Data


def task(shape: SingleIndexShape, data: Data | None, generator: torch.Generator) -> Task:
    """The setting's activation and teacher, w* = e_1."""
    phi = activation(shape.setting.activation)
    return drawn_task(shape, data, generator, draw_data, phi)


def cosine(network: TwoLayer) -> Array:
    """|m| = |w.w*|/|w| of every neuron, 0 where w is."""
    norms = np.linalg.norm(network.first, axis=1)
    return np.abs(network.first[:, 0]) / np.where(norms > 0, norms, 1.0)


def measurable(setting: Setting) -> Measurable:
    """Of networks with these modes."""
    modes = tuple(f"t{k}" for k in measured_modes(setting))
    return Measurable(task, sizes, cosine, "|w.w*|/|w|", theory, (*modes, "train_loss"))
