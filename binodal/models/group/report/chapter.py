"""A table of all small groups: irreps, when they are learned, in which order, with which rank."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from flint import arb

from binodal.derive.groups.block import Block
from binodal.derive.groups.names import from_text
from binodal.derive.groups.small import SMALL
from binodal.models.group.numerics.weights import heaviest_ranks, relative_shift
from binodal.models.group.parameters import EVERY, NAME
from binodal.models.group.report.binder import picture
from binodal.models.group.setting import blocks_of
from binodal.page import blocks as page
from binodal.page.section import Document, Request, Section, all_decided
from binodal.page.style import COLOURS, MARKS, figure
from binodal.page.tables import shown

PRESET, _DIGITS, _SHOWN, _QUICK = "fig3", 15, 12, 12
_FIELDS = {"real": "R", "complex": "C", "quaternionic": "H"}
_EVENTS = ["order", "groups", r"$\sigma^2$ at coexistence", r"that of H under $|W|_F^6$"]
_HEADER = ["group", "order", "irreps", "first to last", "rank"]


@dataclass(frozen=True)
class Member:
    """A group of the table with its blocks."""

    name: str
    text: str
    order: int
    blocks: tuple[Block, ...]

    @property
    def kinds(self) -> dict[str, Block]:
        """One block of each dimension and type, by its label."""
        return {label(block): block for block in self.blocks}

    @property
    def has_quaternionic(self) -> bool:
        """Whether some irrep comes later under frobenius."""
        return any(block.kind == "quaternionic" for block in self.blocks)


def label(block: Block) -> str:
    """Dimension and type, all that a block's events depend on beside the group's order."""
    return f"{block.dimension}{_FIELDS[block.kind]}"


def members(largest: int) -> list[Member]:
    """All groups of at most so many elements."""
    every = ((name, text, from_text(text).order) for name, text in SMALL.items())
    chosen = [(n, text, order) for n, text, order in every if order <= largest]
    return [Member(n, text, order, blocks_of(text, EVERY)) for n, text, order in chosen]


def chapter(request: Request) -> Section:
    """Events by order, irreps by group, and one figure."""
    groups = sorted(members(_QUICK if request.quick else 24), key=lambda of: of.order)
    together = _events(request, groups, "schatten")
    later = _events(request, [of for of in groups if of.has_quaternionic], "frobenius")
    documents = [*together.values(), *later.values()]
    gamma = Fraction(documents[0]["params"]["gamma"])
    rows = [_row(of, gamma) for of in groups]
    return Section(
        [
            _words(groups),
            _by_order(groups, together, later),
            _table(rows),
            _picture(groups, gamma),
            picture(request.quick),
        ],
        data={
            "critical": documents,
            "groups": [dict(zip(_HEADER, row, strict=True)) for row in rows],
        },
        decided=all_decided(documents),
    )


def _events(request: Request, groups: Sequence[Member], decay: str) -> dict[int, Document]:
    """Coexistence by order, asked of one group each: the last irrep, quaternionic where one is."""
    events: dict[int, Document] = {}
    for of in groups:
        if of.order not in events:
            request.say(f"  coexistence, {of.order} elements, {decay}")
            settings: dict[str, Any] = {
                "group": of.text,
                "irrep": of.blocks[-1].name,
                "decay": decay,
            }
            if decay == "frobenius":
                settings["irrep"] = next(b.name for b in of.blocks if b.kind == "quaternionic")
            events[of.order] = request.critical(
                NAME, "coexistence", preset=PRESET, digits=_DIGITS, **settings
            )
    return events


def _by_order(
    groups: Sequence[Member], together: Mapping[int, Document], later: Mapping[int, Document]
) -> page.Block:
    rows = [
        [
            str(order),
            str(sum(of.order == order for of in groups)),
            shown(event["value"], _SHOWN),
            shown(later[order]["value"], _SHOWN) if order in later else "",
        ]
        for order, event in together.items()
    ]
    return page.Table(
        _EVENTS,
        rows,
        r"Coexistence along $\sigma^2$ as $|G| \to \infty$, certified, by the order of the group: "
        r"one temperature for all irreps and ranks with the decay $\mathrm{tr}(WW^+)^3$, and for "
        "rank one with $|W|_F^6$, which quaternionic irreps do not have.",
    )


def _row(of: Member, gamma: Fraction) -> list[str]:
    often = Counter(map(label, of.blocks))
    return [
        f"`{of.name}`",
        str(of.order),
        ", ".join(f"{n} × {name}" if n > 1 else name for name, n in often.items()),
        learned(of, gamma),
        ", ".join(
            f"{name}: {' or '.join(map(str, heaviest_ranks(block)))}"
            for name, block in of.kinds.items()
            if block.dimension > 1
        ),
    ]


def learned(of: Member, gamma: Fraction) -> str:
    """The labels by falling shift, with an equals sign where two are the same to log |G|."""
    shifts = {name: relative_shift(block, of.order, gamma) for name, block in of.kinds.items()}
    order = sorted(shifts, key=lambda name: -float(shifts[name].mid()))
    text = order[0]
    for before, name in pairwise(order):
        text += (" = " if shifts[before].overlaps(shifts[name]) else ", ") + name
    return text


def _words(groups: Sequence[Member]) -> page.Block:
    return page.Paragraph(
        f"These are all {len(groups)} groups of 2 to {groups[-1].order} elements. An irrep with "
        "its conjugate is written as its dimension and R, C or H, real, complex or quaternionic; "
        "the trivial one is left out. All that happens to it depends on these two and on the "
        "order of the group, at the setting of Fig. 3 otherwise. A colon stands for a semidirect "
        "product whose action is not trivial, and o for a central one."
    )


def _table(rows: Sequence[list[str]]) -> page.Block:
    return page.Table(
        _HEADER,
        rows,
        r"First to last: the order in which irreps are learned at finite $|G|$ with the decay "
        r"$\mathrm{tr}(WW^+)^3$, by the one-loop weight of the first rank to the leading "
        "logarithm, in which irreps joined by = agree. Rank, where the dimension is not one: the "
        "heaviest where all ranks are equally deep, to the same order; while few singular values "
        "are filled it is 1, or 2 for H.",
    )


def _picture(groups: Sequence[Member], gamma: Fraction) -> page.Block:
    return page.Figure(
        "group-order",
        partial(draw, groups, gamma),
        r"By how much the weight of the first rank lifts $\sigma^2 + \lambda$ at coexistence, "
        r"to the leading logarithm, with the decay $\mathrm{tr}(WW^+)^3$: the irreps of all "
        r"groups in the table. What is higher is learned first; nothing is left of it as "
        r"$|G| \to \infty$.",
        "One falling row of marks for each dimension and type of an irrep against the order of "
        "the group: quaternionic ones are highest, real ones of dimension one lie at zero.",
    )


def shifts(groups: Sequence[Member], gamma: Fraction) -> dict[str, dict[int, arb]]:
    """By label and order of the group, highest first at any order."""
    shifts: dict[str, dict[int, arb]] = {}
    for of in groups:
        for name, block in of.kinds.items():
            shifts.setdefault(name, {})[of.order] = relative_shift(block, of.order, gamma)

    def height(name: str) -> float:
        order, value = next(iter(shifts[name].items()))
        return -float((value * order / arb(order).log()).mid())

    return {name: shifts[name] for name in sorted(shifts, key=height)}


def draw(groups: Sequence[Member], gamma: Fraction, path: Path) -> None:
    """A mark for each order and label."""
    with figure(path, 1, 1, (6.2, 3.9)) as (_, panel):
        for k, (name, by_order) in enumerate(shifts(groups, gamma).items()):
            orders = sorted(by_order)
            panel.plot(
                orders,
                [float(by_order[order].mid()) for order in orders],
                linestyle="none",
                marker=MARKS[k % len(MARKS)],
                color=COLOURS[k % len(COLOURS)],
                fillstyle="none" if k >= len(COLOURS) else "full",
                label=name,
            )
        panel.set(xlabel="$|G|$", ylabel=r"relative shift of $\sigma^2 + \lambda$")
        panel.legend(ncols=2)
