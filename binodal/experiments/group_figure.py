"""Networks on groups: what is left of each irrep, and the rank of what is learned, by noise."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from binodal.experiments.figures import value_of
from binodal.page.style import COLOURS, DASHES, MARKS, panels

Row = Mapping[str, Any]


def irreps_and_ranks(document: Mapping[str, Any], path: Path) -> None:
    """a of every orbit of irreps, a panel for each group, and the ranks that there are, in the
    widest networks of each; lines are the derived theory at the group's own size, against
    N sigma^2, at which N moves no mean field."""
    rows = [r for r in document["rows"] if (r["theory"], r["limit"]) == ("derived", "finite")]
    groups = list(dict.fromkeys(_group(row) for row in rows))
    widest = {of: max(value_of(r, "N") for r in rows if _group(r) == of) for of in groups}
    rows = [row for row in rows if value_of(row, "N") == widest[_group(row)]]
    with panels(path, len(groups) + 1, (3.3, 2.7), most=2) as axes:
        for group, panel in zip(groups, axes, strict=False):
            own = [row for row in rows if _group(row) == group]
            left = [r for r in own if r["observable"].startswith("a_")]
            _lines(panel, [r for r in left if not r["observable"].startswith("a_direct")])
            panel.set(title=group, xlabel=r"$N \sigma^2$", ylabel=r"$a_\rho$", ylim=(0, 1))
        ranked = [row for row in rows if row["observable"].startswith("rank_")]
        _lines(axes[-1], ranked)
        title = f"rank, {', '.join(dict.fromkeys(map(_group, ranked)))}"
        axes[-1].set(title=title, xlabel=r"$N \sigma^2$", ylim=(0.95, 2.05))


def _group(row: Row) -> str:
    """Cases are called after their groups."""
    return str(row["case"]).partition("-")[0]


def _line(row: Row) -> tuple[str, str]:
    return _group(row), str(row["observable"])


def _noise(row: Row) -> float:
    return value_of(row, "N") * value_of(row, "sigma2")


def _lines(panel: Any, rows: list[Row]) -> None:
    """One line and marks for each observable of each group, against N sigma^2."""
    several = len(set(map(_group, rows))) > 1
    for place, line in enumerate(dict.fromkeys(map(_line, rows))):
        own = sorted((r for r in rows if _line(r) == line), key=_noise)
        irrep = line[1].rpartition("_")[2]
        noises, colour = [_noise(row) for row in own], COLOURS[1 + place % 4]
        panel.plot(noises, [r["predicted"] for r in own], color=colour, linestyle=DASHES[place])
        panel.errorbar(
            noises,
            [r["measured"] for r in own],
            yerr=[r["stderr"] for r in own],
            marker=MARKS[place],
            color=colour,
            markerfacecolor="white",
            linestyle="none",
            label=f"{line[0]}, {irrep}" if several else irrep,
        )
    panel.set_xscale("log")
    panel.tick_params(which="minor", labelbottom=False)
    panel.legend()
