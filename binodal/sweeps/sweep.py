"""``sweep``: solve on a grid of any number of parameters."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from binodal.config import Exact, require_digits
from binodal.dropped import of_settings
from binodal.errors import RequestError
from binodal.models.protocol import LIMITS
from binodal.models.registry import brought, fields_of, model
from binodal.numerics.phases.rule import PHASES
from binodal.request import of_family, prepared, require
from binodal.sweeps.axis import parse_axes
from binodal.sweeps.job import Job
from binodal.sweeps.record import attributes
from binodal.sweeps.run import fill, means
from binodal.sweeps.store import require_place
from binodal.sweeps.table import Table
from binodal.version import VERSION


@of_family
def sweep(
    model_name: str,
    grids: Sequence[str],
    *,
    output: Path | str | None = None,
    preset: str | None = None,
    theory: str = "derived",
    limit: str = "thermodynamic",
    digits: int = 15,
    beta: Exact | None = None,
    alpha: Exact | None = None,
    workers: int = 1,
    scheduler: str | None = None,
    **values: Exact,
) -> Table:
    """Solve on a grid of parameters, each axis NAME=START:STOP:COUNT.

    With ``output`` the table is kept in a zarr store (NAME.zarr) or a netCDF-3 file; one of the
    same request is completed, and one of another request is refused. ``workers`` processes of this
    machine compute (0: one a core), or the cluster of a dask ``scheduler``; the result is the same
    to the last bit. Raises :class:`binodal.errors.Stopped` on Ctrl-C and on a full disk.
    """
    of = model(model_name)
    require(theory, of.theories, "theory")
    require(limit, LIMITS, "limit")
    axes = parse_axes(grids, model_name, tuple(values))
    starts = {axis.name: axis.start for axis in axes}
    parameters, notes = prepared(of, preset, beta, alpha, limit, {**starts, **values})
    # The rescaling moves the preset, not the grid: coordinates are what the user wrote.
    parameters = parameters.replace(**starts)
    if limit == "finite" and any(fields_of(model_name)[axis.name].whole for axis in axes):
        notes.append("sizes rounded to integers in each cell")
    digits = require_digits(digits)
    if not of.columns:
        raise RequestError(f"{of.name}: sweep is not available for this model")
    of.offer("grid" if limit == "thermodynamic" else "solve", limit)
    by = means(workers, scheduler)
    path = None if output is None else require_place(Path(output))
    written, grid = parameters.described(), [str(axis) for axis in axes]
    request = {
        "model": of.family,
        "theory": theory,
        "limit": limit,
        "digits": digits,
        "version": VERSION,
        "grid": grid,
        "assumptions": [*of.limits[limit].assumptions(theory), *notes],
        "params": {k: v for k, v in written.items() if k not in starts},
    }
    table = Table(axes, PHASES, of.columns, attributes(request))
    setting = tuple(parameters.as_strings().items())
    job = Job(model_name, theory, limit, digits, setting, tuple(grid), brought(model_name))
    fill(job, table, path, by)
    sides = {axis.name: axis.values() for axis in axes}
    table.dropped = of_settings(of, parameters, theory, sides, limit)
    return table
