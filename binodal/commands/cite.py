"""binodal cite: BibTeX entries."""

from __future__ import annotations

import click


@click.command(short_help="BibTeX of the program and of the paper.")
def command() -> int:
    """BibTeX entries of this program and of the paper that it studies."""
    from binodal.cite import cite

    click.echo(cite())
    return 0
