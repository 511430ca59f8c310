"""binodal ladder: how an event approaches its thermodynamic limit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from binodal.commands import options


@click.command(short_help="How an event approaches its thermodynamic limit.")
@options.model_argument
@options.once("--preset", metavar="NAME", help="Parameters of a published setting.")
@click.option("-s", "--set", "sets", multiple=True, metavar="NAME=VALUE", help="One parameter.")
@options.once(
    "--event",
    metavar="E",
    default="birth",
    help="birth (its correction is derived), coexistence or mass.",
)
@options.once(
    "--betas", metavar="B,B,...", help="Factors of the scaling; 1/8, 1/4, ... 1024 if not given."
)
@options.once("--fraction", metavar="F", help="Share of the probability for the event mass.")
@options.theory
@options.as_json
@options.output_file
def command(
    model: str,
    sets: tuple[str, ...],
    event: str,
    betas: str | None,
    fraction: str | None,
    as_json: bool,
    output: Path | None,
    **asked: Any,
) -> int:
    """Compare sigma^2 of an event of MODEL at finite sizes with its limit.

    -o FILE writes a picture (.svg, .png) or all rungs (.json).
    """
    from binodal.maps.ladder import BETAS, ladder

    result = ladder(
        model,
        event,
        betas=BETAS if betas is None else betas.split(","),
        fraction=fraction or "1/2",
        output=output,
        **{**asked, **options.values(model, sets)},
    )
    rungs = len(result.document["rungs"])
    return options.show(result, as_json, output, f"{rungs} sizes, {result.status}")
