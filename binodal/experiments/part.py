"""An experiment as a part of a page: question, figures, findings, tables and provenance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from binodal.experiments import tables
from binodal.experiments.claims import claims_table
from binodal.experiments.drawings import drawings
from binodal.experiments.findings import findings, nearer
from binodal.experiments.forest import MOST_LINES, drawn, forest_figure
from binodal.experiments.lent import LENT
from binodal.experiments.onset_tables import onset_tables
from binodal.experiments.rows import Row, headline, label_of, varied_names
from binodal.experiments.stored import Experiment
from binodal.experiments.titles import case_title, titles_of
from binodal.experiments.transition_tables import answers, transition_tables
from binodal.page.blocks import Block, Figure, Fold, Items, Paragraph, Part, Table, literal
from binodal.page.names import equation

_LONG = 24
_MOST_ROWS = 200
"""Beyond so many rows a table shows the main observables."""
_OF_MACHINE = ("machine", "host", "hostname", "path", "user")


def experiment_part(experiment: Experiment, prefix: str = "stored-") -> Part:
    """All that a page says of one experiment.

    ``prefix`` begins its anchor and the names of its figures.
    """
    blocks: list[Block] = []
    if experiment["question"]:
        blocks.append(Paragraph(literal(experiment["question"])))
    if experiment["problem"]:
        blocks.append(Paragraph(f"**Not run**: {literal(experiment['problem'])}."))
    if experiment.get("missing"):
        cases = "; ".join(map(case_title, experiment["missing"]))
        blocks.append(Paragraph(f"Cases **not run**: {cases}."))
    if experiment["settings"]:
        setting = "; ".join(equation(*item) for item in experiment["settings"].items())
        blocks.append(Paragraph(f"**Setting.** {setting}"))
    blocks += _figures(experiment, prefix)
    if experiment.get("remark"):
        blocks.append(Paragraph(literal(experiment["remark"])))
    blocks += _said(experiment)
    if experiment["provenance"]:
        blocks.append(Fold("Provenance", _provenance(experiment["provenance"])))
    return Part(literal(experiment["title"]), blocks, f"{prefix}{experiment['experiment']}")


def _figures(experiment: Experiment, prefix: str) -> list[Figure]:
    """The figures that an experiment has of its own, else one of all distances from theories."""
    own = [
        Figure(
            f"{prefix}{experiment['experiment']}-{stem}",
            partial(draw, experiment),
            f"{literal(experiment['title'])}: {caption}. {_words(experiment)}",
            f"{caption}: networks beside theories.",
        )
        for stem, draw, caption in drawings(experiment)
    ]
    rows = _shown(experiment["rows"])
    return own or ([_forest(experiment, rows, prefix)] if drawn(rows) else [])


def _words(experiment: Experiment) -> str:
    if experiment.get("onsets"):
        return "All is measured."
    return "Marks with bars and shaded bands are measured, other lines are theory."


def _forest(experiment: Experiment, rows: Sequence[Row], prefix: str) -> Figure:
    varied = varied_names(drawn(rows))
    lines = len({label_of(row, varied) for row in drawn(rows)})
    cut = f" The first {MOST_LINES} of {lines} lines are drawn." if lines > MOST_LINES else ""
    return Figure(
        f"{prefix}{experiment['experiment']}-z",
        partial(forest_figure, rows),
        f"{literal(experiment['title'])}: distance of each theory from the networks in standard "
        f"errors. Grey: within two. Controls and more modes are left out.{cut}",
        "Marks of each theory on a line for every measurement, against the distance in standard "
        "errors.",
    )


def _shown(rows: Sequence[Row]) -> list[Row]:
    """The means, where an experiment has many cases; all rows of one case."""
    cases = {row["case"] for row in rows}
    return [row for row in rows if len(cases) < 2 or row["at"] is None]


def _first(observable: str) -> bool:
    """Whether it is one of the main observables, of a whole network or of one block."""
    return bool({observable, observable.rpartition("_")[0]} & set(headline()))


def _tables(experiment: Experiment) -> list[Block]:
    """What the rows say: in sentences, beside theories and controls, and why they differ."""
    rows = _shown(experiment["rows"])
    if not rows:
        notes = [] if experiment["problem"] else ["No comparison with a theory is stored with it."]
        return [Paragraph(words) for words in notes]
    sentences = [literal(line) for line in nearer(experiment["rows"])]
    blocks: list[Block] = [
        *findings(experiment["rows"]),
        *([Items(sentences)] if sentences else []),
    ]
    caption = f"{literal(experiment['title'])}: networks and theories."
    if len(rows) > _MOST_ROWS:
        rows = [row for row in rows if _first(row["observable"])]
        caption += " The main observables; all rows are in the JSON file."
    blocks.append(_folded(tables.verdicts(rows, caption)))
    titles = titles_of(experiment.get("cases", ()))
    wrong = tables.controls(experiment.get("controls", ()), experiment["rows"], titles)
    blocks += [Fold("Controls, wrong on purpose", wrong)] if wrong else []
    lent = [
        titles[str(c["name"])] for c in experiment.get("cases", ()) if c.get("step_bias") == LENT
    ]
    if lent:
        blocks.append(
            Paragraph(
                "The bias of the sampler's step was not measured in these runs; their error bars "
                f"hold the largest that the other runs found: {'; '.join(lent)}."
            )
        )
    blocks += map(_folded, tables.sources(experiment.get("sources", ()), titles))
    return [*blocks, *tables.fits(experiment.get("fits", ()), titles)]


def _said(experiment: Experiment) -> list[Block]:
    """What the networks say: in training, through a transition, or beside theories."""
    if experiment.get("onsets"):
        return _onsets(experiment)
    if experiment.get("transitions"):
        return _transitions(experiment)
    return _tables(experiment)


def _transitions(experiment: Experiment) -> list[Block]:
    """When measures move through a transition, by which rule, and what the control says."""
    rows = experiment["transitions"]
    titles = {row["case"]: row["case"] for row in experiment["controls"]}
    wrong = tables.controls(experiment["controls"], (), titles)
    return [
        Items([literal(line) for line in answers(rows)]),
        Paragraph(literal(experiment["rule"])),
        *map(_folded, transition_tables(rows)),
        *_unsettled(experiment["unsettled"]),
        *([Fold("Controls, wrong on purpose", wrong)] if wrong else []),
    ]


def _unsettled(runs: Sequence[Mapping[str, Any]]) -> list[Block]:
    """Runs whose chains have not settled, with the reason."""
    lines = [literal(f"{run['case']}: {run['why']}") for run in runs]
    return [Paragraph("Runs that have **not settled**:"), Items(lines)] if lines else []


def _onsets(experiment: Experiment) -> list[Block]:
    """What networks in training say, and the rule that says when."""
    tables = onset_tables(experiment["onsets"], experiment["alarms"])
    blocks = [claims_table(experiment), *tables]
    return [Paragraph(literal(experiment["rule"])), *map(_folded, blocks)]


def _folded(table: Table) -> Block:
    return table if len(table.rows) <= _LONG else Fold(f"All {len(table.rows)} rows", [table])


def _provenance(provenance: Mapping[str, Any]) -> list[Block]:
    """What made the networks, without what only tells the machine; runs in a table."""
    facts, runs = dict(provenance), provenance.get("runs")
    blocks: list[Block] = []
    if isinstance(runs, Mapping):
        del facts["runs"]
        facts |= {f"made with {how}": ", ".join(names) for how, names in _elsewhere(runs).items()}
        blocks.append(tables.runs(runs))
    told = [f"{literal(name)}: {literal(_flat(value))}" for name, value in facts.items()]
    return [Items(told), *blocks]


def _flat(value: Any) -> str:
    if isinstance(value, Mapping):
        inner = {name: inner for name, inner in value.items() if name not in _OF_MACHINE}
        return ", ".join(f"{name} {of}" for name, of in inner.items())
    return str(value)


def _elsewhere(runs: Mapping[str, Any]) -> dict[str, list[str]]:
    """Runs of another environment, by what differs."""
    by_environment: dict[str, list[str]] = {}
    for name, run in runs.items():
        if "environment" in run:
            by_environment.setdefault(_flat(run["environment"]), []).append(name)
    return by_environment
