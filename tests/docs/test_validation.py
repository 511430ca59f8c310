"""docs/validation.md is what the code gives today, and its references can tell."""

from __future__ import annotations

from dataclasses import replace
from math import isclose
from pathlib import Path

import pytest

from tests.docs.validation import TABLES, Row

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "validation.md").read_text("utf-8")
DIFFERENCE = 4


def _rows() -> dict[tuple[str, str], list[str]]:
    lines = [line.strip("| ").replace("\\|", "\0") for line in PAGE.splitlines() if "|" in line]
    cells = [[c.strip().replace("\0", "\\|") for c in line.split(" |")] for line in lines]
    return {(row[0], row[2]): row for row in cells if len(row) > 6}


@pytest.mark.parametrize("title", TABLES)
def test_page_is_up_to_date(title):
    shown = _rows()
    for row in TABLES[title]():
        page, now = shown[row.what, row.reference], row.cells()
        for place, (old, new) in enumerate(zip(page, now[: len(page)], strict=True)):
            numbers = place in (1, 3)
            same = isclose(float(old), float(new), rel_tol=1e-9) if numbers else old == new
            assert same or place == DIFFERENCE, f"{row.what}: {old} in docs, {new} now"


def test_a_wrong_number_fails():
    right = Row("x", 1.0, "y", 1.0 + 1e-9, 1e-8)
    assert right.passes and not replace(right, ours=1.0001).passes
    assert "**fail**" in replace(right, ours=2.0).cells()
