"""Run pages, each in a folder and with names of its own.

The blocks of a page share their names, as a reader who types them in would. The first difference
ends the run. Pages of one process share what the program has derived, which is most of the work.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import shlex
import subprocess
import traceback
from pathlib import Path

from binodal.cli import main
from tests.docs.blocks import Block, blocks

_FLAGS = doctest.ELLIPSIS
_CHECKER = doctest.OutputChecker()


class Differs(Exception):
    """A block does not do what its page says."""


class Page:
    """The state of a reader: names defined so far, the last output, the last exit status."""

    def __init__(self, name: str) -> None:
        self.name, self.names, self.said, self.status = name, {"__name__": "__main__"}, "", 0

    def run(self, block: Block) -> None:
        getattr(self, f"_{block.language}")(block)

    def _python(self, block: Block) -> None:
        code = compile("\n" * (block.line - 1) + block.text, self.name, "exec")
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(code, self.names)
        self.said = out.getvalue()

    def _output(self, block: Block) -> None:
        self._compare(block.text, self.said, block.line)

    def _pycon(self, block: Block) -> None:
        test = doctest.DocTestParser().get_doctest(
            block.text, self.names, self.name, self.name, block.line - 1
        )
        report = io.StringIO()
        runner = doctest.DocTestRunner(_CHECKER, verbose=False, optionflags=_FLAGS)
        if runner.run(test, out=report.write, clear_globs=False).failed:
            raise Differs(report.getvalue())
        self.names.update(test.globs)

    def _console(self, block: Block) -> None:
        for line, command, shown in commands(block):
            if command == "echo $?":
                said = f"{self.status}\n"
            else:
                self.status, said = call(command)
            self._compare(shown, said, line)

    def _compare(self, shown: str, said: str, line: int) -> None:
        wanted, got = stripped(shown), stripped(said)
        if not _CHECKER.check_output(wanted, got, _FLAGS):
            raise Differs(f"{self.name}:{line}: the page shows\n{wanted}\nbut it is\n{got}")


def stripped(text: str) -> str:
    """Without spaces at the ends of lines and empty lines at the ends of the text."""
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines()) + "\n"


def commands(block: Block) -> list[tuple[int, str, str]]:
    """(line, command, what is shown after it); a backslash continues a command."""
    found: list[tuple[int, str, str]] = []
    open_ended = False
    for line, text in enumerate(block.text.splitlines(), block.line):
        if open_ended:
            at, command, shown = found[-1]
            found[-1] = (at, f"{command} {text.strip()}", shown)
        elif text.startswith("$ "):
            found.append((line, text[2:], ""))
        elif found:
            at, command, shown = found[-1]
            found[-1] = (at, command, f"{shown}{text}\n")
        else:
            raise Differs(f"line {line}: a console block starts with '$ '")
        at, command, shown = found[-1]
        open_ended = not shown and command.endswith("\\")
        found[-1] = (at, command.removesuffix("\\").rstrip() if open_ended else command, shown)
    return found


def call(command: str) -> tuple[int, str]:
    """Exit status and output; binodal runs in this process unless a shell is needed."""
    if command.startswith("binodal ") and not set("|><&;$`*") & set(command):
        words = shlex.split(command)
        with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(out):
            status = main(words[1:])
        return status, out.getvalue()
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def run_page(path: Path) -> int:
    """How many blocks ran. Raises Differs, or what a block raises."""
    page, count = Page(path.name), 0
    for block in blocks(path.read_text("utf-8")):
        if block.runs:
            try:
                page.run(block)
            except Exception as error:
                error.add_note(f"{path}:{block.line}: in this block")
                raise
            count += 1
    return count


def run_pages(paths: list[Path], folder: Path) -> list[int] | str:
    """Run each page in a new folder below ``folder``: how many blocks ran, or what is wrong."""
    ran = []
    for number, path in enumerate(paths):
        place = folder / str(number)
        place.mkdir()
        os.chdir(place)
        try:
            ran.append(run_page(path))
        except Exception as error:
            return "".join(traceback.format_exception(error))
    return ran
