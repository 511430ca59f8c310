"""One kill: a command starts, is killed at a random moment, and is started again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.fuzz.judge import Ended
from tests.kills.jobs import JOBS, LOG, Job, done, result, stamps

COLUMNS = (
    "traceback",
    "wrong status",
    "wrong output",
    "not completed",
    "other bits",
    "lost work",
    "left behind",
    "process left",
)
_KILLS = (signal.SIGKILL,) * 4 + (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_PATIENCE = 240.0


@dataclass(frozen=True)
class Reference:
    """An undisturbed run of a job: its status, the hash of its result, and its seconds."""

    status: int
    result: str
    seconds: float


def started(arguments: Sequence[str], place: Path) -> int:
    """The command as a fork of this warm process, with a session of its own; its number."""
    child = os.fork()
    if child:
        return child
    try:
        os.setsid()
        os.chdir(place)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for number, name in ((1, "out"), (2, "err")):
            file = os.open(place / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(file, number)
        sys.stdout, sys.stderr = (
            os.fdopen(n, "w", encoding="utf-8", closefd=False) for n in (1, 2)
        )
        sys.argv = ["binodal", *arguments]
        from binodal.__main__ import main

        os._exit(main())
    finally:
        os._exit(70)


def cold(arguments: Sequence[str], place: Path) -> int:
    """The same as a process that has to load everything first."""
    with open(place / "out", "w") as out, open(place / "err", "w") as err:
        ran = subprocess.Popen(
            [sys.executable, "-m", "binodal", *arguments],
            cwd=place,
            stdout=out,
            stderr=err,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
    return ran.pid


def ended(pid: int, seconds: float = _PATIENCE) -> int | None:
    """Exit status of a process, -N for one that signal N ended, None for one that hangs."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        number, status = os.waitpid(pid, os.WNOHANG)
        if number:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return None


def session(leader: int) -> list[int]:
    """Processes that are left of a session."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def fresh(place: Path) -> None:
    """A folder with an empty log and streams."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    for name in (LOG, "out", "err"):
        (place / name).touch()


def reference(job: Job, place: Path) -> Reference:
    """Run a job undisturbed."""
    fresh(place)
    start = time.monotonic()
    status = ended(started(job.arguments, place))
    assert status in (0, 1), (status, (place / "err").read_text())
    return Reference(status, result(job, place), time.monotonic() - start)


def killed(seed: int, number: int, references: dict[str, Reference], place: Path) -> Ended:
    """Kill a job once, complete it, and say in ``left`` all that is not as it must be."""
    chosen = Random(f"kill {seed} {number}")
    jobs = [JOBS[name] for name in references]
    job = chosen.choices(jobs, [each.share for each in jobs])[0]
    how, whole = chosen.choice(_KILLS), references[job.name]
    is_cold = chosen.random() < 0.05 and job.name.startswith("train")
    fresh(place)
    start = time.monotonic()
    pid = (cold if is_cold else started)(job.arguments, place)
    time.sleep(chosen.uniform(0, 1.1) * whole.seconds)
    group = how != signal.SIGKILL and chosen.random() < 0.5
    (os.killpg if group else os.kill)(pid, how)
    status = ended(pid)
    said = f"{job.name}, {how.name}{' to all' * group} after {time.monotonic() - start:.2f} s"
    wrong = [*_first(status, how, whole, place), *_processes(pid)]
    safe, before = done(job, place), stamps(job, place)
    (place / LOG).write_text("")
    going = (place / job.store / "run.json").exists()
    again = ended(started((*job.arguments, *(job.again if going else ())), place))
    wrong += _second(job, again, whole, place, safe, before)
    err = (place / "err").read_text("utf-8", "replace")
    return Ended([said], again, "", err, wrong, time.monotonic() - start)


def _first(status: int | None, how: signal.Signals, whole: Reference, place: Path) -> Iterator[str]:
    err = (place / "err").read_text("utf-8", "replace")
    if "Traceback" in err or "internal error" in err or "Exception ignored" in err:
        yield f"traceback: {err[-1500:]}"
    if status == whole.status:
        return
    if how == signal.SIGKILL:
        if status != -signal.SIGKILL:
            yield f"wrong status: {status}: {err[-500:]}"
        return
    # A signal that comes before Python runs the first line ends the process by itself.
    early = status == -how and not err
    if status != 3 and not early:
        yield f"wrong status: {status}: {err[-500:]}"
    if status == 3 and (err.count("\n") != 1 or not err.startswith("binodal: ")):
        yield f"wrong output: {err[-500:]}"
    if status == 3:
        yield from _left_behind(place)


def _second(
    job: Job,
    status: int | None,
    whole: Reference,
    place: Path,
    safe: set[str],
    before: dict[str, int],
) -> Iterator[str]:
    err = (place / "err").read_text("utf-8", "replace")
    if status != whole.status:
        yield f"not completed: {status}: {err[-1500:]}"
        return
    if result(job, place) != whole.result:
        yield f"other bits: {err[-500:]}"
    redone = safe & set((place / LOG).read_text().splitlines())
    if redone or "damaged" in err:
        yield f"lost work: {sorted(redone)[:5]} {err[-500:]}"
    after = stamps(job, place)
    if any(after.get(name) != stamp for name, stamp in before.items()):
        yield "lost work: a finished run was made again"
    yield from _left_behind(place)


def _left_behind(place: Path) -> Iterator[str]:
    for path in place.rglob("*"):
        if path.name.endswith((".part", ".partial", ".lock")) or path.name in ("stop", "lock"):
            yield f"left behind: {path.relative_to(place)}"


def _processes(leader: int) -> Iterator[str]:
    end = time.monotonic() + 60
    while session(leader):
        if time.monotonic() > end:
            yield f"process left: {session(leader)}"
            return
        time.sleep(0.05)
