"""Delays beside both laws as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from binodal.page.style import COLOURS, figure, measured
from binodal.validate.mechanism.judged import DECAY, ESCAPE, said

_DECADE = float(np.log(10))
_LAWS = {ESCAPE: "escape over a barrier", DECAY: "decay of the norm"}


def draw(document: Mapping[str, Any], path: Path) -> None:
    """Measured against predicted times, a panel a law; what is right lies on the line."""
    rows = document["delays"]
    seen, error = (np.array([row[k] for row in rows]) / _DECADE for k in ("log_time", "error"))
    with figure(path, 1, 2, (7.6, 3.7), sharey=True) as (drawing, axes):
        for k, (panel, (law, words)) in enumerate(zip(axes, _LAWS.items(), strict=True)):
            laws = np.array([row[law] for row in rows]) / _DECADE
            ends = [min(laws.min(), seen.min()), max(laws.max(), seen.max())]
            panel.plot(ends, ends, color="black", linewidth=0.8)
            measured(panel, SimpleNamespace(x=laws, y=seen, error=error), k)
            told = document["laws"][law]
            panel.set_title(f"{words}: p {_is(told['chance'])}", color=COLOURS[k])
            panel.set_xlabel(r"$\log_{10} t$ by this law")
        axes[0].set_ylabel(r"$\log_{10} t$ of networks")
        drawing.suptitle(f"{document['outcome']}", fontsize=11)


def _is(chance: float) -> str:
    words = said(chance)
    return words if words.startswith("below") else f"= {words}"
