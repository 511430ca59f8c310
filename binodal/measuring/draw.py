"""Measures in time, a panel each over the logarithm of the step, under train and test curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from pathlib import Path
from typing import Any

from binodal.errors import RequestError
from binodal.measuring.rows import curves
from binodal.page.style import COLOURS, DASHES, GREY, figure

_ACROSS, _WIDTH, _HEIGHT, _ROUNDED = 4, 2.9, 1.9, 1e-6
_TOGETHER = ("accuracy", "loss")
"""What is measured on training and on other inputs, and drawn in one panel."""

Curve = tuple[list[Any], list[Any]]


def draw(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """The curves of all measures that have different numbers at different steps.

    A grey line marks the first step at which half of the held-out inputs are answered rightly.
    Raises RequestError where there is nothing to draw.
    """
    known = {name: (steps, values) for name, steps, values in curves(rows) if len({*steps}) > 1}
    moving = {name: curve for name, curve in known.items() if _moves(curve[1])}
    still = [name.replace("_", " ") for name in known if name not in moving]
    panels = _panels(moving)
    if not panels:
        raise RequestError("curves need measures at two steps or more: give a run in time")
    down = ceil(len(panels) / _ACROSS)
    size = (_WIDTH * min(_ACROSS, len(panels)), _HEIGHT * down)
    across = min(_ACROSS, len(panels))
    with figure(path, down, across, size, sharex=True, squeeze=False) as (drawing, axes):
        onset = _onset(moving.get("test_accuracy"))
        for panel, (title, lines) in zip(axes.flat, panels, strict=False):
            _panel(panel, title, lines, onset)
        for panel in axes.flat[len(panels) :]:
            panel.set_axis_off()
        for panel in axes.flat[max(0, len(panels) - across) : len(panels)]:
            panel.tick_params(labelbottom=True)  # the lowest of each column
        words = f" (unchanged: {', '.join(still)})" if still else ""
        drawing.supxlabel(f"step of training{words}", fontsize=11)


def _moves(values: Sequence[float]) -> bool:
    """Whether numbers differ by more than weights of single precision round."""
    return max(values) - min(values) > _ROUNDED * max(map(abs, values))


def _panels(known: Mapping[str, Curve]) -> list[tuple[str, dict[str, Curve]]]:
    pairs = [(f"train_{name}", f"test_{name}") for name in _TOGETHER]
    first = [
        (name, {pair.partition("_")[0]: known[pair] for pair in both if pair in known})
        for name, both in zip(_TOGETHER, pairs, strict=True)
    ]
    paired = {name for both in pairs for name in both}
    rest = [
        (f"{name}, all inputs" if name in _TOGETHER else name, {"": curve})
        for name, curve in known.items()
        if name not in paired
    ]
    return [(title, lines) for title, lines in (*first, *rest) if lines]


def _onset(accuracy: Curve | None) -> float | None:
    """The first step with an accuracy of a half on held-out inputs."""
    pairs = [] if accuracy is None else zip(*accuracy, strict=True)
    return next((step for step, value in pairs if value >= 0.5), None)


def _panel(panel: Any, title: str, lines: Mapping[str, Curve], onset: float | None) -> None:
    panel.set_title(title.replace("_", " "))
    for number, (label, (steps, values)) in enumerate(lines.items()):
        least = min((step for step in steps if step > 0), default=1)
        places = [step or least / 2 for step in steps]  # the start has no logarithm
        panel.plot(places, values, color=COLOURS[number], linestyle=DASHES[number], label=label)
    panel.set_xscale("log")
    if title == "loss" and min(min(values) for _, values in lines.values()) > 0:
        panel.set_yscale("log")
    if onset:
        panel.axvline(onset, color=GREY, linewidth=0.7)
    if len(lines) > 1:
        panel.legend()
