"""The chapter on the experiments whose summaries come with the program."""

from __future__ import annotations

from dataclasses import replace

from binodal.experiments.part import experiment_part
from binodal.experiments.stored import Experiment, read_experiments
from binodal.page.blocks import Block, Figure, Paragraph, Part
from binodal.page.section import Request, Section
from binodal.reports.chapters import steps_of
from binodal.reports.offered import reported

_TABLES_ALONE = ("completion-times", "homogeneous-times", "network-delays")
"""Whose figures are left to the page of experiments, as the report is heavy."""


def chapter(request: Request) -> Section:
    """Every stored experiment, and a plain word when there is none."""
    experiments = read_experiments()
    blocks: list[Block] = [
        Paragraph(
            "Longer experiments have a command of their own; their summaries come with the "
            "program, each with the seeds and versions that made it."
        )
    ]
    if not experiments:
        blocks.append(Paragraph("**Not run**: no experiment is stored with this version."))
    blocks += [_with_theory(experiment, request) for experiment in experiments]
    shown = [{k: v for k, v in each.items() if k != "cases"} for each in experiments]
    return Section(blocks, data={"experiments": shown})


def _with_theory(experiment: Experiment, request: Request) -> Part:
    """The experiment with links to the derivations of the theories that it judges."""
    judged = {row["model"] for row in experiment["rows"]}
    links = [
        f"[{report.title}](#{steps_of(of.name)})" for of, report in reported() if of.name in judged
    ]
    part = experiment_part(experiment)
    if experiment["experiment"] in _TABLES_ALONE:
        kept = [block for block in part.blocks if not isinstance(block, Figure)]
        part = replace(part, blocks=kept)
    theory = [Paragraph(f"**Theory judged.** {', '.join(links)}.")] if links else []
    return replace(part, blocks=[*part.blocks[:1], *theory, *part.blocks[1:]])
