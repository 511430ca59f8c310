"""Which figures an experiment has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from binodal.experiments.decay_figure import times_over_decades
from binodal.experiments.delay_figure import residual_in_time
from binodal.experiments.escape_figure import times_over_barriers
from binodal.experiments.figures import (
    modular_transition,
    one_transition,
    overlap_density,
    overlap_law,
    width_and_time,
)
from binodal.experiments.forest import ratios
from binodal.experiments.gap_figures import closing_gaps
from binodal.experiments.group_figure import irreps_and_ranks
from binodal.experiments.onset_figure import accuracies, lags
from binodal.experiments.partial_figure import how_much_data
from binodal.experiments.transition_figure import transitions

Draw = Callable[[Mapping[str, Any], Path], None]

_NOISE = "As Fig. 2: with the couplings u and G that its networks have at this noise"

# File stem, drawing function, caption, and the part of the document that must not be empty.
_FIGURES: Mapping[str, tuple[tuple[str, Draw, str, str], ...]] = {
    "overlap-law": (
        ("modes", overlap_law, "Residual modes b and c against the temperature", "rows"),
        ("density", overlap_density, "Law of the overlap q of a neuron", "curves"),
    ),
    "modular-transition": (
        ("transition", modular_transition, "Share a of the target not yet learned", "rows"),
    ),
    "width-and-time": (
        ("width", width_and_time, "Feature learning against width; losses in time", "rows"),
    ),
    "closing-gaps": (
        ("gaps", closing_gaps, "Distance of networks from theory at growing size", "rows"),
        ("density", overlap_density, "The law of q as n and sigma^2 grow together", "curves"),
    ),
    "any-activation": (
        (
            "ratios",
            ratios,
            f"Networks over theory, with other activations than erf. {_NOISE}",
            "rows",
        ),
    ),
    "directions-and-biases": (
        (
            "ratios",
            ratios,
            f"Networks over theory, with two directions and with biases. {_NOISE}",
            "rows",
        ),
    ),
    "measures-in-time": (
        (
            "accuracies",
            accuracies,
            "The test accuracy from where the training pairs are known, by share of the pairs",
            "onsets",
        ),
        (
            "onsets",
            lags,
            "Onset of every measure after that of the test accuracy, with the interval of the "
            "verdict",
            "onsets",
        ),
    ),
    "decay-times": (
        (
            "times",
            times_over_decades,
            "Half of the transition by decay of the norm: networks in PyTorch against the derived "
            "time, over decades of start and decay. Solid: equal. Dashed: other laws",
            "curves",
        ),
    ),
    "completion-times": (
        (
            "times",
            times_over_decades,
            "An entry of a completed matrix that is not seen: gradient flow of both factors "
            "against the derived time, over decades of start and decay. Solid: equal. Dashed: "
            "other laws",
            "curves",
        ),
    ),
    "homogeneous-times": (
        (
            "times",
            times_over_decades,
            "The fall of the test loss of ReLU networks against (1/lambda) log(alpha/A), one A "
            "measured for all, over a decade of start and of decay. Solid: equal. Dashed: others",
            "curves",
        ),
    ),
    "escape-times": (
        (
            "times",
            times_over_barriers,
            "Mean time of one neuron over its barrier: Arrhenius with a prefactor. Line and marks "
            "above it: d grows; particles: other noise",
            "curves",
        ),
    ),
    "network-delays": (
        (
            "residual",
            residual_in_time,
            "Share a of the target not yet learned, in time: means of networks that start from the "
            "prior. Cross: half way as derived; dashed: by a barrier that does not move. Right: "
            "half-way times by width; wide bars: what the law leaves open",
            "curves",
        ),
    ),
    "partial-data": (
        (
            "phases",
            how_much_data,
            "Networks in equilibrium on a share F of the pairs (marks, the fuller the more of the "
            "pairs that they have not seen they know) and coexistence as derived; then that "
            "accuracy by share at the coldest noise, beside AdamW (dashed) and the law of outputs "
            "(dotted), and the share at which half is known by width",
            "curves",
        ),
    ),
    "measures-in-equilibrium": (
        (
            "transition",
            transitions,
            "Where each measure is half-way, over where the order parameter is: networks with the "
            "interval of the verdict, crosses the derived law of one neuron",
            "transitions",
        ),
    ),
    "any-group": (
        (
            "irreps",
            irreps_and_ranks,
            "Share of each irrep that is not yet learned, and ranks of those that have two "
            "singular values (one would be 1); marks are networks, lines the derived theory at "
            "the group's size",
            "rows",
        ),
    ),
}


_BRIEF: Mapping[str, tuple[tuple[str, Draw, str, str], ...]] = {
    "modular-transition": (
        (
            "transition",
            one_transition,
            "Networks that learn to add modulo a prime: what part of the sums they have not "
            "learned (marks), against the noise of their training. Lines are theories, without "
            "any fitted number",
            "rows",
        ),
    ),
}


def drawings(document: Mapping[str, Any], brief: bool = False) -> Iterator[tuple[str, Draw, str]]:
    """(file stem, drawing function, caption) of an experiment's figures that have something.

    ``brief`` asks for the one that needs no other words.
    """
    table = _BRIEF if brief else _FIGURES
    for stem, draw, caption, needed in table.get(document["experiment"], ()):
        if document[needed]:
            yield stem, draw, caption
