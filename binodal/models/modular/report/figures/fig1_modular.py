"""Fig. 1b: the action of one mode along equal moduli, before, at and past coexistence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from binodal.derive.symbols import P, gamma, u, x, x_v
from binodal.derive.theories import THEORIES
from binodal.models.modular.derivations.action import mode_action
from binodal.models.modular.numerics.grid import thermodynamic_grid
from binodal.models.modular.report.data import (
    FIGURE_DIGITS,
    TEMPERATURES,
    TITLES,
    Events,
    critical_points,
    place,
    preset_columns,
)
from binodal.models.report import PHASES
from binodal.numerics.codegen.load import compiled
from binodal.numerics.errors import Undecided
from binodal.page.blocks import Figure
from binodal.page.section import Request, Section
from binodal.page.style import COLOURS, DASHES, figure

Array = NDArray[np.float64]
UNDER = PHASES
_FARTHEST_X = 270.0
_UNITS = {"published": r"$S_k/P$, one value of $k$", "derived": r"$S_k/P$, $k$ and $P-k$ together"}


@dataclass(frozen=True)
class ActionCurve:
    """S/P of a mode against |w_k|^2 = |v_k|^2 at one temperature."""

    sigma2: float
    word: str
    x: Array
    action: Array


def write(request: Request) -> Section:
    """The figure, at the temperatures around each theory's own transition."""
    points = critical_points(request.critical, FIGURE_DIGITS, ("thermodynamic",))
    landscapes = {theory: landscape(theory, points) for theory in THEORIES}
    return Section(
        [
            Figure(
                "fig1-modular",
                partial(landscape_figure, landscapes),
                r"Fig. 1b. Modular addition: the action of one mode along $|w_k| = |v_k|$ at its "
                r"self-consistent residual, $P \to \infty$, setting of Fig. 3. In the derived "
                "theory the ring stays as deep as zero at every temperature below coexistence: "
                "there the last line covers that of coexistence.",
                "Two panels of curves of a mode's action against the squared modulus: a second "
                "well appears at a modulus near 170 and comes down to the level of zero.",
            )
        ]
    )


def landscape(theory: str, critical_points: Events) -> list[ActionCurve]:
    """S/P of a mode along x = x_v at the thermodynamic solutions, coldest last."""
    born, equal = (
        place(critical_points["thermodynamic", theory, event]) for event in ("birth", "coexistence")
    )
    if born is None or equal is None:
        raise Undecided(f"{theory}: birth and coexistence are needed for the landscape")
    chosen = {
        1.08 * born: "before birth",
        (born + equal) / 2: "metastable ring",
        equal: "coexistence",
        float(TEMPERATURES[1]): "past coexistence",
    }
    temperatures = np.array(list(chosen))
    couplings = thermodynamic_grid({**preset_columns(), "sigma2": temperatures}, theory)["u"]
    mode = mode_action(theory)
    density = sp.expand(mode.factor * mode.s / P).subs(x_v, x)
    heights = compiled("density", {"S": density}, (x, u, gamma), "numpy")
    places = np.linspace(0.0, _FARTHEST_X, 400)
    return [
        ActionCurve(
            sigma2,
            word,
            places,
            np.asarray(heights(places, coupling, preset_columns()["gamma"])[0]),
        )
        for (sigma2, word), coupling in zip(chosen.items(), couplings, strict=True)
    ]


def landscape_figure(curves: Mapping[str, Sequence[ActionCurve]], path: Path) -> None:
    """A mode's S/P along |w_k|^2 = |v_k|^2, one panel a theory, one line a temperature."""
    with figure(path, 1, len(curves), (7.6, 3.9)) as (_, axes):
        for panel, (theory, lines) in zip(np.atleast_1d(axes), curves.items(), strict=True):
            panel.axhline(0, color="0.75", linewidth=0.7, zorder=0)
            for line, colour, dash in zip(lines, COLOURS, DASHES, strict=False):
                label = rf"$\sigma^2 = {line.sigma2:.4g}$, {line.word}"
                # Where the action is pinned two lines coincide: the first shows under the second.
                pinned = line.word == "coexistence"
                style = {"color": colour, "linestyle": "-" if pinned else dash}
                style |= {"linewidth": 3.4, "alpha": 0.45} if pinned else {}
                panel.plot(line.x, line.action, label=label, **style)
            panel.set(
                title=TITLES[theory],
                xlabel=r"$|w_k|^2 = |v_k|^2 = x$",
                ylabel=_UNITS[theory],
                xlim=(0, lines[0].x[-1]),
            )
            low = min(0.0, *(float(line.action.min()) for line in lines))
            high = max(float(line.action[line.x < 200].max()) for line in lines)
            panel.set_ylim(1.25 * low - 0.06 * high, 1.1 * high)
            panel.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), handlelength=3.2)
