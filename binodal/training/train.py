"""``train`` as a function: a model's parameters and the fields of a run, all by keyword."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

from binodal.config import Exact
from binodal.training.api import Trained
from binodal.training.api import train as trained


def train(
    model_name: str,
    output: Path | str,
    *,
    members: int = 8,
    resume: bool = False,
    preset: str | None = None,
    beta: Exact | None = None,
    alpha: Exact | None = None,
    data: Path | str | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    say: Callable[[str], None] = lambda line: None,
    **settings: Any,
) -> Trained:
    """Train networks by Langevin dynamics to equilibrium, into the folder ``output``.

    ``settings`` are the model's parameters and the fields of
    :class:`binodal.validate.run.spec.RunSpec`: sampler, starts, burn_in, draws, thin, seed,
    data_sets, shard, block, step_factor, companions, dtype, device. ``data`` is a file with your
    own x and y. The same call with ``resume`` goes on bit for bit. Raises
    :class:`binodal.errors.RequestError` for what makes no sense and
    :class:`binodal.errors.Stopped` with what is safe when the run does not end.
    """
    from binodal.validate.run.spec import RunSpec

    of_run = {field.name for field in fields(RunSpec)} - {"parameters", "members", "data"}
    return trained(
        model_name,
        output,
        members=members,
        resume=resume,
        preset=preset,
        beta=beta,
        alpha=alpha,
        data=data,
        workers=workers,
        scheduler=scheduler,
        say=say,
        options={name: value for name, value in settings.items() if name in of_run},
        **{name: value for name, value in settings.items() if name not in of_run},
    )
