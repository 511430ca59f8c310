"""Phases of modular addition over the share of the pairs and the temperature."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import numpy as np
from flint import arb
from numpy.typing import NDArray

from binodal.models.modular.numerics.subset_crossing import left_at
from binodal.models.modular.numerics.subset_curves import (
    ALL_POWERS,
    across,
    end_of,
    on_curve,
    ratio,
    share_at,
)
from binodal.models.modular.parameters import ON_SUBSET, SHARE
from binodal.models.modular.report.data import PRESET
from binodal.models.report import Heading
from binodal.numerics.balls import ball, precision
from binodal.page.blocks import Figure
from binodal.page.section import Request, Section
from binodal.page.style import COLOURS, DASHES, GREY, figure

Array = NDArray[np.float64]
Lines = Mapping[str, tuple[Array, Array]]
UNDER = Heading(5, "Modular addition on a part of the pairs")
_BITS = 128
_FARTHEST = 0.1
"""Of the loss to memorising, where the share is next to one."""
_WORDS = {
    "birth": "ring born",
    "memorisation": "ring lost to memorising",
    "coexistence": "as deep as zero, leading order",
    ALL_POWERS: "as deep as zero, all powers",
}
_MEMORISING = "memorising neurons as deep as zero, or above"


def write(request: Request) -> Section:
    """The figure and its curves as numbers."""
    count = 31 if request.quick else 55
    lines = {event: line(event, count) for event in _WORDS} | {_MEMORISING: memorising()}
    block = Figure(
        "partial-data",
        partial(phases_figure, lines),
        "Networks that see the share F of the pairs, at the setting of Fig. 3. Shaded: neurons "
        "that generalise are as deep as the zero state, with the curve to all powers of "
        "(1-F)/(F P), which ends where they cease to be minima: to its left they are nowhere as "
        "deep, however cold. Dotted: the equivalent kernel, which only rescales the temperature. "
        "Highest: with infinitely many neurons those that memorise are as deep as the zero state "
        "there or above it, first at every share below one; networks, which have fewer, stand in "
        "the experiment partial-data, at smaller P.",
        "Coexistence falls with the share of the pairs and ends at a share of 0.44; a thin wedge "
        "of metastable rings lies above it and reaches a share of 0.19.",
    )
    rows = [
        {"event": event, "data_fraction": share.tolist(), "sigma2": noise.tolist()}
        for event, (share, noise) in lines.items()
    ]
    return Section([block], data={"partial-data": rows})


def line(event: str, count: int) -> tuple[Array, Array]:
    """Shares and temperatures along an event, from its end on."""
    setting = ON_SUBSET.at(ON_SUBSET.presets[PRESET])
    with precision(_BITS):
        end = float(end_of(event, _BITS).z.mid())
        far = _FARTHEST if event == "memorisation" else 1.0
        points = []
        for z in np.linspace(end, far, count):
            place = on_curve(event, arb(float(z)))
            share = share_at(place.strength, ball(setting["P"]))
            start = ratio({**setting, SHARE: share})
            noise = across(place, "sigma2", ball(setting["sigma2"]), start)
            points.append((float(share.mid()), float(noise.mid())))
    shares, temperatures = np.array(points).T
    return shares, temperatures


def memorising() -> tuple[Array, Array]:
    """Shares and temperatures at which a neuron that memorises is as deep as zero, or above."""
    setting, shares = ON_SUBSET.at(ON_SUBSET.presets[PRESET]), np.linspace(0.02, 1, 25)
    with precision(_BITS):
        noise = [float(left_at({**setting, SHARE: arb(share)}).mid()) for share in shares]
    return shares, np.array(noise)


def phases_figure(lines: Lines, path: Path) -> None:
    """The curves, what lies below coexistence, and the equivalent kernel."""
    with figure(path, 1, 1, (6.4, 4.2)) as (drawing, panel):
        share, noise = lines[ALL_POWERS]
        panel.fill_between(share, 0, noise, color=COLOURS[1], alpha=0.15, linewidth=0)
        panel.vlines(share[0], 0, noise[0], color=COLOURS[0], linewidth=1.5)
        looks = zip(_WORDS, (COLOURS[1], COLOURS[3], COLOURS[2], COLOURS[0]), strict=True)
        for (event, colour), dash in zip(looks, (*DASHES[1:4], DASHES[0]), strict=True):
            panel.plot(*lines[event], color=colour, linestyle=dash, label=_WORDS[event])
        panel.plot(*lines[_MEMORISING], color=COLOURS[4], linestyle="-.", label=_MEMORISING)
        reach = np.array([0.0, 1.0])
        panel.plot(reach, noise[-1] * reach, color=GREY, linestyle=":", label="equivalent kernel")
        panel.text(0.72, 0.3 * noise[-1], "generalising", color=COLOURS[1])
        panel.text(0.03, 0.75 * noise[-1], "no ring as deep as zero", color=GREY)
        panel.set(xlim=(0, 1), ylim=(0, None))
        panel.set(xlabel="share of the pairs $F$", ylabel=r"temperature $\sigma^2$")
        drawing.legend(loc="outside lower center", ncols=2, handlelength=3.2)
