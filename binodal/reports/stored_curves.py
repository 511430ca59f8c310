"""Curves of a stored experiment, a panel a case: networks as marks, theories as lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np

from binodal.page.measured import Array, as_float
from binodal.page.style import COLOURS, DASHES, figure, measured

MOST_PANELS = 15
_COLUMNS = 3
_SMALL = {"markersize": 3.5}
_LAW = ("networks", "published", "derived")
_COURSE = {"train_loss": "training loss", "test_loss": "test loss", "q2": r"$\langle q^2\rangle$"}


@dataclass(frozen=True)
class Curve:
    """x, y and the standard error of y; no error means a theory's line."""

    label: str
    x: Array
    y: Array
    error: Array | None


@dataclass
class Panel:
    """Curves of one case: the law of the overlap, a course in time, or anything else."""

    title: str
    kind: str
    curves: list[Curve] = field(default_factory=list)


def panels_of(curves: Mapping[str, Any]) -> list[Panel]:
    """Curves {x, y, error} by name "CASE WHAT", grouped by case; what is no curve is left out.

    >>> found = panels_of({"a networks": {"x": [0, 1], "y": [1, None], "error": [0.1, 0.1]}})
    >>> found[0].title, found[0].kind, found[0].curves[0].y.tolist()
    ('a', 'law', [1.0])
    """
    found: dict[tuple[str, str], Panel] = {}
    for name, raw in curves.items():
        case, _, what = name.rpartition(" ")
        kind = "law" if what in _LAW else "course" if what in _COURSE else "other"
        title, label = (case, _COURSE.get(what, what)) if kind != "other" else ("", name)
        curve = _curve(label, raw)
        if curve is not None:
            found.setdefault((title, kind), Panel(title, kind)).curves.append(curve)
    return list(found.values())


def _curve(label: str, raw: Any) -> Curve | None:
    x, y = (raw.get(key) if isinstance(raw, Mapping) else None for key in ("x", "y"))
    if not isinstance(x, list) or not isinstance(y, list) or len(x) != len(y):
        return None
    errors = raw.get("error")
    spread = errors if isinstance(errors, list) and len(errors) == len(y) else [None] * len(y)
    rows = [
        (as_float(a), as_float(b), as_float(e) or 0.0) for a, b, e in zip(x, y, spread, strict=True)
    ]
    table = np.array([row for row in rows if None not in row], dtype=float).reshape(-1, 3).T
    if not table.shape[1]:
        return None
    return Curve(label, table[0], table[1], table[2] if errors else None)


def curves_figure(panels: list[Panel], path: Path) -> None:
    """A grid of panels; axes are shared by panels of the same kind only in their labels."""
    shown = panels[:MOST_PANELS]
    columns = min(_COLUMNS, len(shown))
    rows = ceil(len(shown) / columns)
    size = (7.6 if columns > 1 else 5.4, 0.5 + 2.3 * rows)
    with figure(path, rows, columns, size, squeeze=False) as (drawing, axes):
        handles: dict[str, Any] = {}
        for panel, axis in zip(shown, axes.ravel(), strict=False):
            _draw(axis, panel)
            handles |= dict(zip(*reversed(axis.get_legend_handles_labels()), strict=True))
        for axis in axes.ravel()[len(shown) :]:
            axis.set_visible(False)
        drawing.legend(
            handles.values(), handles.keys(), loc="outside lower center", ncols=min(4, len(handles))
        )


def _draw(axis: Any, panel: Panel) -> None:
    for number, curve in enumerate(panel.curves):
        colour = COLOURS[number % len(COLOURS)]
        if curve.error is None or panel.kind == "course":
            dash = DASHES[number % len(DASHES)]
            axis.plot(curve.x, curve.y, color=colour, linestyle=dash, label=curve.label)
            if curve.error is not None:
                low, high = curve.y - curve.error, curve.y + curve.error
                axis.fill_between(curve.x, low, high, color=colour, alpha=0.2, linewidth=0)
        else:
            measured(axis, curve, number, curve.label, _SMALL)
    axis.set_title(panel.title, fontsize=9)
    if panel.kind == "law":
        axis.set(xlabel="overlap $q$", ylabel=r"$\log p(q)$")
    elif panel.kind == "course":
        axis.set(xlabel="Langevin steps", xscale="log")
