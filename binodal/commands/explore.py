"""binodal explore: write the interactive page."""

from __future__ import annotations

from pathlib import Path

import click

from binodal.commands import options

NAME = "explorer.html"


@click.command(short_help="Write an interactive page of all models.")
@options.once(
    "-o",
    "--output",
    type=options.Place(readable=False),
    default=NAME,
    help="Write to this file.",
)
def command(output: Path | str) -> int:
    """Write one HTML file that works without a network: all models, live, in any browser.

    Its JavaScript is generated from the derived expressions; its numbers are computed in double
    precision, and the page shows the commands that certify them.
    """
    from binodal.explorer.once import once
    from binodal.page.output import require_writable, write_text

    path = require_writable(Path(output))
    write_text(path, once("page", _page))
    click.echo(f"wrote {path}: open it in a browser")
    return 0


def _page() -> str:
    """The page, made anew."""
    from binodal.explorer.formulas import formulas
    from binodal.explorer.offered import pairs
    from binodal.explorer.page import made
    from binodal.progress import Progress

    with Progress("deriving the formulas", len(pairs())) as progress:
        for pair in pairs():
            formulas(*pair)
            progress.advance()
    return made()
