"""The two theories: as published, and as derived here."""

from __future__ import annotations

THEORIES = ("published", "derived")


def require_theory(theory: str) -> str:
    """``theory`` if it is known, else ValueError."""
    if theory not in THEORIES:
        raise ValueError(f"theory {theory!r} is not one of {', '.join(THEORIES)}")
    return theory
