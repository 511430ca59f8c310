"""Negative control: equations made wrong on purpose must be caught, the right ones must pass."""

from __future__ import annotations

import random
from collections import Counter
from functools import cache

import pytest

from binodal.audit.paper.compare import agree
from binodal.audit.paper.entry import Part, Verdict
from binodal.audit.paper.judge import agrees, judge
from binodal.audit.paper.registry import registry
from tests.audit.paper.mutate import KINDS, mutant
from tests.laws import WHOLE

WANTED = 330 if WHOLE else 60
SEED = 20231005
# Exact sums in Q(zeta_P) take seconds a mutant; they get their share below with one of each kind.
SLOW = {"B.24", "M.9"}


@cache
def right_parts() -> list[tuple[str, Part]]:
    """All parts whose printed form passes: confirmed, or a slip of notation."""
    passing = (Verdict.CONFIRMED, Verdict.NOTATION)
    return [
        (entry.label, part)
        for entry in registry().values()
        for part in entry.parts
        if not part.measure and judge(part).verdict in passing and entry.label not in SLOW
    ]


def is_mutant(part: Part, changed) -> bool:
    """Whether a change is one: a form equal to the original is not."""
    try:
        return not agree(part.printed, changed)
    except (TypeError, ValueError, AttributeError):
        return True


def caught(label: str, part: Part, changed) -> bool:
    """An equation is caught if one of the statements that its entry makes of it does not pass."""
    same = (p for p in registry()[label].parts if p.printed == part.printed and not p.definition)
    return any(refused(p, changed) for p in same)


def refused(part: Part, changed) -> bool:
    """A statement that cannot even be evaluated does not pass."""
    try:
        return not agrees(part, changed)
    except (TypeError, ValueError, AttributeError, KeyError, ZeroDivisionError):
        return True


@pytest.mark.law
def test_mutants_are_caught(capsys):
    generator = random.Random(SEED)
    parts = right_parts()
    seen: Counter[str] = Counter()
    escaped, equal, tried = [], 0, 0
    while sum(seen.values()) < WANTED and tried < 20 * WANTED:
        label, part = parts[tried % len(parts)]
        kind = generator.choice(KINDS)
        tried += 1
        changed = mutant(part.printed, kind, generator)
        if changed is None:
            continue
        if not is_mutant(part, changed):
            equal += 1
            continue
        seen[kind] += 1
        if not caught(label, part, changed):
            escaped.append((label, part.name, kind, str(changed)))
    total = sum(seen.values())
    with capsys.disabled():
        print(
            f"\nmutants: {total - len(escaped)} of {total} caught "
            f"({100 * (total - len(escaped)) / total:.1f} %), {dict(sorted(seen.items()))}; "
            f"{equal} changes equal to the original skipped"
        )
    assert total == WANTED and set(seen) == set(KINDS)
    assert escaped == []


def test_unmutated_pass():
    assert all(agrees(part, part.printed) for _, part in right_parts())


def test_the_repair_of_a_misprint_passes():
    (part,) = (p for p in registry()["A.11-kernel"].parts if p.name == "Q11")
    assert not agrees(part, part.printed)
    assert agrees(part, 2 * part.printed)
