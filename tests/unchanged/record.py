"""Asking for everything through the command line in this process, and keeping what is said."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.unchanged.documents import content, document_of, without_versions
from tests.unchanged.requests import AGAIN, Request
from tests.unchanged.stored import ROOT, judge_again

Record = dict[str, Any]
_OURS = re.compile(r"(binodal|derive|numerics|validate)(\.|$)")


class Store:
    """The records of a folder: a file ``KIND.jsonl`` for each kind, a line for each request."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self) -> dict[tuple[str, str], Record]:
        """All records by kind and request; a line that was cut by a kill is none."""
        found = {}
        for path in sorted(self.folder.glob("*.jsonl")):
            for text in path.read_text("utf-8").splitlines():
                try:
                    record = json.loads(text)
                except ValueError:
                    continue
                found[path.stem, record.pop("request")] = record
        return found

    def add(self, request: Request, record: Record) -> None:
        """Append a line; it starts on a new one even after half a line."""
        path = self.folder / f"{request.kind}.jsonl"
        before = path.read_bytes()[-1:] if path.exists() else b""
        line = json.dumps({"request": request.name, **record}, sort_keys=True, ensure_ascii=False)
        with path.open("a", encoding="utf-8") as file:
            file.write("\n" * (before not in (b"", b"\n")) + line + "\n")


def record(
    folder: Path,
    wanted: Sequence[Request],
    say: Callable[[Request], None] = lambda one: None,
    warm: Path | None = None,
) -> int:
    """Record what is not recorded yet; the number of requests that were run.

    The user's cache is an empty folder that is removed, or ``warm``, which stays.
    """
    store = Store(folder.resolve())
    work = store.folder / "work"
    own = work / f"cache-{os.getpid()}"
    own.mkdir(parents=True)
    known = store.read()
    left = [each for each in wanted if (each.kind, each.name) not in known]
    for request in left:
        # The same name again, so that a report that was interrupted goes on from there.
        place = work / sha256(request.name.encode()).hexdigest()[:12]
        with _inside(place, warm.resolve() if warm else own):
            store.add(request, recorded(request, place))
        shutil.rmtree(place)
        say(request)
    shutil.rmtree(own)
    with suppress(OSError):  # another process records other kinds
        work.rmdir()
    return len(left)


def recorded(request: Request, place: Path) -> Record:
    """What a request gives in the empty folder ``place``, which is the current one."""
    if request.line == AGAIN:
        judge_again(place)
        found: Record = {}
    else:
        said = [run(line) for line in (request.first, request.line) if line]
        found = {"status": said[-1]["status"]} if request.quiet else said[-1]
    if request.keep:
        paths = sorted(path for pattern in request.keep for path in place.glob(pattern))
        found["files"] = {str(path.relative_to(place)): content(path) for path in paths}
    kept: Record = without_versions(found)
    return kept


def run(line: str) -> Record:
    """The exit status of a command line, what it prints, and the message."""
    from binodal.cli import main

    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = main(line.split())
    _require_this_checkout()
    return {"status": status, "out": document_of(out.getvalue()), "err": err.getvalue().strip()}


def _require_this_checkout() -> None:
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if _OURS.match(name) and file and not Path(file).resolve().is_relative_to(ROOT):
            raise SystemExit(f"{name} is {file}, which is not in {ROOT}: set PYTHONPATH")


@contextmanager
def _inside(place: Path, cache: Path) -> Iterator[None]:
    """In a folder of its own, with an own cache that knows nothing of earlier programs."""
    before, here = os.environ.get("XDG_CACHE_HOME"), Path.cwd()
    place.mkdir(exist_ok=True)
    os.environ["XDG_CACHE_HOME"] = str(cache)
    os.chdir(place)
    try:
        yield
    finally:
        os.chdir(here)
        del os.environ["XDG_CACHE_HOME"]
        if before is not None:
            os.environ["XDG_CACHE_HOME"] = before


def counts(records: Mapping[tuple[str, str], Record]) -> dict[str, int]:
    """Records by kind."""
    kinds = [kind for kind, _ in records]
    return {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}
