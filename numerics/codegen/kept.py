"""What derivations yield, kept between processes: the text of generated code, and plain data.

An entry is named by all that it depends on: the sources of some packages, such as those of the
derivations and of the code generator, and the versions of Python and of the libraries. It is
believed if nobody else can have written it and if it has the hash and the name that it was written
with; else it is built anew.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from binodal.numerics.disk import Damaged, digest, sealed, unsealed
from binodal.numerics.sources import version_of
from binodal.numerics.user_cache import own, private, read_private, user_cache

Packages = tuple[str, ...]

_LIBRARIES = ("sympy", "mpmath", "numpy", "python-flint", "binodal")
_CONTENTS = 48
"""Sources whose entries stay, a few MB in all: each model and page of a version has its own."""

_LOADED = time.time()


def kept(packages: Packages, entry: Sequence[Any], build: Callable[[], Any]) -> Any:
    """What ``build`` returns, in the types of JSON; from the user's cache where it has it.

    ``packages`` hold all sources that the result follows from, ``entry`` says which it is.
    """
    place = _place(packages)
    if place is None:
        return _plain(build())
    named = [packages, _content(packages), *entry]
    path = place / f"{digest(repr(named)).hex()[:32]}.json"
    known = _known(path, repr(named))
    if known is None:
        known = {"entry": repr(named), "value": _plain(build())}
        with suppress(OSError):
            _keep(path, sealed(known), packages)
    return known["value"]


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value))


def sources(packages: Packages) -> Iterator[Path]:
    """The files of packages, which need not be imported for it."""
    for name in packages:
        spec = find_spec(name)
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            for here, folders, files in os.walk(folder):
                folders[:] = sorted(set(folders) - {"__pycache__"})
                yield from (Path(here, file) for file in sorted(files))


@cache
def _content(packages: Packages) -> str:
    """The hash of sources and versions."""
    parts: list[bytes | str] = [sys.version, *map(version_of, _LIBRARIES)]
    for path in sources(packages):
        parts += [f"\0{path.name}\0", path.read_bytes()]
    return digest(*parts).hex()[:32]


def _place(packages: Packages) -> Path | None:
    """The folder of entries that belong to today's sources; it need not exist."""
    folder = user_cache()
    return folder and folder / "forms" / _content(packages)


def _known(path: Path, named: str) -> dict[str, Any] | None:
    with suppress(OSError, Damaged):
        content = read_private(path) if private(path.parent.stat()) else None
        entry = unsealed(content) if content is not None else {}
        if entry.get("entry") == named:
            return entry
    return None


def _keep(path: Path, content: bytes, packages: Packages) -> None:
    """Write an entry, unless the sources on the disk may not be those that this process runs."""
    if max(source.stat().st_ctime for source in sources(packages)) >= _LOADED:
        return
    new = not path.parent.exists()
    own(path.parent)
    if new:
        _forget_old(path.parent.parent)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    try:
        with open(os.open(unfinished, flags, 0o600), "wb") as file:
            file.write(content)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def _forget_old(folder: Path) -> None:
    """Keep the entries of the newest few sources."""
    contents = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in contents[_CONTENTS:]:
        shutil.rmtree(old, ignore_errors=True)
