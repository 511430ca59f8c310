"""binodal figure: draw one figure of the report."""

from __future__ import annotations

from pathlib import Path

import click

from binodal.commands import options


@click.command(short_help="Draw one figure of the report.")
@click.argument("name", required=False, metavar="[NAME]")
@click.option("--list", "listed", is_flag=True, help="List the figures, as without NAME.")
@click.option("--quick", is_flag=True, help="Coarser curves.")
@options.once(
    "--report",
    type=options.Place(),
    metavar="DIR",
    help="Show the networks of the report in this folder, if there is one. [default: report]",
)
@options.output_file
def command(
    name: str | None, listed: bool, quick: bool, report: Path | None, output: Path | None
) -> int:
    """Draw the figure NAME, computing what it shows and nothing else.

    -o FILE writes SVG, PNG or PDF by its suffix. [default: NAME.svg]
    """
    from binodal.errors import RequestError
    from binodal.page.tables import columns
    from binodal.reports.figure import REPORT, figure, figures

    if name is None or listed:
        if name or output or quick:
            raise RequestError("the list of figures takes no NAME, no --quick and no -o")
        rows = [list(item) for item in figures(report or REPORT).items()]
        click.echo("\n".join(columns(rows)))
        return 0
    click.echo(f"wrote {figure(name, output, quick=quick, report=report or REPORT)}")
    return 0
