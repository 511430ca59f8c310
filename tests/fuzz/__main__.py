"""``python -m tests.fuzz``: random command lines and damaged files; the counts must be zero."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path


def main() -> int:
    """Run what is not run yet, print the counts, and return 1 if any is not zero."""
    os.environ["OMP_NUM_THREADS"] = "1"
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20000, help="command lines")
    parser.add_argument("--files", type=int, default=600, help="damaged files")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--quick", action="store_true", help="no store that needs full caches")
    parser.add_argument("-o", "--output", type=Path, default=Path("build/fuzz"))
    asked = parser.parse_args()
    from tests.fuzz.damage import KINDS, SELF_CONTAINED
    from tests.fuzz.damage_run import run_damage
    from tests.fuzz.lines_run import run_lines

    folder = asked.output.resolve()
    lines = run_lines(asked.count, asked.seed, asked.workers, folder, asked.quick)
    kinds = SELF_CONTAINED if asked.quick else (*KINDS,)
    files = run_damage(asked.files, asked.seed, asked.workers, folder, kinds)
    print("\n".join([*lines.table("command lines"), *files.table("damaged files")]))
    return 1 if lines.faults or files.faults else 0


if __name__ == "__main__":
    sys.exit(main())
