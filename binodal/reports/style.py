"""How figures look: colours that the colour-blind can tell apart, line styles that survive grey."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# Okabe and Ito's palette without yellow; dark to light in grey.
COLOURS = ("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7")
DASHES: tuple[Any, ...] = ("-", (0, (6, 2)), (0, (2, 1.5)), (0, (6, 2, 1, 2)), (0, (1, 2.5)))

_SETTINGS: dict[Any, Any] = {
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.7,
    "axes.titlesize": 9.5,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "lines.linewidth": 1.5,
    "svg.hashsalt": "binodal",
    "figure.constrained_layout.use": True,
}


@contextmanager
def figure(
    path: Path, rows: int, columns: int, size: tuple[float, float], **layout: Any
) -> Iterator[tuple[Any, Any]]:
    """A figure without a display and its axes; written to ``path`` at the end of the block.

    The same data give the same bytes: no date, and identifiers from a fixed salt.
    """
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    with matplotlib.rc_context(_SETTINGS):
        drawing, axes = pyplot.subplots(rows, columns, figsize=size, **layout)
        try:
            yield drawing, axes
            metadata = {"Date": None} if path.suffix == ".svg" else {}
            drawing.savefig(path, dpi=130, metadata=metadata)
        finally:
            pyplot.close(drawing)
