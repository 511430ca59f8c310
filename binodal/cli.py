"""The command line: commands are loaded when they are called, and errors are one line.

Exit status: 0 done and decided; 1 done, but undecided, absent or in disagreement; 2 the request
makes no sense; 3 interrupted, out of resources or failed, with what is safe on disk. An error of
the program itself is also one line and 3; with BINODAL_DEBUG set its traceback follows.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module

import click

from binodal.errors import (
    BAD_REQUEST,
    DECIDED,
    STOPPED,
    BinodalError,
    Stopped,
    one_line,
    shell_terms,
)
from binodal.signals import LISTENER
from binodal.streams import guarded_streams, occupy_closed

COMMANDS = {
    "derive": "Derive a quantity; every step is checked first.",
    "audit": "Judge every printed equation by the derivations.",
    "solve": "Solve the closure; find all saddles and the phase.",
    "critical": "Where an event happens along a parameter, as a certified ball.",
    "boundary": "Events as certified curves in two parameters.",
    "sweep": "Solve on a grid of any number of parameters.",
    "map": "Certified phases over two parameters.",
    "hysteresis": "Both branches of a sweep, with barriers and escape times.",
    "dynamics": "Order parameters and errors in time, until rest.",
    "delay": "Did networks escape, or did their norm decay?",
    "ladder": "How an event approaches its thermodynamic limit.",
    "codegen": "Write a derived expression as code.",
    "explore": "Write an interactive page of all models.",
    "train": "Train networks to equilibrium; resumable bit for bit.",
    "compare": "Judge theories by the networks of a run.",
    "measure": "Progress measures of trained networks, beside the theory.",
    "experiment": "Run a whole experiment with networks, or show the stored ones.",
    "figure": "Draw one figure of the report.",
    "reproduce": "Derive, compute and write the report.",
    "selftest": "Repeat all checks on this machine.",
    "cite": "BibTeX of the program and of the paper.",
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and loads each when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of a first visit."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"binodal.commands.{cmd_name}").command
        command.name = cmd_name
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _show_version(ctx: click.Context, param: click.Parameter, wanted: bool) -> None:
    if wanted:
        from binodal.version import VERSION

        click.echo(f"binodal {VERSION}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show it.",
)
@click.pass_context
def program(ctx: click.Context) -> None:
    """Grokking as a first-order phase transition: derived, computed and tested."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def _invoke(arguments: list[str]) -> int:
    """Run without click's own handling of errors, which prints several lines."""
    try:
        with shell_terms(), program.make_context("binodal", arguments) as context:
            status = program.invoke(context)
    except click.exceptions.Exit as leave:
        return leave.exit_code
    return status if isinstance(status, int) else DECIDED


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status, after at most one line on stderr.

    Without ``arguments`` this is the program: it takes them from ``sys.argv``, and listens to the
    signals that ask a program to stop.
    """
    if arguments is not None:
        return _guarded(list(arguments))
    LISTENER.start()
    occupy_closed()
    status = _guarded(sys.argv[1:])
    if status == STOPPED:
        # CPython dies of SIGINT at exit, whoever handled it, when Ctrl-C came while some import
        # was executing a text (a dataclass, a named tuple); leaving at once keeps the status.
        os._exit(status)
    return status


def _guarded(arguments: list[str]) -> int:
    with guarded_streams():
        try:
            status = _invoke(arguments)
            sys.stdout.flush()
        except (KeyboardInterrupt, click.Abort):
            return _failed("interrupted", STOPPED)
        except Exception as error:
            if LISTENER.asked and not isinstance(error, Stopped):
                return _failed("interrupted", STOPPED)
            return _failed(*_verdict(error))
        # Somewhere between, a library may have swallowed the request to stop, and gone on.
        return _failed("interrupted", STOPPED) if LISTENER.asked else status


def _failed(message: str, status: int) -> int:
    with suppress(OSError):
        sys.stdout.flush()
    print(f"binodal: {one_line(message)}", file=sys.stderr)
    if os.environ.get("BINODAL_DEBUG"):
        import traceback

        traceback.print_exc()
    sys.stderr.flush()
    return status


def _verdict(error: Exception) -> tuple[str, int]:
    """The line and the status for an error."""
    if isinstance(error, BinodalError):
        return str(error), error.status
    if isinstance(error, click.ClickException):
        return error.format_message(), BAD_REQUEST
    if isinstance(error, MemoryError):
        return "out of memory: ask for fewer digits or a smaller grid", STOPPED
    if isinstance(error, OSError):
        return f"{error.filename or 'input or output'}: {error.strerror or error}", STOPPED
    return f"internal error, please report it: {type(error).__name__}: {error}", STOPPED
