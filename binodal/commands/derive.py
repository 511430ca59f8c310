"""binodal derive: print a derivation after running its checks."""

from __future__ import annotations

import click

from binodal.commands import options

FORMS = ("text", "latex", "markdown", "json")


@click.command(short_help="Derive a quantity; every step is checked first.")
@options.model_argument
@click.argument("quantity", required=False)
@options.theory
@click.option("--steps", is_flag=True, help="Print the steps, not only the results.")
@options.once("--format", "form", type=click.Choice(FORMS), default="text", help="How to print it.")
def command(model: str, quantity: str | None, theory: str, steps: bool, form: str) -> int:
    """Derive QUANTITY of MODEL; the checks of all steps run before anything is printed.

    Without QUANTITY the text lists all that there are with their titles and results, and every
    other format, or --steps, has everything. The LaTeX is a document that compiles.
    QUANTITY is a derivation, or a result that one of them prints, as depth of modular: then only
    the steps that lead there are shown. One that is unknown is answered with those that there are.
    """
    from binodal.formulas import derive
    from binodal.progress import Progress

    derivation = derive(model, quantity, theory=theory)
    with Progress("checking", len(derivation.steps)) as progress:
        derivation.verify(lambda step: progress.advance(what=step))
    click.echo(derivation.text(form, steps))
    return 0
