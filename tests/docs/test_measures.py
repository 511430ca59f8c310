"""docs/measures.md defines what the code measures."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

from tests.docs.measures import renewed

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "measures.md").read_text("utf-8")


def test_the_table_is_that_of_the_code():
    assert renewed(PAGE) == PAGE


def test_another_definition_would_be_seen():
    assert renewed(PAGE.replace("sum over frequencies", "sum over neurons")) == PAGE
