"""binodal delay: escape over a barrier, or decay of the norm?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from binodal.commands import options


@click.command(short_help="Did networks escape, or did their norm decay?")
@click.argument(
    "sources", nargs=-1, required=True, type=options.Place(), metavar="TABLE.csv|RUN..."
)
@options.once(
    "--unit",
    metavar="flow|any",
    help="Whether times and decays are those of gradient flow; of runs they are.",
)
@options.once("--rate", type=float, default=0.01, help="Chance of a false alarm.")
@options.once("--seed", type=click.IntRange(0, 2**32 - 1), default=0, help="Of the draws.")
@options.as_json
@options.output_file
def command(sources: tuple[Path, ...], as_json: bool, **asked: Any) -> int:
    """Tell which law the delays of networks obey: escape over a barrier, or decay of the norm.

    A table has the columns temperature, decay, scale, time and error, a row a network or a mean;
    RUNs are trainings by an optimiser. -o FILE draws both laws (.svg, .png).
    """
    from binodal.delays.delay import delay

    mechanism = delay(sources, **asked)
    click.echo(mechanism.to_json() if as_json else mechanism)
    return mechanism.exit_status
