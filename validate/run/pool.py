"""Shards spread over processes of this machine, or over a dask cluster that shares the folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from binodal.validate.errors import ValidateError
from binodal.validate.processes import deaf_to_interrupts, process_pool
from binodal.validate.run.errors import RunStopped, resume_option
from binodal.validate.run.spec import RunSpec
from binodal.validate.run.worker import STOP, work

RETRIES = 3
"""How often a pool is set up again after a worker was killed."""

_POLL_SECONDS = 0.2
_GRACE_SECONDS = 60.0

Poll = Callable[[], None]


def over_processes(
    spec: RunSpec, folder: Path, workers: int, checkpoint_seconds: float, poll: Poll
) -> None:
    """All shards by processes of this machine.

    A killed worker breaks its pool; the shards that are left go on from their checkpoints in a new
    one. Raises RunStopped after too many of them, and what a shard raised once all others ended.
    """
    from loky.process_executor import BrokenProcessPool

    left = list(range(len(spec.shards)))
    for _ in range(RETRIES + 1):
        executor = process_pool(min(workers, len(left)))
        try:
            futures: dict[int, Any] = {}
            # The first task starts the workers; a pool whose worker died takes no more.
            with deaf_to_interrupts(), suppress(BrokenProcessPool):
                for n in left:
                    futures[n] = executor.submit(work, spec, str(folder), n, checkpoint_seconds)
            _wait(folder, futures, poll)
            left = [
                n
                for n in left
                if n not in futures or isinstance(futures[n].exception(), BrokenProcessPool)
            ]
            errors = {n: f.exception() for n, f in futures.items()}
        except KeyboardInterrupt:
            executor.shutdown(wait=True, kill_workers=True)
            raise
        executor.shutdown(wait=True)
        if not left:
            _raise_first(errors)
            return
    raise RunStopped(
        f"workers were killed {RETRIES + 1} times, perhaps for lack of memory: {folder} is safe; "
        f"go on with {resume_option()} and fewer workers"
    )


def over_cluster(
    spec: RunSpec, folder: Path, scheduler: str, checkpoint_seconds: float, poll: Poll
) -> None:
    """All shards by the workers of the dask scheduler at this address."""
    distributed: Any = import_module("distributed")  # it has no types
    try:
        connected = distributed.Client(scheduler, set_as_default=False)
    except (OSError, ValueError) as error:
        raise RunStopped(f"the scheduler at {scheduler} cannot be reached ({error})") from error
    with connected as client:
        place = str(folder.resolve())
        futures = {
            n: client.submit(work, spec, place, n, checkpoint_seconds, pure=False, retries=RETRIES)
            for n in range(len(spec.shards))
        }
        _wait(folder, futures, poll)
        _raise_first({n: f.exception() for n, f in futures.items()})


def _wait(folder: Path, futures: Mapping[int, Any], poll: Poll) -> None:
    """Until all are done; Ctrl-C asks the workers to save, and passes on."""
    try:
        while not all(f.done() for f in futures.values()):
            sleep(_POLL_SECONDS)
            poll()
    except KeyboardInterrupt:
        with stopping(folder):
            end = monotonic() + _GRACE_SECONDS
            while monotonic() < end and any(f.running() for f in _cancelled(futures)):
                sleep(_POLL_SECONDS)
        raise


def _cancelled(futures: Mapping[int, Any]) -> list[Any]:
    """Futures that could not be cancelled because they have begun."""
    return [f for f in futures.values() if not f.cancel() and hasattr(f, "running")]


@contextmanager
def stopping(folder: Path) -> Iterator[None]:
    """The request to stop stands while the block runs."""
    (folder / STOP).touch()
    try:
        yield
    finally:
        (folder / STOP).unlink(missing_ok=True)


def _raise_first(errors: Mapping[int, BaseException | None]) -> None:
    for number, error in errors.items():
        if isinstance(error, (ValidateError, OSError)):
            raise error
        if error is not None:
            raise ValidateError(
                f"shard {number} failed ({type(error).__name__}: {error}); the others are safe"
            ) from error
