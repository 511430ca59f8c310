"""A chapter's content before it is typeset, and the request that its writer gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from binodal.page.blocks import Block

Say = Callable[[str], None]
Document = Mapping[str, Any]
Ask = Callable[..., Document]
"""A command as a function that returns its document."""

FOLDER = ".chapters"
"""Where a report keeps its chapters, inside its folder."""


def nothing(*asked: Any, **of: Any) -> Document:
    """No document at all, for a chapter that asks for none. Raises LookupError."""
    raise LookupError(f"nobody here answers {asked} {of}")


@dataclass(frozen=True)
class Request:
    """What is asked: the quick or the full report; ``earlier`` is the data of chapters done.

    ``folder`` keeps what a chapter wants to find again after an interruption; ``advance`` is told
    the share of the chapter that is done. ``solve`` and ``critical`` answer as the commands do.
    """

    quick: bool
    say: Say
    folder: Path = Path(FOLDER)
    earlier: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    advance: Callable[[float], None] = lambda share: None
    solve: Ask = nothing
    critical: Ask = nothing


@dataclass
class Section:
    """Blocks of a chapter; ``closing`` prose for the end of the terminal's output; ``data`` for
    results.json, of JSON's own types; ``decided`` is False when a number is undecided."""

    blocks: Sequence[Block]
    closing: Sequence[str] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    decided: bool = True


def all_decided(documents: Sequence[Mapping[str, Any]]) -> bool:
    """Whether every document is; an absence that is proved is a decision here."""
    return all("undecided" not in (each["status"], each.get("phase")) for each in documents)
