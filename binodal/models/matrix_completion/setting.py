"""The entries of a symmetric matrix that are seen, and the one that is timed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from binodal.errors import RequestError
from binodal.numerics.exact import exact

ENTRIES, ENTRY = "1,2: 2 | 2,2: 4 | 2,3: 1", "1,1"
_LONGEST, _LARGEST = 5_000, 8
_EXAMPLE = "write i,j: value of each entry, as in 1,2: 3; 2,2: 1/2"
Place = tuple[int, int]


@dataclass(frozen=True)
class Setting:
    """Places (counted from zero, row at most column) and values; ``size`` rows, ``entry`` timed."""

    size: int
    places: tuple[Place, ...]
    values: tuple[Fraction, ...]
    entry: Place

    @property
    def everywhere(self) -> tuple[Place, ...]:
        """All places of a symmetric matrix, each once."""
        return tuple((i, j) for i in range(self.size) for j in range(i, self.size))

    @property
    def hidden(self) -> tuple[Place, ...]:
        """Those that are not seen."""
        return tuple(place for place in self.everywhere if place not in self.places)


def named(place: Place) -> str:
    """As entries are written, counted from one.

    >>> named((0, 2))
    '1_3'
    """
    return f"{place[0] + 1}_{place[1] + 1}"


def canonical(settings: Mapping[str, str]) -> dict[str, str]:
    """Settings as they are written in names and documents. Raises RequestError.

    >>> canonical({"entries": "2,1:2; 2,2:4", "entry": "1,1"})
    {'entries': '1,2: 2 | 2,2: 4', 'entry': '1,1'}
    """
    of = setting_of(settings)
    seen = zip(of.places, of.values, strict=True)
    return {
        "entries": " | ".join(f"{i + 1},{j + 1}: {value}" for (i, j), value in seen),
        "entry": ",".join(str(k + 1) for k in of.entry),
    }


def setting_of(settings: Mapping[str, str]) -> Setting:
    """What settings in words mean; i,j and j,i are one entry. Raises RequestError."""
    text = settings["entries"]
    if len(text) > _LONGEST:
        raise RequestError(f"entries: at most {_LONGEST} characters")
    parts = [part.strip() for part in re.split(r"[|;\n]", text) if part.strip()]
    if not parts:
        raise RequestError(f"entries: there are none; {_EXAMPLE}")
    entries: dict[Place, Fraction] = {}
    for part in parts:
        place, colon, value = part.partition(":")
        if not colon:
            raise RequestError(f"entries {part!r}: {_EXAMPLE}")
        pair = _place(place, "entries")
        if pair in entries:
            raise RequestError(f"entries {part!r}: this entry is given twice")
        entries[pair] = exact(value, "entries")
    if not any(entries.values()):
        raise RequestError("entries: every entry is zero, and so is every predictor")
    entry = _place(settings["entry"], "entry")
    size = 1 + max(j for _, j in (*entries, entry))
    return Setting(size, tuple(entries), tuple(entries.values()), entry)


def _place(text: str, what: str) -> Place:
    words = [word.strip() for word in text.split(",")]
    if len(words) != 2 or not all(w.isascii() and w.isdecimal() and len(w) < 4 for w in words):
        raise RequestError(f"{what} {text.strip()!r}: choose a row and a column, such as 1,2")
    row, column = sorted(int(word) for word in words)
    if not 1 <= row <= column <= _LARGEST:
        raise RequestError(f"{what} {text.strip()!r}: rows and columns go from 1 to {_LARGEST}")
    return row - 1, column - 1
