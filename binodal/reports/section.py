"""A model's part of the report, and the derivations in it, verified as they are written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from derive.derivation import Derivation
    from derive.step import Step

Say = Callable[[str], None]


@dataclass
class Section:
    """``title`` and Markdown ``body``; a ``table`` of rows for the terminal, its header first;
    figures by file name, each a function that writes itself; ``data`` for results.json."""

    title: str
    body: list[str] = field(default_factory=list)
    table: list[list[str]] = field(default_factory=list)
    figures: dict[str, Callable[[Path], None]] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)


def markdown_table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as a Markdown table, the header first.

    >>> print(markdown_table([["q", "kind"], ["0.7", "minimum"]]))
    | q | kind |
    |---|---|
    | 0.7 | minimum |
    """
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


def verified_steps(
    quantities: Mapping[str, Callable[[str], Derivation]], theory: str, say: Say
) -> tuple[str, int]:
    """All quantities with their steps as Markdown, each step once, and how many steps there are.

    The renderer runs the checks and raises when one fails, so what is returned has passed.
    """
    from derive.derivation import Derivation
    from derive.render import render

    parts: list[str] = []
    seen: list[Step] = []
    for name, quantity in quantities.items():
        start = perf_counter()
        whole = quantity(theory)
        new = tuple(step for step in whole.steps if step not in seen)
        seen += new
        text = render(Derivation(whole.title, new, whole.results), "markdown", steps=True)
        parts.append(re.sub(r"^#", "###", text, flags=re.MULTILINE))
        say(f"  {name:<20} {len(new)} steps checked  {perf_counter() - start:5.1f} s")
        for step in new:
            say(f"    {step.name}: {step.check.route}")
    return "\n\n".join(parts), len(seen)
