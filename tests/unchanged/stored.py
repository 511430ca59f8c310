"""Stored experiments judged by today's theories, in a copy of the checkout."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_LEFT_OUT = shutil.ignore_patterns(
    ".*", "__pycache__", "report", "build", "dist", "docs", "tests", "benchmarks", "*.egg-info"
)

# What the copy imports must be the copy: the module writes into the folder that it reads.
_GUARDED = """
import runpy, sys
from importlib.util import find_spec
from pathlib import Path
here = Path.cwd()
for name in ("binodal", "binodal.validate", "validate"):
    found = find_spec(name)
    if found and not Path(found.origin).is_relative_to(here):
        sys.exit(f"{name} is imported from {found.origin}")
sys.argv = [sys.argv[1], "--write"]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""


def module() -> str:
    """The module that ``make stored`` runs; only the Makefile knows where it is."""
    found = re.search(r"python -m ([\w.]+) --write", (ROOT / "Makefile").read_text("utf-8"))
    if found is None:
        raise SystemExit("the Makefile's target 'stored' runs no module with --write")
    return found[1]


def judge_again(place: Path) -> None:
    """Write the summaries as ``make stored`` does, but into the folder ``stored`` of ``place``."""
    copy = place / "checkout"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(ROOT, copy, symlinks=True, ignore=_LEFT_OUT)
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    command = [sys.executable, "-c", _GUARDED, module()]
    ended = subprocess.run(
        command, cwd=copy, env=environment, capture_output=True, text=True, check=False
    )
    if ended.returncode > 1 or ended.stderr:
        raise SystemExit(f"{' '.join(command[2:])}: {ended.stderr}")
    (place / "stored").mkdir(exist_ok=True)
    for file in copy.glob("**/stored/*.json"):
        shutil.copy(file, place / "stored")
