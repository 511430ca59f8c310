"""The chapter on networks that the report trains itself, small ones of each model."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING

from binodal.page.blocks import Block, Figure, Paragraph
from binodal.page.measured import as_float, points
from binodal.page.section import Request, Section
from binodal.reports.ensembles import SEED, ensembles, trained
from binodal.reports.experiments import experiment_part
from binodal.reports.stored import Experiment

if TYPE_CHECKING:
    from binodal.validate.run.ensemble import Report

_WORDS = (
    "These networks were trained while this report was written: full-batch Langevin dynamics from "
    "the prior (modular addition: half of them from the ring), teacher-student networks each on a "
    f"data set of their own. Root of all seeds: {SEED}. They are small and few, so that anyone can "
    "repeat them in minutes; mean-field theory has corrections in 1/N, d/n and 1/P that show at "
    "this size."
)
_NEEDED = ("torch", "safetensors", "arviz_stats", "zarr")


def missing() -> list[str]:
    """Packages of the extra ``train`` that are not installed."""
    return [name for name in _NEEDED if find_spec(name) is None]


def networks_chapter(request: Request) -> Section:
    """Train, measure, judge; without PyTorch say so and go on."""
    absent = missing()
    if absent:
        words = (
            f"**Not run**: {', '.join(absent)} not installed. `pip install binodal[train]` brings "
            "what training needs; PyTorch's own page tells how to get the build for CPUs."
        )
        return Section([Paragraph(words)], data={"experiments": []})
    asked = ensembles(request.quick)
    found: list[Experiment] = []
    for number, ensemble in enumerate(asked):
        request.say(f"  {ensemble.title}")
        progress = _progress(request, number / len(asked), 1 / len(asked))
        found.append(trained(ensemble, request.folder, progress))
    blocks: list[Block] = [Paragraph(_WORDS)]
    blocks += [experiment_part(experiment, "trained") for experiment in found]
    blocks += _modular_figure(found, 61 if request.quick else 161)
    return Section(blocks, data={"experiments": found, "seed": SEED})


def _modular_figure(found: Sequence[Experiment], count: int) -> list[Block]:
    """a of all modular networks against temperature, with the theories at their setting."""
    from binodal.models.modular.report.networks import networks_figure, residual_lines

    own = [experiment for experiment in found if "P" in experiment["settings"]]
    exact = {name: as_float(value) for name, value in own[0]["settings"].items()} if own else {}
    setting = {name: value for name, value in exact.items() if value is not None}
    marks = points({"networks": {"experiments": own}}, "a", "sigma2", setting)
    if not marks:
        return []
    window = (0.6 * float(marks.x.min()), 1.3 * float(marks.x.max()))
    lines = residual_lines(setting, window, count)
    return [
        Figure(
            "trained-modular",
            partial(networks_figure, lines, marks),
            f"Residual a of the modular-addition networks trained here (P = {setting['P']:.0f}, "
            f"N = {setting['N']:.0f}) against temperature, with both theories at this P and in the "
            "limit. At the setting of Fig. 3 itself no network was run: its ring would hold less "
            "than one neuron.",
            "Residual against temperature: curves of both theories at this P and in the limit, and "
            "marks with error bars for the networks.",
        )
    ]


def _progress(request: Request, start: float, share: float) -> Report:
    """What the run tells of its steps, as a share of the chapter."""

    def progress(done: int, total: int, note: str) -> None:
        request.advance(start + share * done / max(total, 1))

    return progress
