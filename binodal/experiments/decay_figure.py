"""Times of networks that go over by decay of the norm, beside the derived ones."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from binodal.page.style import COLOURS, DASHES, MARKS, figure


def times_over_decades(document: Mapping[str, Any], path: Path) -> None:
    """Measured against derived times, a mark a start and decay; dashed: wrong slopes."""
    curves = document["curves"]
    ends = [f(x for of in curves.values() for x in of["x"]) for f in (min, max)]
    with figure(path, 1, 1, (6.2, 3.9)) as (_, panel):
        panel.plot(ends, ends, color=COLOURS[0], linewidth=0.8)
        for dash, power in zip(DASHES[1:], (2, 3), strict=False):
            wrong = [end / power for end in ends]
            panel.plot(
                ends,
                wrong,
                linestyle=dash,
                color="0.5",
                label=rf"$1/({power}\lambda)$ for $1/\lambda$",
            )
        for k, (name, of) in enumerate(curves.items()):
            panel.plot(
                of["x"],
                [x * ratio for x, ratio in zip(of["x"], of["y"], strict=True)],
                linestyle="none",
                marker=MARKS[k % len(MARKS)],
                markersize=8 - 1.5 * k,
                fillstyle="none",
                color=COLOURS[k % len(COLOURS)],
                label=name.partition(",")[0].replace("-L-", ", $L$ = "),
            )
        panel.set(
            xscale="log",
            yscale="log",
            xlabel=r"derived: $(1/\lambda)\,\log(\alpha/A)$",
            ylabel="networks: time of half of the transition",
        )
        panel.minorticks_off()
        panel.legend()
