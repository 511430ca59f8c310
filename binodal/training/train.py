"""``train``: networks of a model to equilibrium, into a folder that is resumed bit for bit."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from binodal.config import Exact
from binodal.extras import experiment_errors
from binodal.models.registry import model
from binodal.page.tables import counted
from binodal.progress import Progress
from binodal.request import of_family, prepared
from binodal.shown import Row, Shown
from binodal.training.descend import (
    MEMBERS,
    Descended,
    descend,
    own_settings,
    require_all_data,
    require_no_optimizer,
    require_no_sampler,
)

if TYPE_CHECKING:
    from binodal.models.protocol import Model
    from binodal.numerics.parameters import Parameters
    from binodal.validate.run.given import Given
    from binodal.validate.run.spec import RunSpec

_GIVEN = {"network", "parameters", "members", "data"}
"""Fields of a run that are not settings of it by name."""


@dataclass(frozen=True, repr=False)
class Trained(Shown):
    """A finished run: its folder, what was asked, and sentences about what was changed.

    ``equilibrated`` and ``reason`` are the verdict of ``binodal.validate.diagnostics``;
    ``readings`` are the residual's means, averaged over the readout and of the networks as they
    stand.
    """

    path: Path
    spec: RunSpec
    notes: tuple[str, ...]
    equilibrated: bool
    reason: str
    readings: str = ""

    def headline(self) -> str:
        """Where, how many networks, and whether their chains have settled."""
        words = "in equilibrium" if self.equilibrated else "not shown to be in equilibrium"
        return f"{self.path}: {counted(self.spec.members, 'network')} {words}"

    def records(self) -> list[Row]:
        """One row: the folder, what was run, and the verdict on the chains."""
        spec = self.spec
        ran = {"folder": str(self.path), "model": spec.model, "members": spec.members}
        verdict = {"equilibrated": str(self.equilibrated), "why": self.reason}
        return [{**ran, "draws": spec.draws, "sampler": spec.sampler, **verdict}]

    def __str__(self) -> str:
        spec = self.spec
        return (
            f"{self.path}: {counted(spec.members, 'network')}, "
            f"{counted(spec.draws, 'draw')} of each "
            f"({spec.burn_in} + {spec.draws * spec.thin} steps of {spec.sampler}); {self.reason}"
            + (f"; {self.readings}" if self.readings else "")
        )


@dataclass(frozen=True)
class Ways:
    """How a run is worked on, which changes none of its numbers, and whom it tells."""

    workers: int | None
    scheduler: str | None
    resume: bool
    say: Callable[[str], None]


@of_family
def train(
    model_name: str,
    output: Path | str,
    *,
    members: int | None = None,
    optimizer: str | None = None,
    resume: bool = False,
    preset: str | None = None,
    beta: Exact | None = None,
    alpha: Exact | None = None,
    data: Path | str | None = None,
    loss: str | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    say: Callable[[str], None] = lambda line: None,
    **settings: Any,
) -> Trained | Descended:
    """Train networks to equilibrium, or by an optimiser, into the folder ``output``.

    ``settings`` are the model's parameters and the fields of
    :class:`binodal.validate.run.spec.RunSpec`: sampler, starts, burn_in, draws, thin, seed,
    data_sets, shard, block, step_factor, companions, dtype, device; what is left out is chosen by
    ``binodal.validate.run.defaults``. ``starts`` is "prior", "feature", "both" (a network of
    each start on every data set) or "alternate" (they take turns, each network on a data set of its
    own); the verdict's ``reason`` says what could be compared. ``data`` is a file with your own x
    and y. With an ``optimizer`` (sgd, adam, adamw) the settings are those of
    :class:`binodal.validate.optimizers.spec.OptimizerSpec` instead: learning_rate, weight_decay,
    momentum, batch_size, initial_scale, loss, steps, data_fraction, seed, dtype, device; networks
    are kept in time, and ``measure`` reads them. The optimizer rfm is a recursive feature machine,
    kernel regression without a network, which has weight_decay for a ridge, steps, data_fraction
    and seed, and measures like any. ``members`` are 8 networks if not given, and one machine.
    ``say`` is told the plan before it starts. The same call with ``resume`` goes on bit for bit.
    Raises :class:`binodal.errors.RequestError` for what makes no sense and
    :class:`binodal.errors.Stopped` with what is safe when the run does not end.
    """
    of = model(model_name)
    settings |= {} if loss is None else {"loss": loss}
    with experiment_errors("training"):
        from binodal.validate.optimizers.spec import MACHINE
        from binodal.validate.run.spec import RunSpec

        of_run = {field.name for field in fields(RunSpec)} - _GIVEN
        if optimizer is not None:
            alone = {"data": data, "workers": workers, "scheduler": scheduler}
            require_no_sampler({**settings, **alone}, of_run | {*alone})
            require_all_data(of)
            how = {name: settings.pop(name) for name in own_settings() & {*settings}}
            if optimizer == MACHINE:
                settings.setdefault("N", 1)  # its data decide
            parameters, notes = prepared(of, preset, beta, alpha, "finite", settings)
            how |= {"optimizer": optimizer, "members": members}
            return descend(of, parameters, Path(output), notes, how, resume, say)
        require_no_optimizer(settings, of_run | {*of.space.fields})
        own = {name: settings.pop(name) for name in of_run & {*settings}}
        parameters, notes = prepared(of, preset, beta, alpha, "finite", settings)
        own["members"] = MEMBERS if members is None else members
        place = None if data is None else Path(data)
        ways = Ways(workers, scheduler, resume, say)
        return _sampled(of, parameters, Path(output), notes, own, place, ways)


def _sampled(
    of: Model,
    parameters: Parameters,
    output: Path,
    notes: list[str],
    own: dict[str, Any],
    data: Path | None,
    ways: Ways,
) -> Trained:
    """Draw networks of the posterior; ``own`` are the run's settings."""
    from binodal.validate.run.defaults import with_defaults
    from binodal.validate.run.ensemble import planned_workers, require_possible, run
    from binodal.validate.run.plausible import departures
    from binodal.validate.run.spec import RunSpec

    network = of.offer("network")
    given = None if data is None else _given(data)
    if given is not None:
        own["data"] = given.digest
        notes = [*notes, *departures(network, parameters, given.tensors)]
    feature = network.feature_start is not None
    own = with_defaults(own["members"], own, feature, network.jumps)
    spec = RunSpec(network, parameters, **own)
    count = planned_workers(ways.workers)
    require_possible(spec, output, count, ways.scheduler)
    ways.say("\n".join((*notes, _plan(spec, count))))
    with _reporting(spec.steps * spec.shard_count) as report:
        path = run(
            spec,
            output,
            workers=count,
            scheduler=ways.scheduler,
            resume=ways.resume,
            data=None if given is None else given.tensors,
            progress=report,
            say=ways.say,
        )
    return _finished(path, spec, notes)


