"""Accuracies of networks in training, and the onset of every measure beside the test accuracy's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from binodal.page.style import COLOURS, DASHES, GREY, MARKS, figure

_HEIGHT, _WIDTH = 0.2, 4.4
_AXES = {True: "steps after the test accuracy", False: "step over that of the test accuracy"}

Row = Mapping[str, Any]


def accuracies(document: Mapping[str, Any], path: Path) -> None:
    """The test accuracy of a few trainings, a panel a learner, a colour a share."""
    curves = document["curves"]
    learners = list(dict.fromkeys(name.partition(",")[0] for name in curves))
    shares = list(dict.fromkeys(name.split(", ")[1] for name in curves))
    with figure(path, 1, len(learners), (_WIDTH * len(learners), 3.2), squeeze=False) as (_, axes):
        for learner, panel in zip(learners, axes[0], strict=True):
            shown: set[str] = set()
            for name, line in curves.items():
                if name.startswith(f"{learner},") and name.endswith("test_accuracy"):
                    share = name.split(", ")[1]
                    _accuracy(panel, line, shares.index(share), None if share in shown else share)
                    shown.add(share)
            panel.set(title=learner, xlabel="step", ylim=(-0.03, 1.03), ylabel="test accuracy")
            if not _machine(document, learner):
                panel.set_xscale("log")
        axes[0][-1].legend(fontsize=8)


def _accuracy(panel: Any, line: Mapping[str, Any], place: int, label: str | None) -> None:
    style = {"color": COLOURS[place % len(COLOURS)], "linestyle": DASHES[place // len(COLOURS)]}
    panel.plot(line["x"], line["y"], linewidth=1, label=label, **style)


def _machine(document: Mapping[str, Any], learner: str) -> bool:
    return any(row["learner"] == learner and row["linear"] for row in document["onsets"])


def lags(document: Mapping[str, Any], path: Path) -> None:
    """Onsets after the test accuracy's, with the intervals that verdicts rest on."""
    rows = [row for row in document["onsets"] if row["mean"] is not None]
    learners = list(dict.fromkeys(row["learner"] for row in rows))
    tallest = max(sum(row["learner"] == name for row in rows) for name in learners)
    size = (_WIDTH * len(learners), _HEIGHT * tallest + 1.0)
    with figure(path, 1, len(learners), size, squeeze=False) as (_, axes):
        for learner, panel in zip(learners, axes[0], strict=True):
            own = sorted((r for r in rows if r["learner"] == learner), key=lambda r: r["mean"])
            _forest(panel, own)
            panel.set_title(learner)


def _forest(panel: Any, rows: Sequence[Row]) -> None:
    from math import exp

    linear = bool(rows[0]["linear"])
    panel.axvline(0 if linear else 1, color=GREY, linewidth=0.7)
    for place, row in enumerate(rows):
        ends = [row["mean"] + sign * row["half"] for sign in (-1, 0, 1)]
        low, mid, high = ends if linear else map(exp, ends)
        panel.errorbar(
            mid,
            place,
            xerr=[[mid - low], [high - mid]],
            marker=MARKS[0],
            color=COLOURS[2] if row["verdict"] in ("before", "after") else COLOURS[1],
            markerfacecolor="white",
            linestyle="none",
        )
    names = [f"{row['measure']}  {row['verdict']}" for row in rows]
    panel.set_yticks(range(len(rows)), names, fontsize=7)
    panel.set(xlabel=_AXES[linear])
    if not linear:
        panel.set_xscale("log")
