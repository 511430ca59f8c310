"""binodal solve: the closure and all saddles at given parameters."""

from __future__ import annotations

from typing import Any

import click

from binodal.commands import options


@click.command(short_help="Solve the closure; find all saddles and the phase.")
@options.model_argument
@options.parameters
@options.theory
@options.limit
@options.digits
@options.as_json
def command(model: str, given: dict[str, Any], as_json: bool, **asked: Any) -> int:
    """The self-consistent mean residual of MODEL, every saddle of its action, and its phase."""
    from binodal.progress import Waiting
    from binodal.solve import solve

    with Waiting("solving"):
        result = solve(model, **asked, **given)
        if as_json:
            result.to_json()  # what is computed for it alone is waited for here
    return options.show(result, as_json)
