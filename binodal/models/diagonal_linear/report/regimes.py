"""The regimes of time: none, at once, over a barrier, by decay of the norm; networks as marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from binodal.models.diagonal_linear.network.noisy import arrivals
from binodal.models.diagonal_linear.numerics.regimes import (
    DECAY,
    ESCAPE,
    IMMEDIATE,
    NEVER,
    Regimes,
    Row,
)
from binodal.models.diagonal_linear.setting import setting_of
from binodal.page import blocks as page
from binodal.page.section import Request, Section
from binodal.page.style import COLOURS, figure

SAMPLES, COMPONENT, DEGREE = "1, 1/2: 1", 2, 3
HEAT, UNTIL = 1e-6, 1e4
STARTS = (0.004, 0.01, 0.1, 0.3, 0.8, 1.6, 2.4)
DECAYS = (0.042, 0.05, 0.06, 0.08, 0.13, 0.3, 0.6, 0.9)
_REPLICAS, _SHARE, _ROWS, _BISECTIONS = 3, 0.25, 30, 20
_WINDOW = (0.002, 12.0), (0.03, 1.6)
_SHADES = {IMMEDIATE: "#d9ead3", ESCAPE: "#fbe5b6", DECAY: "#cfe2f3", NEVER: "#eeeeee"}
_MARKS = {IMMEDIATE: "o", ESCAPE: "^", DECAY: "s", NEVER: "x"}
_WORDS = {
    IMMEDIATE: "at once",
    ESCAPE: "escape over a barrier",
    DECAY: "decay of the norm",
    NEVER: "not within the time",
}


@dataclass(frozen=True)
class Seen:
    """Networks of one start and decay: what they did, and what the theory says they do.

    ``time`` is the median; ``cold`` that of the same network without noise.
    """

    start: float
    decay: float
    did: str
    said: str
    time: float | None
    cold: float | None


def regimes() -> Regimes:
    """Those of the figure."""
    words = {"samples": SAMPLES, "loss": "squared", "component": str(COMPONENT)}
    return Regimes(setting_of(words), DEGREE, HEAT, UNTIL)


def networks(of: Regimes, starts: Sequence[float], decays: Sequence[float]) -> list[Seen]:
    """What networks with noise do, and the same without.

    A network that goes over without noise too needs none: at once, or late by decay once its norm
    could have fallen by a factor e. One that does so with noise alone has escaped.
    """
    alphas, lambdas = (x.ravel() for x in np.meshgrid(starts, decays))
    rows = np.array([[float(x) for x in row] for row in of.setting.rows])
    targets = np.array([float(y) for y in of.setting.bounds])

    def times(copies: int, heat: float) -> Any:
        a, x = (np.repeat(values, copies) for values in (alphas, lambdas))
        times = arrivals(rows, targets, of.degree, a, x, heat, of.until, of.way, _SHARE)
        return times.reshape(-1, copies)

    without_noise, hot = times(1, 0.0)[:, 0], np.median(times(_REPLICAS, of.heat), axis=1)
    return [
        Seen(
            float(a),
            float(x),
            _did(float(warm), float(still), float(x)),
            of.row(float(x)).regime(float(a)),
            _finite(warm),
            _finite(still),
        )
        for a, x, warm, still in zip(alphas, lambdas, hot, without_noise, strict=True)
    ]


def _did(hot: float, at_rest: float, decay: float) -> str:
    if not np.isfinite(hot):
        return NEVER
    if not np.isfinite(at_rest):
        return ESCAPE
    return DECAY if at_rest > 1 / decay else IMMEDIATE


def _finite(time: float) -> float | None:
    return float(time) if np.isfinite(time) else None


def write(request: Request) -> Section:
    """The diagram with its networks."""
    request.say("  regimes of time")
    of = regimes()
    starts, decays = (STARTS[::2], DECAYS[::2]) if request.quick else (STARTS, DECAYS)
    seen = networks(of, starts, decays)
    agree = sum(one.did == one.said for one in seen)
    caption = (
        r"Which mechanism brings $w = u^3 - v^3$ to what it learns last, by start $\alpha$ and "
        rf"decay $\lambda$, at temperature $T = 10^{{{round(np.log10(HEAT))}}}$ and within "
        rf"$t = 10^{{{round(np.log10(UNTIL))}}}$; sample {SAMPLES}. Regions are derived: saddle of "
        r"the energy, exact first-passage time, $A^*$ of the decay. Marks are networks with noise "
        f"({agree} of {len(seen)} did what their region says). Hatched: noise moves what "
        r"the data do not hold before the norm has decayed."
    )
    alt = "Four regions over start and decay; networks of each kind lie in the region of its name."
    block = page.Figure("regimes", partial(draw, of, seen), caption, alt)
    return Section([block], data={"regimes": [asdict(one) for one in seen]})


def draw(of: Regimes, seen: Sequence[Seen], path: Path) -> None:
    """Regions as bands row by row, marks over them."""
    (left, right), (low, high) = _WINDOW
    decays = _places(of, np.geomspace(low, high, _ROWS))
    rows = [of.row(float(decay)) for decay in decays]
    with figure(path, 1, 1, (6.6, 4.4)) as (_, panel):
        for name, (start, end) in _bands(rows, left, right):
            panel.fill_betweenx(
                decays, start, end, where=end > start, color=_SHADES[name], linewidth=0
            )
        noisy = np.array([min(row.noisy, right) for row in rows])
        panel.fill_betweenx(
            decays, noisy, right, where=noisy < right, hatch="///", facecolor="none", linewidth=0
        )
        for k, (name, mark) in enumerate(_MARKS.items()):
            own = [one for one in seen if one.did == name]
            panel.plot(
                [one.start for one in own],
                [one.decay for one in own],
                linestyle="none",
                marker=mark,
                color=COLOURS[k],
                fillstyle="none",
                label=_WORDS[name],
            )
        panel.set(
            xscale="log",
            yscale="log",
            xlim=(left, right),
            ylim=(low, high),
            xlabel=r"initial scale $\alpha$",
            ylabel=r"weight decay $\lambda$",
        )
        panel.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=4)


def _places(of: Regimes, decays: Any) -> Any:
    """Decays, and both sides of each at which something else becomes of a small start."""

    def end(decay: float) -> tuple[str, bool]:
        row = of.row(decay)
        return row.small, row.saddle < np.inf

    places = list(decays)
    for low, high in pairwise(decays):
        if end(low) != end(high):
            for _ in range(_BISECTIONS):
                middle = float(np.sqrt(low * high))
                low, high = (middle, high) if end(middle) == end(low) else (low, middle)
            places += [low, high]
    return np.sort(places)


def _bands(rows: Sequence[Row], left: float, right: float) -> list[tuple[str, Any]]:
    """(regime, (from, to)) of every row, clipped to the window; no feature is none in time."""
    saddle, late, longest = (
        np.clip([getattr(row, name) for row in rows], left, right)
        for name in ("saddle", "late", "longest")
    )
    nothing = np.full(len(rows), left)
    regions = [
        (name, (nothing, np.where([row.small == name for row in rows], saddle, left)))
        for name in (IMMEDIATE, ESCAPE, NEVER)
    ]
    return [
        *regions,
        (IMMEDIATE, (saddle, late)),
        (DECAY, (late, longest)),
        (NEVER, (longest, np.full(len(rows), right))),
    ]
