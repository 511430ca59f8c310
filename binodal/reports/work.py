"""Finished chapters kept on disk, so that an interrupted report goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from shutil import rmtree
from typing import Any

from binodal.numerics.disk import Damaged, sealed, unsealed
from binodal.page.output import write_text
from binodal.page.section import FOLDER
from binodal.version import VERSION

PACKAGES = ("binodal", "binodal.derive", "binodal.numerics", "binodal.validate")
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
_SUFFIXES = (".py", ".css", ".json", ".c", ".js")


@dataclass(frozen=True)
class Finished:
    """A chapter as typeset: HTML, Markdown, drawings by name, and its data."""

    html: str
    markdown: str
    drawings: Mapping[str, str]
    table: list[list[str]]
    data: Mapping[str, Any]
    decided: bool
    seconds: float


def library_versions() -> dict[str, str]:
    """Versions of the libraries that numbers depend on; what is missing says so.

    >>> library_versions()["sympy"][0]
    '1'
    """
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def _sources() -> Iterator[Path]:
    for package in PACKAGES:
        spec = find_spec(package)
        for folder in (spec.submodule_search_locations or []) if spec else []:
            for path in sorted(Path(folder).rglob("*")):
                if path.suffix in _SUFFIXES:
                    yield path


@cache
def source_digest() -> str:
    """A hash of all sources of the program, stored experiments included."""
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


class Work:
    """A folder of chapters, each under a hash of what was asked, the sources and the libraries."""

    def __init__(self, output: Path, quick: bool) -> None:
        self.folder = output / FOLDER
        self._request = json.dumps(
            [VERSION, sys.version_info[:3], library_versions(), source_digest(), quick]
        )

    def _path(self, chapter: str) -> Path:
        key = hashlib.sha256(f"{self._request}{chapter}".encode()).hexdigest()
        return self.folder / f"{chapter}-{key[:16]}.json"

    def load(self, chapter: str) -> Finished | None:
        """The chapter if it was finished for this very request; a damaged file counts as none."""
        try:
            return Finished(**unsealed(self._path(chapter).read_bytes()))
        except (OSError, Damaged, TypeError):
            return None

    def store(self, chapter: str, finished: Finished) -> None:
        """Keep a chapter, whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_text(self._path(chapter), sealed(asdict(finished)).decode())

    def clear(self) -> None:
        """Remove the folder: the report is complete."""
        rmtree(self.folder, ignore_errors=True)
