"""A sweep as a message: a few strings that any process can turn into the same numbers.

A cell without a vectorised solver comes from a solution with all its saddles.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from binodal.models.protocol import Model
from binodal.models.registry import fields_of, model, parameters_of, receive
from binodal.numerics.errors import Undecided
from binodal.numerics.isolation import isolated
from binodal.numerics.parameters import Parameters
from binodal.numerics.phases.rule import PHASES
from binodal.numerics.rescale import whole_sizes
from binodal.numerics.results import features
from binodal.sweeps.arrays import STATES
from binodal.sweeps.axis import Axis, floats, parse_axes
from binodal.sweeps.chunks import Chunks, chunk_shape

Found = dict[str, NDArray[Any]]
"""The arrays of one chunk: the model's quantities, ``phase`` and ``state``."""

VECTORISED_CELLS = 16384
"""Cells a chunk where the model solves whole arrays: about 80 ms, and 0.7 MB to store."""
FINITE_CELLS = 64
"""The same with integrals at finite size: about 0.3 s."""
SINGLE_CELLS = 4
"""Cells a chunk where each is solved on its own: about 2 s."""


@dataclass(frozen=True)
class Job:
    """What to compute: exact parameters and axes, written out.

    ``parameters`` holds pairs (name, p/q), ``grid`` holds NAME=START:STOP:COUNT. ``brought`` is
    the model where another process cannot find it by its name: there it is known when this arrives.
    """

    model: str
    theory: str
    limit: str
    digits: int
    parameters: tuple[tuple[str, str], ...]
    grid: tuple[str, ...]
    brought: Model | None = field(default=None, compare=False)

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        self.__dict__.update(state)
        receive(self.brought)

    @property
    def axes(self) -> tuple[Axis, ...]:
        """The axes of the grid."""
        return _axes(self)

    @property
    def fixed(self) -> Parameters:
        """The exact parameters; those on an axis have some value."""
        return _fixed(self)

    @property
    def vectorised(self) -> bool:
        """Whether the model solves whole arrays, not single cells."""
        return model(self.model).limits[self.limit].grid is not None

    @property
    def chunks(self) -> Chunks:
        """How the grid is cut."""
        of_arrays = VECTORISED_CELLS if self.limit == "thermodynamic" else FINITE_CELLS
        most = of_arrays if self.vectorised else SINGLE_CELLS
        shape = tuple(axis.count for axis in self.axes)
        return Chunks(shape, chunk_shape(shape, most))


@cache
def _axes(job: Job) -> tuple[Axis, ...]:
    return parse_axes(job.grid, job.model)


@cache
def _fixed(job: Job) -> Parameters:
    return parameters_of(job.model, {name: Fraction(value) for name, value in job.parameters})


@isolated
def compute(job: Job, number: int) -> Found:
    """One chunk. The same request and number give the same bits in every process of one machine.

    Raises what the model's solver raises for parameters that make no sense.
    """
    of, part = model(job.model), job.chunks.part(number)
    return _vectorised(of, job, part) if job.vectorised else _single(of, job, part)


def _vectorised(of: Model, job: Job, part: tuple[slice, ...]) -> Found:
    columns: dict[str, Any] = {name: np.float64(value) for name, value in job.fixed.items()}
    along = [floats(axis)[where] for axis, where in zip(job.axes, part, strict=True)]
    mesh = np.meshgrid(*along, indexing="ij", sparse=True)
    columns |= {axis.name: column for axis, column in zip(job.axes, mesh, strict=True)}
    if job.limit == "finite":
        columns = _whole(of, columns)
    columns_found = of.offer("grid", job.limit)(columns, job.theory)
    solved = np.isfinite(np.asarray(columns_found[next(iter(of.columns))], dtype=float))
    state = np.where(solved, STATES.index("converged"), STATES.index("undecided"))
    shape = np.shape(columns_found["phase"])
    # A limit that does not give a quantity leaves it open.
    result = {
        name: np.asarray(columns_found.get(name, np.full(shape, np.nan)), dtype=np.float64)
        for name in of.columns
    }
    return {
        **result,
        "phase": columns_found["phase"].astype(np.int8),
        "state": state.astype(np.int8),
    }


def _whole(of: Model, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Sizes rounded to integers, as a finite model needs them."""
    fields = fields_of(of.name)
    return {
        name: np.maximum(np.round(column), float(fields[name].minimum))
        if fields[name].whole
        else column
        for name, column in columns.items()
    }


def _single(of: Model, job: Job, part: tuple[slice, ...]) -> Found:
    shape = tuple(where.stop - where.start for where in part)
    result: Found = {name: np.full(shape, np.nan) for name in of.columns}
    result |= {name: np.zeros(shape, dtype=np.int8) for name in ("phase", "state")}
    for index in np.ndindex(shape):
        point = {
            axis.name: axis.value(where.start + i)
            for axis, where, i in zip(job.axes, part, index, strict=True)
        }
        parameters = whole_sizes(job.fixed.replace(**point))[0]
        for name, value in solved_cell(of, parameters, job.theory, job.limit, job.digits).items():
            result[name][index] = value
    return result


def solved_cell(
    of: Model, parameters: Parameters, theory: str, limit: str, digits: int
) -> dict[str, float]:
    """The model's quantities at the deepest feature minimum, ``phase`` and ``state``.

    A cell whose solution could not be decided is undecided; the sweep goes on.
    """
    quantities: dict[str, float] = {name: float("nan") for name in of.columns}
    try:
        solution = of.offer("solve", limit)(parameters, theory, digits)
    except Undecided:
        return {**quantities, "phase": -1, "state": STATES.index("undecided")}
    order = of.order.attribute
    beside = features(solution.saddles, lambda s: _middle(getattr(s, order)))
    minima = [s for s in beside if s.kind == "minimum"]
    deepest = min(
        minima, key=lambda s: (_middle(s.action), -_middle(getattr(s, order))), default=None
    )
    if solution.closure is not None:
        modes = {name: getattr(solution.closure, inner) for name, inner in of.closure}
        quantities |= {k: _middle(v) for k, v in _flat(modes).items() if k in quantities}
    curves = getattr(solution, "curves", None)
    if curves is not None:
        known = {"test_loss": curves.loss, "log_evidence": curves.log_evidence}
        quantities |= {
            name: _middle(value)
            for name, value in known.items()
            if name in of.columns and value is not None
        }
    if deepest is not None:
        places = of.places or ((of.order.name, order),)
        quantities |= {name: _middle(getattr(deepest, inner)) for name, inner in places}
        quantities["action"] = _middle(deepest.action)
    if solution.saddles:
        quantities["mass"] = float(sum(_middle(s.mass) for s in minima if s.mass is not None))
    quantities["phase"] = PHASES.index(solution.phase) if solution.phase in PHASES else -1
    quantities["state"] = STATES.index(str(solution.status))
    return quantities


def _flat(modes: Mapping[str, Any]) -> dict[str, Any]:
    """Modes that come by number under a name of their own, as t_3."""
    flat: dict[str, Any] = {}
    for name, value in modes.items():
        flat |= (
            {f"{name}_{k}": v for k, v in value.items()}
            if isinstance(value, Mapping)
            else {name: value}
        )
    return flat


def _middle(value: Any) -> float:
    return float(value.mid()) if hasattr(value, "mid") else float(Fraction(value))
