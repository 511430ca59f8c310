"""A picture of a sweep: the phases over two parameters, or the closure along one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from binodal.errors import RequestError
from binodal.sweeps.arrays import Arrays
from binodal.sweeps.axis import floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLOURS = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442")
"""Okabe and Ito's colours: told apart with every kind of colour blindness, and in grey."""

_NOTHING = "white"
_HATCH = "////"


def picture(table: Arrays) -> Figure:
    """A figure that belongs to no window; save it with ``savefig``.

    Raises :class:`RequestError` for more than two axes.
    """
    from matplotlib.figure import Figure

    if len(table.axes) > 2:
        raise RequestError(
            f"a picture shows one or two axes, not {len(table.axes)}: "
            "choose a plane with to_xarray().sel(...)"
        )
    figure = Figure(figsize=(6.4, 4.4), layout="constrained")
    panel = figure.add_subplot()
    if len(table.axes) == 2:
        _plane(table, panel)
    else:
        _line(table, panel)
    words = [table.attributes.get(name, "") for name in ("model", "theory", "limit")]
    panel.set_title(", ".join(text for text in words if text), fontsize="medium")
    return figure


def _shown(table: Arrays) -> tuple[list[str], Any]:
    """Names of the decided phases, and their codes a cell (-1 where undecided)."""
    names = [name for name in table.phases if name != "undecided"]
    places = np.array([names.index(n) if n in names else -1 for n in table.phases] + [-1])
    return names, places[table.phase]


def _plane(table: Arrays, panel: Axes) -> None:
    """The first axis upwards, as the first index of an array is."""
    from matplotlib.colors import BoundaryNorm, ListedColormap

    names, codes = _shown(table)
    y, x = (_edges(floats(axis)) for axis in table.axes)
    colours = ListedColormap([_COLOURS[k % len(_COLOURS)] for k in range(len(names))])
    norm = BoundaryNorm(np.arange(-0.5, len(names)), len(names))
    decided = np.ma.masked_less(codes, 0)
    panel.pcolormesh(x, y, decided, cmap=colours, norm=norm, rasterized=True)
    if (codes < 0).any():
        unknown = np.ma.masked_where(codes >= 0, np.zeros(codes.shape))
        panel.pcolor(x, y, unknown, cmap=ListedColormap([_NOTHING]), hatch=_HATCH, lw=0)
    panel.set(xlabel=table.axes[1].name, ylabel=table.axes[0].name)
    _legend(panel, names, codes)


def _line(table: Arrays, panel: Axes) -> None:
    """Phases as stripes behind the first two quantities, which are the closure."""
    names, codes = _shown(table)
    x = floats(table.axes[0])
    edges = _edges(x)
    starts = np.flatnonzero(np.r_[True, np.diff(codes) != 0])
    for start, stop in zip(starts, [*starts[1:], len(codes)], strict=True):
        code = int(codes[start])
        look: dict[str, Any] = {"color": _COLOURS[code % len(_COLOURS)], "alpha": 0.45}
        if code < 0:
            look = {"facecolor": _NOTHING, "edgecolor": "black", "hatch": _HATCH}
        panel.axvspan(edges[start], edges[stop], lw=0, zorder=0, **look)
    for name, style in zip(list(table.quantities)[:2], ("-", "--"), strict=False):
        panel.plot(x, table.values[name], style, color="black", marker=".", label=name)
    panel.set(xlabel=table.axes[0].name, xlim=(edges[0], edges[-1]))
    panel.add_artist(panel.legend(loc="upper left"))
    _legend(panel, names, codes)


def _legend(panel: Axes, names: list[str], codes: Any) -> None:
    from matplotlib.patches import Patch

    entries = [
        Patch(facecolor=_COLOURS[k % len(_COLOURS)], edgecolor="black", label=name)
        for k, name in enumerate(names)
        if (codes == k).any()
    ]
    if (codes < 0).any():
        entries.append(
            Patch(facecolor=_NOTHING, edgecolor="black", hatch=_HATCH, label="undecided")
        )
    panel.legend(
        handles=entries, loc="lower center", bbox_to_anchor=(0.5, 1.08), ncols=4, frameon=False
    )


def _edges(centres: Any) -> Any:
    """The borders of the cells around equally spaced points."""
    half = (centres[1] - centres[0]) / 2 if len(centres) > 1 else max(abs(centres[0]), 1.0) / 20
    return np.append(centres - half, centres[-1] + half)
