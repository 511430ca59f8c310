"""The picture of boundaries: events by colour and mark, theories by dash, doubt by dots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from binodal.maps.draw_map import axis_label
from binodal.page.style import COLOURS, DASHES, MARKS, figure

_DOTS: Any = (0, (0.8, 2.2))
_WIDE = 20
# The order of COLOURS and MARKS; what no model has both of shares one.
_EVENTS = ("mass", "birth", "coexistence", "gmfl2", "instability")
_SHARED = {"memorisation": "gmfl2"}
_WORDS = {"gmfl2": "end of GMFL-I"}
# Where two theories agree, the thin full line runs inside the broad dashes, and marks alternate.
_THEORIES: dict[str, dict[str, Any]] = {
    "derived": {"linestyle": DASHES[0], "linewidth": 1.1},
    "published": {"linestyle": DASHES[1], "linewidth": 2.4},
}
_MARKS_A_CURVE = 8


def draw_boundaries(document: Mapping[str, Any], path: Path) -> None:
    """Draw every curve of the document over its window; write SVG or PNG by the path's suffix."""
    with figure(path, 1, 1, (6.4, 4.6)) as (drawing, panel):
        paint_boundaries(document, panel)
        handles, labels = panel.get_legend_handles_labels()
        if handles:
            drawing.legend(handles, labels, loc="outside lower center", ncols=2, handlelength=3.6)


def paint_boundaries(document: Mapping[str, Any], panel: Any) -> None:
    """The curves on axes that exist, without a legend."""
    for boundary in document["boundaries"]:
        for curve in boundary["curves"]:
            _draw(panel, boundary, curve, document["in"])
        if boundary["curves"]:
            panel.plot([], [], label=_label(boundary), **_look(boundary), **_mark(boundary))
        _draw_ends(panel, boundary, document["in"], document["window"])
    _axes(panel, document)


def _label(boundary: Mapping[str, Any]) -> str:
    words = f"{_WORDS.get(boundary['event'], boundary['event'])}, {boundary['theory']}"
    return f"{words} (computed)" if boundary["status"] == "converged" else words


def _place(boundary: Mapping[str, Any]) -> int:
    return _EVENTS.index(_SHARED.get(boundary["event"], boundary["event"]))


def _colour(boundary: Mapping[str, Any]) -> str:
    return COLOURS[_place(boundary)]


def _look(boundary: Mapping[str, Any]) -> dict[str, Any]:
    """The line: dots where nothing is proved."""
    look = {**_THEORIES[boundary["theory"]], "color": _colour(boundary)}
    return {**look, "linestyle": _DOTS} if boundary["status"] == "converged" else look


def _mark(boundary: Mapping[str, Any]) -> dict[str, Any]:
    """The mark: filled for the derived theory, open for the published one."""
    face = _colour(boundary) if boundary["theory"] == "derived" else "white"
    mark = MARKS[_place(boundary)]
    return {"marker": mark, "markerfacecolor": face, "markersize": 4.5, "markeredgewidth": 1.0}


def _draw(
    panel: Any, boundary: Mapping[str, Any], curve: Mapping[str, Any], names: Sequence[str]
) -> None:
    """One curve: its proved stretches by theory, undecided ones dotted, a few marks."""
    points = [[float(_middle(p["values"][name])) for name in names] for p in curve["points"]]
    if not points:
        return
    look, derived = _look(boundary), boundary["theory"] == "derived"
    for proved, stretch in _stretches(points, curve["links"]):
        x, y = zip(*stretch, strict=True)
        panel.plot(x, y, **(look if proved else {**look, "linestyle": _DOTS}), zorder=3)
    every = max(1, len(points) // _MARKS_A_CURVE)
    marked = points[every // 4 if derived else 3 * every // 4 :: every]
    x, y = zip(*marked, strict=True)
    panel.plot(x, y, linestyle="none", color=_colour(boundary), zorder=4, **_mark(boundary))


def _stretches(
    points: Sequence[Sequence[float]], links: Sequence[str]
) -> Iterator[tuple[bool, list[Sequence[float]]]]:
    """Neighbouring points that share a verdict about their links."""
    if len(points) == 1:
        yield True, [points[0]]
        return
    start = 0
    for k in range(1, len(links) + 1):
        if k == len(links) or links[k] != links[start]:
            yield links[start] == "same branch", list(points[start : k + 1])
            start = k


def _draw_ends(
    panel: Any, boundary: Mapping[str, Any], names: Sequence[str], window: Mapping[str, Any]
) -> None:
    """End points that have a place in the plane, as open stars."""
    for end in boundary["end_points"]:
        if all(name in end["values"] for name in names):
            place = [float(_middle(end["values"][name])) for name in names]
            inside = (
                float(Fraction(window[name][0])) <= x <= float(Fraction(window[name][1]))
                for name, x in zip(names, place, strict=True)
            )
            if all(inside):
                panel.plot(
                    *place, marker="*", color="black", markerfacecolor="white", markersize=10
                )


def _middle(value: Mapping[str, str]) -> str:
    return next(iter(value.values()))


def _axes(panel: Any, document: Mapping[str, Any]) -> None:
    """Symbols, ranges, and a logarithmic axis where a positive range is wide."""
    for name, axis in zip(document["in"], ("x", "y"), strict=True):
        low, high = (float(Fraction(v)) for v in document["window"][name])
        if low > 0 and high / low > _WIDE:
            getattr(panel, f"set_{axis}scale")("log")
        getattr(panel, f"set_{axis}lim")(low, high)
        getattr(panel, f"set_{axis}label")(axis_label(name))
    panel.set_title(f"{document['model']}, {_limit(document)}")


def _limit(document: Mapping[str, Any]) -> str:
    fixed = [n for n in ("d", "P") if n in document["params"] and n not in document["in"]]
    if document["limit"] == "finite":
        return ", ".join(f"{n} = {document['params'][n]}" for n in fixed) or "finite"
    return "thermodynamic limit"
