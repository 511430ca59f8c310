"""binodal codegen: a derived expression as source code."""

from __future__ import annotations

from pathlib import Path

import click

from binodal.commands import options


@click.command(short_help="Write a derived expression as code.")
@options.model_argument
@click.argument("quantity")
@options.once(
    "--target",
    required=True,
    metavar="TARGET",
    help="numpy, torch, mpmath, arb, c or javascript.",
)
@options.theory
@options.output_file
def command(model: str, quantity: str, target: str, theory: str, output: Path | None) -> int:
    """Write QUANTITY of MODEL as a file in the language of a target; it needs no binodal."""
    from binodal.formulas import codegen
    from binodal.page.output import require_writable, write_text

    path = require_writable(output) if output else None
    text = codegen(model, quantity, target=target, theory=theory)
    if path:
        write_text(path, text)
    else:
        click.echo(text, nl=False)
    return 0
