"""binodal map: certified phases over two parameters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from binodal.commands import options
from binodal.result import Result


@click.command(short_help="Certified phases over two parameters.")
@options.model_argument
@options.parameters
@click.option(
    "--grid",
    "grids",
    multiple=True,
    required=True,
    metavar="NAME=START:STOP",
    help="A parameter and its range; give two.",
)
@options.once("--depth", type=int, default=10, help="Halve undecided cells this often.")
@options.theory
@options.as_json
@options.output_file
def command(
    model: str,
    given: dict[str, Any],
    grids: tuple[str, ...],
    as_json: bool,
    output: Path | None,
    **asked: Any,
) -> int:
    """Prove the phase of MODEL in the thermodynamic limit, cell by cell, over two parameters.

    -o FILE writes a picture (.svg, .png), all cells (.json) or arrays (.npz).
    """
    from binodal.maps.phase_map import phase_map

    result = phase_map(model, grids, output=output, **asked, **given)
    return options.show(result, as_json, output, summary(result))


def summary(result: Result) -> str:
    """Cells and undecided share in one line."""
    document = result.document
    share = 100 * document["fractions"]["undecided"]
    return f"{len(document['cells'])} cells, {share:.3f} % of the area undecided"
