"""How figures look: colours that the colour-blind can tell apart, line styles that survive grey.

Theory is drawn as lines, networks as open marks with error bars, undecided regions hatched, so
that a print in black and white tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# Okabe and Ito's palette without yellow; dark to light in grey.
COLOURS = ("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7")
DASHES: tuple[Any, ...] = ("-", (0, (6, 2)), (0, (2, 1.5)), (0, (6, 2, 1, 2)), (0, (1, 2.5)))
MARKS = ("o", "s", "^", "D", "v", "P", "X")
HATCH: dict[str, Any] = {"facecolor": "none", "edgecolor": "0.55", "hatch": "////", "linewidth": 0}
GREY = "0.35"

_SETTINGS: dict[Any, Any] = {
    "font.family": "STIXGeneral",
    "mathtext.fontset": "stix",
    "font.size": 10.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.7,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "legend.frameon": False,
    "legend.fontsize": 9.5,
    "lines.linewidth": 1.5,
    "hatch.linewidth": 0.5,
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
            _write(drawing, path)
        finally:
            pyplot.close(drawing)


def _write(drawing: Any, path: Path) -> None:
    """What ``savefig`` writes; that draws a vector graphic once more, for its layout alone."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    if path.suffix == ".svg":
        canvas: Any = FigureCanvasSVG(drawing)
        canvas.print_svg(path, metadata={"Date": None})
    else:
        metadata = {"CreationDate": None} if path.suffix == ".pdf" else {}
        drawing.savefig(path, dpi=130, metadata=metadata)


MOST_COLUMNS = 3
"""Panels side by side that can be read at the width of a page."""


@contextmanager
def panels(
    path: Path, count: int, size: tuple[float, float], most: int = MOST_COLUMNS, **layout: Any
) -> Iterator[list[Any]]:
    """A figure of ``count`` panels of one size (inches), line by line; places left are empty."""
    columns = min(most, max(1, count))
    lines = -(-count // columns) or 1
    whole = (size[0] * columns, size[1] * lines)
    with figure(path, lines, columns, whole, squeeze=False, **layout) as (_, axes):
        for panel in axes.flat[count:]:
            panel.set_visible(False)
        yield list(axes.flat[:count])


_LARGE = {
    "markersize": 5.5,
    "markeredgewidth": 1.2,
    "elinewidth": 1.0,
    "capsize": 2.5,
    "zorder": 4,
}


def titled(model_name: str, words: str) -> str:
    """A title in one line, in two where the settings of a family make the name long."""
    return f"{model_name}\n{words}" if "[" in model_name else f"{model_name}, {words}"


def measured(
    panel: Any, points: Any, number: int, label: str = "", marks: Mapping[str, float] = _LARGE
) -> None:
    """Networks: open marks with error bars; ``points`` has x, y and error."""
    colour = COLOURS[number % len(COLOURS)]
    panel.errorbar(
        points.x,
        points.y,
        yerr=points.error,
        fmt=MARKS[number % len(MARKS)],
        color=colour,
        markerfacecolor="white",
        linestyle="none",
        label=label or None,
        **marks,
    )


def hatch_undecided(panel: Any, places: Any, values: Any) -> None:
    """Hatch where a theory's value at equally spaced places is not decided (NaN)."""
    step = (places[1] - places[0]) / 2
    for place in places[values != values]:
        panel.axvspan(place - step, place + step, **HATCH)


def note(
    panel: Any, text: str, anchor: tuple[float, float], by: tuple[int, int], units: Any
) -> None:
    """A word in grey, ``by`` points away from a place."""
    panel.annotate(
        text, anchor, by, xycoords=units, textcoords="offset points", color=GREY, fontsize=9
    )


NOT_RUN = "Panels marked *not run* have no network behind them: none was trained here or stored."


def not_run(panel: Any, text: str = "networks: not run") -> None:
    """Words over the right end of a panel that no network was trained for."""
    panel.set_title(text, loc="right", fontsize=9, color=GREY, style="italic")


def new_axes(rows: int = 1, size: tuple[float, float] = (6.2, 4.2)) -> Any:
    """Axes of a new figure of the caller's own matplotlib, one below the other."""
    from matplotlib import pyplot

    _, axes = pyplot.subplots(rows, 1, figsize=size, sharex=True, layout="constrained")
    return axes
