"""binodal selftest: repeat all checks on this machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from time import perf_counter

import click

from binodal.commands import options
from binodal.models.protocol import Check

_NOT_OFFERED = "-     "


@click.command(short_help="Repeat all checks on this machine.")
@options.once(
    "--order",
    type=int,
    metavar="P",
    help="Only the exact checks of modular addition at this P (2 to 13), and of all groups of P "
    "elements.",
)
def command(order: int | None) -> int:
    """Verify every derivation and some known answers; a line each. Exit status 1 if one fails.

    A line with "-" is a statement that the chosen P is not admissible for, and says why.
    """
    if order is not None:
        return _run(_at_order(order))
    from binodal.selftest import checks

    return _run(checks())


def _at_order(order: int) -> Iterator[Check]:
    """The exact checks of every model that has some at an order that the user names."""
    from binodal.models.registry import model, names

    for of in map(model, names()):
        if of.at_order is not None:
            yield from of.at_order()(order)


def _run(checks: Iterable[Check]) -> int:
    from binodal.models.protocol import NotOffered

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
