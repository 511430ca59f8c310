"""The action against the overlap at a state that ``solve`` or ``critical`` found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from binodal.models.teacher_student.derivations.continuum import coupling
from binodal.models.teacher_student.numerics.overlap import action_of_overlap
from binodal.page.landscape import POINTS, Array, Landscape, saddle_marks, title


def landscape(
    document: Mapping[str, Any], params: Mapping[str, float], state: Mapping[str, float]
) -> Landscape:
    """S/d against q with its saddles, those of negative overlap too."""
    strength = float(coupling().subs({s: params[str(s)] for s in coupling().free_symbols}))
    modes = state["b"], state.get("c", params["epsilon"])

    def action(overlaps: Array) -> Array:
        return action_of_overlap(overlaps, *modes, strength, params["sigma_w2"], document["theory"])

    marks = saddle_marks(document, "q", state, action)
    if "saddles" not in document:
        marks += [(-place, height, kind) for place, height, kind in marks if place]
    reach = 1.5 * max([0.7, *(abs(place) for place, _, _ in marks)])
    places = np.linspace(-reach, reach, POINTS)
    label = r"overlap $q = w\cdot w_*$"
    return Landscape(places, action(places), marks, label, "$S/d$", title(document, params))
