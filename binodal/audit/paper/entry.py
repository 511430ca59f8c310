"""What a printed equation is to the audit: typed data, a way to its derived form, a reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import sympy as sp

Derived = Callable[[], sp.Basic]
Reading = Callable[[sp.Basic], sp.Basic]


class Verdict(StrEnum):
    """The judgement of a part; an entry has the gravest verdict of its parts."""

    CORRECTED = "corrected"
    APPROXIMATION = "approximation"
    NOTATION = "notation"
    CONFIRMED = "confirmed"
    DEFINITION = "definition"


GRAVEST_FIRST = tuple(Verdict)


@dataclass(frozen=True)
class Limit:
    """A named limit in which an approximation becomes exact: ``symbol`` -> ``value``."""

    name: str
    symbol: sp.Symbol
    value: sp.Expr


@dataclass(frozen=True)
class Part:
    """One statement of a printed equation.

    ``printed`` is what the page says, in the toolkit's symbols. One of these judges it:
    ``derived`` fetches the same thing from a derivation; ``residual`` maps the printed form to
    something that vanishes iff it is right; ``measure`` names a number that numerics computes.
    With none of them the part is a definition.
    ``reading`` translates a slip of notation, ``setting`` states a condition under which the paper
    works: the part is `notation` if it agrees only so. ``limit`` declares an approximation: it
    counts as one only if the difference is proved to vanish there. For a quoted number ``unit`` is
    one unit of its last digit, and ``approximates`` names what makes it an approximation if it
    disagrees; without that it is wrong. ``slip`` says in words what is not right on the page, and
    is refused where the judgement finds nothing: words never contradict a verdict.
    """

    name: str
    printed: sp.Basic
    derived: Derived | None = None
    residual: Reading | None = None
    measure: str = ""
    reading: Reading | None = None
    setting: Reading | None = None
    limit: Limit | None = None
    unit: sp.Rational = sp.S.Zero
    approximates: str = ""
    slip: str = ""

    @property
    def definition(self) -> bool:
        """Whether nothing can judge it: it says what a word means."""
        return self.derived is None and self.residual is None and not self.measure


@dataclass(frozen=True)
class Entry:
    """A label with its parts, what they mean, and where that is shown.

    ``why`` holds for the whole entry and accuses nothing: what is wrong is said by the slips of its
    parts. ``evidence`` names commands and test files; ``witnesses`` are independent numerical
    checks by name, which numerics runs.
    """

    label: str
    title: str
    parts: tuple[Part, ...]
    why: str = ""
    evidence: tuple[str, ...] = ()
    witnesses: tuple[str, ...] = ()


class Contradiction(Exception):
    """Words about a part that its computed verdict does not bear out."""


def reason(entry: Entry, verdicts: Sequence[Verdict]) -> str:
    """``why`` of an entry with the slips of its parts, whose verdicts are given.

    Raises :class:`Contradiction` when a slip is told of a part that is right, when a part is wrong
    without a word, or when a part that is right as it stands declares a reading or a limit.

    >>> part = Part("x", sp.Integer(1), lambda: sp.Integer(1), slip="x lacks a factor")
    >>> reason(Entry("X", "x", (part,), ""), [Verdict.CONFIRMED])
    Traceback (most recent call last):
    ...
    binodal.audit.paper.entry.Contradiction: X, x: confirmed, but 'x lacks a factor'
    """
    for part, verdict in zip(entry.parts, verdicts, strict=True):
        right = verdict in (Verdict.CONFIRMED, Verdict.DEFINITION)
        excused = part.slip or part.reading or part.setting or part.limit
        if right and excused:
            slip = part.slip or "a reading or a limit"
            raise Contradiction(f"{entry.label}, {part.name}: {verdict}, but {slip!r}")
        if not right and not part.slip:
            raise Contradiction(f"{entry.label}, {part.name}: {verdict}, and nothing says why")
    slips = dict.fromkeys(part.slip for part in entry.parts if part.slip)
    return " ".join(filter(None, (*slips, entry.why)))


def definition(name: str, printed: sp.Basic) -> Part:
    """A part that defines something."""
    return Part(name, printed)


def gravest(verdicts: list[Verdict]) -> Verdict:
    """The verdict of a whole from those of its parts.

    >>> gravest([Verdict.CONFIRMED, Verdict.NOTATION]).value
    'notation'
    """
    return min(verdicts, key=GRAVEST_FIRST.index)
