"""binodal selftest: repeat all checks on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import perf_counter

import click

from binodal.commands import options

_NOT_OFFERED = "-     "


@click.command(short_help="Repeat all checks on this machine.")
@options.once(
    "--order",
    type=int,
    metavar="P",
    help="Only the exact checks of modular addition, at this P (2 to 13).",
)
def command(order: int | None) -> int:
    """Verify every derivation and some known answers; a line each. Exit status 1 if one fails.

    A line with "-" is a statement that the chosen P is not admissible for, and says why.
    """
    if order is not None:
        from binodal.models.modular.exact_checks import exact_checks

        return _run(exact_checks(order))
    from binodal.selftest import checks

    return _run(checks())


def _run(checks: Iterable[tuple[str, Callable[[], str | None]]]) -> int:
    from binodal.models.modular.exact_checks import NotOffered

    failed = 0
    for name, check in checks:
        start, word = perf_counter(), "ok    "
        try:
            wrong = check()
        except NotOffered as needs:
            wrong, word, name = None, _NOT_OFFERED, f"{name}: {needs}"
        failed += wrong is not None
        word = word if wrong is None else "FAILED"
        click.echo(f"{word}  {perf_counter() - start:6.2f} s  {name}")
        if wrong is not None:
            click.echo(f"        {wrong}")
    click.echo("all checks passed" if not failed else f"{failed} checks failed")
    return 1 if failed else 0
