"""The session's own cache, and which docstrings run: without torch, not those that load it."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.repo.imports import loading, modules

# Tests share the cores: threads of one process would wait for those of another.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# Bytecode is kept, of assertions that pytest wrote anew too: all processes of a session share it.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# SymPy forgets after a thousand answers, and derivations ask for the same ones much later.
os.environ.setdefault("SYMPY_CACHE_SIZE", "20000")

ROOT = Path(__file__).resolve().parent
WITHOUT_TORCH = find_spec("torch") is None


def _needing_torch() -> set[Path]:
    where = modules(ROOT)
    return {where[name] for name in loading(ROOT, "torch")} if WITHOUT_TORCH else set()


SKIPPED = _needing_torch()


def pytest_configure(config: pytest.Config) -> None:
    """One cache for all processes of the session: a test may keep what it has broken on purpose.

    Until all tests are there what is loaded stays: nothing is looked through for garbage.
    """
    gc.disable()
    if not hasattr(config, "workerinput"):
        folder = tempfile.mkdtemp(prefix="binodal-tests-")
        os.environ["XDG_CACHE_HOME"] = folder
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


def pytest_collection_finish() -> None:
    """Collections of garbage pass over the tests themselves, and are rarer."""
    gc.freeze()
    gc.enable()
    gc.set_threshold(50_000, 50, 100)


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    return True if collection_path in SKIPPED else None


def pytest_report_header(config: pytest.Config) -> str | None:
    if not SKIPPED:
        return None
    return f"torch is not installed: the doctests of {len(SKIPPED)} modules do not run"
