"""Experiments as blocks: a table and a figure each, and the table of agreement over all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from math import floor, log10
from typing import Any

from binodal.comparison.text import percent
from binodal.experiments.drawings import drawings
from binodal.experiments.figures import label_of as label_of_theory
from binodal.experiments.stored import Experiment, theory_of
from binodal.page.blocks import (
    Block,
    Figure,
    Fold,
    Items,
    Paragraph,
    Part,
    Table,
    literal,
)
from binodal.page.measured import as_float
from binodal.page.names import equation, observable
from binodal.reports.forest import (
    MOST_LINES,
    drawn,
    forest_figure,
    label_of,
    main_theory,
    varied_names,
)
from binodal.reports.offered import reported

_LONG = 24
_MOST_PLACES = 9
_OF_MACHINE = ("machine", "vectors", "kernel", "host", "hostname", "path", "user")


def headline() -> set[str]:
    """Observables that are shown first; all others are in the tables that unfold."""
    return {name for _, report in reported() for name in report.headline}


def experiment_part(experiment: Experiment, label: str = "stored") -> Part:
    """Question, setting, figures, tables and provenance of one experiment."""
    rows = experiment["rows"]
    blocks: list[Block] = []
    if experiment.get("question"):
        blocks.append(Paragraph(literal(experiment["question"])))
    if experiment.get("problem"):
        blocks.append(Paragraph(f"**Not run**: {literal(experiment['problem'])}."))
    if experiment.get("missing"):
        cases = literal(", ".join(experiment["missing"]))
        blocks.append(Paragraph(f"Cases **not run**: {cases}."))
    if experiment["settings"]:
        blocks.append(Paragraph(f"**Setting.** {_listed(experiment['settings'])}"))
    figures = _drawings(experiment, label)
    if not figures and drawn(_main(rows)):
        figures = [_forest(experiment, label)]
    blocks += figures
    blocks += _fits(experiment)
    if rows:
        blocks += _tables(experiment)
    elif not experiment.get("problem"):
        blocks.append(Paragraph("No comparison with a theory is stored with it."))
    if experiment["provenance"]:
        blocks.append(Fold("Provenance", [Items(_provenance(experiment["provenance"]))]))
    return Part(literal(experiment["title"]), blocks)


def _main(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The main observables, where an experiment has many cases; all of one case's."""
    cases, first = {row.get("case") for row in rows}, headline()
    return [row for row in rows if len(cases) < 2 or row["observable"] in first]


def _tables(experiment: Experiment) -> list[Block]:
    rows = [r for r in _main(experiment["rows"]) if main_theory(r) or not r.get("case")]
    left = len(experiment["rows"]) - len(rows)
    more = f" {left} rows, of other observables or with more modes, are in results.json alone."
    more = more if left else ""
    table = rows_table(rows, f"{literal(experiment['title'])}: measured against predicted.{more}")
    blocks: list[Block] = [table if len(rows) <= _LONG else Fold(f"All {len(rows)} rows", [table])]
    if experiment.get("controls"):
        header = ["case", "control", "rejected", "of rows"]
        keys = ("case", "control", "rejected", "rows")
        cells = [[literal(each.get(key, "-")) for key in keys] for each in experiment["controls"]]
        blocks.append(
            Fold(
                "Controls, wrong on purpose",
                [Table(header, cells, "How many rows rejected each control")],
            )
        )
    return blocks


def _fits(experiment: Experiment) -> list[Block]:
    """How the gap between networks and theory closes with a size, where a law was fitted."""
    rows = []
    for each in experiment.get("fits", []):
        law = each.get("law")
        why = literal(each.get("why") or "no power law resolved")
        words = [f"none: {why}", f"{number(each.get('chi2'), 3)} / {each.get('freedom', '-')}"]
        if isinstance(law, Mapping):
            words[0] = with_error(law.get("exponent"), law.get("stderr"))
        names = [literal(each.get(key, "-")) for key in ("ladder", "along")]
        rows.append(
            [
                *names,
                observable(str(each.get("observable", "-"))),
                literal(label_of_theory(each.get("theory", "-"), each.get("limit") or "finite")),
                *words,
            ]
        )
    header = ["ladder", "size", "observable", "theory", "exponent", "$\\chi^2$ / freedom"]
    caption = "How the gap closes: the power of the size that |measured − predicted| follows"
    return [Table(header, rows, caption)] if rows else []


