"""The table of agreement: what the networks say of each theory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from binodal.derive.theories import THEORIES
from binodal.experiments.rows import headline, main_theory
from binodal.experiments.tables import VERDICTS, counts, verdict_lines
from binodal.page.blocks import Block, Fold, Paragraph, Table, literal
from binodal.page.measured import experiments
from binodal.page.section import Request, Section


def chapter(request: Request) -> Section:
    """Networks against both theories: the main observables, then counts of all verdicts."""
    compared = experiments(request.earlier)
    words = Paragraph(
        "AGREE: not rejected at the declared rate of false alarms, while a theory that is off by "
        "5 % would have been (*excludes* is the smallest relative error that would), and so is "
        "every deliberately wrong theory that differs there (a *control*). DISAGREE: rejected. "
        "INCONCLUSIVE: the networks cannot tell, and nothing is claimed."
    )
    if not any(experiment["rows"] for experiment in compared):
        return Section([words, Paragraph("**Not run**: no network was compared with a theory.")])
    rows = [(each["title"], line) for each in compared for line in counts(each["rows"])]
    header = ["experiment", "theory", *VERDICTS, "smallest p"]
    all_counts = Table(
        header,
        [[literal(cell) for cell in (title, *line)] for title, line in rows],
        "Number of observables by verdict. A control has to DISAGREE.",
    )
    blocks: list[Block] = [words, _headline(compared)]
    return Section([*blocks, Fold("All observables, counted by verdict", [all_counts])])


def _headline(compared: Sequence[Mapping[str, Any]]) -> Table:
    header = ["experiment", "observable", "measured"]
    first, rows = headline(), []
    for experiment in compared:
        if experiment.get("cases"):
            continue  # stored: a table of its own stands with it
        own = [r for r in experiment["rows"] if r["observable"] in first and main_theory(r)]
        title = literal(experiment["title"])
        rows += [[title, *line] for _, line in verdict_lines(own, THEORIES)]
    caption = (
        "The main observables of the networks trained for this report, against both theories at "
        "their own size: the prediction, the probability of a distance as large, the smallest "
        "relative error that is excluded, the verdict. Stored experiments have their own tables."
    )
    return Table([*header, *THEORIES], rows, caption)
