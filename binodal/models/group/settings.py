"""The settings of a group model and files of permutations: read, never evaluated."""

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

    Generators stand one a line behind the word ``permutation``, each as the images of 0, 1, ... or
    as cycles; lines of cycles need no word.
    """
    lines = map(_words, read_text(path, "group", _LARGEST_FILE).splitlines())
    rows = [words for words in lines if words]
    if not rows:
        raise RequestError(f"group {path}: no lines of a table")
    if rows[0][0] == "permutation" or rows[0][0].startswith("("):
        return _as_text(permutations_of(rows, f"group {path}"))
    from binodal.derive.groups.group import from_table

    numbers, names = _table(rows, path)
    group = from_table(numbers, str(path), names)
    return _as_text([list(group.table[g]) for g in group.generators])


def _words(line: str) -> list[str]:
    """The words of a line without its comment; commas and the brackets of lists part them too.

    >>> _words("[ 1, 2 ],  # the identity")
    ['1', '2']
    """
    return re.sub(r"[\[\],;]", " ", line.partition("#")[0]).split()


_Numbered = tuple[list[list[int]], Sequence[str]]


def _table(rows: Sequence[Sequence[str]], path: Path) -> _Numbered:
    """Products as numbers 0, 1, ..., and what these are called; numbers 1, 2, ... and names are
    read.

    Names stand in any order: it is that of the row of the neutral element, which its column
    repeats. A frame of names, * in its corner, is read and says the order.

    >>> _table([["1", "2"], ["2", "1"]], Path())
    ([[0, 1], [1, 0]], ['1', '2'])
    >>> _table([["b", "e", "a"], ["e", "a", "b"], ["a", "b", "e"]], Path())
    ([[0, 1, 2], [1, 2, 0], [2, 0, 1]], ['b', 'e', 'a'])
    """
    if rows[0][0] == "*":
        return _framed(rows, path)
    if all(word.isdecimal() for row in rows for word in row):
        numbers = [[int(word) for word in row] for row in rows]
        least = min(map(min, numbers))
        start = int(least == 1)
        names = [str(start + place) for place in range(len(rows))]
        return [[number - start for number in row] for row in numbers], names
    columns = list(zip(*rows, strict=False))
    neutral = (row for row, column in zip(rows, columns, strict=False) if tuple(row) == column)
    return _numbered(rows, next(neutral, rows[0]), "the first row", path)


def _framed(rows: Sequence[Sequence[str]], path: Path) -> _Numbered:
    names = rows[0][1:]
    for name, row in zip(names, rows[1:], strict=False):
        if row[0] != name:
            raise RequestError(f"group {path}: the row of {name} begins with {row[0]}")
    return _numbered([row[1:] for row in rows[1:]], names, "its first line", path)


def _numbered(
    rows: Sequence[Sequence[str]], names: Sequence[str], where: str, path: Path
) -> _Numbered:
    known = {name: place for place, name in enumerate(names)}
    for name in (word for row in rows for word in row if word not in known):
        raise RequestError(f"group {path}: {name} is not in {where}, which names the elements")
    return [[known[word] for word in row] for row in rows], names


def _as_text(generators: list[list[int]]) -> str:
    return "permutations " + " | ".join(" ".join(map(str, images)) for images in generators)


MOST_POINTS = 10_000
_CYCLES = re.compile(r"(\(\s*(\d+\s*)*\)\s*)+", re.ASCII)
_CYCLE = re.compile(r"\(([^)]*)\)")
_LINE = "permutation and the images of 0, 1, ..., or cycles as in (0 1 2)(3 4)"


def permutations_of(rows: Sequence[Sequence[str]], what: str) -> list[list[int]]:
    """Images of 0, 1, ... of every line; cycles move points among all that any line names.

    Raises RequestError for what is neither, and for a point that comes twice.

    >>> permutations_of([["permutation", "(0", "1", "2)"], ["(0", "1)(2)"], ["()"]], "mine")
    [[1, 2, 0], [1, 0, 2], [0, 1, 2]]
    """
    lines = [" ".join(words[words[0] == "permutation" :]) for words in rows]
    listed = [line for line in lines if not line.startswith("(")]
    in_cycles = [_cycles(line, what) for line in lines if line.startswith("(")]
    points = [point for cycles in in_cycles for cycle in cycles for point in cycle]
    size = max([len(line.split()) for line in listed] + [point + 1 for point in points] + [1])
    if size > MOST_POINTS:
        raise RequestError(f"{what}: permutations of at most {MOST_POINTS} points, 0, 1, ...")
    moved = iter(in_cycles)
    return [
        _moved(next(moved), size) if line.startswith("(") else _images(words, what)
        for line, words in zip(lines, rows, strict=True)
    ]


def _cycles(line: str, what: str) -> list[list[int]]:
    if not _CYCLES.fullmatch(line):
        raise RequestError(f"{what}: {line!r}: each line is {_LINE}")
    cycles = [[int(word) for word in inner.split()] for inner in _CYCLE.findall(line)]
    met: set[int] = set()
    for point in (point for cycle in cycles for point in cycle):
        if point in met:
            raise RequestError(f"{what}: {line}: no permutation in disjoint cycles: {point} twice")
        met.add(point)
    return cycles


def _moved(cycles: Sequence[Sequence[int]], size: int) -> list[int]:
    images = list(range(size))
    for cycle in cycles:
        for place, point in enumerate(cycle):
            images[point] = cycle[(place + 1) % len(cycle)]
    return images


def _images(words: Sequence[str], what: str) -> list[int]:
    head, *images = words
    if head != "permutation" or not all(word.isascii() and word.isdecimal() for word in images):
        raise RequestError(f"{what}: each line is {_LINE}")
    return [int(word) for word in images]
