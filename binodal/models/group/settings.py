"""The settings of a group model as users write them: read, never evaluated."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from binodal.errors import RequestError
from binodal.models.files import read_text
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
    """A file of a table or of generators, as generators.

    Generators stand one a line behind the word ``permutation``, each as the images of 0, 1, ...
    """
    lines = map(_words, read_text(path, "group", _LARGEST_FILE).splitlines())
    rows = [words for words in lines if words]
    if not rows:
        raise RequestError(f"group {path}: no lines of a table")
    if rows[0][0] == "permutation":
        return _as_text([_images(words, path) for words in rows])
    from binodal.derive.groups.group import from_table

    group = from_table(_table(rows, path), str(path))
    return _as_text([list(group.table[g]) for g in group.generators])


def _words(line: str) -> list[str]:
    """The words of a line without its comment; commas and the brackets of lists part them too.

    >>> _words("[ 1, 2 ],  # the identity")
    ['1', '2']
    """
    return re.sub(r"[\[\],;]", " ", line.partition("#")[0]).split()


def _table(rows: Sequence[Sequence[str]], path: Path) -> list[list[int]]:
    """Products as numbers 0, 1, ...; numbers 1, 2, ... and names in the first row's order are read.

    >>> _table([["e", "a"], ["a", "e"]], Path()) == _table([["1", "2"], ["2", "1"]], Path())
    True
    """
    if all(word.isdecimal() for row in rows for word in row):
        numbers = [[int(word) for word in row] for row in rows]
        least = min(map(min, numbers))
        return [[number - (least == 1) for number in row] for row in numbers]
    known = {name: place for place, name in enumerate(rows[0])}
    for name in (word for row in rows for word in row if word not in known):
        raise RequestError(
            f"group {path}: {name} is not in the first row, which names the elements"
        )
    return [[known[word] for word in row] for row in rows]


def _images(words: Sequence[str], path: Path) -> list[int]:
    head, *images = words
    if head != "permutation" or not all(word.isdecimal() for word in images):
        line = "permutation and the images of 0, 1, ..."
        raise RequestError(f"group {path}: each line is {line}")
    return [int(word) for word in images]


def _as_text(generators: list[list[int]]) -> str:
    return "permutations " + " | ".join(" ".join(map(str, images)) for images in generators)
