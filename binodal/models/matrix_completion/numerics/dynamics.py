"""One trajectory of matrix completion as curves in time."""

from __future__ import annotations

from functools import partial
from math import log

import numpy as np

from binodal.models.diagonal_linear.numerics.dynamics import (
    BEFORE,
    LATE,
    TOLERANCES,
    UNIT,
    compared,
    start_of,
)
from binodal.models.matrix_completion.numerics.flow import Array, CompletionFlow, Seen
from binodal.models.matrix_completion.numerics.predictors import late
from binodal.models.matrix_completion.numerics.results import NOTES
from binodal.models.matrix_completion.setting import Setting, named
from binodal.numerics.dynamics.course import Course, Dynamics, Options, Tell
from binodal.numerics.errors import ParameterError
from binodal.numerics.outcome import Status
from binodal.numerics.parameters import Parameters

_FURTHER, _EVEN, _SOON = 4.0, 101, 0.05


def dynamics(setting: Setting) -> Dynamics:
    """The dynamics of one set of entries."""
    return partial(course, setting)


def course(
    setting: Setting, parameters: Parameters, theory: str, options: Options, tell: Tell
) -> Course:
    """Entries that are not seen, and the loss, by two tolerances.

    Raises ParameterError for what makes no sense here, and Undecided for what cannot be integrated.
    """
    alpha, decay = start_of(parameters, options)
    seen = Seen.entries(setting)
    flow = CompletionFlow(seen, alpha, decay)
    skipped = log(alpha / flow.alpha)
    length = max(log(alpha), 0.0) + _FURTHER if options.until is None else decay * options.until
    if not length - skipped > _SOON:
        why = f"before t = {(skipped + _SOON) / decay:.4g} nothing but the norm moves"
        raise ParameterError(f"until={options.until or 0:g}: {why}")
    places = np.linspace(_SOON if skipped else 0.0, length - skipped, _EVEN)
    walks = (flow.weights(places[-1], tolerance)[1] for tolerance in TOLERANCES)
    curves = compared(*(_curves(setting, seen, np.array([*map(walk, places)])) for walk in walks))
    tell(1.0)
    end = late(setting)
    rest = {f"w_{named(place)}": (float(end.w[place]), end.error) for place in setting.hidden}
    panels = (tuple(rest), ("loss",)) if rest else (("loss",),)
    why = f"alpha exp(-lambda t) falls from {alpha:.4g} to {alpha * np.exp(-length):.4g}"
    told = (UNIT, *NOTES, LATE, *([BEFORE] if skipped else []))
    return Course((skipped + places) / decay, curves, rest, panels, Status.CONVERGED, why, told)


def _curves(setting: Setting, seen: Seen, w: Array) -> dict[str, Array]:
    """Every entry that is not seen, and the loss."""
    missing = np.array([seen.of(each) for each in w]) - seen.targets
    return {
        **{f"w_{named(place)}": w[:, place[0], place[1]] for place in setting.hidden},
        "loss": (missing**2).sum(1) / 2,
    }
