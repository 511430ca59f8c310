"""The table of agreement: what the networks say of each theory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from binodal.derive.theories import THEORIES
from binodal.experiments.stored import Experiment, theory_of
from binodal.page.blocks import Block, Fold, Paragraph, Table, literal
from binodal.page.measured import as_float
from binodal.page.section import Request, Section
from binodal.reports.experiments import headline, number, share, with_error
from binodal.reports.forest import Row, label_of, main_theory, varied_names

VERDICTS = ("AGREE", "DISAGREE", "INCONCLUSIVE")


def chapter(request: Request) -> Section:
    """Networks against both theories: the main observables, then counts of all verdicts."""
    experiments = [
        *request.earlier.get("networks", {}).get("experiments", []),
        *request.earlier.get("stored", {}).get("experiments", []),
    ]
    words = Paragraph(
        "AGREE: not rejected at the declared rate of false alarms, while a theory that is off by "
        "5 % would have been (*excludes* is the smallest relative error that would), and so is "
        "every deliberately wrong theory that differs there (a *control*). DISAGREE: rejected. "
        "INCONCLUSIVE: the networks cannot tell, and nothing is claimed."
    )
    if not any(experiment["rows"] for experiment in experiments):
        return Section([words, Paragraph("**Not run**: no network was compared with a theory.")])
    counts = [row for experiment in experiments for row in _counts(experiment)]
    header = ["experiment", "theory", *VERDICTS, "smallest p"]
    all_counts = Table(
        header,
        [[literal(cell) for cell in row] for row in counts],
        "Number of observables by verdict. A control has to DISAGREE.",
    )
    blocks: list[Block] = [words, _headline(experiments)]
    return Section([*blocks, Fold("All observables, counted by verdict", [all_counts])])


def _headline(experiments: Sequence[Experiment]) -> Table:
    header = ["experiment", "observable", "measured"]
    rows, first_of_all = [], headline()
    for experiment in experiments:
        own = [r for r in experiment["rows"] if r["observable"] in first_of_all and main_theory(r)]
        varied = varied_names(own)
        lines: dict[str, dict[str, Row]] = {}
        for row in own:
            lines.setdefault(label_of(row, varied), {}).setdefault(_short(theory_of(row)), row)
        for label, by_theory in lines.items():
            first = next(iter(by_theory.values()))
            measured = with_error(first["measured"], first["stderr"])
            rows.append(
                [
                    literal(experiment["title"]),
                    label,
                    measured,
                    *(_cell(by_theory.get(theory)) for theory in THEORIES),
                ]
            )
    caption = (
        "The main observables of every experiment, against both theories at the networks' own "
        "size: the prediction, the probability of a distance as large, the smallest relative error "
        "that is excluded, the verdict."
    )
    return Table([*header, *THEORIES], rows, caption)


def _short(theory: str) -> str:
    """published or derived at finite size; other limits keep their whole name."""
    return theory.removesuffix(", finite")


def _cell(row: Row | None) -> str:
    if row is None:
        return "-"
    verdict = f"**{row['verdict']}**" if row["verdict"] == "AGREE" else str(row["verdict"])
    told = f"$p$ = {number(row['p'], 2)}, excludes {share(row['excludes'])}"
    return f"{number(row['predicted'], 5)}, {told}, {verdict}"


def _counts(experiment: Experiment) -> list[list[str]]:
    rows = []
    for theory in dict.fromkeys(theory_of(row) for row in experiment["rows"]):
        own = [row for row in experiment["rows"] if theory_of(row) == theory]
        counts = Counter(str(row.get("verdict")) for row in own)
        chances = [p for row in own if (p := as_float(row.get("p"))) is not None]
        least = f"{min(chances):.2g}" if chances else "-"
        rows.append([experiment["title"], theory, *(str(counts[v]) for v in VERDICTS), least])
    return rows
