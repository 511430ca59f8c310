"""What measures see of networks on Gaussian inputs with the teacher w* = e_1."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from binodal.derive.gaussian.activations import ERF, Activation
from binodal.models.teacher_student.network.data import draw_data
from binodal.models.teacher_student.network.network import TeacherStudentShape
from binodal.models.teacher_student.predictions.measures import theory
from binodal.validate.measures.inputs import Array, Vectors
from binodal.validate.measures.network import Task, TwoLayer
from binodal.validate.measures.theory import Measurable
from binodal.validate.network_model import Data

TESTED = 4000
"""Inputs that are drawn from the population to measure a network on."""


def drawn_task(
    shape: Any,
    data: Data | None,
    generator: torch.Generator,
    draw: Callable[[Any, torch.Generator], Data],
    phi: Activation,
) -> Task:
    """Training inputs if they are known, then fresh ones of the population."""
    fresh = draw(replace(shape, n=TESTED), generator)
    sets = [fresh] if data is None else [data, fresh]
    x, y = (torch.cat([of[name].double() for of in sets]).numpy() for name in ("x", "y"))
    known = np.arange(len(y)) < len(y) - TESTED
    return Task(
        phi,
        Vectors(x),
        y[:, None],
        None if data is None else known,
        noise=shape.sigma2,
        spread=shape.sigma_a2,
        size=shape.n,
    )


def task(shape: TeacherStudentShape, data: Data | None, generator: torch.Generator) -> Task:
    """The teacher H1 + epsilon H3."""
    return drawn_task(shape, data, generator, draw_data, ERF)


def sizes(width: int, inputs: int, outputs: int) -> Mapping[str, int] | None:
    """One output."""
    return {"N": width, "d": inputs} if outputs == 1 else None


def overlap(network: TwoLayer) -> Array:
    """|q| of every neuron."""
    return np.abs(network.first[:, 0])


TEACHER = ("w* is the first coordinate of the inputs",)
MEASURABLE = Measurable(
    task,
    sizes,
    overlap,
    "|w.w*|",
    theory,
    of_data=("b", "c", "t5", "t7", "train_loss"),
    notes=TEACHER,
)
