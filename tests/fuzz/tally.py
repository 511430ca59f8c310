"""Counts of faults, kept in a file beside the faults themselves: a run goes on where it stopped."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.fuzz.judge import COLUMNS, Ended

Judge = Callable[[Ended], Iterable[tuple[str, str]]]


class Tally:
    """What is known of ``count`` pieces of work; ``left`` are those that are not done."""

    def __init__(
        self, path: Path, count: int, judge: Judge, columns: Sequence[str] = COLUMNS
    ) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path, self._count, self._judge, self._columns = path, count, judge, columns
        self._done: set[int] = set()
        self.faults: Counter[str] = Counter()
        self._statuses: Counter[str] = Counter()
        self._stopped = 0
        if path.exists():
            for text in path.read_text("utf-8").splitlines():
                self._take(json.loads(text))

    @property
    def left(self) -> list[int]:
        """Numbers that are not done yet."""
        return [number for number in range(self._count) if number not in self._done]

    def add(self, records: list[tuple[int, Ended]]) -> None:
        """Judge what was recorded, and keep it: faults whole, the rest as a number."""
        with self._path.open("a", encoding="utf-8") as file:
            for number, ended in records:
                wrong = [("hung", "no end")] if ended.status is None else [*self._judge(ended)]
                row: dict[str, Any] = {"number": number, "status": ended.status}
                row["stopped"] = ended.stopped
                if wrong:
                    row |= {"faults": wrong, "ended": asdict(ended)}
                file.write(json.dumps(row) + "\n")
                self._take(row)
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{len(self._done)}/{self._count}, {self.faults.total()} faults ")

    def _take(self, row: dict[str, Any]) -> None:
        self._done.add(row["number"])
        self._statuses[str(row["status"])] += 1
        self._stopped += row["stopped"]
        self.faults.update({column for column, _ in row.get("faults", ())})

    def table(self, title: str) -> list[str]:
        """The counts in lines."""
        statuses = ", ".join(f"{n} with status {s}" for s, n in sorted(self._statuses.items()))
        head = f"{title}: {len(self._done)} ({statuses}; {self._stopped} asked to stop)"
        return [head, *(f"  {column:20}{self.faults[column]:>6}" for column in self._columns)]
