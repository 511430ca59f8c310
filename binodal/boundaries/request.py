"""What a caller asks of a boundary: events, two parameters, their ranges, theories."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from binodal.config import require_parameter
from binodal.errors import RequestError
from binodal.models.protocol import Model
from binodal.numerics.exact import exact
from binodal.request import require, require_event

SUFFIXES = (".svg", ".png", ".json", ".csv")
MOST_POINTS = 20_000


def parse_names(text: str) -> tuple[str, ...]:
    """Names separated by commas.

    >>> parse_names("sigma2, epsilon")
    ('sigma2', 'epsilon')
    """
    return tuple(part.strip() for part in text.split(",") if part.strip())


def parse_ranges(texts: Iterable[str]) -> dict[str, tuple[Fraction, Fraction]]:
    """NAME=A:B texts as exact ranges. Raises RequestError with what is wrong.

    >>> parse_ranges(["sigma2=0.1:1/2"])
    {'sigma2': (Fraction(1, 10), Fraction(1, 2))}
    """
    ranges: dict[str, tuple[Fraction, Fraction]] = {}
    for text in texts:
        name, equals, rest = text.partition("=")
        low, colon, high = rest.partition(":")
        name = name.strip()
        if not equals or not colon or not name:
            raise RequestError(f"{text!r}: write --range NAME=A:B")
        if name in ranges:
            raise RequestError(f"the range of {name} is given twice")
        ranges[name] = exact(low, name), exact(high, name)
    return ranges


def plane(of: Model, names: Sequence[str]) -> tuple[str, str]:
    """Two different parameters of the model. Raises RequestError."""
    for name in names:
        require_parameter(of.name, name)
    if len(names) != 2 or names[0] == names[1]:
        raise RequestError(f"in {','.join(names) or 'nothing'}: name two different parameters")
    return names[0], names[1]


def chosen_events(of: Model, events: Sequence[str], limit: str) -> tuple[str, ...]:
    """The events, each once. Raises RequestError for one that the model or limit lacks."""
    if not events:
        raise RequestError(f"no event: choose from {', '.join(of.events)}")
    for event in events:
        require_event(event, of, limit)
    return tuple(dict.fromkeys(events))


def chosen_theories(of: Model, theories: Sequence[str]) -> tuple[str, ...]:
    """The theories, all of the model where none or "both" is named. Raises RequestError."""
    for theory in theories:
        require(theory, (*of.theories, "both"), "theory")
    named = tuple(t for t in of.theories if t in theories)
    return of.theories if "both" in theories or not named else named
