"""Many random lines, judged and counted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.fuzz.forked import fresh, left_behind, over_forks, run_line
from tests.fuzz.judge import Ended, faults
from tests.fuzz.lines import line
from tests.fuzz.place import listing, sound, warm
from tests.fuzz.tally import Tally


def run_lines(count: int, seed: int, workers: int, folder: Path, quick: bool = False) -> Tally:
    """Run lines 0 to ``count`` of a seed, but for those that were run before."""
    tally = Tally(folder / f"lines-{seed}.jsonl", count, faults)
    if tally.left:
        template = sound(folder)
        warm(not quick)
        over_forks(tally.left, Lines(seed, template), folder / "work", workers, tally.add)
    return tally


class Lines:
    """Runs the lines of a seed, each in a folder that is as it was before."""

    def __init__(self, seed: int, template: Path) -> None:
        self._seed, self._template = seed, template
        self._before: dict[str, tuple[int, int, int]] = {}

    def __call__(self, number: int, place: Path, streams: Sequence[int]) -> Ended:
        """Run one line."""
        if not self._before:
            self._renew(place)
        ended = run_line(line(self._seed, number), streams)
        after = listing(place)
        ended.left = left_behind(self._before, after, ended)
        if after != self._before:
            self._renew(place)
        return ended

    def _renew(self, place: Path) -> None:
        fresh(self._template, place)
        self._before = listing(place)
