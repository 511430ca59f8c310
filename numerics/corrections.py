"""The first order in 1/N as solutions carry it: shifts by observable, or why there are none."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from binodal.numerics.errors import Undecided

WIDTH = "1/N"
DERIVED_ONLY = "first orders are those of the derived action"
BEYOND_DOUBLES = "the first order in 1/N is beyond the precision of doubles here"


def in_width(shifts: Callable[[], Mapping[str, object]]) -> dict[str, object]:
    """The ``corrections`` of a solution: what ``shifts`` gives, or None and ``why``.

    >>> in_width(lambda: {"a": 0.25})
    {'1/N': {'a': 0.25}}
    """
    try:
        return {WIDTH: shifts()}
    except Undecided as doubt:
        return {WIDTH: None, "why": str(doubt)}
    except ArithmeticError:
        return {WIDTH: None, "why": BEYOND_DOUBLES}
