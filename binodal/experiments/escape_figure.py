"""Times over a barrier against its height: exact, by the formula, and of particles."""

from __future__ import annotations

from collections.abc import Mapping
from math import hypot, log, log10
from pathlib import Path
from typing import Any

from binodal.page.style import COLOURS, DASHES, figure


def times_over_barriers(document: Mapping[str, Any], path: Path) -> None:
    """log10 of the time over that of a relaxation; particles at the exact time over their rate."""
    curves = {name.rpartition(", ")[2]: of for name, of in document["curves"].items()}
    rates = [row for row in document["rows"] if row["limit"] == "finite"]
    walked = curves["walked"]
    with figure(path, 1, 1, (6.2, 3.7)) as (_, panel):
        formula, exact = curves["Kramers"], curves["exact"]
        panel.plot(formula["x"], formula["y"], color=COLOURS[1], label="Eyring and Kramers")
        places, times = ([*walked[k], *exact[k]] for k in ("x", "y"))
        panel.plot(places, times, "s", color=COLOURS[0], markersize=4, label="exact")
        bare = [x / log(10) for x in exact["x"]]
        panel.plot(exact["x"], bare, linestyle=DASHES[2], color="0.5", label="exp(barrier) alone")
        panel.errorbar(
            walked["x"],
            [y - log10(r["measured"]) for y, r in zip(walked["y"], rates, strict=True)],
            yerr=[_error(r) / r["measured"] / log(10) for r in rates],
            marker="o",
            markersize=9,
            color=COLOURS[2],
            fillstyle="none",
            linestyle="none",
            label="particles",
        )
        panel.set(xlabel="barrier in $S$", ylabel=r"$\log_{10}$ of the time over a relaxation")
        panel.legend()


def _error(row: Mapping[str, Any]) -> float:
    """Of chance and of the particles' steps."""
    return hypot(*(row.get(name) or 0.0 for name in ("stderr", "bias", "bias_error")))