def _provenance(provenance: Mapping[str, Any]) -> list[str]:
    """Facts, nested ones on lines of their own, without what only tells the machine."""
    facts = []
    for name, value in provenance.items():
        if isinstance(value, Mapping):
            inner = {k: v for k, v in value.items() if k not in _OF_MACHINE}
            facts += [
                f"{literal(name)}, {literal(k)}: {literal(_flat(v))}" for k, v in inner.items()
            ]
        else:
            facts.append(f"{literal(name)}: {literal(value)}")
    return facts


def _flat(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {inner}" for name, inner in value.items())
    return str(value)


def _listed(values: Mapping[str, Any]) -> str:
    return "; ".join(equation(name, value) for name, value in values.items())


def _forest(experiment: Experiment, label: str) -> Figure:
    rows = _main(experiment["rows"])
    varied = varied_names(drawn(rows))
    lines = len({label_of(row, varied) for row in drawn(rows)})
    cut = f" The first {MOST_LINES} of {lines} lines are drawn." if lines > MOST_LINES else ""
    return Figure(
        f"{label}-{experiment['experiment']}-z",
        partial(forest_figure, rows),
        f"{literal(experiment['title'])}: distance of each theory from the networks in standard "
        f"errors. Grey: within two. Controls and more modes are in the table alone.{cut}",
        "Marks of each theory on a line for every measurement, against the distance in standard "
        "errors.",
    )


def _drawings(experiment: Experiment, label: str) -> list[Block]:
    """The figures that a stored experiment has of its own, as its page shows them."""
    return [
        Figure(
            f"{label}-{experiment['experiment']}-{stem}",
            partial(draw, experiment),
            f"{literal(experiment['title'])}: {caption}. Marks with bars and shaded bands are "
            "measured, other lines are theory.",
            "Panels with networks beside theories.",
        )
        for stem, draw, caption in drawings(experiment)
    ]


def rows_table(rows: Sequence[Mapping[str, Any]], caption: str) -> Table:
    """Every row of a comparison with its verdict."""
    varied = varied_names(rows)
    header = ["observable", "theory", "measured", "predicted", "$p$", "excludes", "ESS"]
    header += [r"$\hat R$", "verdict"]
    table = [
        [
            label_of(row, varied),
            literal(theory_of(row)),
            with_error(row.get("measured"), row.get("stderr")),
            number(row.get("predicted"), 5),
            number(row.get("p"), 2),
            share(row.get("excludes")),
            number(row.get("ess"), 3),
            number(row.get("rhat"), 4),
            literal(row.get("verdict") or "-"),
        ]
        for row in rows
    ]
    return Table(header, table, caption)


def number(value: Any, digits: int) -> str:
    """A number to some digits, or a dash.

    >>> number(-1441.7, 3), number("1/3", 3), number(None, 3)
    ('-1442', '0.333', '-')
    """
    rounded = as_float(value)
    if rounded is None:
        return "-"
    return f"{rounded:.0f}" if 10**digits <= abs(rounded) < 1e7 else f"{rounded:.{digits}g}"


def with_error(value: Any, error: Any) -> str:
    """A measured number with its standard error, both to the error's second digit.

    >>> with_error(0.243124, 0.01134), with_error(39.2, 0), with_error(0.0015387, 1.2e-6)
    ('0.243 ± 0.011', '39.2', '0.0015387 ± 0.0000012')
    """
    mean, spread = as_float(value), as_float(error)
    if mean is None or not spread:
        return number(value, 5)
    places = 1 - floor(log10(abs(spread)))
    if not 0 <= places <= _MOST_PLACES:
        return f"{number(value, 5)} ± {spread:.1g}"
    return f"{mean:.{places}f} ± {spread:.{places}f}"


def share(value: Any) -> str:
    """A share in per cent, or a dash.

    >>> share(0.0312), share(None)
    ('3.1 %', '-')
    """
    fraction = as_float(value)
    return "-" if fraction is None else percent(fraction)
