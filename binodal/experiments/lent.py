"""The bias of a step where a run did not measure it: as large as it was found in the others.

Runs of a sampler without Metropolis' rule that are too large to be made again carry, in place of a
measured bias, the largest that the experiment's other runs found of the same observable, with two
of its standard errors: relative to the value, or for logarithms as it is. The step is a fixed share
of its stability limit in all of them, so that the bias has no reason to grow with the size; that is
an estimate, and the case says whose bias it is. An observable that no run measured is not judged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Case = Mapping[str, Any]

MEASURED, LENT = "measured", "other runs"
UNKNOWN = "the bias of the sampler's step was not measured"


def with_bias(cases: Sequence[Case], runs: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The cases with ``step_bias`` told, and lent to rows that have none.

    >>> own = {"name": "x", "rows": [{"observable": "b", "measured": 2.0, "bias": 0.02,
    ...                               "bias_error": 0.01}]}
    >>> bare = {"name": "y", "rows": [{"observable": "b", "measured": 1.0}]}
    >>> found = with_bias([own, bare], {"x": {"sampler": "baoab"}, "y": {"sampler": "baoab"}})
    >>> found[1]["rows"][0]["bias_error"], found[1]["step_bias"]
    (0.02, 'other runs')
    """
    from binodal.validate.run.spec import UNCORRECTED

    cases = [{**case, "rows": [_open(row) for row in case["rows"]]} for case in cases]
    biased = {c["name"] for c in cases if runs[c["name"]]["sampler"] in UNCORRECTED}
    own = {c["name"] for c in cases if c["name"] in biased and _measured(c)}
    rows = [row for c in cases if c["name"] in own for row in c["rows"] if "bias" in row]
    known = _largest(rows)
    judged = []
    for case in cases:
        name = case["name"]
        if name not in biased:
            judged.append(dict(case))
        elif name in own:
            rows = [row if "bias" in row else _lent(row, known) for row in case["rows"]]
            judged.append({**case, "rows": rows, "step_bias": MEASURED})
        else:
            rows = [_lent(row, known) for row in case["rows"]]
            judged.append({**case, "rows": rows, "step_bias": LENT})
    return judged


def _measured(case: Case) -> bool:
    """What is lent is an error alone; a measured bias is nowhere exactly zero."""
    return any("bias" in row for row in case["rows"])


def _open(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row without an objection that a bias may have answered since."""
    return {k: v for k, v in row.items() if k != "problem" or v != UNKNOWN}


def _largest(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    biases: dict[str, float] = {}
    for row in rows:
        size = abs(row.get("bias", 0.0)) + 2 * row.get("bias_error", 0.0)
        unit = _unit(row)
        if unit and size:
            biases[row["observable"]] = max(biases.get(row["observable"], 0.0), size / unit)
    return biases


def _unit(row: Mapping[str, Any]) -> float:
    return 1.0 if row["observable"].startswith("log_") else abs(row.get("measured") or 0.0)


def _lent(row: Mapping[str, Any], known: Mapping[str, float]) -> dict[str, Any]:
    share = known.get(row["observable"])
    if share is None:
        return {**row, "problem": row.get("problem") or UNKNOWN}
    return {**row, "bias_error": share * _unit(row)}
