"""What measures see of networks of a finite group: those of modular addition, by another law."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from binodal.derive.groups.group import FiniteGroup
from binodal.derive.groups.names import OF_PERMUTATIONS
from binodal.models.group.predictions.finite_width import is_modular
from binodal.models.group.predictions.measures import theory
from binodal.models.modular.network import measurable as modular
from binodal.validate.measures.inputs import Array
from binodal.validate.measures.network import TwoLayer
from binodal.validate.measures.theory import Measurable

_OF_NAME = (
    "elements are numbered: residues; r^i s^j of D and Q as j times the order of r plus i; "
    "permutations, p q (i) = p(q(i)), by their images; products with the last factor fastest. "
    "A file with a table has its own"
)
_OF_TABLE = (
    "elements are numbered as in the table of the file, where 0 and the neutral one change places; "
    "those of generators have no numbers that a network could know: give a table"
)


def measurable(group: FiniteGroup, of_data: tuple[str, ...]) -> Measurable:
    """Of networks of a group; readings that average over the readout."""
    of = modular.MEASURABLE
    order = (of.order, of.order_name) if is_modular(group) else (_size, "|w|")
    sizes, layers = partial(_sizes, group.order), f"(N, {2 * group.order}) and ({group.order}, N)"
    notes = (_OF_TABLE if group.name == OF_PERMUTATIONS else _OF_NAME,)
    return Measurable(of.task, sizes, *order, theory, of_data, layers=layers, notes=notes)


def _sizes(order: int, width: int, inputs: int, outputs: int) -> Mapping[str, int] | None:
    return {"N": width} if (inputs, outputs) == (2 * order, order) else None


def _size(network: TwoLayer) -> Array:
    return np.asarray(np.linalg.norm(network.first, axis=1))
