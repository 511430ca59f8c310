"""The chapter on networks that the report trains itself, small ones of each model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING

from binodal.experiments.part import experiment_part
from binodal.experiments.stored import Experiment
from binodal.models.report import TRAINED
from binodal.page.blocks import Block, Paragraph
from binodal.page.section import Request, Section
from binodal.reports.ensembles import SEED, trained
from binodal.reports.offered import figure_writers, reported

if TYPE_CHECKING:
    from binodal.validate.run.ensemble import Report

_NEEDED = ("torch", "safetensors", "arviz_stats", "zarr")


def missing() -> list[str]:
    """Packages of the extra ``train`` that are not installed."""
    return [name for name in _NEEDED if find_spec(name) is None]


def chapter(request: Request) -> Section:
    """Train, measure, judge; without PyTorch say so and go on."""
    absent = missing()
    if absent:
        words = (
            f"**Not run**: {', '.join(absent)} not installed. `pip install '.[train]'` in a clone "
            "of binodal brings what training needs; PyTorch's own page tells how to get the build "
            "for CPUs."
        )
        return Section([Paragraph(words)], data={"experiments": []})
    ensembles = [each for _, report in reported() for each in report.ensembles(request.quick)]
    experiments: list[Experiment] = []
    for number, ensemble in enumerate(ensembles):
        request.say(f"  {ensemble.title}")
        progress = _progress(request, number / len(ensembles), 1 / len(ensembles))
        experiments.append(trained(ensemble, request.folder, progress))
    blocks: list[Block] = [Paragraph(_words())]
    blocks += [experiment_part(experiment, "trained-") for experiment in experiments]
    blocks += _figures(experiments, request)
    return Section(blocks, data={"experiments": experiments, "seed": SEED})


def _words() -> str:
    own = "; ".join(report.training for _, report in reported())
    return (
        "These networks were trained while this report was written: full-batch Langevin dynamics "
        f"from the prior. {own[0].upper()}{own[1:]}. Root of all seeds: {SEED}. They are small and "
        "few, so that anyone can repeat them in minutes; mean-field theory has corrections in 1/N, "
        "d/n and 1/P that show at this size."
    )


def _figures(experiments: Sequence[Experiment], request: Request) -> Iterator[Block]:
    """What the models draw of the networks that were trained."""
    seen = replace(request, earlier={**request.earlier, "networks": {"experiments": experiments}})
    for figure in figure_writers():
        if figure.under == TRAINED:
            yield from figure.write(seen).blocks


def _progress(request: Request, start: float, share: float) -> Report:
    """What the run tells of its steps, as a share of the chapter."""

    def progress(done: int, total: int, note: str) -> None:
        request.advance(start + share * done / max(total, 1))

    return progress
