"""The page of stored experiments, written once for all tests of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from binodal.experiments.page import page


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page, with its figures beside it."""
    return page(tmp_path_factory.mktemp("page"))
