"""Activations with their transitions, certified, and the actions at coexistence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np

from binodal.models.single_index.parameters import NAME, space
from binodal.models.single_index.report.landscape import landscape
from binodal.numerics.grids import Array
from binodal.page.blocks import Block, Figure, Paragraph, Table
from binodal.page.landscape import middle
from binodal.page.section import Document, Request, Section, all_decided
from binodal.page.style import COLOURS, DASHES, figure
from binodal.page.tables import shown

PRESET = "fig2"
_CUBIC, _LINEAR = "1: 1, 3: -3/10", "1: 1"
_QUICK = (("erf", _CUBIC), ("sin:1", _CUBIC), ("relu", "2: 1/2"), ("sin:3", _LINEAR))
_FULL = (
    ("erf", _CUBIC),
    ("sin:1", _CUBIC),
    ("sign", _CUBIC),
    ("tanh", _CUBIC),
    ("gelu", "1: 1, 2: 1/2"),
    ("abs", "2: 1/2"),
    ("relu", "2: 1/2"),
    ("sin:3", _LINEAR),
    ("erf", _LINEAR),
)
_DIGITS, _SHOWN, _HOT = 15, 8, "1"
_COSINES, _NORMS, _FARTHEST = 241, 241, 1.2
_HEADER = ["activation", "teacher", "event", r"$\sigma^2$", "$m$", "$r$", "order", "status"]


def chapter(request: Request) -> Section:
    """A table of activations, and one figure."""
    rows, documents, drawn = [_HEADER], [], []
    chosen = _QUICK if request.quick else _FULL
    for k, (activation, teacher) in enumerate(chosen):
        request.say(f"  {activation}, teacher {teacher}")
        setting = {"preset": PRESET, "activation": activation, "teacher": teacher}
        event = _leaving(request, setting)
        rows.append(_row(activation, teacher, event, _order(request, setting, event)))
        documents.append(event)
        if event["event"] == "coexistence" and event["value"] is not None:
            drawn.append(event)
        request.advance((k + 1) / len(chosen))
    blocks = [_table(rows), _words(documents), _picture(drawn)]
    return Section(blocks, data={"critical": documents}, decided=all_decided(documents))


def _leaving(request: Request, setting: Mapping[str, str]) -> Document:
    """Coexistence; the condensation where only that ends the zero state."""
    event = request.critical(NAME, "coexistence", digits=_DIGITS, **setting)
    if event["value"] is not None:
        return event
    condensed = request.critical(NAME, "condensation", digits=_DIGITS, **setting)
    return event if condensed["value"] is None else condensed


def _order(request: Request, setting: Mapping[str, str], event: Document) -> str:
    """First where the stable zero state is left at all; else what is proved where it is hot."""
    if event["value"] is not None:
        return "first"
    hot = request.solve(NAME, sigma2=_HOT, digits=_DIGITS, **setting)
    return str(hot.get("order", "undecided"))


def _row(activation: str, teacher: str, event: Document, order: str) -> list[str]:
    state = event["at"] or {}
    numbers = [shown(number, _SHOWN) for number in (event["value"], state.get("m"), state.get("r"))]
    name = event["event"] if event["value"] is not None else "none"
    return [f"`{activation}`", f"`{teacher}`", name, *numbers, order, event["status"]]


def _table(rows: Sequence[list[str]]) -> Block:
    return Table(
        rows[0],
        rows[1:],
        r"Where the zero state stops being the deepest along $\sigma^2$, at the setting of Fig. 2 "
        "as $d$ grows: the nearest point, all of them proved in a range of e^5 to either side. "
        "The teacher is a sum of Hermite polynomials, by order and coefficient. At a condensation "
        "the norm $r$ has no bound. The order is that of the whole transition, by a theorem.",
    )


def _words(documents: Sequence[Document]) -> Block:
    return Paragraph(
        "The zero state is never unstable, whatever the activation is: no transition is "
        "continuous. A linear teacher has none for erf; but where the overlap falls with the norm, "
        r"as it does for $\sin(3z)$, neurons shrink to learn it, and it has one."
    )


def _picture(events: Sequence[Document]) -> Block:
    return Figure(
        "single-index-actions",
        partial(draw, events),
        "The action of one neuron at coexistence, at its best norm for each cosine $m$ with the "
        r"teacher, $d \to \infty$, setting of Fig. 2; marks are the certified features.",
        "Curves of the action against the cosine, one an activation: each rises from zero over a "
        "barrier and comes down to zero again at a mark.",
    )


def side(event: Document) -> tuple[Array, Array]:
    """Cosines from zero towards an event's feature and beyond, and the action there."""
    names = space({}).fields
    params = {name: float(Fraction(x)) for name, x in event["params"].items() if name in names}
    params[event["along"]] = middle(event["value"])
    state = {name: middle(ball) for name, ball in event["at"].items() if ball is not None}
    of = landscape(event, params, state)
    towards = of.at * state["m"] >= 0
    return of.at[towards], of.action[towards]


def draw(events: Sequence[Document], path: Path) -> None:
    """One line an activation, with a mark at its certified feature."""
    with figure(path, 1, 1, (6.2, 3.9)) as (_, axes):
        panel: Any = np.atleast_1d(axes)[0]
        panel.axhline(0, color="0.75", linewidth=0.7, zorder=0)
        highest = 0.0
        for event, colour, dash in zip(events, cycle((*COLOURS, "0.55")), cycle(DASHES)):
            params, feature = event["params"], abs(float(event["at"]["m"]["mid"]))
            m, height = side(event)
            label = f"{params['activation']}, {params['teacher']}"
            panel.plot(abs(m), height, label=label, color=colour, linestyle=dash)
            panel.plot([feature], [0.0], "o", color=colour)
            highest = max(highest, float(height[abs(m) < feature].max()))
        panel.set_ylim(-0.1 * highest, 1.6 * highest)
        panel.set(xlabel="cosine $|m|$ with the teacher", ylabel="$S/d$ at the best norm")
        panel.set_xlim(0, 1)
        panel.legend(loc="upper center", bbox_to_anchor=(0.5, -0.17), ncol=2, fontsize=8)
