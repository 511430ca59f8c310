"""What measures see of networks of a finite group: those of modular addition, without its law."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from binodal.models.modular.network.measurable import task
from binodal.numerics.parameters import Parameters
from binodal.validate.measures.inputs import Array
from binodal.validate.measures.network import TwoLayer
from binodal.validate.measures.theory import Measurable, Theory

NOT_DERIVED = (
    "the law of a neuron is one of matrices: averages over it are not derived for measures"
)


def measurable(order: int, of_data: tuple[str, ...]) -> Measurable:
    """Of networks of a group with so many elements; readings that average over the readout."""
    return Measurable(task, partial(_sizes, order), _size, "|w|", _theory, of_data)


def _sizes(order: int, width: int, inputs: int, outputs: int) -> Mapping[str, int] | None:
    return {"N": width} if (inputs, outputs) == (2 * order, order) else None


def _size(network: TwoLayer) -> Array:
    return np.asarray(np.linalg.norm(network.first, axis=1))


def _theory(parameters: Parameters) -> Theory:
    return Theory(doubt=NOT_DERIVED)
