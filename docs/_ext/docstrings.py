"""Docstrings as they are written here: bars are norms, and indented paragraphs are formulas."""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx


def as_written(
    app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]
) -> None:
    """Escape | in running text, where it is markup, and keep indented paragraphs as they are."""
    written: list[str] = []
    for line in lines:
        indented = line.startswith("    ")
        if indented and written and not written[-1] and not _in_block(written):
            written += ["::", ""]
        written.append(line if indented else line.replace("|", r"\|"))
    lines[:] = written


def _in_block(lines: list[str]) -> bool:
    """Whether the last line that is not empty opens an indented block or belongs to one."""
    last = next((line for line in reversed(lines) if line), "")
    return last.startswith((" ", ":", "..")) or last.endswith("::")


def setup(app: Sphinx) -> dict[str, bool]:
    """Look at every docstring that autodoc reads."""
    app.connect("autodoc-process-docstring", as_written)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
