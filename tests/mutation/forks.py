"""Work in a fork of this process: own session, no output, a limit of processor time."""

from __future__ import annotations

import json
import os
import resource
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from select import select
from typing import IO, Any

IDLE_SECONDS = 120.0
"""A child that spends no processor time for so long is stuck."""

_LOOK_SECONDS = 2.0
_IDLE_SHARE = 0.02
"""What threads that only look for something may spend meanwhile."""


def _child(work: Callable[[], Any], seconds: float, answer: int) -> None:
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    _, highest = resource.getrlimit(resource.RLIMIT_CPU)
    hard = int(time.process_time() + seconds) + 1
    if highest != resource.RLIM_INFINITY:
        hard = min(hard, highest)
    resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))
    found = json.dumps(work())
    with os.fdopen(answer, "w") as pipe:
        pipe.write(found)


def _end_when_idle(child: int, pipe: IO[str]) -> None:
    """Wait for an answer; kill a child that waits for something that never comes.

    Such a one spends no processor time, so no limit of that ends it.
    """
    since, spent = time.monotonic(), _spent(child)
    while not select([pipe], [], [], _LOOK_SECONDS)[0]:
        passed, more = time.monotonic() - since, _spent(child) - spent
        if passed > IDLE_SECONDS:
            if more < _IDLE_SHARE * passed:
                with suppress(ProcessLookupError):
                    os.killpg(child, signal.SIGKILL)
            since, spent = time.monotonic(), _spent(child)


def _spent(process: int) -> float:
    """Seconds of processor time of a process, or the clock's where the system does not tell."""
    try:
        words = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return time.monotonic()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def forked(work: Callable[[], Any], seconds: float) -> Any:
    """The result of ``work``, which must be JSON; None when it raised or its time was spent.

    >>> forked(lambda: [1, 2], 5.0)
    [1, 2]
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        with suppress(BaseException):  # nothing of the parent may go on in the child
            os.close(reader)
            _child(work, seconds, writer)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        _end_when_idle(child, pipe)
        answer = pipe.read()
    os.waitpid(child, 0)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    return json.loads(answer) if answer else None
