"""How much data: networks in the plane of share and noise, and accuracies by share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import hypot
from pathlib import Path
from typing import Any

from binodal.page.style import COLOURS, DASHES, GREY, MARKS, figure

Curves = Mapping[str, Mapping[str, Sequence[float]]]
THRESHOLD, ALL_POWERS = "share_enough", "quenched, large P, all powers"
BY_LAW = "test_accuracy by the law of outputs"
_SIDES = ("prior", "feature")
_OPEN = {"markerfacecolor": "white", "linestyle": "none", "zorder": 4}
_LINES = {"leading order": (COLOURS[2], DASHES[1]), "all powers": (COLOURS[0], DASHES[0])}


def how_much_data(document: Mapping[str, Any], path: Path) -> None:
    """The plane for two orders at the width with the most noises, accuracies by share, and half-way
    shares by width."""
    curves: Curves = document["curves"]
    noises = Counter(_size(curve) for _, curve in _accuracies(curves, "prior"))
    sizes = sorted(noises)
    fullest = {size[0]: size for size in sorted(sizes, key=lambda size: (noises[size], size))}
    planes = [size for _, size in sorted(fullest.items())][-2:]
    with figure(path, 2, 2, (10.0, 9.0), squeeze=False) as (drawing, axes):
        for panel, size in zip(axes[0], planes, strict=False):
            _plane(panel, curves, size)
        _by_share(axes[1][0], curves, sizes)
        _by_width(axes[1][1], document["rows"], sorted({order for order, _ in sizes}))
        told = [axes[k][0].get_legend_handles_labels() for k in (0, 1)]
        handles, labels = ([*told[0][part], *told[1][part]] for part in (0, 1))
        drawing.legend(handles, labels, loc="outside lower center", ncols=4)


def _accuracies(curves: Curves, start: str) -> Iterator[tuple[str, Mapping[str, Sequence[float]]]]:
    for name, curve in curves.items():
        if name.endswith(f", {start} test_accuracy") or (start == BY_LAW and name.endswith(BY_LAW)):
            yield name, curve


def _size(curve: Mapping[str, Sequence[float]]) -> tuple[int, int]:
    return int(curve["at"][0]), int(curve["at"][1])


def _plane(panel: Any, curves: Curves, size: tuple[int, int]) -> None:
    """Theory's coexistence, the equivalent kernel, and networks from both sides."""
    order, width = size
    for words, (colour, dash) in _LINES.items():
        name = next(n for n in curves if n.startswith(f"P-{order}-") and n.endswith(f", {words}"))
        x, y = curves[name]["x"], curves[name]["y"]
        panel.plot(x, y, color=colour, linestyle=dash, label=f"as deep as zero, {words}")
        panel.vlines(x[0], 0, y[0], color=colour, linestyle=dash)
    panel.plot([0, 1], [0, 1], color=GREY, linestyle=":", label="equivalent kernel")
    for start, mark, shift in zip(_SIDES, ("o", "s"), (-0.006, 0.006), strict=True):
        own = [curve for _, curve in _accuracies(curves, start) if _size(curve) == size]
        x = [share + shift for curve in own for share in curve["x"]]
        y = [curve["at"][2] for curve in own for _ in curve["x"]]
        known = [value for curve in own for value in curve["y"]]
        panel.scatter(
            *(x, y, 34),
            c=known,
            marker=mark,
            cmap="Blues",
            vmin=0,
            vmax=1,
            edgecolors=GREY,
            linewidths=0.7,
            label=f"networks from {'the prior' if start == 'prior' else 'rings'}",
            zorder=3,
        )
    panel.set(title=f"$P={order}$, $N={width}$", xlim=(0.1, 1.02), ylim=(0.3, 1.2))
    panel.set(xlabel="share of the pairs $F$", ylabel=r"$\sigma^2$ over that of all pairs")


def _by_share(panel: Any, curves: Curves, sizes: Sequence[tuple[int, int]]) -> None:
    """Accuracy on the pairs not seen, at the coldest noise of each size, and AdamW's."""
    orders = sorted({order for order, _ in sizes})
    for k, size in enumerate(sizes):
        both = [_coldest(curves, start, size) for start in _SIDES]
        mean = [(one + other) / 2 for one, other in zip(both[0]["y"], both[1]["y"], strict=True)]
        colour = COLOURS[orders.index(size[0])]
        words = f"$P={size[0]}$, $N={size[1]}$"
        panel.plot(both[0]["x"], mean, color=colour, marker=MARKS[k % len(MARKS)], label=words)
        law = _coldest(curves, BY_LAW, size)
        panel.plot(law["x"], law["y"], color=colour, linestyle=":", linewidth=1)
    for name, curve in curves.items():
        if name.startswith("adamw") and name.endswith(", accuracy"):
            order = int(curve["at"][0])
            colour = COLOURS[orders.index(order)] if order in orders else GREY
            words = f"AdamW, $P={order}$, $N={int(curve['at'][1])}$"
            look = {"color": colour, "linestyle": DASHES[1], "linewidth": 1}
            panel.plot(curve["x"], curve["y"], label=words, **look)
    panel.set(xlabel="share of the pairs $F$", ylabel="accuracy on pairs not seen")
    panel.set(xlim=(0.1, 1.02), ylim=(-0.03, 1.03))


def _by_width(panel: Any, rows: Sequence[Mapping[str, Any]], orders: Sequence[int]) -> None:
    """The share at which half is known, at the coldest noise of each size, and the theory's end."""
    of: dict[int, dict[int, Mapping[str, Any]]] = {}
    for row in rows:
        if row["observable"] == THRESHOLD and row["limit"] == ALL_POWERS and row.get("measured"):
            own = of.setdefault(int(row["params"]["P"]), {})
            width = int(row["params"]["N"])
            if width not in own or _noise(row) < _noise(own[width]):
                own[width] = row
    for order, own in sorted(of.items()):
        k = orders.index(order)
        widths = sorted(own)
        errors = [hypot(own[n]["stderr"], own[n].get("bias_error", 0.0)) for n in widths]
        look = {"color": COLOURS[k], "marker": MARKS[k], "linewidth": 1}
        shares = [own[n]["measured"] for n in widths]
        panel.errorbar(widths, shares, errors, label=f"$P={order}$", capsize=3, **look)
        apart = {n: own[n]["measured"] for n in widths if own[n]["problem"]}
        panel.plot(list(apart), list(apart.values()), **look | _OPEN)
        panel.axhline(own[widths[-1]]["predicted"], color=COLOURS[k], linestyle=":")
    panel.set(xscale="log", xlabel="neurons $N$", ylabel="share at which half is known")
    words = "dotted: coexistence, all powers\nopen: starts have not met"
    panel.legend(title=words, loc="lower left", bbox_to_anchor=(0, 0.02))


def _noise(row: Mapping[str, Any]) -> float:
    return float(Fraction(row["params"]["sigma2"]))


def _coldest(curves: Curves, start: str, size: tuple[int, int]) -> Mapping[str, Sequence[float]]:
    own = [curve for _, curve in _accuracies(curves, start) if _size(curve) == size]
    return min(own, key=lambda curve: curve["at"][2])
