"""The residual of networks that go over one neuron after another, and where it should be."""

from __future__ import annotations

from collections.abc import Mapping
from math import hypot
from pathlib import Path
from typing import Any

from binodal.page.style import COLOURS, DASHES, figure

Curves = Mapping[str, Mapping[str, Any]]


def residual_in_time(document: Mapping[str, Any], path: Path) -> None:
    """By noise the means with their errors, the half of the law, and a wrong time of it; then the
    half-way time by width, over that of the law."""
    widths: dict[str, list[int]] = {}
    for case in dict.fromkeys(name.partition(", ")[0] for name in document["curves"]):
        noise, _, width = case.rpartition("-")
        widths.setdefault(noise, []).append(int(width))
    with figure(path, 1, len(widths) + 1, (11.0, 3.4)) as (_, panels):
        for panel, (noise, own) in zip(panels, widths.items(), strict=False):
            _courses(panel, document["curves"], noise, sorted(own))
        delays = {row["case"]: row for row in document["rows"] if row["observable"] == "delay"}
        for k, (noise, own) in enumerate(widths.items()):
            rows = [delays[f"{noise}-{width}"] for width in sorted(own)]
            laws = (document["curves"][f"{row['case']}, law"] for row in rows)
            _by_width(panels[-1], rows, [law["error"][0] / law["x"][0] for law in laws], noise, k)
        panels[-1].axhline(1, color="0.7", linewidth=0.8)
        panels[-1].set(xscale="log", xlabel="width $N$", ylabel="half-way time, networks over law")
        panels[-1].legend()


def _courses(panel: Any, curves: Curves, noise: str, widths: list[int]) -> None:
    for width, colour in zip(widths, COLOURS, strict=False):
        seen = curves[f"{noise}-{width}, networks"]
        panel.errorbar(seen["x"], seen["y"], yerr=seen["error"], color=colour, label=f"N = {width}")
    law = curves[f"{noise}-{widths[-1]}, law"]
    held = curves[f"{noise}-{widths[-1]}, a barrier that does not move"]
    panel.errorbar(law["x"], law["y"], xerr=law["error"], marker="x", color="k", label="derived")
    panel.axhline(law["y"][0], color="0.7", linewidth=0.8)
    panel.axvline(held["x"][0], color="0.5", linestyle=DASHES[1])
    panel.set(title=noise, xlabel="time $t$", ylabel="residual $a$")
    panel.legend()


def _by_width(
    panel: Any, rows: list[Mapping[str, Any]], doubt: list[float], noise: str, k: int
) -> None:
    """Errors of networks as bars, with that of the steps; what the law leaves open as wide ones."""
    x = [float(row["params"]["N"]) * (1 + 0.15 * k) for row in rows]
    over = [row["measured"] / row["predicted"] for row in rows]
    errors = [hypot(row["stderr"], row["bias_error"]) / row["predicted"] for row in rows]
    look = {"color": COLOURS[k], "alpha": 0.2, "elinewidth": 8}
    panel.errorbar(x, over, yerr=errors, marker="o", color=COLOURS[k], label=noise)
    panel.errorbar(x, [1] * len(x), yerr=doubt, linestyle="none", **look)
