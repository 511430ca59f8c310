"""Networks beside theories: theories are lines, networks open marks with error bars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from binodal.experiments.lines import line_name
from binodal.experiments.rows import Row, main_theory
from binodal.experiments.titles import case_title, titles_of
from binodal.page.measured import Points
from binodal.page.style import COLOURS, DASHES, MARKS, MOST_COLUMNS, figure, measured, panels

LINES = {
    "published": (DASHES[1], COLOURS[1]),
    "derived": (DASHES[0], COLOURS[0]),
    "derived, finite width": (DASHES[2], COLOURS[2]),
    "derived, finite width and data": (DASHES[4], COLOURS[3]),
    "derived, all modes": (DASHES[3], COLOURS[4]),
}
"""Dash and colour of each theory at the networks' own size, the same in every figure."""

_UNSETTLED = 3
"""Mark and colour of networks that have not reached equilibrium in this observable."""
_MARK = 0.1
"""Half of a mark's height in log p(q): smaller errors are not seen."""


def value_of(row: Row, name: str) -> float:
    """An exact parameter of a row's case as a float."""
    return float(Fraction(row["params"][name]))


def chosen(rows: Sequence[Row], observable: str, theory: str) -> list[Row]:
    """Rows of an observable in a theory's main form that predict something."""
    return [
        r
        for r in rows
        if (r["observable"], main_theory(r)) == (observable, theory) and r["predicted"] is not None
    ]


def draw_against(
    panel: Any,
    rows: Sequence[Row],
    observable: str,
    along: str,
    label: str,
    curves: Mapping[str, Any] | None = None,
) -> None:
    """Networks and every theory of one observable against one parameter.

    Networks that have not settled, and are therefore not judged, have another mark. Theories go
    from case to case, or along their line in ``curves``.
    """
    for theory, (dash, colour) in LINES.items():
        own = sorted(chosen(rows, observable, theory), key=lambda r: value_of(r, along))
        if own:
            joined = {"x": [value_of(r, along) for r in own], "y": [r["predicted"] for r in own]}
            line = (curves or {}).get(line_name(own[0]["case"], observable, theory), joined)
            panel.plot(
                line["x"],
                line["y"],
                linestyle=dash,
                color=colour,
                label=theory,
            )
    own = sorted(chosen(rows, observable, "derived"), key=lambda r: value_of(r, along))
    settled = [r for r in own if not r["problem"]]
    others = [r for r in own if r["problem"]]
    for group, mark, what in (
        (settled, 0, label),
        (others, _UNSETTLED, f"{label}, not settled"),
    ):
        if group:
            columns = [(value_of(r, along), r["measured"], r["stderr"] or 0.0) for r in group]
            measured(panel, Points(*np.array(columns).T), mark, what)


def overlap_law(document: Mapping[str, Any], path: Path) -> None:
    """b and c against sigma^2 at each size, one column a size."""
    rows = document["rows"]
    sizes = sorted({r["params"]["N"] for r in rows}, key=Fraction)
    with figure(path, 2, len(sizes), (3.3 * len(sizes), 5.7), squeeze=False) as (drawing, axes):
        for column, size in enumerate(sizes):
            own = [r for r in rows if r["params"]["N"] == size]
            for line, name in enumerate(("b", "c")):
                panel = axes[line][column]
                draw_against(panel, own, name, "sigma2", "networks")
                panel.set_xlabel(r"$\sigma^2$")
                panel.set_ylabel(f"${name}$")
            p = own[0]["params"]
            axes[0][column].set_title(f"N = {size}, n = {p['n']}, d = {p['d']}")
        told = _named(axes.flat)
        drawing.legend(told.values(), told.keys(), loc="outside lower center", ncols=len(told))


def overlap_density(document: Mapping[str, Any], path: Path) -> None:
    """log p(q) of networks and of both theories, one panel a case.

    Crosses are the derived theory with finite width and data, at the places where it is judged.
    """
    curves, corrected = document["curves"], "derived, finite width and data"
    cases = [n.removesuffix(" networks") for n in curves if n.endswith(" networks")]
    cases.sort(key=lambda case: case.partition("-sigma2-")[2])
    titles = titles_of(document["cases"])
    with panels(path, len(cases), (3.2, 2.4), sharex=True) as axes:
        for panel, case in zip(axes, cases, strict=True):
            for theory in ("published", "derived"):
                dash, colour = LINES[theory]
                line = curves[f"{case} {theory}"]
                panel.plot(line["x"], line["y"], linestyle=dash, color=colour, label=theory)
            own = curves[f"{case} networks"]
            bottom = max(-14.0, min(own["y"]) - 2)
            points = zip(own["x"], own["y"], own["error"], strict=True)
            x, y, errors = zip(*(of for of in points if of[1] > bottom), strict=True)
            panel.errorbar(
                x,
                y,
                yerr=[min(e or 0.0, 2.0) for e in errors],
                fmt=MARKS[0],
                markersize=3,
                color=COLOURS[2],
                markerfacecolor="white",
                elinewidth=0.7,
                label="networks",
            )
            judged = [
                (value_of(r, "q"), r["predicted"], r["predicted_error"] or 0.0)
                for r in chosen(document["rows"], "log_density", corrected)
                if r["case"] == case and r["predicted"] > bottom
            ]
            if judged:
                x, y, errors = np.array(judged).T
                colour = LINES[corrected][1]
                panel.plot(x, y, "x", color=colour, label=corrected, zorder=3)
                wide = errors > _MARK
                panel.vlines(x[wide], (y - errors)[wide], (y + errors)[wide], colour, linewidth=1)
            panel.set_ylim(bottom=bottom)
            panel.set_title(titles.get(case) or case_title(case))
        for panel in axes[-MOST_COLUMNS:]:
            panel.set_xlabel(r"overlap $q$")
            panel.tick_params(labelbottom=True)
        for panel in axes[::MOST_COLUMNS]:
            panel.set_ylabel(r"$\log p(q)$")
        axes[0].legend()


