"""The report in brief, from the data of its own chapters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from binodal.audit.blocks import VERDICTS
from binodal.derive.theories import THEORIES
from binodal.experiments.drawings import drawings
from binodal.page.blocks import Block, Figure, Items, Paragraph, Part, Table
from binodal.page.measured import Data, experiments
from binodal.page.section import Request, Section
from binodal.page.tables import shown
from binodal.reports import tally
from binodal.reports.chapters import steps_of
from binodal.reports.offered import reported

_DIGITS = 10
_CORRECTED = "corrected"

_STORY = (
    "A network *groks* when it first memorises its examples and only much later understands the "
    "rule behind them. The paper explains this as a phase transition, like freezing water: while "
    "the noise of training is strong, the hidden neurons ignore the rule; below a certain noise "
    "some of them suddenly know it. Here that theory was derived anew from its definitions, the "
    "transition was located with proofs, and networks were trained to see whether they follow."
)


def chapter(request: Request) -> Section:
    """The story, one picture and the numbers that matter, then tables for those who know."""
    tallies = tally.tally(request.earlier)
    numbers = [
        *_steps(request.earlier),
        *_audit(request.earlier),
        *_transition(request.earlier),
        *_networks(tallies),
    ]
    blocks: list[Block] = [Paragraph(_STORY), *_picture(request.earlier), Items(numbers)]
    if tallies:
        blocks.append(_verdicts(tallies))
    events = _events(request.earlier)
    if events:
        caption = (
            "Where the events are along $\\sigma^2$, thermodynamic limit: proved balls of both "
            "theories. Birth, coexistence and the names of phases are explained in the next "
            "chapter; `gmfl2` is where the unlearned state loses its weight."
        )
        header = ["model", "event", *THEORIES, "quoted by the paper"]
        blocks.append(Part("Where the transition is", [Table(header, events, caption)]))
    return Section(blocks, closing=numbers)


def _picture(earlier: Data) -> Iterator[Figure]:
    """The picture of the first stored experiment that has one for this page."""
    for experiment in experiments(earlier, "stored"):
        for stem, draw, caption in drawings(experiment, brief=True):
            yield Figure(f"brief-{stem}", partial(draw, experiment), f"{caption}.", caption)
            return


def _steps(earlier: Data) -> list[str]:
    names = [steps_of(of.name) for of, _ in reported()]
    counts = [earlier[name]["steps"] for name in names if name in earlier]
    if not counts:
        return []
    return [
        f"**{sum(counts)} steps** lead from the definitions to the transition. Each was checked by "
        "a second, independent route while this page was written; all passed."
    ]


def _audit(earlier: Data) -> list[str]:
    counts: Mapping[str, int] = earlier.get("audit", {}).get("counts", {})
    if not counts:
        return []
    rest = ", ".join(f"{counts.get(n, 0)} {n}" for n in VERDICTS if n != _CORRECTED)
    return [
        f"**{counts.get(_CORRECTED, 0)} of {sum(counts.values())}** printed equations, claims and "
        f"numbers are wrong as printed; the others are right or harmless ({rest})."
    ]


def _transition(earlier: Data) -> Iterator[str]:
    """Where coexistence is in both theories, for the first model that has it in both."""
    for of, report in reported():
        documents = earlier.get(of.name, {}).get("critical", [])
        point = {theory: _cell(documents, "coexistence", theory) for theory in THEORIES}
        if all(point.values()) and point["published"] != point["derived"]:
            values = {theory: text.partition(" ")[0][:8] for theory, text in point.items()}
            yield (
                f"**{values['derived']}** is the noise at which knowing the rule becomes as likely "
                f"as not knowing it ({report.setting}, infinite size). The published theory has "
                f"{values['published']}: its action holds fixed what has to relax."
            )
            return


def _networks(tallies: Mapping[tuple[str, str], Any]) -> list[str]:
    if not tallies:
        return ["Networks: **not run**."]
    sentences = []
    for title in dict.fromkeys(title for title, _ in tallies):
        own = {theory: counts for (of, theory), counts in tallies.items() if of == title}
        (theory, counts), *others = reversed(own.items())
        rest = "; ".join(f"{tally.THEORIES[name]}: {_share(each)}" for name, each in others)
        sentences.append(
            f"{title}: **{_share(counts)}** conclusive comparisons with trained networks agree "
            f"with the theory {tally.THEORIES[theory]} ({rest})."
        )
    return sentences


def _share(counts: Counter[str]) -> str:
    return f"{counts[tally.AGREE]} of {tally.conclusive(counts)}"


def _verdicts(tallies: Mapping[tuple[str, str], Any]) -> Part:
    header = ["networks", "theory, at the networks' own size", "agrees", "disagrees", "cannot tell"]
    rows = [
        [
            title,
            tally.THEORIES[theory],
            *(str(counts[v]) for v in (tally.AGREE, tally.DISAGREE, tally.INCONCLUSIVE)),
        ]
        for (title, theory), counts in tallies.items()
    ]
    caption = (
        "Verdicts on the main observables of networks that have settled. *Agrees*: not rejected, "
        "while a theory that is off by 5 % would have been. A theory of infinite width is bound to "
        "be rejected by precise measurements at finite width: that is what the correction is for."
    )
    remains = Paragraph(
        "**What remains open.** Where the theory with its first correction in 1/N is still "
        "rejected, the networks may be too narrow, or have too few examples, for one correction. "
        "How the distance shrinks as both grow is in the stored experiment [How the gap between "
        "networks and theory closes](#stored-closing-gaps), and which observable speaks for which "
        "theory in [Law of the overlap](#stored-overlap-law). Where counts are as even as for the "
        "teacher-student network, they do not choose between the published and the derived theory."
    )
    return Part("Do networks agree?", [Table(header, rows, caption), remains])


def _events(earlier: Data) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = []
    for of, report in reported():
        documents = earlier.get(of.name, {}).get("critical", [])
        for event in report.events:
            cells = [_cell(documents, event, theory) for theory in THEORIES]
            if any(cells):
                quoted = report.quoted.get(event, "-")
                rows.append([report.setting, event, *(cell or "-" for cell in cells), quoted])
    return rows


def _cell(documents: Sequence[Mapping[str, Any]], event: str, theory: str) -> str:
    for each in documents:
        if (each["event"], each["theory"], each["limit"]) == (event, theory, "thermodynamic"):
            return shown(each["value"], _DIGITS) if each["value"] else str(each["status"])
    return ""
