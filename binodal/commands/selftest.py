"""binodal selftest: repeat all checks on this machine."""

from __future__ import annotations

from time import perf_counter

import click


@click.command(short_help="Repeat all checks on this machine.")
def command() -> int:
    """Verify every derivation and some known answers; a line each. Exit status 1 if one fails."""
    from binodal.selftest import checks

    failed = 0
    for name, check in checks():
        start = perf_counter()
        wrong = check()
        failed += wrong is not None
        click.echo(
            f"{'ok    ' if wrong is None else 'FAILED'}  {perf_counter() - start:6.2f} s  {name}"
        )
        if wrong is not None:
            click.echo(f"        {wrong}")
    click.echo("all checks passed" if not failed else f"{failed} checks failed")
    return 1 if failed else 0
