"""The tables of docs/measures.md: definitions from the code that measures, outcomes as stored.

``python -m tests.docs.measures docs/measures.md`` writes the page; its head and end are kept.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from binodal.experiments.claims import claims_table
from binodal.experiments.stored import read_experiments
from binodal.models.registry import model
from binodal.validate.measures.table import table
from tests.docs.outcomes import onsets, transitions

START, END = "<!-- table: written by python -m tests.docs.measures -->", "<!-- end of table -->"
OUTCOMES, OUTCOMES_END = "<!-- outcomes: as stored -->", "<!-- end of outcomes -->"
CLAIMED, CLAIMED_END = "<!-- claims: as stored -->", "<!-- end of claims -->"
EQUAL, EQUAL_END = "<!-- transitions: as stored -->", "<!-- end of transitions -->"
SETTINGS: Mapping[str, Mapping[str, str]] = {
    "modular": {"N": "100", "P": "5", "sigma2": "1/5", "sigma_a2": "1/50", "gamma": "1"},
    "teacher-student": {
        **{"N": "100", "n": "50", "d": "6", "sigma2": "1/5"},
        **{"sigma_w2": "1/2", "sigma_a2": "1", "epsilon": "-3/10"},
    },
    "group[group=Z4; decay=schatten; irrep=every]": {
        **{"N": "100", "sigma2": "1/5", "sigma_a2": "1/50", "gamma": "1"},
    },
    "single-index[activation=erf; teacher=1: 1]": {
        **{"N": "100", "n": "50", "d": "6", "sigma2": "1/5"},
        **{"sigma_w2": "1/2", "sigma_a2": "1/5"},
    },
}
"""Where the models are asked which measures their theory predicts."""


def family(name: str) -> str:
    """A model without its settings.

    >>> family("single-index[activation=erf]")
    'single-index'
    """
    return name.partition("[")[0]


@cache
def predicted() -> dict[str, list[str]]:
    """By measure the models whose derived law predicts it."""
    found: dict[str, list[str]] = {}
    for name, values in SETTINGS.items():
        of = model(name)
        theory = of.offer("network").measurable.theory(of.space.at(values))
        known = {*theory.mean_field, *theory.values, "bbp_spikes"}
        for measure in dict.fromkeys((*theory.values, *theory.silent, *theory.mean_field)):
            if measure in table() and measure in known:
                found.setdefault(measure, []).append(family(name))
    return found


def lines() -> Iterator[str]:
    """The table, a row a measure."""
    by_theory = predicted()
    yield "| measure | definition | of | convention | source | predicted for | changes with |"
    yield "|---|---|---|---|---|---|---|"
    for name, of in table().items():
        looked_at = f"{of.layer} layer" if of.inputs == "none" else f"{of.layer}; {of.inputs}"
        cells = [
            f"`{name}`",
            of.definition,
            looked_at,
            of.convention,
            of.source,
            ", ".join(by_theory.get(name, ["–"])),
            ", ".join(of.broken_by) or "–",
        ]
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def stored_outcomes() -> Iterator[str]:
    """What the stored trainings say of every measure."""
    for document in read_experiments():
        if document["onsets"]:
            yield from onsets(document["onsets"])


def stored_claims() -> Iterator[str]:
    """What the literature claims, tested on the stored trainings."""
    for document in read_experiments():
        if document["onsets"]:
            table = claims_table(document)
            yield "| " + " | ".join(table.header) + " |"
            yield "|---" * len(table.header) + "|"
            for cells in table.rows:
                yield "| " + " | ".join(cells) + " |"


def stored_transitions() -> Iterator[str]:
    """When every measure moves in the stored networks in equilibrium."""
    for document in read_experiments():
        if document["transitions"]:
            yield from transitions(document["transitions"])


def renewed(page: str) -> str:
    """The page with its tables as they are now."""
    page = _between(page, START, END, lines())
    page = _between(page, OUTCOMES, OUTCOMES_END, stored_outcomes())
    page = _between(page, CLAIMED, CLAIMED_END, stored_claims())
    return _between(page, EQUAL, EQUAL_END, stored_transitions())


def _between(page: str, start: str, end: str, new: Iterator[str]) -> str:
    head, _, rest = page.partition(start)
    _, _, tail = rest.partition(end)
    return f"{head}{start}\n\n" + "\n".join(new) + f"\n\n{end}{tail}"


if __name__ == "__main__":
    place = Path(sys.argv[1])
    place.write_text(renewed(place.read_text("utf-8")), "utf-8")
