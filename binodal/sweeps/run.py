"""Filling a sweep's table block by block, with checkpoints, so that an interrupt loses little."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np

from binodal.errors import Stopped
from binodal.models.model import Model
from binodal.progress import Progress
from binodal.rescale import whole_sizes
from binodal.sweeps.store import read_into, write
from binodal.sweeps.table import STATES, Table
from numerics.parameters import Parameters, fields_of

CHECKPOINT_SECONDS = 3.0
_BLOCK_CELLS = 50_000
_FINITE_BLOCK_CELLS = 500
_WRITE_SHARE = 10.0
"""Writing takes at most one part in so many of the time, however large the file."""

Block = tuple[Any, dict[str, Any], int]
"""Where, what was found, and how many rows it completes."""


def fill(
    of: Model, table: Table, parameters: Parameters, request: Mapping[str, Any], path: Path | None
) -> None:
    """Compute all pending cells. Raises :class:`Stopped` on Ctrl-C, after saving what is done."""
    if path is not None and path.exists():
        read_into(path, table, request)
    start, total = table.rows_done(), table.axes[0].count
    if path is not None and start < total:
        write(path, table, request)
    saver = _Saver(path, table, request)
    blocks = (
        _in_rows(of, table, parameters, request)
        if request["limit"] == "thermodynamic" or of.finite_grid
        else _in_cells(of, table, parameters, request)
    )
    try:
        with Progress("sweep", total) as progress:
            progress.advance(start)
            for where, found, rows in blocks:
                table.put(where, found)
                progress.advance(rows)
                saver.perhaps()
    except (KeyboardInterrupt, MemoryError) as reason:
        saver.now()
        raise Stopped(_how_to_go_on(table, path, type(reason).__name__)) from None
    if start < total:
        saver.now()


class _Saver:
    """Writes the table when the last time is long enough ago."""

    def __init__(self, path: Path | None, table: Table, request: Mapping[str, Any]) -> None:
        self._path, self._table, self._request = path, table, request
        self._last, self._cost = monotonic(), 0.0

    def perhaps(self) -> None:
        if monotonic() - self._last > max(CHECKPOINT_SECONDS, _WRITE_SHARE * self._cost):
            self.now()

    def now(self) -> None:
        start = monotonic()
        if self._path is not None:
            write(self._path, self._table, self._request)
        self._last = monotonic()
        self._cost = self._last - start


def _how_to_go_on(table: Table, path: Path | None, reason: str) -> str:
    word = "interrupted" if reason == "KeyboardInterrupt" else "out of memory"
    if path is None:
        return f"{word}: nothing was saved; give -o FILE to keep what is done"
    done = int((table.state != 0).sum())
    share = f"{done} of {table.state.size} cells are in {path}"
    return f"{word}: {share}; run the same command again to go on"


def _in_rows(
    of: Model, table: Table, parameters: Parameters, request: Mapping[str, Any]
) -> Iterator[Block]:
    """Blocks of whole rows through the model's vectorised function, in double precision."""
    finite = request["limit"] == "finite"
    solve: Callable[..., Mapping[str, Any]] = of.offer("finite_grid" if finite else "grid")
    coordinates = [np.array([float(value) for value in axis.values()]) for axis in table.axes]
    per_row = int(np.prod(table.state.shape[1:], dtype=int))
    rows = max(1, (_FINITE_BLOCK_CELLS if finite else _BLOCK_CELLS) // per_row)
    first = table.rows_done()
    for start in range(first, len(coordinates[0]), rows):
        part = slice(start, start + rows)
        columns = {name: np.float64(value) for name, value in parameters.items()}
        mesh = np.meshgrid(coordinates[0][part], *coordinates[1:], indexing="ij", sparse=True)
        columns |= {axis.name: column for axis, column in zip(table.axes, mesh, strict=True)}
        found = dict(solve(_whole(of, columns) if finite else columns, request["theory"]))
        yield part, _with_state(found, of.closure[0][0]), len(coordinates[0][part])


def _whole(of: Model, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Sizes rounded to integers, as a finite model needs them."""
    fields = fields_of(of.name)
    return {
        name: np.maximum(np.round(column), float(fields[name].minimum))
        if fields[name].whole
        else column
        for name, column in columns.items()
    }


def _with_state(found: dict[str, Any], solved: str) -> dict[str, Any]:
    """``solved`` is a quantity that every solved cell has."""
    undecided = ~np.isfinite(np.asarray(found[solved], dtype=float))
    state = np.where(undecided, STATES.index("undecided"), STATES.index("converged"))
    return {**found, "state": state.astype(np.int8)}


def _in_cells(
    of: Model, table: Table, parameters: Parameters, request: Mapping[str, Any]
) -> Iterator[Block]:
    """Cell by cell through the model's solver, as at finite size."""
    values = [axis.values() for axis in table.axes]
    solve = of.offer("solve")
    for index in np.ndindex(table.state.shape):
        last = index[1:] == tuple(n - 1 for n in table.state.shape[1:])
        if table.state[index] != 0:
            continue
        at = {
            axis.name: values[k][i]
            for k, (axis, i) in enumerate(zip(table.axes, index, strict=True))
        }
        yield index, _cell(of, table, parameters.replace(**at), solve, request), int(last)


def _cell(
    of: Model, table: Table, at: Parameters, solve: Any, request: Mapping[str, Any]
) -> dict[str, Any]:
    """One cell's row of the table, from a numerics ``Solution``."""
    solution = solve(whole_sizes(at)[0], request["theory"], request["limit"], request["digits"])
    order = of.order_parameter[1]
    minima = [
        s for s in solution.saddles if s.kind == "minimum" and _middle(getattr(s, order)) != 0
    ]
    deepest = min(
        minima, key=lambda s: (_middle(s.action), -_middle(getattr(s, order))), default=None
    )
    found: dict[str, Any] = {name: float("nan") for name in table.values}
    if solution.closure is not None:
        found |= {name: _middle(getattr(solution.closure, inner)) for name, inner in of.closure}
    if deepest is not None:
        found |= {
            of.order_parameter[0]: _middle(getattr(deepest, order)),
            "action": _middle(deepest.action),
        }
    if solution.saddles:
        found["mass"] = float(sum(s.mass or 0.0 for s in minima))
    found["phase"] = table.phases.index(solution.phase) if solution.phase in table.phases else -1
    found["state"] = STATES.index(str(solution.status))
    return found


def _middle(value: Any) -> float:
    return float(value.mid()) if hasattr(value, "mid") else float(Fraction(value))
