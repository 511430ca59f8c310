"""The table of docs/measures.md: definitions and conventions from the code that measures.

``python -m tests.docs.measures docs/measures.md`` writes the page; its head and end are kept.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from binodal.models.registry import model
from binodal.validate.measures.table import table

START, END = "<!-- table: written by python -m tests.docs.measures -->", "<!-- end of table -->"
SETTINGS: Mapping[str, Mapping[str, str]] = {
    "modular": {"N": "100", "P": "5", "sigma2": "1/5", "sigma_a2": "1/50", "gamma": "1"},
    "teacher-student": {
        **{"N": "100", "n": "50", "d": "6", "sigma2": "1/5"},
        **{"sigma_w2": "1/2", "sigma_a2": "1", "epsilon": "-3/10"},
    },
}
"""Where the models are asked which measures their theory predicts."""


def predicted() -> dict[str, list[str]]:
    """By measure the models whose derived law predicts it."""
    found: dict[str, list[str]] = {}
    for name, values in SETTINGS.items():
        of = model(name)
        theory = of.offer("network").measurable.theory(of.space.at(values))
        for measure in (*theory.values, *theory.silent):
            if measure in table() and (measure in theory.values or measure == "bbp_spikes"):
                found.setdefault(measure, []).append(name)
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


def renewed(page: str) -> str:
    """The page with its table as it is now."""
    head, _, rest = page.partition(START)
    _, _, tail = rest.partition(END)
    return f"{head}{START}\n\n" + "\n".join(lines()) + f"\n\n{END}{tail}"


if __name__ == "__main__":
    place = Path(sys.argv[1])
    place.write_text(renewed(place.read_text("utf-8")), "utf-8")
