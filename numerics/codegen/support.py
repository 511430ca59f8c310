"""Helper functions that a generated file carries: found by name, copied with what they call."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from binodal.numerics.codegen.targets import Target

_MARKER = re.compile(r"^(?:#|//) helper (\w+)\n", re.MULTILINE)


@cache
def _blocks(resource: str) -> tuple[str, dict[str, str]]:
    """The lines before the first helper, and the text of each helper."""
    text = (files("binodal.numerics.codegen") / "helpers" / resource).read_text("utf-8")
    preamble, *rest = _MARKER.split(text)
    return preamble, {n: b.strip("\n") for n, b in zip(rest[::2], rest[1::2], strict=True)}


def helpers(target: Target, body: str) -> list[str]:
    """Helpers that the text of a body calls, directly or through each other, in file order."""
    _, blocks = _blocks(target.helpers)
    needed: set[str] = set()
    while True:
        text = "\n".join([body, *(blocks[name] for name in needed)])
        called = {name for name in blocks if re.search(rf"\b{name}\b", text)}
        if called == needed:
            return [block for name, block in blocks.items() if name in needed]
        needed = called


def imports(target: Target) -> list[str]:
    """Import lines that the helpers of a Python target need."""
    preamble, _ = _blocks(target.helpers)
    return [line for line in preamble.splitlines() if re.match(r"(import|from) ", line)]
