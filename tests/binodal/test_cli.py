"""The program around the commands: help, lazy imports, pipes, and errors of every kind."""

from __future__ import annotations

import json
import subprocess
import sys

import click
import pytest

from binodal import cli
from binodal.api import derive
from binodal.cli import COMMANDS
from binodal.derive.errors import StepFailed
from binodal.errors import Stopped
from binodal.models.registry import model
from binodal.numerics.errors import NumericsError, Undecided


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)


def test_help_loads_no_mathematics():
    code = (
        "import sys; from binodal.cli import main; main(['--help']); "
        "print({'sympy', 'numpy', 'scipy', 'flint', 'matplotlib'} & set(sys.modules))"
    )
    assert python("-c", code).stdout.endswith("set()\n")


@pytest.mark.parametrize("arguments", [(), ("--help",), ("-h",)])
def test_help_lists_the_commands(run, arguments):
    ran = run(*arguments)
    assert ran.status == 0
    assert all(f"  {name} " in ran.out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(run, name):
    ran = run(name, "--help")
    assert (ran.status, ran.err) == (0, "")
    command = cli.program.get_command(click.Context(cli.program), name)
    assert command is not None and command.short_help == COMMANDS[name]


def test_version(run):
    from binodal.version import VERSION

    assert run("--version").out == f"binodal {VERSION}\n"


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (KeyboardInterrupt(), 3, "interrupted"),
        (MemoryError(), 3, "out of memory"),
        (Stopped("half is in x.nc"), 3, "half is in x.nc"),
        (StepFailed("d", "s", "1 is not 2"), 1, "1 is not 2"),
        (Undecided("too close\nto call"), 1, "too close to call"),
        (NumericsError("no"), 1, "no"),
        (OSError(28, "No space left on device", "x.nc"), 3, "x.nc: No space left on device"),
        (ValueError("odd"), 3, "internal error, please report it: ValueError: odd"),
        (RecursionError("deep"), 3, "RecursionError"),
    ],
)
def test_errors_are_one_line(run, monkeypatch, error, status, words):
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("binodal.cite.PAPER", property(fail))
    monkeypatch.setattr("click.echo", fail)
    ran = run("cite")
    assert (ran.status, ran.out) == (status, "")
    assert ran.err.startswith("binodal: ") and ran.err.count("\n") == 1
    assert words in ran.err


def test_a_traceback_is_there_for_those_who_ask(run, monkeypatch):
    def fail(*_: object) -> None:
        raise ValueError("odd")

    monkeypatch.setenv("BINODAL_DEBUG", "1")
    monkeypatch.setattr("click.echo", fail)
    assert "Traceback" in run("cite").err


def test_a_reader_that_leaves_is_no_error():
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import time; time.sleep(0.4)\n"
            "from binodal.cli import main; raise SystemExit(main(['cite']))",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert (process.wait(), errors) == (0, b"")


def test_derive_prints_every_format(run):
    for form, words in {
        "text": "check   passed",
        "latex": "\\paragraph",
        "markdown": "*Check (passed).*",
        "json": '"passed": true',
    }.items():
        ran = run("derive", "teacher-student", "kernel", "--steps", "--format", form)
        assert ran.status == 0 and words in ran.out
    assert "after" not in run("derive", "teacher-student", "kernel").out
    assert run("derive", "modular", "characters").status == 0
    depth = run("derive", "modular", "depth", "--steps").out
    assert "Saddles of one mode: depth" in depth and "depth = -x*(u*x - 2)/3" in depth
    assert "u_birth" not in depth and "curvature" not in depth


def test_derive_lists_what_there_is(run):
    """Without a quantity: each name, its title, and every result under the first that has it."""
    ran = run("derive", "diagonal-linear")
    whole = derive("diagonal-linear")
    assert ran.out == f"{whole}\n" and "6 quantities, 24 steps, all checked" in ran.out
    lines = ran.out.splitlines()[2:-3]
    titles = {line.split()[0]: line.split(maxsplit=1)[1] for line in lines if line[0] != " "}
    quantities = {
        name: make("derived") for name, make in model("diagonal-linear").derivations().items()
    }
    assert titles == {name: of.title for name, of in quantities.items()}
    ends = " ".join(line.strip() for line in lines if line[0] == " ").replace(",", " ").split()
    assert len(ends) == len(set(ends)) and {*ends} == {*whole.results}
    assert run("derive", "diagonal-linear", ends[-1]).status == 0
    assert repr(whole).endswith(
        "24 steps to flow, path, transition, classifier, escape, homogeneous"
    )


def test_derive_without_a_quantity_has_all_in_other_formats(run):
    document = json.loads(run("derive", "diagonal-linear", "--format", "json").out)
    assert [*document] == ["title", "assumptions", "results"]
    assert [*document["results"]] == [*derive("diagonal-linear").results]
    assert "check   passed" in run("derive", "diagonal-linear", "--steps").out
