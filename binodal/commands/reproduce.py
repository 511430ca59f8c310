"""binodal reproduce: derive, compute, train, and write the report."""

from __future__ import annotations

from pathlib import Path

import click

from binodal.commands import options
from binodal.errors import DECIDED, UNDECIDED


@click.command(short_help="Derive, compute and write the report.")
@options.once(
    "-o",
    "--output",
    type=options.Place(readable=False),
    metavar="DIR",
    help="Folder of the report. [default: report]",
)
@click.option("--quick", is_flag=True, help="Fewer digits, coarser curves, fewer networks.")
def command(output: Path | None, quick: bool) -> int:
    """Verify all derivations, judge the paper, certify the critical points, redo the figures.

    Writes report.html, one page that needs no network, report.md with the figures beside it, and
    results.json to DIR. Ctrl-C keeps what is finished; the same command goes on from there.
    """
    from binodal.reports.run import reproduce

    decided = reproduce(output or Path("report"), quick=quick, say=click.echo)
    return DECIDED if decided else UNDECIDED
