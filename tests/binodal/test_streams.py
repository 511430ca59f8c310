"""Streams that are closed, full or a terminal: the contract's status, no traceback, no codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from binodal.streams import Stream, visible

UNDECIDED = ("critical", "modular", "--preset", "fig3", "--event", "gmfl2")


def shell(line: str) -> subprocess.CompletedProcess[str]:
    """A line of a shell in which $B is the program."""
    return subprocess.run(
        ["sh", "-c", line],
        env={**os.environ, "B": f"{sys.executable} -m binodal"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("line", "status", "err"),
    [
        ("$B cite >&-", 0, ""),
        ("$B cite 2>&-", 0, ""),
        ("$B cite <&- >&- 2>&-", 0, ""),
        ("$B nonsense 2>&-", 2, ""),
        ("$B nonsense 2>/dev/full", 2, ""),
        ("$B cite >/dev/full", 3, "binodal: standard output: No space left on device\n"),
        ("$B cite >/dev/full 2>&1", 3, ""),
        ("$B --help >/dev/full 2>&1", 3, ""),
    ],
)
def test_closed_and_full_streams(line, status, err):
    ran = shell(line)
    assert (ran.returncode, ran.stderr) == (status, err)


def test_a_reader_that_leaves_does_not_change_the_status():
    line = f"{{ $B {' '.join(UNDECIDED)} --json; echo $? >&2; }} | true"
    assert shell(line).stderr == "1\n"


def test_nothing_that_a_user_typed_moves_the_cursor(run):
    evil = "a\x1b[2J\x07\x9b1m\u202eb"
    for arguments in (
        ("solve", "modular", "-s", f"{evil}=1"),
        ("solve", "modular", "-s", f"N={evil}"),
        ("codegen", "teacher-student", "action", "--target", "c", "-o", f"none/{evil}"),
        (evil,),
        ("compare", evil),
        ("audit", evil),
    ):
        ran = run(*arguments)
        assert (ran.status, ran.out, ran.err.count("\n")) == (2, "", 1)
        assert not set("\x1b\x07\x9b\u202e") & set(ran.err) and "[2J" in ran.err


class Inner:
    encoding = "ascii"

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        text.encode(self.encoding)
        self.text += text


def test_json_stays_json_where_an_encoding_lacks_a_character():
    stream = Stream(Inner(), "out")
    value = {"a": "± λ \U0001f600 \x7f \udc80"}
    stream.write(json.dumps(value, ensure_ascii=False))
    assert json.loads(stream.inner.text) == value


def test_what_is_visible_stays():
    assert visible("± λ\tx\n") == "± λ\tx\n"
