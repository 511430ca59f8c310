"""The stage of a single-index theory on whole boxes of parameters, as d -> infinity.

Four proofs, each for every parameter in the box: S < 0 at one place (coexistence is past), a
norm without bound where the law is not normalisable among them; a
minimum away from m = 0 exists, by Krawczyk's test (birth is past); no saddle is left, or none with
S <= 0, by exclusion on cells of (m, r). Floats choose which to try and where.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flint import arb

from binodal.models.single_index.numerics.box_state import on_box
from binodal.models.single_index.numerics.cells import Cells
from binodal.models.single_index.numerics.condensation import Growth
from binodal.models.single_index.numerics.grid_search import Neurons, features
from binodal.models.single_index.numerics.notes import require_derived
from binodal.models.single_index.numerics.reach import reach_of
from binodal.models.single_index.numerics.saddles import Landscape, Stationary
from binodal.models.single_index.numerics.setting import Setting
from binodal.numerics.balls import excludes_zero, precision
from binodal.numerics.boxes.intervals import Intervals
from binodal.numerics.boxes.search import search
from binodal.numerics.errors import Undecided
from binodal.numerics.isolate import encloses, krawczyk
from binodal.numerics.phases.phase_map import Cells as StageCells
from binodal.numerics.phases.quadtree import Box, Classifier, Stages

_BITS, _FINEST, _FIRST, _MOST = 80, 1 / 64, 16, 20_000
_RADII = tuple(2.0**-k for k in range(3, 12))


def cells_of(setting: Setting) -> StageCells:
    """How stages of an activation and a teacher are proved; the last one is GMFL-I."""

    def classifier(theory: str) -> Classifier:
        require_derived(theory)

        def classify(boxes: Sequence[Box], known: Sequence[Stages], /) -> list[Stages]:
            with precision(_BITS):
                places = [_landscape(setting, box) for box in boxes]
                sound = [on for on, _ in places if on is not None]
                tried = iter(_proofs(setting, sound) if sound else ())
                return [
                    (max(bounds[0], least), bounds[1])
                    if on is None
                    else _proved(next(tried), bounds)
                    for (on, least), bounds in zip(places, known, strict=True)
                ]

        return classify

    return StageCells(classifier, "GMFL-I")


def _landscape(setting: Setting, box: Box) -> tuple[Landscape | None, int]:
    """The action on a box, and the least stage that is known.

    No action where the law of a neuron is not proved normalisable; where it is proved not to be, S
    has no lower bound.
    """
    try:
        state = on_box(setting, box)
        low, high = Growth(state).excess(arb(0))
    except Undecided:
        return None, 0
    if not high < 0:
        return None, 2 if low > 0 else 0
    u, _, norm = state.couplings(arb(0))
    return Landscape(setting, u, norm, tuple(state.amplitudes(arb(0)))), 0


def _proofs(setting: Setting, landscapes: Sequence[Landscape]) -> list[_Proofs]:
    """What floats say of the middles."""
    u, norm = (
        np.array([float(x.mid()) for x in column])
        for column in ([on.u for on in landscapes], [on.norm for on in landscapes])
    )
    modes = np.array([[float(t.mid()) for t in on.amplitudes] for on in landscapes]).T
    with np.errstate(all="ignore"):
        deepest = features(Neurons(setting, u, norm, modes))
    rows = zip(np.tanh(deepest.h), deepest.v, deepest.action, strict=True)
    return [
        _Proofs(on, (float(m), float(v)), 0 if np.isnan(s) else 2 if s < 0 else 1)
        for on, (m, v, s) in zip(landscapes, rows, strict=True)
    ]


def _proved(proofs: _Proofs, known: Stages) -> Stages:
    lowest, highest = known
    if proofs.likely == 2:
        return (2, highest) if lowest < 2 and proofs.is_past() else known
    if proofs.likely == 1:
        lowest = 1 if lowest == 0 and proofs.has_feature() else lowest
    elif highest and proofs.excludes(coexistence=False):
        return lowest, 0
    if highest == 2 and proofs.excludes(coexistence=True):
        highest = 1
    return lowest, highest


@dataclass(frozen=True)
class _Proofs:
    """The action on a box, its feature (m, log r) at the middle, and the stage there in floats."""

    on: Landscape
    feature: tuple[float, float]
    likely: int

    def is_past(self) -> bool:
        """Whether S < 0 at the feature of the middle, for all of the box."""
        m, logarithm = (arb(x) for x in self.feature)
        _, _, action = Stationary(self.on).shape([m, logarithm])
        return bool(action < 0)

    def has_feature(self) -> bool:
        """Whether each parameter in the box has a minimum near that of the middle."""
        system, place = Stationary(self.on), [arb(x) for x in self.feature]
        for radius in _RADII:
            trial = [arb(place[0].mid(), radius * (1 - place[0] ** 2)), arb(place[1].mid(), radius)]
            image = krawczyk(system, trial)
            if image is not None and encloses(trial, image):
                det, trace, _ = system.shape(image)
                return bool(det > 0) and bool(trace > 0) and excludes_zero(image[0])
        return False

    def excludes(self, coexistence: bool) -> bool:
        """Whether no saddle away from m = 0 is left; for a coexistence, none with S <= 0."""
        on = self.on
        try:
            below, above, top = reach_of(on.setting, on.u, on.norm.sqrt(), on.amplitudes)
        except Undecided:
            return False
        cells = Cells.at_residual(on.setting, on.u, on.norm, on.amplitudes)

        def excluded(sides: list[Intervals]) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
            values = cells.stationary(*sides)
            gone = [values[name].without_zero() for name in ("T", "Sm", "Sl")]
            gone += [values["S"].low > 0] if coexistence else []
            return np.asarray(np.logical_or.reduce(gone))

        side = (0.0 if on.setting.symmetric else -top, top), (below, above)
        left = search(excluded, side, [_FINEST] * 2, [_FIRST] * 2, _MOST)
        return left.complete and not left.hulls
