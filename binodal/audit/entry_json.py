"""Entries as JSON documents: verdicts, expressions, ratios, sizes and witnesses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp

from binodal.audit.paper.alphabet import latex
from binodal.audit.paper.entry import Entry, Part, Verdict, gravest, reason
from binodal.audit.paper.judge import judge
from binodal.audit.paper.labels import WITNESS_TESTS
from binodal.audit.quoted import judge_quoted
from binodal.audit.setting import size
from binodal.audit.witnesses import run
from binodal.numerics.balls import as_dict

Document = dict[str, Any]
_LONGEST = 700
_STUDENT_TEXT = {f"M.{i}" for i in range(1, 14)} | {"M.6b", "M.11b"}


def model_of(label: str) -> str:
    """Which setting of the paper gives the sizes of an entry."""
    student = label in _STUDENT_TEXT or label.startswith(("A.", "C.", "D.", "M.Claim"))
    return "teacher-student" if student else "modular"


def told(expression: sp.Basic | None, write: Callable[[sp.Basic], str]) -> str | None:
    """An expression as it is written; None where it is too long to say anything."""
    if expression is None or len(str(expression)) > _LONGEST:
        return None
    return write(expression)


def part_document(part: Part, model: str) -> Document:
    """One part: printed, derived, ratio, and for a difference its size in the paper's setting."""
    if part.measure:
        return _quoted_document(part)
    judged = judge(part)
    off = judged.verdict in (Verdict.CORRECTED, Verdict.APPROXIMATION)
    document: Document = {
        "name": part.name,
        "verdict": str(judged.verdict),
        "printed": str(part.printed),
        "derived": None if judged.derived is None else str(judged.derived),
        "ratio": told(judged.ratio, str) if off or judged.verdict == Verdict.NOTATION else None,
        "difference": told(judged.difference, str) if off else None,
        "latex": {
            "printed": latex(part.printed),
            "derived": told(judged.derived, latex),
            "ratio": told(judged.ratio, latex) if off else None,
            "difference": told(judged.difference, latex) if off else None,
        },
    }
    if off:
        document["size"] = {
            "ratio": size(judged.ratio, model),
            "difference": size(judged.difference, model),
        }
    if part.limit and judged.verdict == Verdict.APPROXIMATION:
        document["limit"] = part.limit.name
    return document


def _quoted_document(part: Part) -> Document:
    """A quoted number beside the ball that judges it."""
    judged = judge_quoted(part)
    value = judged.number.value
    ball = as_dict(value, 12)
    known = ball if judged.number.proved else {"value": ball["mid"], "error": ball["rad"]}
    middle = float(value.mid())
    ratio = f"{float(part.printed) / middle:.6g}" if middle else None
    agrees = judged.verdict == Verdict.CONFIRMED
    document: Document = {
        "name": part.name,
        "verdict": str(judged.verdict),
        "printed": str(sp.N(part.printed, 6)) if part.printed.q != 1 else str(part.printed),
        "derived": known,
        "ratio": None if agrees else ratio,
        "difference": None if agrees else f"{float(judged.difference.mid()):.6g}",
        "latex": None,
    }
    if judged.verdict == Verdict.APPROXIMATION:
        document["limit"] = part.approximates
    return document


def witness_document(name: str) -> Document:
    """A witness's report."""
    evidence = run(name)
    return {
        "name": name,
        "method": evidence.method,
        "statement": evidence.statement,
        "derived_holds": bool(evidence.derived_holds),
        "printed_fails": None if evidence.printed_fails is None else bool(evidence.printed_fails),
        "numbers": dict(evidence.numbers),
    }


def entry_document(entry: Entry) -> Document:
    """One label with everything that is known about it."""
    parts = [part_document(part, model_of(entry.label)) for part in entry.parts]
    verdicts = [Verdict(part["verdict"]) for part in parts]
    return {
        "label": entry.label,
        "title": entry.title,
        "verdict": str(gravest(verdicts)),
        "parts": parts,
        "why": reason(entry, verdicts),
        "evidence": [*entry.evidence, *(f"{WITNESS_TESTS}[{name}]" for name in entry.witnesses)],
        "witnesses": [witness_document(name) for name in entry.witnesses],
    }
