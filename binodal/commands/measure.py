"""binodal measure: progress measures of trained networks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from binodal.commands import options
from binodal.errors import RequestError


def _roles(texts: tuple[str, ...]) -> dict[str, str]:
    """ROLE=NAME texts by role. Raises RequestError for what is none, or comes twice."""
    roles: dict[str, str] = {}
    for text in texts:
        role, equals, name = text.partition("=")
        if not equals or not name:
            raise RequestError(f"{text!r}: write ROLE=NAME, as in first=fc1.weight")
        if role in roles:
            raise RequestError(f"{role} is given twice")
        roles[role] = name
    return roles


@click.command(short_help="Progress measures of trained networks, beside the theory.")
@click.argument("source", type=options.Place(), metavar="FILE|RUN|FOLDER")
@click.argument("more", nargs=-1, metavar="[ROLE=NAME]...")
@options.model_option
@options.preset
@options.sets
@click.option("--measure", "measures", multiple=True, metavar="NAME", help="Only this one.")
@click.option(
    "--map",
    "roles",
    multiple=True,
    metavar="ROLE=NAME",
    help="Which array is the first layer, which the readout: first=NAME readout=NAME.",
)
@click.option(
    "--frequency",
    "frequencies",
    multiple=True,
    type=int,
    metavar="K",
    help="A key frequency of restricted and excluded loss; all without.",
)
@options.once("--data", type=options.Place(), help="The training data, x and y, of vectors.")
@options.once(
    "--trained",
    metavar="all|NAME",
    help="Which inputs were trained on: all, or an array of the file that says so.",
)
@options.once("--seed", type=click.IntRange(0, 2**32 - 1), default=0, help="Root of all draws.")
@options.once("-o", "--output", type=options.Place(readable=False), help="Draw curves in time.")
@options.as_json
def command(
    source: Path,
    more: tuple[str, ...],
    model: str | None,
    sets: tuple[str, ...],
    roles: tuple[str, ...],
    as_json: bool,
    output: Path | None,
    **asked: Any,
) -> int:
    """Measure the networks of FILE, of a RUN of train, or of checkpoints in a FOLDER.

    Weights are read from .safetensors, .npz or a state dict saved by torch (.pt), as numbers only.
    Each measure stands beside its prediction where the theory of MODEL gives one, and the neurons
    are counted by phase.
    """
    from binodal.measuring.measure import measure

    if sets and model is None:
        raise RequestError("-s is given without --model")
    values: dict[str, Any] = {} if model is None else {**options.values(model, sets)}
    named = {**asked, **values}
    measured = measure(source, model=model, roles=_roles((*roles, *more)), output=output, **named)
    click.echo(measured.to_json() if as_json else measured)
    return measured.exit_status
