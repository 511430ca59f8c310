"""How long a user waits for the command line to answer at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.timing import Row, seconds


def run() -> list[Row]:
    """Whole processes: the help text against an interpreter that does nothing."""
    program = Path(sys.executable).with_name("binodal")

    def call(*command: str) -> None:
        subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL)

    ours = seconds(lambda: call(str(program), "--help"))
    bare = seconds(lambda: call(sys.executable, "-c", "pass"))
    return [Row("binodal --help", ours, bare, "naive is a bare interpreter")]
