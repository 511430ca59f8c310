"""Every block of README.md and docs/ runs and shows what it does, page by page."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.docs.blocks import blocks, pages, violations

ROOT = Path(__file__).resolve().parents[2]
PAGES = pages(ROOT)
RUNNING = [name for name, text in PAGES.items() if any(not b.reason for b in blocks(text))]
NEED_TRAINING = {"docs/howto/networks.md"}


@pytest.mark.parametrize("name", RUNNING)
def test_page_runs(name, tmp_path):
    if name in NEED_TRAINING and find_spec("torch") is None:
        pytest.skip("the extra train is not installed")
    variables = {
        "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "MPLBACKEND": "agg", "COLUMNS": "100",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.docs.page", str(ROOT / name)],
        cwd=tmp_path, env={**os.environ, **variables}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    wanted = sum(not block.reason for block in blocks(PAGES[name]))
    assert done.stdout == f"{wanted} blocks ran\n"


@pytest.mark.parametrize("name", PAGES)
def test_no_block_is_skipped_in_silence(name):
    assert violations(PAGES[name]) == []
