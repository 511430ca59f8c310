"""Train an ensemble of networks: from a request to a folder with its draws."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from shutil import rmtree
from time import monotonic

from binodal.numerics.disk import sealed, write_whole
from binodal.numerics.interrupts import held
from binodal.validate.diagnostics import Diagnosis
from binodal.validate.network_model import Data
from binodal.validate.run.errors import RunError, RunStopped, resume_option
from binodal.validate.run.folder import (
    FINISHED,
    environment,
    is_finished,
    is_run,
    locked,
    new_folder,
    read_data,
    require_environment,
    require_free,
    require_observed,
    require_same,
)
from binodal.validate.run.lengthen import as_stored, is_longer, lengthen, put_back, stands
from binodal.validate.run.memory import require_disk, require_memory
from binodal.validate.run.pool import over_cluster, over_processes
from binodal.validate.run.posterior import posterior, require_device
from binodal.validate.run.results import diagnosis, so_far
from binodal.validate.run.seals import ending
from binodal.validate.run.shard import checkpoint_path
from binodal.validate.run.sound import repair, require_sound
from binodal.validate.run.spec import RunSpec
from binodal.validate.run.store import NAME, describe
from binodal.validate.run.worker import STOP, progress_path, run_shard, steps_done

CHECKPOINT_SECONDS = 30.0
_NOTE_SECONDS = 10.0
_SHARE = 0.01
"""Of the time, at the most, for looking at the shards, and as much for reading the draws so far:
the cores belong to the networks."""

Report = Callable[[int, int, str], None]
"""Told the steps done, the steps of the whole run, and a word on the draws, now and then."""


def run(
    spec: RunSpec,
    path: Path | str,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Report | None = None,
    resume: bool = False,
    data: Data | None = None,
    checkpoint_seconds: float = CHECKPOINT_SECONDS,
    say: Callable[[str], None] = lambda line: None,
) -> Path:
    """Train all networks of ``spec`` into the folder ``path``; the folder when all is drawn.

    The numbers do not depend on ``workers`` (default: the cores), ``scheduler`` (a dask address),
    interruptions or the time between checkpoints. They are the same bits on one machine with one
    version of torch; other processors may round otherwise. A finished run of the same spec is left
    as it is; an unfinished one needs ``resume``; anything else in ``path`` is refused. Files that
    are damaged are named to ``say``, and with ``resume`` their shards are drawn again, the same.
    With ``resume`` and more draws a run is lengthened: its draws are the first of the longer one.

    Raises:
        RunError: the request or the folder makes no sense, or a finished run is damaged.
        RunStopped: Ctrl-C, lost workers or another process on the folder; the message says what is
            safe and how to go on.
        CheckpointError: a checkpoint belongs to another shard or run.
        Diverged, Untuned: a shard found no step size.
    """
    folder = Path(path)
    count = planned_workers(workers)
    require_possible(spec, folder, count, scheduler)
    if resume and not stands(folder):
        raise RunError(f"{folder} holds no run that could be resumed")
    with locked(folder):
        spec = _prepared(folder, spec, resume, data, say)
        if not is_finished(folder):
            _clean(folder)
            _all_shards(folder, spec, count, scheduler, progress, checkpoint_seconds)
            with held():
                _finish(folder, spec)
    return folder


def _prepared(
    folder: Path, spec: RunSpec, resume: bool, data: Data | None, say: Callable[[str], None]
) -> RunSpec:
    """The run as its folder has it, which is sound and can be gone on with."""
    try:
        with held():  # zarr writes in a thread of its own, which no exception here stops
            put_back(folder)
            if not is_run(folder):
                posterior(spec, range(1), data)  # data that do not fit are refused, not kept
                new_folder(folder, spec, data)
                return spec
            spec = as_stored(folder, spec)
            if resume and is_longer(folder, spec):
                lengthen(folder, spec, say)
            _require_resumable(folder, spec, resume, say)
            return spec
    except KeyboardInterrupt:
        raise RunStopped(
            f"interrupted before the first step: {folder} is safe, and the same command with "
            f"{resume_option()} goes on"
        ) from None


def require_possible(spec: RunSpec, folder: Path, workers: int, scheduler: str | None) -> None:
    """Raise :class:`RunError` for a run that cannot be here, before anything takes any time."""
    require_free(folder)
    if not is_run(folder):
        require_disk(spec, folder)
    if scheduler is None:
        require_memory(spec, workers)
    require_device(spec.device)


def planned_workers(workers: int | None) -> int:
    """The number of workers: as given, or the cores. Raises :class:`RunError` below one."""
    if workers is None:
        return len(os.sched_getaffinity(0))
    if workers < 1:
        raise RunError(f"workers={workers}: at least one is needed")
    return workers


def _require_resumable(
    folder: Path, spec: RunSpec, resume: bool, say: Callable[[str], None]
) -> None:
    require_same(folder, spec)
    if not resume and is_finished(folder):
        require_sound(folder, spec)
        require_observed(folder, spec)
        return
    if not resume:
        raise RunError(f"{folder} holds this run, not finished: go on with {resume_option()}")
    if not is_finished(folder):
        require_environment(folder)
    read_data(folder)
    repair(folder, spec, say)
    require_observed(folder, spec)


def _clean(folder: Path) -> None:
    """What a killed process may have left half written."""
    (folder / STOP).unlink(missing_ok=True)
    for pattern in (".*.part", "shards/.*.part", f"{NAME}/**/*.partial"):
        for leftover in folder.glob(pattern):
            if leftover.is_dir():
                rmtree(leftover)
            else:
                leftover.unlink()


def _all_shards(
    folder: Path,
    spec: RunSpec,
    workers: int,
    scheduler: str | None,
    progress: Report | None,
    checkpoint_seconds: float,
) -> None:
    numbers = range(len(spec.shards))
    total = spec.steps * len(numbers)

    poll = _Poll(folder, spec, progress)
    try:
        if scheduler is not None:
            over_cluster(spec, folder, scheduler, checkpoint_seconds, poll)
        elif workers == 1 or len(numbers) == 1:
            _here(spec, folder, checkpoint_seconds, poll)
        else:
            over_processes(spec, folder, workers, checkpoint_seconds, poll)
    except KeyboardInterrupt:
        raise RunStopped(_interrupted(folder, total, numbers)) from None
    except OSError as error:
        raise RunStopped(
            f"{error.filename or folder}: {error.strerror or error}; what has a checkpoint in "
            f"{folder} is safe, and the same command with {resume_option()} goes on from there"
        ) from error


class _Poll:
    """Tells the report how far the shards are, with the effective draws every few seconds."""

    def __init__(self, folder: Path, spec: RunSpec, report: Report | None) -> None:
        self._folder, self._spec, self._report = folder, spec, report
        self._note, self._next_note, self._next_look = "", monotonic() + _NOTE_SECONDS, 0.0

    def __call__(self) -> None:
        now = monotonic()
        if self._report is None or now < self._next_look:
            return
        if now > self._next_note:
            self._note = so_far(self._folder, self._spec)
            read = monotonic()
            self._next_note = now + max(_NOTE_SECONDS, (read - now) / _SHARE)
            now = read
        shards = self._spec.shard_count
        done = sum(steps_done(self._folder, number) for number in range(shards))
        self._next_look = now + (monotonic() - now) / _SHARE
        self._report(done, self._spec.steps * shards, self._note)


def _interrupted(folder: Path, total: int, numbers: range) -> str:
    done = sum(steps_done(folder, n) for n in numbers)
    safe = sum(checkpoint_path(folder, n).exists() for n in numbers)
    return (
        f"interrupted after about {100 * done // max(total, 1)}% of the steps: {safe} of "
        f"{len(numbers)} shards have a checkpoint in {folder}; the same command with "
        f"{resume_option()} goes on bit for bit"
    )


def _here(spec: RunSpec, folder: Path, checkpoint_seconds: float, poll: Callable[[], None]) -> None:
    """One shard after another in this process; a request to stop is answered between two steps."""
    with held() as arrived:

        def stop() -> bool:
            poll()
            return bool(arrived)

        for number in range(spec.shard_count):
            if stop() or not run_shard(spec, folder, number, checkpoint_seconds, stop):
                raise KeyboardInterrupt


def _finish(folder: Path, spec: RunSpec) -> None:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    diagnoses, verdict = diagnosis(folder, spec)
    facts = {
        "digest": spec.digest,
        "finished": now,
        "equilibrated": verdict.equilibrated,
        "reason": verdict.reason,
        **environment(),
    }
    describe(
        folder,
        {
            **facts,
            "run": json.dumps(spec.document()),
            "model": spec.model,
            "sampler": spec.sampler,
            "seed": spec.seed,
            "label": "measured",
        },
    )
    end = {**facts, "frame": ending(folder), "diagnosis": _plain(diagnoses)}
    write_whole(folder / FINISHED, sealed(end))
    for number in range(len(spec.shards)):
        progress_path(folder, number).unlink(missing_ok=True)


def _plain(diagnoses: Mapping[str, Diagnosis]) -> dict[str, dict[str, float | str | None]]:
    """Statistics as JSON, which has no NaN."""
    return {
        name: {k: v if isinstance(v, str) or isfinite(v) else None for k, v in asdict(of).items()}
        for name, of in diagnoses.items()
    }
