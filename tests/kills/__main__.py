"""``python -m tests.kills``: commands killed at random moments; all counts must be zero."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import redirect_stdout
from importlib import import_module
from pathlib import Path

from tests.fuzz.forked import over_forks
from tests.fuzz.judge import Ended
from tests.fuzz.tally import Tally
from tests.kills.jobs import JOBS, QUICK, prepare
from tests.kills.kill import COLUMNS, killed, reference


def kinds(ended: Ended) -> Iterator[tuple[str, str]]:
    """What was wrong, by its column."""
    for each in ended.left:
        yield each.partition(":")[0], each


def run(count: int, seed: int, workers: int, folder: Path, jobs: Iterable[str] = JOBS) -> Tally:
    """Kills 0 to ``count`` of a seed, but for those that were made before."""
    tally = Tally(folder / f"kills-{seed}.jsonl", count, kinds, COLUMNS)
    if tally.left:
        prepare()
        _warm()
        whole = {name: reference(JOBS[name], folder / "reference") for name in jobs}

        def each(number: int, place: Path, streams: Sequence[int]) -> Ended:
            return killed(seed, number, whole, place)

        over_forks(tally.left, each, folder / "work", workers, tally.add, 4, 900.0)
    return tally


def _warm() -> None:
    from binodal.cli import main

    with open(os.devnull, "w") as null, redirect_stdout(null):
        for ask in (["train", "--help"], ["sweep", "--help"], ["reproduce", "--help"]):
            main(ask)
        main(["solve", "teacher-student", "--preset", "fig2"])
    for name in (
        "binodal.experiments.summary",
        "binodal.reports.run",
        "binodal.validate.run.ensemble",
    ):
        import_module(name)


def main() -> int:
    """Make what is not made yet, print the counts, and return 1 if any is not zero."""
    os.environ["OMP_NUM_THREADS"] = "1"
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--quick", action="store_true", help="the commands that start at once")
    parser.add_argument("-o", "--output", type=Path, default=Path("build/kills"))
    asked = parser.parse_args()
    tally = run(
        asked.count,
        asked.seed,
        asked.workers,
        asked.output.resolve(),
        QUICK if asked.quick else JOBS,
    )
    print("\n".join(tally.table("kills")))
    return 1 if tally.faults else 0


if __name__ == "__main__":
    sys.exit(main())
