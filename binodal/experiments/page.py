"""The stored experiments as one Markdown page with figures."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from binodal.experiments.drawings import drawings
from binodal.experiments.part import experiment_part
from binodal.experiments.stored import Experiment, read_experiments
from binodal.page.blocks import Figure, Paragraph, Part, figures_of
from binodal.page.markdown import blocks_markdown
from binodal.page.output import drawn, require_folder, write_text

FIGURES, PAGE = "experiments", "experiments.md"
_INTRODUCTION = """\
# Experiments with trained networks

Networks were trained to equilibrium by Langevin dynamics and hold every theory to account. Error
bars come from independent data sets (modular addition: independent networks); verdicts have a
family-wise false-alarm rate of 1 % a case, and wrong theories are compared beside the right ones.
AGREE is said where a theory wrong by more than 5 % would have been rejected; each cell has the
p-value and the smallest relative error that is excluded. p holds for units as skewed as lognormal
ones; where the units' own skewness is not stored, for the whole of that range.
`binodal experiment NAME -o DIR` repeats an experiment; numbers are labelled measured. a, b and c
are averaged exactly over the readout, as equilibrium theories predict them; `a_direct` is that of
the networks as they stand. `binodal experiment --page docs` writes this page, and
`python -m binodal.experiments.again` judges all that is stored by the theories of today.

A DISAGREE of the derived theory at its own size is a result as well: the mean field is exact for N
to infinity only. The finite-width theory adds its first correction in 1/N (the first two for
modular addition up to P = 13), derived as well; its error is the estimated size of those left out.
`closing-gaps` shows how the distances close as data, width and all sizes grow. BAOAB's steps
leave a bias, which chains of half the step measured on up to 16 networks of a setting: at the
sizes of Fig. 2 a part in a thousand of c, and of b less than can be told. Error bars hold it, with
its own error. Modular networks, whose error bars would be smaller than it, were sampled by an exact
sampler (hmc) up to P = 11.
"""


def page(folder: Path) -> Path:
    """Write ``folder``/experiments.md and its figures; the path of the page.

    Raises :class:`binodal.errors.RequestError` where they cannot be written.
    """
    require_folder(folder, PAGE)
    pictures = require_folder(folder / FIGURES)
    parts: list[Part | Paragraph] = [_part(experiment) for experiment in read_experiments()]
    parts = parts or [Paragraph("No experiment is stored with this version.")]
    for figure in figures_of(parts):
        drawn(pictures / f"{figure.name}.svg", figure.draw)
    text = f"{_INTRODUCTION}\n{blocks_markdown(parts, figures=FIGURES)}\n"
    write_text(folder / PAGE, text)
    return folder / PAGE


def _part(experiment: Experiment) -> Part:
    """An experiment behind the figure that needs no other words, if it has one."""
    brief = [
        Figure(f"brief-{stem}", partial(draw, experiment), f"{caption}.", caption)
        for stem, draw, caption in drawings(experiment, brief=True)
    ]
    part = experiment_part(experiment, prefix="")
    return Part(part.title, [*brief, *part.blocks])
