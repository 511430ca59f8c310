"""Verdicts, computed from comparisons; nothing here knows what the answer should be."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import sympy as sp

from binodal.audit.paper.compare import Contrast, agree, components, contrast
from binodal.audit.paper.entry import Limit, Part, Verdict


@dataclass(frozen=True)
class Judgement:
    """A part with its verdict: what was derived, and by how much the page is off.

    ``ratio`` is printed/derived where it is simple, ``difference`` printed - derived.
    """

    part: Part
    verdict: Verdict
    derived: sp.Basic | None = None
    ratio: sp.Basic | None = None
    difference: sp.Basic | None = None


@cache
def judge(part: Part) -> Judgement:
    """The verdict of a part that needs no numbers, computed once in a process.

    Raises ValueError for a quoted number (numerics judges those) and
    :class:`binodal.audit.paper.compare.Undecidable` when neither equality nor difference is shown.
    """
    if part.measure:
        raise ValueError(f"part {part.name!r} quotes a number: numerics has to judge it")
    if part.definition:
        return Judgement(part, Verdict.DEFINITION)
    printed, derived = sides(part, part.printed)
    if agree(printed, derived):
        return Judgement(part, Verdict.CONFIRMED, derived, sp.Integer(1))
    if part.reading or part.setting:
        contrasted = contrast(printed, derived) if part.reading else Contrast(None, None)
        right = agrees(part, part.printed)
        verdict = Verdict.NOTATION if right else Verdict.CORRECTED
        return Judgement(part, verdict, derived, contrasted.ratio, contrasted.difference)
    contrasted = contrast(printed, derived)
    difference = contrasted.difference
    exact = part.limit and difference is not None and vanishes_in(difference, part.limit)
    verdict = Verdict.APPROXIMATION if exact else Verdict.CORRECTED
    ratio = None if part.residual else contrasted.ratio
    return Judgement(part, verdict, derived, ratio, contrasted.difference)


def sides(part: Part, printed: sp.Basic) -> tuple[sp.Basic, sp.Basic]:
    """What is compared: the printed form with the derived one, or its residual with zero."""
    if part.derived is not None:
        return printed, part.derived()
    assert part.residual is not None
    residual = part.residual(printed)
    zeros = [sp.Integer(0)] * len(components(residual))
    return residual, zeros[0] if len(zeros) == 1 else sp.Tuple(*zeros)


def vanishes_in(difference: sp.Basic, limit: Limit) -> bool:
    """Whether every component of a difference goes to zero in the named limit.

    >>> x = sp.Symbol("x")
    >>> vanishes_in(sp.exp(x) - 1, Limit("small x", x, sp.Integer(0)))
    True
    """
    return all(
        sp.limit(component, limit.symbol, limit.value) == 0 for component in components(difference)
    )


def agrees(part: Part, printed: sp.Basic) -> bool:
    """Whether a printed form would pass as this part: confirmed, or a slip of notation.

    ``reading`` translates the printed form alone; ``setting`` is a condition under which the paper
    works, and holds on both sides.
    """
    left, right = sides(part, part.reading(printed) if part.reading else printed)
    if part.setting:
        left, right = part.setting(left), part.setting(right)
    return agree(left, right)
