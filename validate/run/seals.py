"""Which bytes of a run are believed: every file of its draws has its hash in a sealed list.

What does not change while a run goes on, the headers and coordinates, is listed in the request. A
shard lists the chunks that it wrote beside its checkpoint, after them and before a checkpoint that
no longer holds them: a chunk without a hash is one that a kill left, and will be drawn again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import zarr
from numpy.typing import NDArray

from binodal.numerics.disk import (
    Damaged,
    damage,
    file_digest,
    files_below,
    sealed,
    unsealed,
    write_whole,
)
from binodal.validate.run.errors import CheckpointError
from binodal.validate.run.store import MEMBER_RECORDS, NAME, read

_ENDING = (".zattrs", ".zmetadata")
"""What is written when a run is finished, and sealed with its end."""


def seals_path(folder: Path, number: int) -> Path:
    """Where a shard lists the hashes of its chunks."""
    return folder / "shards" / f"{number:05d}.sha256"


class Seals:
    """The hashes of the chunks that a shard wrote.

    Raises :class:`CheckpointError` for a list that is damaged.
    """

    def __init__(self, folder: Path, run: str, number: int) -> None:
        self._draws, self._path = folder / NAME, seals_path(folder, number)
        self._facts = {"run": run, "shard": number}
        self._files: dict[str, str] = {}
        if self._path.exists():
            self._files = _listed(self._path, self._facts)

    @property
    def names(self) -> tuple[str, ...]:
        """All files that are listed."""
        return tuple(self._files)

    def add(self, names: Iterable[str]) -> None:
        """List files of the store as they are now, and write the list."""
        for name in names:
            self._files[name] = file_digest(self._draws / name)
        files = dict(sorted(self._files.items()))
        write_whole(self._path, sealed({**self._facts, "files": files}))


def _listed(path: Path, facts: Mapping[str, Any]) -> dict[str, str]:
    try:
        document = unsealed(path.read_bytes())
        files: dict[str, str] = document.pop("files")
    except (Damaged, OSError, LookupError) as error:
        raise CheckpointError(f"{path} is damaged ({error})") from error
    if document != facts:
        raise CheckpointError(f"{path} is damaged (it belongs to another run or shard)")
    return files


def frame(folder: Path) -> dict[str, str]:
    """The hashes of the headers and coordinates of a store without draws."""
    return {
        name: file_digest(folder / NAME / name)
        for name in files_below(folder / NAME)
        if name not in _ENDING and not (_is_chunk(name) and _array(name) in MEMBER_RECORDS)
    }


def ending(folder: Path) -> dict[str, str]:
    """The hashes of what finishing a run adds to its store."""
    return {name: file_digest(folder / NAME / name) for name in _ENDING}


def shard_of(name: str) -> int | None:
    """The shard that wrote a file of a run's folder; None for what belongs to all.

    >>> shard_of("draws.zarr/b/0.12.3"), shard_of("shards/00003.sha256"), shard_of("draws.zarr/b")
    (12, 3, None)
    """
    place, _, file = name.rpartition("/")
    if place == "shards":
        return int(file.partition(".")[0])
    return int(file.split(".")[1]) if _is_chunk(name) and "." in file else None


def _is_chunk(name: str) -> bool:
    return name.rpartition("/")[2].replace(".", "").isdigit()


def _array(name: str) -> str:
    return name.rpartition("/")[0].rpartition("/")[2]


class Believed:
    """What the lists of a run say, and what is not as they say.

    ``request`` and ``finished`` are its documents (None: not finished), ``run`` its digest.
    """

    def __init__(
        self, folder: Path, run: str, shards: int, request: Any, finished: Any | None
    ) -> None:
        self._folder = folder
        self._unlisted: set[int | None] = set()
        self.wrong: list[str] = []
        self.expected: dict[str, str] = {**request["frame"]}
        for number in range(shards):
            path = seals_path(folder, number)
            if path.exists() or finished is not None:
                self._take(path, {"run": run, "shard": number})
        if finished is not None:
            self.expected |= finished["frame"]
        self.wrong += [f"{NAME}/{name}" for name in damage(folder / NAME, self.expected)]
        if finished is not None:
            self.wrong += [f"{NAME}/{name}" for name in self.strangers()]

    def _take(self, path: Path, facts: Mapping[str, Any]) -> None:
        try:
            self.expected |= _listed(path, facts)
        except CheckpointError:
            self.wrong.append(f"shards/{path.name}")
            self._unlisted.add(facts["shard"])

    def strangers(self) -> Iterator[str]:
        """Files of the store without a hash: the last before a kill, or put there by others.

        A shard whose list is damaged has no strangers: it is damaged as a whole.
        """
        for name in files_below(self._folder / NAME):
            known = name in self.expected or name in _ENDING
            if not known and not (_is_chunk(name) and shard_of(name) in self._unlisted):
                yield name

    def arrays(self) -> tuple[dict[str, NDArray[Any]], dict[str, tuple[str, ...]]]:
        """What :func:`binodal.validate.run.store.read` reads, without what has no hash."""
        group = zarr.open_group(self._folder / NAME, mode="r", zarr_format=2)
        whole, dimensions = read(self._folder)
        for name in self.strangers():
            array = _array(name)
            if _is_chunk(name) and array in whole:
                sizes: Any = group[array]
                place = map(int, name.rpartition("/")[2].split("."))
                where = zip(place, sizes.chunks, strict=True)
                fill = MEMBER_RECORDS[array][2] if array in MEMBER_RECORDS else np.nan
                whole[array][tuple(slice(k * n, (k + 1) * n) for k, n in where)] = fill
        return whole, dimensions
