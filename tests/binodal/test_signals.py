"""What asks a command to stop ends it with one line and status 3, wherever it is just then."""

from __future__ import annotations

import gc
import os
import re
import signal
import subprocess
import sys
import time
from itertools import product
from pathlib import Path

import pytest
from flint import acb, arb

from binodal.numerics.integral import integral
from binodal.numerics.interrupts import SIGNALS, held
from tests.laws import cases
from tests.processes import needs_proc, until


def program(*arguments: str, folder: str | os.PathLike[str], **how: object) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "binodal", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **how,
    )


def hearing() -> None:
    """What runs the tests may ignore signals, and its children would too."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)


def wait_until_it_listens(process: subprocess.Popen) -> None:
    """Until the program has replaced what the system does at these signals."""
    status = Path(f"/proc/{process.pid}/status")
    wanted = sum(1 << (number - 1) for number in SIGNALS)

    def listens() -> bool:
        caught = re.search(r"SigCgt:\s*(\w+)", status.read_text())
        return caught is not None and int(caught[1], 16) & wanted == wanted

    until(listens)


@needs_proc
@pytest.mark.parametrize(("number", "seconds"), cases(product(SIGNALS, (0.0, 2.0)), every=4))
def test_a_command_that_integrates_stops_with_one_line(tmp_path, number, seconds):
    """Most of its time passes inside callbacks of certified quadrature."""
    rungs = ",".join(map(str, range(1, 1000)))
    asked = ("ladder", "modular", "--preset", "fig3", "--betas", rungs)
    process = program(*asked, folder=tmp_path, preexec_fn=hearing)
    wait_until_it_listens(process)
    time.sleep(seconds)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (3, "", "binodal: interrupted\n")
    assert list(tmp_path.iterdir()) == []


def test_what_is_ignored_stays_ignored(tmp_path):
    def ignoring() -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    process = program("solve", "modular", "--preset", "fig3", folder=tmp_path, preexec_fn=ignoring)
    time.sleep(0.3)
    process.send_signal(signal.SIGHUP)
    assert process.communicate(timeout=60)[1] == "" and process.returncode == 0


@pytest.mark.parametrize("call", [1, 10])
def test_a_signal_inside_a_callback_of_flint_is_not_lost(call):
    calls = 0

    def integrand(t: acb, analytic: bool) -> acb:
        nonlocal calls
        calls += 1
        if calls == call:
            signal.raise_signal(signal.SIGINT)
        return t.exp()

    with pytest.raises(KeyboardInterrupt):
        integral(integrand, 0, 3)
    assert calls == call
    assert integral(lambda t, analytic: t, 0, arb(2)).real.contains(2)


def test_flint_ends_without_an_exception_that_waits(monkeypatch):
    """One that waits in its loop is said by whatever collects garbage there."""
    dropped, before = [], gc.get_threshold()
    monkeypatch.setattr(sys, "unraisablehook", dropped.append)

    def integrand(t: acb, analytic: bool) -> acb:
        signal.raise_signal(signal.SIGINT)
        return t.exp()

    gc.set_threshold(1)
    try:
        with pytest.raises(KeyboardInterrupt):
            integral(integrand, 0, 3)
    finally:
        gc.set_threshold(*before)
    assert dropped == []


def test_an_error_of_an_integrand_is_passed_on():
    with pytest.raises(ZeroDivisionError):
        integral(lambda t, analytic: acb(1 // 0), 0, 3)


def test_flint_alone_would_lose_it():
    """The control: if flint learns to pass it on, its wrapper is not needed any more."""

    def integrand(t: acb, analytic: bool) -> acb:
        raise KeyboardInterrupt

    with pytest.raises(SystemError):
        acb.integral(integrand, 0, 3)


def test_held_signals_are_delivered_once_behind_the_block():
    seen = []
    before = signal.signal(signal.SIGTERM, lambda number, _: seen.append(number))
    try:
        with held() as arrived:
            signal.raise_signal(signal.SIGTERM)
            signal.raise_signal(signal.SIGTERM)
            assert (arrived, seen) == ([signal.SIGTERM] * 2, [])
        assert seen == [signal.SIGTERM]
    finally:
        signal.signal(signal.SIGTERM, before)


def test_a_request_that_a_destructor_swallows_is_made_again(tmp_path):
    code = """if True:
        import signal, sys, time
        from binodal.signals import LISTENER
        from binodal import cite
        class Swallowing:
            def __del__(self):
                signal.raise_signal(signal.SIGTERM)
        class Paper:
            def __str__(self):
                item = Swallowing(); del item
                for _ in range(500):
                    time.sleep(0.01)
                return "not reached"
        cite.PAPER = Paper()
        sys.argv[1:] = ["cite"]
        from binodal.cli import main
        main()
    """
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (3, "", "binodal: interrupted\n")


def test_an_error_that_a_swallowed_request_became_is_not_shown(tmp_path):
    """A library's own code may turn it into an error of the file that it reads."""
    code = """if True:
        import signal, sys
        from binodal import cite
        from binodal.errors import RequestError
        class Paper:
            def __str__(self):
                try:
                    signal.raise_signal(signal.SIGTERM)
                except KeyboardInterrupt:
                    raise RequestError("the file is damaged")
        cite.PAPER = Paper()
        sys.argv[1:] = ["cite"]
        from binodal.cli import main
        main()
    """
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (3, "", "binodal: interrupted\n")
