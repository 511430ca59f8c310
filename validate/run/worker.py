"""The work of one process: a shard, until it is done or the run is asked to stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic

import torch

from binodal.validate.run.folder import read_data, require_environment
from binodal.validate.run.shard import Shard, checkpoint_path
from binodal.validate.run.spec import RunSpec

STOP = "stop"
"""A file of this name asks all workers of a run to save and return."""

_LOOK_SECONDS = 0.3


def work(spec: RunSpec, folder: str, number: int, checkpoint_seconds: float) -> bool:
    """Run a shard; true when it is done. What is drawn goes into the folder."""
    path = Path(folder)
    return run_shard(spec, path, number, checkpoint_seconds, lambda: (path / STOP).exists())


def run_shard(
    spec: RunSpec,
    folder: Path,
    number: int,
    checkpoint_seconds: float,
    stop: Callable[[], bool],
) -> bool:
    """The same with a given signal to stop; asked now and then only."""
    require_environment(folder)
    with one_thread():
        shard = Shard(spec, number, folder, read_data(folder))
        note = _Note(progress_path(folder, number))
        return shard.run(_Seldom(stop), note, checkpoint_seconds)


def progress_path(folder: Path, number: int) -> Path:
    """Where a shard says how many steps it has done."""
    return checkpoint_path(folder, number).with_suffix(".steps")


def steps_done(folder: Path, number: int) -> int:
    """What it said last; 0 before."""
    try:
        return int(progress_path(folder, number).read_text())
    except (OSError, ValueError):
        return 0


@contextmanager
def one_thread() -> Iterator[None]:
    """torch with one thread: how sums are split over threads would change their last bits."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class _Seldom:
    """A question that may cost a system call, asked a few times a second."""

    def __init__(self, question: Callable[[], bool]) -> None:
        self._question, self._next = question, 0.0

    def __call__(self) -> bool:
        now = monotonic()
        if now < self._next:
            return False
        self._next = now + _LOOK_SECONDS
        return self._question()


class _Note:
    """Writes the number of steps a few times a second."""

    def __init__(self, path: Path) -> None:
        self._path, self._next = path, 0.0

    def __call__(self, steps: int) -> None:
        now = monotonic()
        if now >= self._next:
            self._next = now + _LOOK_SECONDS
            with suppress(OSError):  # a full disk stops what matters by itself
                self._path.write_text(str(steps))
