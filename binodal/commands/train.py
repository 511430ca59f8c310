"""binodal train: networks to equilibrium, resumable and reproducible."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from binodal.commands import options

_WHOLE = {
    "burn_in": ("--burn-in", 200, "Steps before the first draw."),
    "draws": ("--draws", 200, "Draws of each network."),
    "thin": ("--thin", None, "Steps between draws; default: 1 of hmc, 5 of the others."),
    "seed": ("--seed", 0, "Root of all seeds."),
    "shard": ("--shard", 0, "Networks stepped as one batch; 0 chooses 1 to 16 by their size."),
    "block": ("--block", 0, "Draws averaged into one histogram; 0 makes ten blocks."),
    "companions": (
        "--companions",
        16,
        "Networks that measure the bias of an uncorrected sampler's step; 0: none can judge.",
    ),
}
_OPTIMIZERS = ("sgd", "adam", "adamw", "rfm")
_LOSSES = ("mse", "cross-entropy")
_SAMPLERS = ("hmc", "collapsed-hmc", "mala", "baoab", "euler", "preconditioned-euler")


def _whole_options(command: Any) -> Any:
    for name, (flag, default, text) in reversed(_WHOLE.items()):
        command = options.once(flag, name, type=int, default=default, help=text)(command)
    return command


@click.command(short_help="Train networks to equilibrium; resumable bit for bit.")
@options.model_argument
@options.parameters
@options.once("-o", "--output", required=True, type=options.Place(), help="Folder of the run.")
@options.once("--members", type=int, help="Networks in all; 8 if not given, 1 of rfm.")
@click.option("--resume", is_flag=True, help="Go on with an unfinished run of the same request.")
@options.once(
    "--sampler",
    type=click.Choice(_SAMPLERS),
    help="Which dynamics; hmc if not given, mala of activations that jump.",
)
@options.once(
    "--step-factor", type=float, default=1.0, help="Times the step that is found, at most 1."
)
@options.once(
    "--starts",
    type=click.Choice(("prior", "feature", "both", "alternate")),
    help="Where networks start; both: half each, in pairs of one data set (default); alternate: "
    "half each, a data set for every network (default of an odd number).",
)
@options.once("--data-sets", type=int, help="Share so many data sets; default: a fresh one each.")
@options.once("--data", type=options.Place(), help="Your data set: x, y in .npz or .safetensors.")
@_whole_options
@options.once("--dtype", type=click.Choice(("float32", "float64")), default="float32", help="Type.")
@options.once("--device", default="cpu", help="Device of torch.")
@options.once("--optimizer", type=click.Choice(_OPTIMIZERS), help="Descend, in place of sampling.")
@options.once("--steps", type=int, help="Of the optimizer: how many; 1000 if not given.")
@options.once("--learning-rate", type=float, help="Of the optimizer; 0.01 if not given.")
@options.once("--weight-decay", type=float, help="Of the optimizer; none if not given.")
@options.once("--momentum", type=float, help="Of sgd; none if not given.")
@options.once("--batch-size", type=int, help="Of the optimizer: inputs a step; all if not given.")
@options.once("--initial-scale", type=float, help="Of the start, times the prior's widths.")
@options.once("--loss", type=click.Choice(_LOSSES), help="Of the optimizer; mse if not given.")
@options.once("--data-fraction", metavar="F", help="Train on this share of the data, as 1/2.")
@options.once("--workers", type=int, help="Processes; default: the cores. Changes no number.")
@options.once("--scheduler", metavar="ADDRESS", help="A dask scheduler in place of processes.")
def command(
    model: str,
    given: dict[str, Any],
    output: Path,
    members: int | None,
    resume: bool,
    data: Path | None,
    workers: int | None,
    scheduler: str | None,
    **fields: Any,
) -> int:
    """Train networks of MODEL by Langevin dynamics and keep their draws in RUN.

    With --optimizer they are trained by gradient descent, on a share of the data and without a
    temperature, and kept at steps even in the logarithm: `binodal measure RUN` shows them in time.
    With --optimizer rfm a recursive feature machine is: kernel regression whose metric becomes the
    root of its average gradient outer product, --steps times; --weight-decay is its ridge.

    Ctrl-C and kills are safe: the same command with --resume goes on bit for bit.
    """
    from binodal.training.train import train

    if fields["optimizer"] is not None:  # what samplers have by default is not asked for
        context = click.get_current_context()
        default = click.core.ParameterSource.DEFAULT
        fields = {k: v for k, v in fields.items() if context.get_parameter_source(k) != default}
    fields = {k: v for k, v in fields.items() if (k, v) != ("data_fraction", None)}
    for name in given.keys() & fields.keys():  # a parameter of some models is a setting as well
        if fields.pop(name) is not None:
            raise click.UsageError(f"{name} is given twice")
    trained = train(
        model,
        output,
        members=members,
        resume=resume,
        workers=workers,
        scheduler=scheduler,
        data=data,
        say=click.echo,
        **fields,
        **given,
    )
    click.echo(str(trained))
    return 0