def modular_transition(document: Mapping[str, Any], path: Path) -> None:
    """a against sigma^2, one panel a P; networks from both starts are pooled."""
    rows = document["rows"]
    orders = sorted({r["params"]["P"] for r in rows}, key=int)
    with figure(path, 1, len(orders), (3.6 * len(orders), 3.2), squeeze=False) as (_, axes):
        known: set[str] = set()
        for panel, order in zip(axes[0], orders, strict=True):
            own = [r for r in rows if r["params"]["P"] == order]
            draw_against(panel, own, "a", "sigma2", "networks", document["curves"])
            p = own[0]["params"]
            panel.set_title(f"P = {order}, N = {p['N']}")
            panel.set_xlabel(r"$\sigma^2$")
            panel.set_ylabel("$a$")
            _legend_of_new(panel, known)


_IN_WORDS = {
    "published": "theory as published",
    "derived": "theory as derived here, infinitely wide",
    "derived, finite width": "theory as derived here, with its correction for the width",
    "networks": "trained networks",
}


def one_transition(document: Mapping[str, Any], path: Path) -> None:
    """The largest group of :func:`modular_transition`, with words for letters."""
    rows = document["rows"]
    largest = max((r["params"]["P"] for r in rows), key=int)
    own = [r for r in rows if r["params"]["P"] == largest]
    with figure(path, 1, 1, (6.6, 3.9)) as (_, panel):
        draw_against(panel, own, "a", "sigma2", "networks", document["curves"])
        named = {_IN_WORDS.get(label, label): mark for label, mark in _named([panel]).items()}
        panel.legend(named.values(), named.keys(), loc="lower right")
        panel.set_xlabel(r"noise of training, $\sigma^2$")
        panel.set_ylabel("part of the rule not learned")
        panel.set_ylim(0, 1.05)
        p = own[0]["params"]
        panel.set_title(f"Addition modulo {largest}, {p['N']} hidden neurons")


def width_and_time(document: Mapping[str, Any], path: Path) -> None:
    """c and <q^2> against the width, one row a size of the input; losses against Euler's step."""
    rows, curves = document["rows"], document["curves"]
    sizes = sorted({r["params"]["d"] for r in rows}, key=int)
    courses = [n.removesuffix(" train_loss") for n in curves if n.endswith(" train_loss")]
    columns = 2 + -(-len(courses) // max(1, len(sizes)))
    shape = (3.4 * columns, 3.2 * len(sizes))
    with figure(path, max(1, len(sizes)), columns, shape, squeeze=False) as (_, axes):
        known: set[str] = set()
        for line, size in zip(axes, sizes, strict=True):
            _draw_widths(line[:2], [r for r in rows if r["params"]["d"] == size])
            _legend_of_new(line[0], known)
        panels = list(axes[:, 2:].flat)
        for panel, course in zip(panels, sorted(courses), strict=False):
            _draw_course(panel, curves, course)
        for panel in panels[len(courses) :]:
            panel.set_visible(False)


def _legend_of_new(panel: Any, known: set[str]) -> None:
    """A legend of what no panel before explained; ``known`` takes it in."""
    new = {label: handle for label, handle in _named([panel]).items() if label not in known}
    if new:
        panel.legend(new.values(), new.keys())
    known.update(new)


def _named(panels: Iterable[Any]) -> dict[str, Any]:
    """What has a label in these panels, each label once."""
    return {
        label: handle
        for panel in panels
        for handle, label in zip(*panel.get_legend_handles_labels(), strict=True)
    }


def _draw_widths(panels: Sequence[Any], rows: Sequence[Row]) -> None:
    p = rows[0]["params"]
    for panel, name, label in zip(
        panels, ("c", "q2"), ("$c$", r"$\langle q^2\rangle$"), strict=True
    ):
        draw_against(panel, rows, name, "N", "networks")
        panel.set(xscale="log", xlabel="$N$", ylabel=label, title=f"d = {p['d']}, n = {p['n']}")
        sparse(panel)


def sparse(panel: Any) -> None:
    """Plain numbers at a few places of a logarithmic abscissa that spans a decade or two."""
    from matplotlib.ticker import LogLocator, NullFormatter, ScalarFormatter

    panel.xaxis.set_major_locator(LogLocator(subs=(1.0, 3.0)))
    panel.xaxis.set_major_formatter(ScalarFormatter())
    panel.xaxis.set_minor_formatter(NullFormatter())


def _draw_course(panel: Any, curves: Mapping[str, Any], course: str) -> None:
    """Training and test loss with their standard errors as bands."""
    for number, name in enumerate(("train", "test")):
        own = curves[f"{course} {name}_loss"]
        panel.plot(own["x"], own["y"], linestyle=DASHES[number], color=COLOURS[number], label=name)
        pairs = list(zip(own["y"], (e or 0.0 for e in own["error"]), strict=True))
        panel.fill_between(
            own["x"],
            [y - e for y, e in pairs],
            [y + e for y, e in pairs],
            color=COLOURS[number],
            alpha=0.2,
            linewidth=0,
        )
    factor = course.removeprefix("time-")
    title = (
        "the sizes of D.44" if course == "full-time" else f"scaled down, {factor} × the examples"
    )
    panel.set(
        xscale="log",
        yscale="log",
        xlabel="step",
        title=title,
        ylabel=r"$\langle (y-f)^2\rangle$",
    )
    panel.legend()
