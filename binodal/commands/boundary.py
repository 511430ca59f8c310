"""binodal boundary: events as curves in two parameters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from binodal.boundaries.request import parse_names, parse_ranges
from binodal.commands import options
from binodal.result import Result


@click.command(short_help="Events as certified curves in two parameters.")
@options.model_argument
@options.parameters
@options.once(
    "--event",
    required=True,
    metavar="E[,E...]",
    help="birth, coexistence, instability, mass, or another event of the model.",
)
@options.once("--in", "plane", required=True, metavar="NAME,NAME", help="The two parameters.")
@click.option(
    "--range", "ranges", multiple=True, metavar="NAME=A:B", help="Range of one of the two."
)
@click.option("--theory", "theories", multiple=True, metavar="T", help="Theory; both if not given.")
@options.limit
@options.once("--points", type=int, default=200, help="Points a curve.")
@options.once("--fraction", metavar="F", help="Share of the probability for the event mass.")
@options.digits
@options.output_file
@options.as_json
def command(
    model: str,
    given: dict[str, Any],
    event: str,
    plane: str,
    ranges: tuple[str, ...],
    theories: tuple[str, ...],
    fraction: str | None,
    output: Path | None,
    as_json: bool,
    **asked: Any,
) -> int:
    """Where events of MODEL happen in the plane of two parameters, and where the curves end.

    Points are certified; neighbours are proved to lie on one branch or said to be undecided. -o
    FILE writes a picture (.svg, .png), the document (.json) or the points (.csv).
    """
    from binodal.boundaries.boundary import boundary

    result = boundary(
        model,
        parse_names(event),
        names=parse_names(plane),
        ranges=parse_ranges(ranges),
        theories=theories or ("both",),
        fraction=fraction or "1/2",
        output=output,
        **asked,
        **given,
    )
    return options.show(result, as_json, output, summary(result))


def summary(result: Result) -> str:
    """Curves, points and undecided links in one line."""
    curves = [c for b in result.document["boundaries"] for c in b["curves"]]
    points, open_links = sum(len(c["points"]) for c in curves), sum(c["undecided"] for c in curves)
    return (
        f"{len(curves)} curves of {points} points, {open_links} links undecided  [{result.status}]"
    )
