"""The networks on a random subset of the pairs as training and judging take them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch

from binodal.models.modular.network import network_model as whole
from binodal.models.modular.network.measurable import MEASURABLE, task
from binodal.models.modular.network.readout import QuadraticReadout
from binodal.models.modular.network.subset import (
    SubsetNetwork,
    SubsetShape,
    draw_subset,
    stacked,
)
from binodal.models.modular.network.subset_observer import OTHERS, SEEN_ALONE, SubsetObserver
from binodal.models.modular.parameters import SHARE
from binodal.models.modular.predictions.response_rows import predictions
from binodal.numerics.parameters import Parameters
from binodal.validate.measures.network import Task
from binodal.validate.measures.theory import Theory
from binodal.validate.network_model import Data, NetworkModel, Observables, Room

SHOWN = (
    *("away", "droplets", "memorising"),
    *("train_loss", "test_loss", "train_accuracy", "test_accuracy"),
)
"""What any network on a subset shows beside residuals and eigenvalues."""


def shape_of(parameters: Parameters) -> SubsetShape:
    """Sizes as integers, variances and the share as floats."""
    return SubsetShape(**vars(whole.shape_of(parameters)), data_fraction=float(parameters[SHARE]))


def build(
    shape: SubsetShape,
    data: Sequence[Data],
    members: int,
    dtype: torch.dtype,
    device: torch.device,
) -> SubsetNetwork:
    """The posterior of networks that see one of the subsets each."""
    return SubsetNetwork(shape, stacked(data), dtype, device)


def room(shape: SubsetShape, size: int) -> Room:
    """Targets of every pair four times, what each counts, and the mean output in float64."""
    pairs = shape.P**2
    few = min(shape.N, pairs)
    return Room(4 * pairs * shape.P, 8 * (3 * shape.N * pairs + 3 * few**2 + 6 * shape.P * pairs))


def subset_task(shape: SubsetShape, data: Data | None, generator: torch.Generator) -> Task:
    """The task of all pairs; those of a subset were trained on, if it is known."""
    of = task(shape, data, generator)
    seen = None if data is None else stacked([data])[0].numpy() > 0
    return replace(of, trained=None if seen is None else np.asarray(seen))


def silent(parameters: Parameters) -> Theory:
    """The law of a neuron on a subset at finite P is not derived."""
    return Theory(doubt="the law of a neuron on a subset of the pairs is not derived")


OF_DATA = (*SEEN_ALONE, *OTHERS)
"""Numbers that rest on which pairs were seen."""

NETWORK = NetworkModel(
    shape_of,
    build,
    SubsetObserver,
    room,
    Observables(
        scalars=("a", "a_direct", "a_test", "lambda", *SHOWN),
        direct={"a": "a_direct"},
    ),
    predictions,
    draw_data=draw_subset,
    feature_start=whole.feature_start,
    readout=QuadraticReadout,
    measurable=replace(MEASURABLE, task=subset_task, theory=silent, of_data=OF_DATA),
)
