"""What of a run is as it was written, and drawing again what is not."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from numpy.typing import NDArray

from binodal.numerics.disk import damage
from binodal.validate.run.checkpoint import read_checkpoint
from binodal.validate.run.errors import CheckpointError, RunError
from binodal.validate.run.folder import (
    AGAIN,
    FINISHED,
    is_finished,
    old,
    read_finished,
    read_request,
    require_environment,
)
from binodal.validate.run.seals import Believed, seals_path, shard_of
from binodal.validate.run.shard import checkpoint_path
from binodal.validate.run.spec import RunSpec
from binodal.validate.run.store import NAME, create, read
from binodal.validate.run.worker import progress_path


def believed(folder: Path, spec: RunSpec) -> Believed | None:
    """The hashes of all files of a run, compared with the files; None for a run without hashes.

    Raises :class:`RunError` for a request or an end that is damaged.
    """
    request = read_request(folder)
    finished = read_finished(folder, request)
    if old(request):
        return None
    return Believed(folder, request["digest"], len(spec.shards), request, finished)


def draws(
    folder: Path, spec: RunSpec
) -> tuple[dict[str, NDArray[Any]], dict[str, tuple[str, ...]]]:
    """All arrays of a run and their dimensions, if every byte is as it was written.

    What has no hash yet is not drawn. Raises :class:`RunError`, which names what is damaged.
    """
    hashes = believed(folder, spec)
    if hashes is not None and hashes.wrong:
        raise RunError(f"{named(folder, hashes.wrong)}: {AGAIN}")
    try:
        return read(folder) if hashes is None else hashes.arrays()
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise RunError(f"{folder}: the draws cannot be read ({error})") from error


def named(folder: Path, wrong: Sequence[str]) -> str:
    """Which files are damaged, in words."""
    more = f" and {len(wrong) - 1} more files are" if len(wrong) > 1 else " is"
    return f"{folder / wrong[0]}{more} damaged"


def require_sound(folder: Path, spec: RunSpec) -> None:
    """Raise :class:`RunError` unless a finished run is as it was written."""
    hashes = believed(folder, spec)
    if hashes is not None and hashes.wrong:
        raise RunError(f"{named(folder, hashes.wrong)}: {AGAIN}")


def repair(folder: Path, spec: RunSpec, say: Callable[[str], None]) -> None:
    """Have every shard that is damaged drawn again from its start, and tell which.

    A run of the first format has no hashes to be repaired by; a finished one stays as it is.
    Raises :class:`RunError` where that is not possible.
    """
    request = read_request(folder)
    if old(request):
        if not is_finished(folder):
            raise RunError(f"{folder} was begun by an older version: give another folder")
        return
    try:
        finished = read_finished(folder, request)
    except RunError as error:
        require_environment(folder)
        say(f"{error}")
        (folder / FINISHED).unlink()
        finished = None
    files = Believed(folder, request["digest"], len(spec.shards), request, finished)
    strangers = {f"{NAME}/{name}" for name in files.strangers()} if finished is not None else set()
    wrong = (
        files.wrong
        if finished is not None and not files.wrong
        else [
            *files.wrong,
            *_checkpoints(folder, spec),
        ]
    )
    if not wrong:
        return
    require_environment(folder)
    _remove(folder / FINISHED)
    for name in {*strangers, *(name for name in wrong if (folder / name).is_dir())}:
        _remove(folder / name)
    shards = {shard_of(name) for name in wrong if name not in strangers}
    if None in shards:
        _remake_frame(folder, spec, request["frame"])
    again = sorted(number for number in shards if number is not None)
    _forget(folder, again)
    told = f"; drawn again: {_numbers(again)}" if again else ""
    say(f"{named(folder, wrong)}{told}")


def _numbers(shards: Sequence[int]) -> str:
    return f"shard{'s' * (len(shards) > 1)} {', '.join(map(str, shards))}"


def _checkpoints(folder: Path, spec: RunSpec) -> Iterable[str]:
    """Checkpoints that are cut off or altered."""
    for number in range(len(spec.shards)):
        path = checkpoint_path(folder, number)
        if path.exists():
            try:
                read_checkpoint(path)
            except CheckpointError:
                yield f"shards/{path.name}"


def _remove(path: Path) -> None:
    """A file, or the folder that stands in its place."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _forget(folder: Path, shards: Iterable[int]) -> None:
    """Remove all that shards have: their draws are written over."""
    for number in shards:
        for of in (checkpoint_path, progress_path, seals_path):
            _remove(of(folder, number))


def _remake_frame(folder: Path, spec: RunSpec, wanted: dict[str, str]) -> None:
    """Write headers and coordinates again, which follow from the request."""
    with TemporaryDirectory(dir=folder, prefix=".", suffix=".part") as place:
        fresh = Path(place)
        create(fresh, spec)
        for name in (*wanted, ".zattrs", ".zmetadata"):
            there, here = fresh / NAME / name, folder / NAME / name
            if there.is_file():
                here.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(there, here)
            else:
                here.unlink(missing_ok=True)
    if damage(folder / NAME, wanted):
        raise RunError(f"{folder / NAME} is damaged and cannot be made again: start anew")
