"""Compiled C in this process: decided once, so that what is recorded is what runs."""

from __future__ import annotations

import ctypes
from functools import cache

from binodal.numerics.codegen.library import identity, load
from binodal.numerics.errors import CodegenError

NONE = "torch"
"""The name of what runs where nothing is compiled."""


@cache
def library(text: str) -> ctypes.CDLL | None:
    """The library of C source, or None where there is no compiler, now and from then on.

    A second try that went otherwise would let one process draw some numbers with compiled code,
    and others without.
    """
    try:
        return load(text)
    except CodegenError:
        return None


def name_of(loaded: ctypes.CDLL | None) -> str:
    """Which code runs: the hash of source, compiler, processor and flags, or :data:`NONE`."""
    return NONE if loaded is None else identity(loaded)
