"""``python -m tests.unchanged record DIR`` and ``compare BEFORE AFTER``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.unchanged.compare import report
from tests.unchanged.record import Record, Store, counts, record
from tests.unchanged.requests import Request, requests


def main(arguments: Sequence[str] | None = None) -> int:
    """Record what is not recorded yet, or compare; 1 if there is any difference."""
    parser = argparse.ArgumentParser(prog="python -m tests.unchanged", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("record", help="ask for everything, and keep the answers")
    making.add_argument("folder", type=Path)
    making.add_argument("--quick", action="store_true", help="the few that take seconds")
    making.add_argument("--cache", type=Path, help="the user's cache; an empty one if not given")
    comparing = commands.add_parser("compare", help="list every difference of two records")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    for command in (making, comparing):
        command.add_argument("--kind", action="append", help="this kind alone, or these")
    asked = parser.parse_args(arguments)
    if asked.command == "record":
        return _record(asked.folder, asked.quick, asked.kind, asked.cache)
    before, after = (_of_kinds(folder, asked.kind) for folder in (asked.before, asked.after))
    lines, same = report(before, after)
    print("\n".join(lines))
    return 0 if same else 1


def _of_kinds(folder: Path, kinds: Sequence[str] | None) -> dict[tuple[str, str], Record]:
    if not any(folder.glob("*.jsonl")):
        raise SystemExit(f"{folder}: nothing is recorded there")
    return {key: one for key, one in Store(folder).read().items() if not kinds or key[0] in kinds}


def _record(folder: Path, quick: bool, kinds: Sequence[str] | None, cache: Path | None) -> int:
    wanted = [one for one in requests(quick) if not kinds or one.kind in kinds]
    spent: dict[str, float] = {}
    last = _processor()

    def say(request: Request) -> None:
        nonlocal last
        last, seconds = _processor(), _processor() - last
        spent[request.kind] = spent.get(request.kind, 0.0) + seconds
        if sys.stderr.isatty() or seconds > 5:
            print(f"{seconds:6.1f} s  {request.kind}: {request.name}", file=sys.stderr, flush=True)

    done = record(folder, wanted, say, cache)
    for kind, count in counts(Store(folder).read()).items():
        print(f"{kind:12}{count:>6}" + (f"{spent[kind]:8.0f} s" if kind in spent else ""))
    print(f"{done} requests recorded, {len(wanted) - done} were there before")
    return 0


def _processor() -> float:
    """Seconds of the processor, with those of processes that have ended."""
    return sum(os.times()[:4])


if __name__ == "__main__":
    os.environ["OMP_NUM_THREADS"] = "1"
    sys.exit(main())
