"""Stores of every kind with one file that is damaged, and what a command then says and leaves."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from binodal.numerics.disk import digest, files_below
from tests.fuzz.place import SWEEP, TRAIN


@dataclass(frozen=True)
class Kind:
    """A store: where it is copied from, the command that reads it, and whether it is made good.

    ``result`` names what must be the same in the end, below the folder of the case; nothing: what
    the command prints. ``named`` is what a line about damage must hold.
    """

    source: str
    arguments: tuple[str, ...]
    result: str = ""
    named: str = ""
    process: bool = False


KINDS: Mapping[str, Kind] = {
    "compare": Kind("run", ("compare", "run", "--json"), named="run"),
    "compare a half": Kind("unfinished", ("compare", "unfinished"), named="unfinished"),
    "train": Kind("run", (*TRAIN, "-o", "run"), "run/draws.zarr", "run"),
    "resume": Kind("run", (*TRAIN, "-o", "run", "--resume"), "run/draws.zarr", "run"),
    "resume a half": Kind(
        "unfinished",
        (*TRAIN, "-o", "unfinished", "--resume"),
        "unfinished/draws.zarr",
        "unfinished",
    ),
    "zarr": Kind("sweep.zarr", (*SWEEP, "-o", "sweep.zarr"), "sweep.zarr", "sweep.zarr"),
    "netcdf": Kind("sweep.nc", (*SWEEP, "-o", "sweep.nc"), "sweep.nc", "sweep.nc"),
    "audit": Kind("cache", ("audit", "M.8", "B.24", "--json")),
    "data": Kind(
        "good.npz", (*TRAIN, "-o", "new", "--data", "good.npz"), "new/draws.zarr", "good.npz"
    ),
    "compiled": Kind("cache", (*TRAIN, "-o", "new"), "new/draws.zarr", process=True),
}
SELF_CONTAINED = tuple(name for name, kind in KINDS.items() if kind.source != "cache")
"""Kinds that need no caches, which take a minute to fill."""

_SHARES = dict.fromkeys(KINDS, 2) | {"zarr": 6, "netcdf": 6, "audit": 3, "compiled": 0.4}


def flipped(content: bytes, chosen: Random, source: Path) -> bytes:
    """One bit the other way."""
    hurt = bytearray(content or b"\0")
    hurt[chosen.randrange(len(hurt))] ^= 1 << chosen.randrange(8)
    return bytes(hurt)


def cut(content: bytes, chosen: Random, source: Path) -> bytes:
    """The beginning alone."""
    return content[: chosen.randrange(len(content))] if content else b"more"


def noise(content: bytes, chosen: Random, source: Path) -> bytes:
    """Some bytes in its middle that mean nothing."""
    place = chosen.randrange(len(content) + 1)
    return content[:place] + chosen.randbytes(16) + content[place + 16 :]


def longer(content: bytes, chosen: Random, source: Path) -> bytes:
    """Something behind its end."""
    return content + chosen.randbytes(9)


def emptied(content: bytes, chosen: Random, source: Path) -> bytes:
    """Nothing."""
    return b""


def foreign(content: bytes, chosen: Random, source: Path) -> bytes:
    """Another store's file in its place."""
    names = [n for n in files_below(source) if not n.startswith(("fifo", "sock", "loop", "dangl"))]
    return (source / chosen.choice(names)).read_bytes()


def digits(content: bytes, chosen: Random, source: Path) -> bytes:
    """Another digit, as someone who edits a number would."""
    places = [k for k, byte in enumerate(content) if 48 <= byte < 58]
    if not places:
        return flipped(content, chosen, source)
    place = chosen.choice(places)
    return content[:place] + bytes([48 + (content[place] - 47) % 10]) + content[place + 1 :]


WAYS: tuple[Callable[[bytes, Random, Path], bytes], ...] = (
    flipped,
    flipped,
    flipped,
    cut,
    noise,
    longer,
    emptied,
    foreign,
    digits,
    digits,
)


@dataclass(frozen=True)
class Case:
    """What is hurt, how, and which way the file system itself is used: "" for its bytes."""

    kind: str
    way: int
    system: str
    chosen: Random

    def hurt(self, place: Path, source: Path) -> str:
        """Damage one file of the store in ``place``; its name."""
        root = place / KINDS[self.kind].source
        names = [*files_below(root)] if root.is_dir() else [""]
        if self.kind == "compiled":
            names = [name for name in names if name.endswith(".so")]
        name = self.chosen.choice(names)
        path = root / name if name else root
        if self.system == "removed":
            path.unlink()
        elif self.system == "a folder":
            path.unlink()
            path.mkdir()
        elif self.system == "swapped" and len(names) > 1:
            other = root / self.chosen.choice([each for each in names if each != name])
            kept = other.read_bytes()
            other.write_bytes(path.read_bytes())
            path.write_bytes(kept)
        else:
            path.write_bytes(WAYS[self.way](path.read_bytes(), self.chosen, source))
        return name


def case(seed: int, number: int, kinds: Collection[str]) -> Case:
    """The case of this number, of one of the kinds."""
    chosen = Random(f"damage {seed} {number}")
    shares = {kind: share for kind, share in _SHARES.items() if kind in kinds}
    kind = chosen.choices([*shares], [*shares.values()])[0]
    system = chosen.choice(("", "", "", "", "", "", "removed", "a folder", "swapped", "swapped"))
    return Case(kind, chosen.randrange(len(WAYS)), system, chosen)


def copied(kind: str, source: Path, place: Path) -> None:
    """The store, whole, in an empty folder that is entered."""
    os.chdir("/")
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    os.chdir(place)
    name = KINDS[kind].source
    whole = source / name
    (shutil.copytree if whole.is_dir() else shutil.copyfile)(whole, place / name)


def result(kind: str, place: Path, out: str) -> str:
    """The hash of what must be the same in the end: the bytes of draws or of a sweep, or a text."""
    of = KINDS[kind]
    if not of.result:
        return digest(out).hex()
    root = place / of.result
    if root.is_file():
        return digest(root.read_bytes()).hex()
    # When a run was finished is part of its attributes.
    names = [n for n in files_below(root) if not n.startswith(".z") and not n.endswith(".partial")]
    return digest(*(part for n in names for part in (n, (root / n).read_bytes()))).hex()


def environment(kind: str, place: Path) -> Mapping[str, str]:
    """Where caches are for this kind of store."""
    return {"XDG_CACHE_HOME": str(place / "cache")} if KINDS[kind].source == "cache" else {}


def arguments(kind: str) -> Sequence[str]:
    """The command line of a kind."""
    return KINDS[kind].arguments
