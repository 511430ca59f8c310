"""Command lines in forks of a warm process: a thousand times faster than a process for each."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from tests.fuzz.judge import Ended

LIMIT, HUNG = 1.0, 120.0
"""Seconds of the processor until a line is asked to stop, and of a clock until it counts as hung:
another load on the machine is no fault."""

BATCH = 50
Each = Callable[[int, Path, Sequence[int]], Ended]
"""Does the piece of work of a number in a folder of its own, with these files as its streams."""

_LOCKS = (".part", ".lock", ".partial")


class Ran:
    """A fork that does pieces of work one after another, and records each as it ends."""

    def __init__(self, numbers: Sequence[int], each: Each, work: Path, hung: float) -> None:
        self.numbers, self._hung = list(numbers), hung
        work.mkdir(parents=True, exist_ok=True)
        self._records = work / "records.jsonl"
        self._records.unlink(missing_ok=True)
        self._size, self._moved, self.well = 0, time.monotonic(), True
        self.pid = os.fork()
        if self.pid == 0:
            status = 1
            try:
                _child(self.numbers, each, work, self._records)
                status = 0
            finally:
                os._exit(status)

    def poll(self) -> bool:
        """Whether the fork has ended; one that hangs is killed."""
        done, status = os.waitpid(self.pid, os.WNOHANG)
        if done:
            self.well = status == 0
            return True
        size = self._records.stat().st_size if self._records.exists() else 0
        if size != self._size:
            self._size, self._moved = size, time.monotonic()
        elif time.monotonic() - self._moved > self._hung:
            os.kill(self.pid, signal.SIGKILL)
        return False

    def records(self) -> list[tuple[int, Ended]]:
        """What was recorded, in the order of the numbers."""
        if not self._records.exists():
            return []
        rows = [json.loads(text) for text in self._records.read_text("utf-8").splitlines()]
        return [(row["number"], Ended(**row["ended"])) for row in rows]


def _child(numbers: Sequence[int], each: Each, work: Path, records: Path) -> None:
    streams = [_captured(work / name, fd) for fd, name in ((1, "out"), (2, "err"))]
    sys.stdout, sys.stderr = (os.fdopen(fd, "w", encoding="utf-8", closefd=False) for fd in (1, 2))
    with records.open("a", encoding="utf-8") as file:
        for number in numbers:
            ended = each(number, work / "place", streams)
            file.write(json.dumps({"number": number, "ended": asdict(ended)}) + "\n")
            file.flush()
            if ended.stopped:
                return  # a module whose import was stopped stays half made in this process


def fresh(template: Path, place: Path) -> None:
    """The folder as it was, entered."""
    os.chdir("/")
    if place.exists():
        shutil.rmtree(place)
    shutil.copytree(template, place, symlinks=True, copy_function=_copied, ignore=_special)
    for name in ("fifo",):
        os.mkfifo(place / name)
    os.chdir(place)


def _special(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name in ("fifo", "sock")]


def _copied(source: str, target: str) -> str:
    """Links to files are hard: nothing here writes into a file in place."""
    return str(shutil.copy2(source, target, follow_symlinks=False))


def _captured(path: Path, number: int) -> int:
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
    os.dup2(file, number)
    return file


def run_line(arguments: list[str], streams: Sequence[int], limit: float = LIMIT) -> Ended:
    """Run it here, with an alarm that asks it to stop."""
    from binodal.cli import main
    from binodal.signals import LISTENER

    for file in streams:
        os.ftruncate(file, 0)
    asked = False

    def alarm(number: int, frame: object) -> None:
        nonlocal asked
        asked = True
        signal.raise_signal(signal.SIGINT)

    signal.signal(signal.SIGPROF, alarm)
    LISTENER.start()  # as the program does; this is a fork, which ends with the line
    start = time.monotonic()
    signal.setitimer(signal.ITIMER_PROF, limit)
    raised = ""
    status: int | None = None
    try:
        status = main(list(arguments))
    except BaseException as error:
        raised = f"Traceback (most recent: {type(error).__name__}: {error}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    sys.stdout.flush()
    sys.stderr.flush()
    out, err = (_content(file) for file in streams)
    return Ended(list(arguments), status, out, err + raised, [], time.monotonic() - start, asked)


def _content(file: int) -> str:
    size = os.fstat(file).st_size
    return os.pread(file, min(size, 4_000_000), 0).decode("utf-8", "backslashreplace")


def left_behind(
    before: dict[str, tuple[int, int, int]], after: dict[str, tuple[int, int, int]], ended: Ended
) -> list[str]:
    """Halves and locks, anything after a bad request, and special files that were replaced."""
    new = [name for name in after if name not in before]
    found = [name for name in new if any(word in name for word in _LOCKS)]
    changed = {name for name in before if after.get(name, (0,))[0] != before[name][0]}
    found += [f"{name} is another kind of file now" for name in changed]
    if ended.status == 2:
        found += [name for name in new if name not in found]
        found += [f"{n} changed" for n in before if n in after and after[n] != before[n]]
    return sorted(set(found))


def over_forks(
    numbers: Sequence[int],
    each: Each,
    work: Path,
    workers: int,
    tell: Callable[[list[tuple[int, Ended]]], None],
    batch: int = BATCH,
    hung: float = HUNG,
) -> None:
    """All numbers in forks, ``workers`` at a time; what ends or hangs its fork is told as such."""
    waiting = [list(numbers[k : k + batch]) for k in range(0, len(numbers), batch)][::-1]
    running: dict[int, Ran] = {}
    while waiting or running:
        for slot in range(workers):
            if slot not in running and waiting:
                running[slot] = Ran(waiting.pop(), each, work / str(slot), hung)
        time.sleep(0.05)
        for slot, ran in list(running.items()):
            if ran.poll():
                del running[slot]
                records = ran.records()
                left = ran.numbers[len(records) :]
                if left and not ran.well:
                    records.append((left.pop(0), Ended([], None, "", "", [], 0.0, True)))
                if left:
                    waiting.append(left)
                tell(records)