def _finished(path: Path, spec: RunSpec, notes: Sequence[str]) -> Trained:
    from binodal.validate.run.results import diagnosis, readings, step_bias

    verdict = diagnosis(path, spec)[1]
    reason = "; ".join(filter(None, (verdict.reason, step_bias(path, spec))))
    return Trained(path, spec, tuple(notes), verdict.equilibrated, reason, readings(path, spec))


def _plan(spec: RunSpec, workers: int) -> str:
    from binodal.validate.run.memory import readable, required

    return (
        f"{counted(spec.members, 'network')} in {counted(spec.shard_count, 'shard')} of "
        f"{spec.shard}, {counted(spec.steps, 'step')} each; about "
        f"{readable(required(spec, workers))} of memory for "
        f"{counted(min(workers, spec.shard_count), 'worker')}"
    )


@contextmanager
def _reporting(steps: int) -> Iterator[Callable[[int, int, str], None] | None]:
    """A line of progress on a terminal; elsewhere none, and then nothing is computed for it."""
    with Progress("train", steps) as progress:

        def report(done: int, total: int, note: str) -> None:
            progress.advance(done - progress.done, note)

        yield report if sys.stderr.isatty() else None


def _given(path: Path) -> Given:
    from binodal.validate.run.given import read_given

    return read_given(path)
