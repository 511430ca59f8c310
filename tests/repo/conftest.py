"""Where the rules look: the repository, and small trees that break one rule each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


@pytest.fixture
def tree(tmp_path: Path) -> Callable[..., Path]:
    """A directory tree from texts: ``tree({"derive/a.py": "import numpy"})``."""

    def plant(files: dict[str, str]) -> Path:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return tmp_path

    return plant
