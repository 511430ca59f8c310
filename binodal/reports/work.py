"""Finished chapters kept beside the report, each until something that it depends on changes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from binodal.numerics.disk import Damaged, digest, sealed, unsealed
from binodal.numerics.sources import content, every_module
from binodal.page.output import write_text
from binodal.page.section import FOLDER
from binodal.reports.chapters import Chapter

LIBRARIES = (
    "sympy",
    "mpmath",
    "numpy",
    "scipy",
    "python-flint",
    "matplotlib",
    "latex2mathml",
    "torch",
)
_TYPESETTING = ("binodal.page.html", "binodal.page.markdown", "binodal.page.drawing")


@dataclass(frozen=True)
class Finished:
    """A chapter as typeset: HTML, Markdown, drawings by name, and its data."""

    html: str
    markdown: str
    drawings: Mapping[str, str]
    closing: list[str]
    data: Mapping[str, Any]
    decided: bool
    seconds: float


Done = Mapping[str, Finished]


@cache
def library_versions() -> dict[str, str]:
    """Versions of the libraries that numbers depend on; what is missing says so.

    >>> library_versions()["sympy"][0]
    '1'
    """
    versions = {}
    for name in LIBRARIES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = "not installed"
    return versions


def source_digest() -> str:
    """A hash of all sources of the program, stored experiments included."""
    return content(*sorted(every_module()))


class Work:
    """A folder of chapters, each under a hash of all that it depends on.

    That is what was asked, its sources, the libraries, and the data of the chapters that it reads.
    """

    def __init__(self, output: Path, quick: bool) -> None:
        self.folder = output / FOLDER
        self.quick = quick

    def _path(self, chapter: Chapter, done: Done) -> Path:
        """Raises LookupError for a chapter of sources that cannot be found."""
        roots = sorted({*chapter.sources, *_TYPESETTING} if chapter.sources else every_module())
        read = {name: finished.data for name, finished in done.items() if chapter.reads(name)}
        inputs = [self.quick, library_versions(), content(*roots), read]
        key = digest(json.dumps(inputs, sort_keys=True)).hex()
        return self.folder / f"{self._name(chapter)}{key[:16]}.json"

    def _name(self, chapter: Chapter) -> str:
        return f"{chapter.name}-{'quick' if self.quick else 'full'}-"

    def load(self, chapter: Chapter, done: Done) -> Finished | None:
        """The chapter if nothing that it depends on has changed since; a damaged file is none."""
        try:
            return Finished(**unsealed(self._path(chapter, done).read_bytes()))
        except (OSError, Damaged, TypeError, LookupError):
            return None

    def store(self, chapter: Chapter, done: Done, finished: Finished) -> None:
        """Keep a chapter, whole or not at all, in place of its older states.

        One whose sources cannot be found is not kept: nobody could tell when it is out of date.
        """
        try:
            path = self._path(chapter, done)
        except LookupError:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        write_text(path, sealed(asdict(finished)).decode())
        for old in self.folder.glob(f"{self._name(chapter)}????????????????.json"):
            if old != path:
                old.unlink(missing_ok=True)
