"""Work in a fork of this process: own session, no output, a limit of processor time."""

from __future__ import annotations

import json
import os
import resource
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any


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
        answer = pipe.read()
    os.waitpid(child, 0)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    return json.loads(answer) if answer else None
