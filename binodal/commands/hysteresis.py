"""binodal hysteresis: a parameter swept both ways, with barriers and escape times."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from binodal.commands import options


@click.command(short_help="Both branches of a sweep, with barriers and escape times.")
@options.model_argument
@options.parameters
@options.once(
    "--along", required=True, metavar="NAME=START:STOP:COUNT", help="The parameter that is swept."
)
@options.theory
@options.digits
@options.as_json
@options.output_file
def command(
    model: str,
    given: dict[str, Any],
    along: str,
    as_json: bool,
    output: Path | None,
    **asked: Any,
) -> int:
    """Keep MODEL's zero state past coexistence and its feature back to birth.

    -o FILE writes a picture (.svg, .png) or all points (.json).
    """
    from binodal.maps.hysteresis import hysteresis

    result = hysteresis(model, along, output=output, **asked, **given)
    points = len(result.document["points"])
    return options.show(result, as_json, output, f"{points} points, {result.status}")
