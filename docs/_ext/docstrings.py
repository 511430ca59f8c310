"""Docstrings as they are written here: bars are norms and absolute values, not substitutions."""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx


def escape_bars(
    app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]
) -> None:
    """Escape | outside of indented blocks, where reStructuredText reads it as markup."""
    lines[:] = [line if line.startswith("    ") else line.replace("|", r"\|") for line in lines]


def setup(app: Sphinx) -> dict[str, bool]:
    """Look at every docstring that autodoc reads."""
    app.connect("autodoc-process-docstring", escape_bars)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
