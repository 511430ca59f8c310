"""Laws over large tables: a fixed sample of the cases in ``make test``, all in ``make laws``."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

import pytest

WHOLE = os.environ.get("LAWS") == "whole"


def cases(table: Iterable[Any], every: int) -> list[Any]:
    """Every so many-th case of a table, and the last; all of them where that is asked.

    Each has the mark ``law``, by which ``make laws`` finds them.
    """
    listed = list(table)
    kept = listed if WHOLE else [*listed[:-1:every], *listed[-1:]]
    rows = (case if isinstance(case, tuple) else (case,) for case in kept)
    return [pytest.param(*row, marks=pytest.mark.law) for row in rows]
