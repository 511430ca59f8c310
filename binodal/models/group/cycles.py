"""Permutations of a file: images of 0, 1, ..., or cycles such as (0 1 2)(3 4)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from binodal.errors import RequestError

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
