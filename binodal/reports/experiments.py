"""Experiments as blocks: a table and a figure each, and the table of agreement over all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from binodal.reports.blocks import Block, Figure, Fold, Paragraph, Part, Table, literal
from binodal.reports.forest import (
    MOST_LINES,
    curves_figure,
    curves_of,
    drawn,
    forest_figure,
    label_of,
    varied_names,
)
from binodal.reports.measured import as_float
from binodal.reports.names import equation
from binodal.reports.section import Request, Section
from binodal.reports.stored import Experiment, read_experiments

_LONG = 24


def experiment_part(experiment: Experiment, label: str = "stored") -> Part:
    """Setting, figure, table and provenance of one experiment."""
    rows = experiment["rows"]
    blocks: list[Block] = []
    if experiment.get("question"):
        blocks.append(Paragraph(literal(experiment["question"])))
    if experiment.get("problem"):
        blocks.append(Paragraph(f"**Not run**: {literal(experiment['problem'])}."))
    if experiment["settings"]:
        blocks.append(Paragraph(f"**Setting.** {_listed(experiment['settings'])}"))
    if drawn(rows):
        blocks.append(_forest(experiment, label))
    if curves_of(experiment["curves"]):
        blocks.append(_curves(experiment, label))
    if rows:
        table = rows_table(rows, f"{literal(experiment['title'])}: measured against predicted.")
        blocks.append(table if len(rows) <= _LONG else Fold(f"All {len(rows)} rows", [table]))
    elif not experiment.get("problem"):
        blocks.append(Paragraph("No comparison with a theory is stored with it."))
    if experiment["provenance"]:
        blocks.append(Fold("Provenance", [Paragraph(_listed(experiment["provenance"]))]))
    return Part(literal(experiment["title"]), blocks)


def _listed(values: Mapping[str, Any]) -> str:
    return "; ".join(equation(name, value) for name, value in values.items())


def _forest(experiment: Experiment, label: str) -> Figure:
    lines = len({label_of(r, varied_names(drawn(experiment["rows"])))
                 for r in drawn(experiment["rows"])})  # fmt: skip
    cut = f" The first {MOST_LINES} of {lines} lines are drawn." if lines > MOST_LINES else ""
    return Figure(
        f"{label}-{experiment['experiment']}-z",
        partial(forest_figure, experiment["rows"]),
        f"{literal(experiment['title'])}: distance of each theory from the networks in standard "
        f"errors. Grey: within two. Controls and more modes are in the table alone.{cut}",
        "Marks of each theory on a line for every measurement, against the distance in standard "
        "errors.",
    )


def _curves(experiment: Experiment, label: str) -> Figure:
    return Figure(
        f"{label}-{experiment['experiment']}-curves",
        partial(curves_figure, experiment["curves"]),
        f"{literal(experiment['title'])}: curves as stored. Marks with bars are measured.",
        "Curves of the stored experiment.",
    )


def rows_table(rows: Sequence[Mapping[str, Any]], caption: str) -> Table:
    """Every row of a comparison with its verdict."""
    varied = varied_names(rows)
    header = ["observable", "theory", "measured", "predicted", "$z$", "ESS", r"$\hat R$", "verdict"]
    table = [
        [
            label_of(row, varied), literal(row.get("theory") or "-"),
            with_error(row.get("measured"), row.get("stderr")), number(row.get("predicted"), 5),
            number(row.get("z"), 3), number(row.get("ess"), 3), number(row.get("rhat"), 4),
            literal(row.get("verdict") or "-"),
        ]
        for row in rows
    ]  # fmt: skip
    return Table(header, table, caption)


def number(value: Any, digits: int) -> str:
    """A number to some digits, or a dash."""
    found = as_float(value)
    return "-" if found is None else f"{found:.{digits}g}"


def with_error(value: Any, error: Any) -> str:
    """A measured number with its standard error."""
    spread = as_float(error)
    return number(value, 5) + (f" ± {spread:.1g}" if spread else "")


def stored_chapter(request: Request) -> Section:
    """Every stored experiment, and a plain word when there is none."""
    found = read_experiments()
    blocks: list[Block] = [Paragraph(
        "Longer experiments have a command of their own; their summaries come with the program, "
        "each with the seeds and versions that made it."
    )]  # fmt: skip
    if not found:
        blocks.append(Paragraph("**Not run**: no experiment is stored with this version."))
    blocks += [experiment_part(experiment) for experiment in found]
    return Section(blocks, data={"experiments": found})
