"""binodal compare: a run's networks against theories."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from binodal.commands import options
from binodal.derive.theories import THEORIES


@click.command(short_help="Judge theories by the networks of a run.")
@click.argument("run", type=options.Place(), metavar="RUN")
@click.option(
    "--theory",
    "theories",
    multiple=True,
    type=click.Choice(THEORIES),
    help="Which theories; all if none is given.",
)
@options.once("--rate", default="1/100", help="False alarms over all rows.")
@options.once("--within", default="1/20", help="AGREE excludes relative errors above this.")
@click.option("--sources", is_flag=True, help="How much of a gap each approximation explains.")
@options.as_json
def command(run: Path, as_json: bool, **asked: Any) -> int:
    """Compare the networks of RUN (a folder of binodal train) with theories.

    Theories that are wrong on purpose are compared as well and must come out DISAGREE. A theory
    AGREEs only where one that is wrong by --within would have been rejected. The exit status is 1
    if a theory DISAGREEs or none AGREEs.
    """
    from binodal.comparison.compare import compare

    compared = compare(run, **asked)
    click.echo(compared.to_json() if as_json else compared)
    return compared.exit_status
