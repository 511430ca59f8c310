"""The residual of networks that go over one neuron after another, and where it should be."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from binodal.page.style import COLOURS, DASHES, figure


def residual_in_time(document: Mapping[str, Any], path: Path) -> None:
    """The mean with its error, the half of the law, and wrong times of it."""
    curves = {name.rpartition(", ")[2]: of for name, of in document["curves"].items()}
    seen, law, held = (curves[k] for k in ("networks", "law", "a barrier that does not move"))
    with figure(path, 1, 1, (6.2, 3.4)) as (_, panel):
        panel.errorbar(seen["x"], seen["y"], yerr=seen["error"], color=COLOURS[0], label="networks")
        panel.errorbar(
            law["x"], law["y"], xerr=law["error"], marker="x", color=COLOURS[1], label="derived"
        )
        panel.axhline(law["y"][0], color="0.7", linewidth=0.8)
        panel.axvline(held["x"][0], color="0.5", linestyle=DASHES[1])
        panel.set(xlabel="time $t$", ylabel="residual $a$")
        panel.legend()
