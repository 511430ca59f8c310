"""Numbers of the audit as its page and the report write them."""

from __future__ import annotations

from typing import Any


def judged(value: Any) -> str:
    """A judged number: a ball or a value with its error.

    >>> judged({"mid": "0.19", "radius": "1e-13"}), judged(7)
    ('0.19 ± 1e-13', '7')
    """
    if not isinstance(value, dict):
        return str(value)
    middle, radius = list(value.values())[:2]
    return f"{middle} ± {radius}"


def six_digits(value: float | None) -> str:
    """A number of a table; nothing where there is none.

    >>> six_digits(2 / 3), six_digits(None)
    ('0.666667', '')
    """
    return "" if value is None else f"{value:.6g}"
