"""The settings of a group model as users write them: read, never evaluated."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from binodal.errors import RequestError
from binodal.models.group.parameters import EVERY

GROUP, DECAY = "Z5", "schatten"
DECAYS = ("schatten", "frobenius")
_LARGEST_FILE = 8_000_000
_WRITTEN = re.compile(r"permutations [0-9 |]+")


def canonical(settings: Mapping[str, str]) -> dict[str, str]:
    """Settings as they are written in names and documents.

    Raises RequestError for what cannot be read. A group of a file is written as permutations that
    generate it, so that its name says all and the file is not needed again.

    >>> canonical({"group": "S3", "decay": "schatten", "irrep": "2a"})
    {'group': 'S3', 'decay': 'schatten', 'irrep': '2a'}
    """
    decay = settings["decay"]
    if decay not in DECAYS:
        raise RequestError(f"decay {decay!r}: choose {', '.join(DECAYS)}")
    group, irrep = settings["group"].strip(), settings["irrep"].strip()
    if (group, irrep) != (GROUP, EVERY):  # the default needs no characters when help is shown
        group = _group_text(group)
        _require_irrep(group, irrep)
    return {"group": group, "decay": decay, "irrep": irrep}


def _require_irrep(group: str, irrep: str) -> None:
    from binodal.models.group.setting import blocks_of

    blocks_of(group, irrep)


def _group_text(text: str) -> str:
    if _WRITTEN.fullmatch(text) or not _is_file(text):
        from binodal.derive.groups.names import from_text

        from_text(text)
        return text
    return _of_file(Path(text))


def _is_file(text: str) -> bool:
    """Names of groups have no suffix and no folder."""
    return "/" in text or "." in text or "\\" in text


def _of_file(path: Path) -> str:
    """A file of a table (rows of numbers 0, 1, ...) or of generators, as generators.

    Generators stand one a line behind the word ``permutation``, each as the images of 0, 1, ...
    """
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise RequestError(f"group {path}: more than {_LARGEST_FILE} bytes")
        lines = [line.split("#")[0].split() for line in path.read_text("utf-8").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(f"group {path}: cannot be read ({error})") from error
    rows = [words for words in lines if words]
    if not rows:
        raise RequestError(f"group {path}: no lines of numbers")
    if rows[0][0] == "permutation":
        return _as_text([_numbers(words[1:], path, words[0]) for words in rows])
    from binodal.derive.groups.group import from_table

    group = from_table([_numbers(words, path, "") for words in rows], str(path))
    return _as_text([list(group.table[g]) for g in group.generators])


def _numbers(words: list[str], path: Path, head: str) -> list[int]:
    if head not in ("", "permutation") or not all(word.isdecimal() for word in words):
        example = "a row of numbers 0, 1, ..., or permutation and the images of 0, 1, ..."
        raise RequestError(f"group {path}: each line is {example}")
    return [int(word) for word in words]


def _as_text(generators: list[list[int]]) -> str:
    return "permutations " + " | ".join(" ".join(map(str, images)) for images in generators)
