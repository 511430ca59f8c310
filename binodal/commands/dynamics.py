"""binodal dynamics: order parameters and errors in time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from binodal.commands import options
from binodal.models.protocol import METHODS, STARTS


@click.command(short_help="Order parameters and errors in time, until rest.")
@options.model_argument
@options.parameters
@options.once("--until", metavar="TIME", help="End there; at rest if not given.")
@options.once("--particles", type=int, metavar="M", help="Particles that follow a law.")
@options.once("--seed", type=int, metavar="S", help="Of the particles; 0 if not given.")
@options.once("--start", type=click.Choice(STARTS), default="prior", help="Prior or feature.")
@options.once("--method", type=click.Choice(METHODS), default="particles", help="Of a law.")
@options.once("--readouts", metavar="RATIO", help="Their learning rate over that of weights.")
@options.once("--networks", type=int, metavar="R", help="Train so many networks beside.")
@options.theory
@options.as_json
@options.output_file
def command(
    model: str, given: dict[str, Any], as_json: bool, output: Path | None, **asked: Any
) -> int:
    """Follow MODEL in time from its start: order parameters, errors, and where they come to rest.

    -o FILE writes a picture (.svg, .png), the document (.json) or arrays (.npz). Ctrl-C keeps the
    curves until then.
    """
    from binodal.dynamics.dynamics import Interrupted, dynamics

    try:
        result = dynamics(model, output=output, **asked, **given)
    except Interrupted as stopped:
        if output is None:
            options.show(stopped.result, as_json)
        raise
    times = len(result.document["time"])
    return options.show(result, as_json, output, f"{times} times, {result.status}; {result.reason}")
