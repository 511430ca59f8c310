"""binodal critical: where an event happens along a parameter."""

from __future__ import annotations

from typing import Any

import click

from binodal.commands import options


@click.command(short_help="Where an event happens along a parameter, as a certified ball.")
@options.model_argument
@options.parameters
@options.once(
    "--event",
    required=True,
    metavar="E",
    help="birth, coexistence, instability, mass, or another event of the model.",
)
@options.once("--along", metavar="NAME", help="What varies; sigma2, or the model's own, as time.")
@options.once(
    "--fraction", metavar="F", help="Share of the probability for the event mass; 1/2 if not given."
)
@options.theory
@options.limit
@options.digits
@options.as_json
def command(
    model: str,
    given: dict[str, Any],
    event: str,
    along: str | None,
    fraction: str | None,
    as_json: bool,
    **chosen: Any,
) -> int:
    """Where an event of MODEL happens along a parameter, and the state there."""
    from binodal.critical import critical
    from binodal.progress import Waiting

    with Waiting("searching for the event"):
        chosen |= {"along": along and along.replace("-", "_"), "fraction": fraction or "1/2"}
        result = critical(model, event, **chosen, **given)
    return options.show(result, as_json)
