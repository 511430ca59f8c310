"""A Sphinx directive ``binodal-help``: the help text of every command, from the program itself."""

from __future__ import annotations

import click
from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

from binodal.cli import COMMANDS, program

_WIDTH = 88


class CommandHelp(Directive):
    """A section for each command, with its help as it is printed."""

    def run(self) -> list[nodes.Node]:
        """One section a command, so that each has a link of its own."""
        nodes_made: list[nodes.Node] = []
        for name in COMMANDS:
            section = nodes.section(ids=[f"binodal-{name}"], names=[f"binodal {name}"])
            section += nodes.title(text=f"binodal {name}")
            text = help_of(name)
            section += nodes.literal_block(text, text, language="text")
            self.state.document.note_implicit_target(section, section)
            nodes_made.append(section)
        return nodes_made


def help_of(name: str) -> str:
    """The text of ``binodal NAME --help``."""
    group = click.Context(program, info_name="binodal")
    command = program.get_command(group, name)
    if command is None:
        raise KeyError(name)
    with click.Context(
        command, info_name=name, parent=group, terminal_width=_WIDTH, max_content_width=_WIDTH
    ) as context:
        return command.get_help(context)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("binodal-help", CommandHelp)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
