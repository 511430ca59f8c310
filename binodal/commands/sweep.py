"""binodal sweep: solve on a grid of parameters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from binodal.commands import options


@click.command(short_help="Solve on a grid of any number of parameters.")
@options.model_argument
@options.parameters
@click.option(
    "--grid",
    "grids",
    multiple=True,
    required=True,
    metavar="NAME=START:STOP:COUNT",
    help="An axis; twice for two, and so on.",
)
@options.theory
@options.limit
@options.digits
@options.once(
    "--workers",
    type=int,
    default=1,
    metavar="N",
    help="Processes on this machine; 0 for one a core.",
)
@options.once("--scheduler", metavar="ADDRESS", help="Compute on a dask.distributed cluster.")
@options.output_file
def command(
    model: str,
    given: dict[str, Any],
    grids: tuple[str, ...],
    output: Path | None,
    **asked: Any,
) -> int:
    """Solve MODEL on a grid; -o NAME.zarr keeps the result, without it the table is printed.

    Any other name is written as netCDF-3. However many processes compute, the result is the same
    to the last bit. Ctrl-C keeps what is done; the same command again goes on from there.
    """
    from binodal.page.tables import dropped_text, warnings
    from binodal.sweeps.sweep import sweep
    from binodal.sweeps.table import as_text, summary

    table = sweep(model, grids, output=output, **asked, **given)
    for note in table.notes:
        click.echo(f"binodal: {note}", err=True)
    click.echo(as_text(table) if output is None else f"{output}: {summary(table)}")
    head = "binodal: " if output is None else ""
    told = [f"dropped: {dropped_text(term)}" for term in table.dropped]
    for line in (*told, *(f"warning: {warning}" for warning in warnings(table.dropped))):
        click.echo(f"{head}{line}", err=output is None)
    return 0 if table.decided() else 1
