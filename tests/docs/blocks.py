"""Fenced blocks of Markdown pages, and the rules that they keep.

Languages: ``python`` runs as it stands; ``output`` is what the python block before it prints;
``pycon`` is a session whose answers are compared; ``console`` shows commands after ``$`` and what
they print. ``...`` in what is shown stands for anything. Every other block, and every block that
cannot run, says so in its first line: ``not-run: the reason``. One that takes long says ``long``
there, and so does its output: ``make laws`` runs it, and ``make test`` does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.laws import WHOLE

RUN = ("python", "output", "pycon", "console")
_FENCE = re.compile(r"^( *)(`{3,}|~{3,}|:{3,})(.*)$")
_ITEM = re.compile(r"^\s*([-*+:]|\d+\.)\s")


@dataclass(frozen=True)
class Block:
    """A block's language, its text, the line of its first line, why it must not run, its length."""

    language: str
    text: str
    line: int
    reason: str = ""
    long: bool = False

    @property
    def runs(self) -> bool:
        """Whether the block runs in this session."""
        return not self.reason and (WHOLE or not self.long)


def blocks(page: str) -> Iterator[Block]:
    """The blocks of a page, in order; directives such as ``{toctree}`` are not code.

    >>> [(b.language, b.line, b.reason) for b in blocks("a\\n```c not-run: shown only\\nx;\\n```")]
    [('c', 3, 'shown only')]
    >>> [b.long for b in blocks("```python long\\nx\\n```")]
    [True]
    """
    lines = page.splitlines()
    at = 0
    while at < len(lines):
        fence = _FENCE.match(lines[at])
        at += 1
        if not fence or fence[2].startswith(":"):
            continue
        start, closing = at, re.compile(rf"^ *{fence[2][0]}{{{len(fence[2])},}}\s*$")
        while at < len(lines) and not closing.match(lines[at]):
            at += 1
        body = [line.removeprefix(fence[1]) for line in lines[start:at]]
        at += 1
        info = fence[3].strip()
        if not info.startswith("{"):
            language, _, rest = info.partition(" ")
            long = rest.strip() == "long"
            reason = "" if long else rest.strip().removeprefix("not-run:").strip()
            yield Block(language, "\n".join([*body, ""]), start + 1, reason, long)


def violations(page: str, diagrams: bool = False) -> list[str]:
    """Blocks that would be skipped in silence, or shown without being checked.

    With ``diagrams`` indented blocks may stand as they are: drawings, no code.

    >>> violations("text\\n\\n    indented = 1\\n")
    ['line 3: an indented block is not checked: use a fence']
    >>> violations("```js\\nx\\n```")
    ["line 2: 'js' does not run: give a reason, not-run: ..."]
    """
    found, before = [], ""
    for block in blocks(page):
        if block.language not in RUN and not block.reason:
            found.append(
                f"line {block.line}: {block.language!r} does not run: give a reason, not-run: ..."
            )
        if block.language == "output" and before != "python":
            found.append(f"line {block.line}: output without a python block before it")
        before = block.language
    return found + [
        f"line {number}: an indented block is not checked: use a fence"
        for number in ([] if diagrams else _indented(page.splitlines()))
    ]


def _indented(lines: list[str]) -> Iterator[int]:
    """First lines of indented code: four spaces after a blank line, outside fences and lists."""
    fence, blank, in_list = "", True, False
    for number, line in enumerate(lines, 1):
        mark = _FENCE.match(line)
        if mark and (not fence or mark[2].startswith(fence)):
            fence = "" if fence else mark[2]
        elif not fence and line.strip():
            code = line.startswith("    ") and blank and not in_list
            if code:
                yield number
            if not line.startswith(" "):
                in_list = bool(_ITEM.match(line))
        blank = not line.strip()


def pages(root: Path) -> dict[str, str]:
    """The texts of README.md and of all pages below docs/, by their names."""
    files = [root / "README.md", *sorted((root / "docs").rglob("*.md"))]
    return {
        path.relative_to(root).as_posix(): path.read_text("utf-8")
        for path in files
        if "_build" not in path.parts
    }
