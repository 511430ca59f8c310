"""Run the benchmarks: ``python -m benchmarks.run [NAME ...]`` prints one table.

A benchmark is a module ``benchmarks/bench_NAME.py`` with ``run() -> list[Row]``. One that
fails is shown as failed, the others still run, and the exit status is 1.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from benchmarks.timing import Row
from binodal.progress import Progress

HEADER = ("benchmark", "ours", "naive", "ratio", "note")


def names(folder: Path) -> list[str]:
    """Names of the benchmarks in a folder, without the prefix."""
    return sorted(path.stem.removeprefix("bench_") for path in folder.glob("bench_*.py"))


def duration(value: float) -> str:
    """Seconds with a unit that fits.

    >>> [duration(t) for t in (3.2, 0.0481, 7.25e-05)]
    ['3.2 s', '48.1 ms', '72.5 us']
    """
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value / 1e-6:.3g} us"


def table(rows: Sequence[Row]) -> str:
    """Rows as aligned text.

    >>> print(table([Row("sum", 0.001, 0.02, "1e6 terms")]))
    benchmark  ours  naive  ratio  note
    sum        1 ms  20 ms  20     1e6 terms
    """
    cells = [HEADER] + [
        (r.name, duration(r.ours), duration(r.naive), f"{r.ratio:.3g}", r.note) for r in rows
    ]
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEADER))]
    lines = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in cells]
    return "\n".join(line.rstrip() for line in lines)


def collect(chosen: Sequence[str]) -> tuple[list[Row], list[str]]:
    """Rows of the chosen benchmarks, and a sentence for each that failed."""
    rows: list[Row] = []
    failures = []
    with Progress("benchmarks", len(chosen)) as progress:
        for name in chosen:
            progress.advance(0, name)
            try:
                rows += import_module(f"benchmarks.bench_{name}").run()
            except Exception as error:
                failures.append(f"{name} failed: {type(error).__name__}: {error}")
            progress.advance(1, name)
    return rows, failures


def main(arguments: Sequence[str]) -> int:
    """Print the table; the status is 0, 1 if a benchmark failed, 2 for an unknown name."""
    known = names(Path(__file__).parent)
    unknown = sorted(set(arguments) - set(known))
    if unknown:
        print(f"unknown benchmark {', '.join(unknown)}; known: {', '.join(known)}", file=sys.stderr)
        return 2
    rows, failures = collect(arguments or known)
    print(table(rows))
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
