"""Laws over large tables: a fixed sample of the cases in ``make test``, all in ``make laws``."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

import pytest

WHOLE = os.environ.get("LAWS") == "whole"


def cases(table: Iterable[Any], every: int | None) -> list[Any]:
    """Every so many-th case of a table, and the last; all of them where that is asked.

    With None for ``every`` the last alone: of two cases that cost much.

    Each has the mark ``law``, by which ``make laws`` finds them.
    """
    listed = list(table)
    sample = [*(listed[:-1:every] if every else ()), *listed[-1:]]
    rows = (case if isinstance(case, tuple) else (case,) for case in (listed if WHOLE else sample))
    return [pytest.param(*row, marks=pytest.mark.law) for row in rows]


def beside(test: str) -> pytest.MarkDecorator:
    """A law at one more place, which ``make laws`` alone tries; ``make test`` tries it in ``test``.

    That is a test of the same file, or FILE::TEST with a path from the root.
    """
    return pytest.mark.law(beside=test)
