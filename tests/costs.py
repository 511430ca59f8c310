"""The table of the costliest tests in docs/development.md, from what pytest says of a run.

``make test PYTEST_ARGS=--durations=20 | tee run.txt; python -m tests.costs < run.txt`` prints it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

_DURATION = re.compile(r"([\d.]+)s (call|setup|teardown) +tests/(\S+?)::(.+)")
_WHOLE = re.compile(r"(\d+) passed.* in ([\d.]+)s")


def table(said: str) -> Iterator[str]:
    """The rows, costliest first; what a fixture costs is said of the test that asked for it first.

    >>> said = "12.34s setup    tests/a/test_b.py::test_c[1]\\n== 5 passed, 1 skipped in 60.7s =="
    >>> print(*table(said), sep=" ")
    5 tests in 61 s | test | seconds | |---|---| | `a/test_b.py test_c[1]`, its setup | 12 |
    """
    (count, seconds), *_ = _WHOLE.findall(said)
    yield f"{count} tests in {float(seconds):.0f} s"
    yield "| test | seconds |"
    yield "|---|---|"
    for spent, part, path, test in _DURATION.findall(said):
        own = "" if part == "call" else f", its {part}"
        yield f"| `{path} {test.strip()}`{own} | {float(spent):.0f} |"


if __name__ == "__main__":
    print(*table(sys.stdin.read()), sep="\n")
