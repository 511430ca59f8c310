"""binodal solve: the closure and all saddles at given parameters."""

from __future__ import annotations

import click

from binodal.commands import options
from binodal.config import exact, settings


@click.command(short_help="Solve the closure; find all saddles and the phase.")
@options.model_argument
@options.parameters
@options.theory
@options.limit
@options.digits
@options.as_json
def command(
    model: str,
    preset: str | None,
    sets: tuple[str, ...],
    beta: str | None,
    alpha: str | None,
    theory: str,
    limit: str,
    digits: int,
    as_json: bool,
) -> int:
    """The self-consistent mean residual of MODEL, every saddle of its action, and its phase."""
    from binodal.api import solve

    found = solve(
        model,
        preset=preset,
        theory=theory,
        limit=limit,
        digits=digits,
        beta=None if beta is None else exact(beta, "beta"),
        alpha=None if alpha is None else exact(alpha, "alpha"),
        **settings(sets),
    )
    click.echo(found.to_json() if as_json else found)
    return found.exit_status
