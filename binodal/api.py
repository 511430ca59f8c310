"""The commands as Python functions of the same names; each result prints as its table.

>>> from binodal.api import critical
>>> found = critical("teacher-student", "coexistence", preset="fig2", theory="published", digits=12)
>>> found.document["value"]["mid"][:14], found.status
('0.178719454735', 'certified')
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from binodal.boundaries.api import boundary as boundary
from binodal.config import Exact, exact_of, require_digits, require_parameter
from binodal.document import critical_document, solve_document
from binodal.errors import RequestError
from binodal.models.model import LIMITS, THEORIES, model
from binodal.request import prepared, require
from binodal.result import Result
from binodal.tables import critical_text, solve_text
from binodal.version import VERSION
from numerics.parameters import fields_of

if TYPE_CHECKING:
    from binodal.sweeps.table import Table
    from derive.derivation import Derivation

DIGITS = 15


def solve(
    model_name: str,
    *,
    preset: str | None = None,
    theory: str = "derived",
    limit: str = "thermodynamic",
    digits: int = DIGITS,
    beta: Exact | None = None,
    alpha: Exact | None = None,
    **values: Exact,
) -> Result:
    """The self-consistent residual, all saddles of the action and the phase.

    Parameters are given by ``preset`` and by name (``sigma2="0.15"``). Raises
    :class:`binodal.errors.RequestError` or numerics' ParameterError for what makes no sense.
    """
    of = model(model_name)
    require(theory, THEORIES, "theory")
    require(limit, LIMITS, "limit")
    parameters, notes = prepared(of, preset, beta, alpha, limit, values)
    solution = of.offer("solve")(parameters, theory, limit, require_digits(digits))
    document = solve_document(of, parameters, solution, notes, digits)
    return Result(solution, document, solve_text(document, digits))


def critical(
    model_name: str,
    event: str,
    *,
    along: str = "sigma2",
    preset: str | None = None,
    theory: str = "derived",
    limit: str = "thermodynamic",
    digits: int = DIGITS,
    fraction: Exact = Fraction(1, 2),
    beta: Exact | None = None,
    alpha: Exact | None = None,
    **values: Exact,
) -> Result:
    """Where an event happens along a parameter, the nearest point first.

    ``fraction`` is the share of the probability that defines the event "mass" at finite size.
    """
    of = model(model_name)
    require(theory, THEORIES, "theory")
    require(limit, LIMITS, "limit")
    require(event, of.events or (event,), "event")
    require_parameter(model_name, along)
    share = exact_of(fraction, "fraction")
    if not 0 < share < 1:
        raise RequestError(f"fraction={share}: must be between 0 and 1")
    if event == "mass" and limit != "finite":
        raise RequestError("event mass exists at finite size only: add --limit finite")
    parameters, notes = prepared(of, preset, beta, alpha, limit, values)
    options = {"fraction": share} if limit == "finite" else {}
    found = of.offer("critical")(
        parameters, event, along, theory, limit, require_digits(digits), **options
    )
    document = critical_document(of, parameters, found, notes, digits)
    return Result(found, document, critical_text(document, digits))


def sweep(
    model_name: str,
    grids: Sequence[str],
    *,
    output: Path | None = None,
    preset: str | None = None,
    theory: str = "derived",
    limit: str = "thermodynamic",
    digits: int = DIGITS,
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
    from binodal.sweeps.axis import parse_axes

    of = model(model_name)
    require(theory, THEORIES, "theory")
    require(limit, LIMITS, "limit")
    axes = parse_axes(grids, model_name, tuple(values))
    starts = {axis.name: axis.start for axis in axes}
    parameters, notes = prepared(of, preset, beta, alpha, limit, {**starts, **values})
    # The rescaling moves the preset, not the grid: coordinates are what the user wrote.
    parameters = parameters.replace(**starts)
    if limit == "finite" and any(fields_of(model_name)[axis.name].whole for axis in axes):
        notes.append("sizes rounded to integers in each cell")
    require_digits(digits)
    of.offer("grid" if limit == "thermodynamic" else "solve")
    from binodal.sweeps.job import Job
    from binodal.sweeps.record import attributes
    from binodal.sweeps.run import fill, means
    from binodal.sweeps.store import require_place
    from binodal.sweeps.table import Table

    by = means(workers, scheduler)
    path = None if output is None else require_place(output)
    written, grid = parameters.as_strings(), [str(axis) for axis in axes]
    request = {
        "model": model_name, "theory": theory, "limit": limit, "digits": digits, "version": VERSION,
        "grid": grid, "assumptions": [*of.assumptions(theory), *notes],
        "params": {k: v for k, v in written.items() if k not in starts},
    }  # fmt: skip
    table = Table(axes, of.phases, of.columns, attributes(request))
    job = Job(model_name, theory, limit, digits, tuple(written.items()), tuple(grid))
    fill(job, table, path, by)
    return table


def derive(model_name: str, quantity: str | None = None, *, theory: str = "derived") -> Derivation:
    """A quantity's derivation, or the model's whole chain.

    Its checks run when it is rendered (``derive.render.render``) or by ``verify()``.
    """
    of = model(model_name)
    require(theory, THEORIES, "theory")
    if quantity is None:
        return of.complete(theory)
    available = of.quantities()
    require(quantity, tuple(available), "quantity")
    return available[quantity](theory)


def codegen(model_name: str, quantity: str, *, target: str, theory: str = "derived") -> str:
    """A file of source code that computes a derived expression and stands alone.

    Targets: numpy, torch, mpmath, arb (Python), c (C99) and javascript (an ES module).
    """
    of = model(model_name)
    require(theory, THEORIES, "theory")
    available = of.offer("expressions")()
    require(quantity, tuple(available), "quantity")
    from numerics.codegen.module import source
    from numerics.codegen.targets import TARGETS

    require(target, tuple(TARGETS), "target")
    chosen = available[quantity](theory)
    origin = f"binodal {VERSION}: {model_name} {quantity}, {theory} theory."
    name = quantity.replace("-", "_")
    notes = (origin, *chosen.notes)
    return source(name, chosen.values, tuple(chosen.arguments), TARGETS[target], notes)
