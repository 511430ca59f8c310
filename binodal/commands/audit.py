"""binodal audit: every printed equation judged by the derivations."""

from __future__ import annotations

from pathlib import Path

import click

from binodal.commands import options


@click.command(short_help="Judge every printed equation by the derivations.")
@click.argument("labels", nargs=-1, metavar="[LABEL]...")
@options.as_json
@options.once(
    "--page",
    type=options.Place(readable=False),
    help="Write the whole audit as a Markdown page to this file.",
)
def command(labels: tuple[str, ...], as_json: bool, page: Path | None) -> int:
    """Compare the equations LABEL (all if none is given) with what follows from the definitions.

    The first run takes a minute; results are kept in the user's cache until a source changes.
    """
    from binodal.audit import judged
    from binodal.errors import RequestError

    if page is not None:
        if labels or as_json:
            raise RequestError("--page writes the whole audit: give no label and no --json")
        judged.write_page(page)
        click.echo(f"wrote {page}")
        return 0
    entries = judged.audit(*labels)
    if as_json:
        click.echo(judged.as_json(entries))
    else:
        click.echo(judged.as_text(entries, None if labels else judged.tables()))
    return 0
