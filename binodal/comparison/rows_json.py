"""Rows of a comparison as plain values."""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import isfinite, nan
from typing import TYPE_CHECKING, Any

from binodal.errors import DECIDED, UNDECIDED

if TYPE_CHECKING:
    from binodal.validate.compare.sources import Source
    from binodal.validate.compare.verdict import Row


def document(rows: Sequence[Row], sources: Sequence[Source] = ()) -> list[dict[str, Any]]:
    """One object a row; the sources that explain its gap stand in the row of their observable."""
    return [_row(row) | _sources(row, sources) for row in rows]


def _row(row: Row) -> dict[str, Any]:
    measured, predicted = row.measurement, row.prediction
    return {
        "observable": measured.observable,
        "theory": predicted.theory,
        "measured": number(measured.value),
        "stderr": number(measured.stderr),
        "bias": number(measured.bias),
        "bias_error": number(measured.bias_error),
        "predicted": number(predicted.value),
        "z": number(row.score.z),
        "verdict": str(row.verdict),
        "ess": number(measured.ess),
        "rhat": number(measured.rhat),
        "at": measured.at,
        "limit": predicted.limit,
        "modes": predicted.modes,
        "control": predicted.control,
        "predicted_error": number(predicted.error),
        "p": number(row.score.p),
        "freedom": number(row.score.freedom),
        "excludes": number(row.excludes),
        "threshold": row.threshold,
        "units": measured.units,
        "skewness": number(nan if measured.skewness is None else measured.skewness),
        "dominates": measured.dominates,
        "problem": measured.problem,
        "why": row.why,
    }


def _sources(row: Row, sources: Sequence[Source]) -> dict[str, Any]:
    own = [s for s in sources if (s.observable, s.at) == row.measurement.place]
    if not own:
        return {}
    return {
        "sources": [
            {
                "source": s.name,
                "effect": number(s.effect),
                "error": number(s.error),
                "share": number(s.share),
            }
            for s in own
        ]
    }


def number(value: float) -> float | None:
    """A finite number, or None, which JSON can say."""
    return float(value) if isfinite(value) else None


def exit_status(rows: Sequence[Row]) -> int:
    """1 if a theory that is no control DISAGREEs, or if no theory AGREEs anywhere."""
    verdicts = {str(row.verdict) for row in rows if not row.prediction.control}
    return DECIDED if "AGREE" in verdicts and "DISAGREE" not in verdicts else UNDECIDED


def as_json(rows: Sequence[dict[str, Any]]) -> str:
    """The document as JSON text."""
    return json.dumps(rows, indent=2, ensure_ascii=False, allow_nan=False)
