"""The chapter on the experiments whose summaries come with the program."""

from __future__ import annotations

from binodal.experiments.part import experiment_part
from binodal.experiments.stored import read_experiments
from binodal.page.blocks import Block, Paragraph
from binodal.page.section import Request, Section


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
    blocks += [experiment_part(experiment) for experiment in experiments]
    shown = [{k: v for k, v in each.items() if k != "cases"} for each in experiments]
    return Section(blocks, data={"experiments": shown})
