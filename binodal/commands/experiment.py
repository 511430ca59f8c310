"""binodal experiment: run a whole experiment with networks, or show what is stored."""

from __future__ import annotations

from pathlib import Path

import click

from binodal.commands import options
from binodal.errors import RequestError
from binodal.experiments.registry import course_names, experiment_names, trial_names
from binodal.numerics.exact import exact


@click.command(short_help="Run a whole experiment with networks, or show the stored ones.")
@click.argument("name", required=False, metavar="[NAME]")
@options.once("-o", "--output", type=options.Place(), help="Folder of the runs.")
@options.once("--effort", default="1", help="Share of the networks of the stored summary.")
@options.once("--workers", type=int, help="Processes; default: the cores. Changes no number.")
@options.once("--scheduler", metavar="ADDRESS", help="A dask scheduler in place of processes.")
@options.once("--device", default="cpu", help="Device of torch.")
@click.option("--summary-only", is_flag=True, help="Train nothing: summarise what is finished.")
@options.once(
    "--page",
    type=options.Place(),
    help="Write the stored experiments as a Markdown page with figures to this folder.",
)
def command(
    name: str | None,
    output: Path | None,
    effort: str,
    workers: int | None,
    scheduler: str | None,
    device: str,
    summary_only: bool,
    page: Path | None,
) -> int:
    """Run the experiment NAME; without one, the answer says which there are.

    Its runs are kept in the output folder, and the same command again goes on where it stopped; a
    summary of what is finished is written beside them. With --page the stored summaries are shown.
    """
    from binodal.experiments import conduct

    if page is not None:
        if name is not None or output is not None:
            raise RequestError("--page shows the stored experiments: give no NAME and no -o")
        click.echo(f"wrote {conduct.write_page(page)}")
        return 0
    if name is None or output is None:
        known = ", ".join((*experiment_names(), *course_names(), *trial_names()))
        raise RequestError(f"NAME and -o are needed: choose {known}")
    conducted = conduct.experiment(
        name,
        output,
        effort=exact(effort, "effort"),
        workers=workers,
        scheduler=scheduler,
        train=not summary_only,
        device=device,
        tell=lambda line: click.echo(f"binodal: {line}", err=True),
    )
    click.echo(conducted)
    return conducted.exit_status
