"""Networks over theory, case by case: one mark for each mean that the derived theory predicts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from binodal.experiments.titles import case_title
from binodal.page.names import observable
from binodal.page.style import COLOURS, MARKS, figure

_HEIGHT, _LEAST = 0.25, 2.4
_COARSEST = 0.25


def ratios(document: Mapping[str, Any], path: Path) -> None:
    """Measured over predicted at the networks' own sizes; what is not judged is grey."""
    rows = [r for r in document["rows"] if _shown(r)]
    cases = [case_title(row["case"], row["params"]) for row in rows]
    first = [of if of != before else "" for of, before in zip(cases, ["", *cases], strict=False)]
    names = [f"{of}   {observable(r['observable'])}" for of, r in zip(first, rows, strict=True)]
    size = (6.4, max(_LEAST, _HEIGHT * len(rows) + 0.9))
    with figure(path, 1, 1, size) as (_, panel):
        panel.axvline(1.0, color=COLOURS[0], linewidth=1)
        for place, row in enumerate(rows):
            judged = row["verdict"] != "INCONCLUSIVE" or not row["problem"]
            panel.errorbar(
                row["measured"] / row["predicted"],
                -place,
                xerr=abs((row["stderr"] or 0.0) / row["predicted"]),
                marker=MARKS[0],
                color=COLOURS[1] if judged else "0.6",
                markerfacecolor="white",
                linestyle="none",
            )
        panel.set_yticks([-k for k in range(len(rows))], names, fontsize=8.5)
        panel.set(xlabel="networks / derived theory")


def _shown(row: Mapping[str, Any]) -> bool:
    """Means with a prediction that is far from zero beside their errors."""
    if (row["theory"], row["limit"]) != ("derived", "finite") or row["at"] is not None:
        return False
    return bool(row["predicted"]) and (row["stderr"] or 0.0) < _COARSEST * abs(row["predicted"])
