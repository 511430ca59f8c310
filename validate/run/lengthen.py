"""More draws of a run that is there: the end of a shard is a checkpoint like any other.

A longer run of the same request has the shorter one's draws as its first. They are copied, with the
shards' checkpoints, into a new folder, which then takes the old one's place; a process that is
killed leaves the one or the other whole.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from binodal.validate.run.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from binodal.validate.run.errors import RunError
from binodal.validate.run.folder import (
    is_run,
    new_folder,
    old,
    read_data,
    read_request,
    require_environment,
)
from binodal.validate.run.seals import Seals
from binodal.validate.run.shard import checkpoint_path
from binodal.validate.run.sound import repair
from binodal.validate.run.spec import BLOCKS, RunSpec, difference
from binodal.validate.run.store import BIAS, MEMBER_RECORDS, NAME


def as_stored(folder: Path, spec: RunSpec) -> RunSpec:
    """The request with the run's own block, where nobody asked for another.

    A block is a tenth of the draws that were asked for at first, and stays.
    """
    chosen = spec.block != -(-spec.draws // BLOCKS)
    return spec if chosen else replace(spec, block=read_request(folder)["spec"]["block"])


def is_longer(folder: Path, spec: RunSpec) -> bool:
    """Whether a request is that of the run with more draws, and nothing else is different."""
    stored = read_request(folder)["spec"]
    same = {**stored, "draws": spec.draws}
    return spec.draws > stored["draws"] and not difference(same, spec.document())


def lengthen(folder: Path, spec: RunSpec, say: Callable[[str], None]) -> None:
    """Make the run in a folder the first draws of a longer one, not finished.

    Raises :class:`RunError` for a run of an older version, or begun in another environment.
    """
    request = read_request(folder)
    if old(request):
        raise RunError(f"{folder} was made by an older version: give another folder")
    stored = replace(spec, draws=request["spec"]["draws"])
    require_environment(folder)
    repair(folder, stored, say)
    fresh = folder.with_name(f".{folder.name}.longer")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        new_folder(fresh, spec, read_data(folder))
        for number in range(len(spec.shards)):
            if checkpoint_path(folder, number).exists():
                _take(folder, fresh, stored, spec, number)
        os.replace(folder, aside(folder))
        os.replace(fresh, folder)
    except OSError as error:
        raise RunError(f"cannot lengthen {folder}: {error.strerror}") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        put_back(folder)


def aside(folder: Path) -> Path:
    """Where the shorter run stands for a moment."""
    return folder.with_name(f".{folder.name}.shorter")


def stands(folder: Path) -> bool:
    """Whether a run is there, perhaps aside. Raises :class:`RunError` where none could be."""
    try:
        return is_run(folder) or is_run(aside(folder))
    except OSError as error:
        raise RunError(f"cannot write {folder}: {error.strerror}") from error


def put_back(folder: Path) -> None:
    """Give the shorter run its place again if a kill left it aside, and remove it if not."""
    if not is_run(folder) and is_run(aside(folder)):
        os.replace(aside(folder), folder)
    shutil.rmtree(aside(folder), ignore_errors=True)


def _take(folder: Path, fresh: Path, stored: RunSpec, spec: RunSpec, number: int) -> None:
    """Copy what a shard has drawn in whole blocks; the checkpoint holds the draws of the last."""
    saved = read_checkpoint(checkpoint_path(folder, number))
    facts = {**saved.facts, "run": spec.digest}
    first, filled = saved.tensors["place"].tolist()
    if facts["stage"] == "done":
        if first % spec.block:
            raise RunError(f"{folder} does not hold its last block's draws: give another folder")
        facts |= {"stage": "draws", "count": (first + filled) * stored.thin}
    seals = Seals(folder, stored.digest, number)
    kept = [name for name in seals.names if _is_whole(name, first // spec.block)]
    for name in kept:
        shutil.copyfile(folder / NAME / name, fresh / NAME / name)
    Seals(fresh, spec.digest, number).add(kept)
    write_checkpoint(checkpoint_path(fresh, number), Checkpoint(saved.tensors, facts))


def _is_whole(name: str, blocks: int) -> bool:
    """Whether a chunk holds one of the first ``blocks`` blocks of draws."""
    array, _, chunk = name.partition("/")
    is_member = array in MEMBER_RECORDS or array.startswith(BIAS)
    return not is_member and int(chunk.split(".")[2]) < blocks
