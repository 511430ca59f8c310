"""Texts of the explorer, kept between processes; deriving them takes a quarter of a minute."""

from __future__ import annotations

from collections.abc import Callable

from binodal.models.registry import model, others
from binodal.numerics.codegen.kept import kept

_SOURCES = ("binodal", "binodal.derive", "binodal.numerics", "binodal.validate")


def once(entry: str, build: Callable[[], str]) -> str:
    """What ``build`` returns, from the user's cache where it is there.

    What follows from models of other programs is not named by the sources here, and made anew.
    """
    foreign = any(model(name).explorer is not None for name in others())
    text: str = build() if foreign else kept(_SOURCES, [f"{entry} of the explorer"], build)
    return text
