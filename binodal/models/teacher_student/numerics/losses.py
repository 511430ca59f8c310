"""Test and training loss <(y - f)^2> of networks at first order in 1/N and in 1/n."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from binodal.models.teacher_student.numerics.finite_data import DataTerm
from binodal.models.teacher_student.numerics.finite_width import (
    OBSERVABLES,
    STEP,
    Curvature,
    Shift,
    size_of,
)
from binodal.models.teacher_student.numerics.law import scales
from binodal.models.teacher_student.numerics.nodes import Array
from binodal.numerics.codegen.forms import Forms

_FORMS = Forms("binodal.models.teacher_student.forms.finite_width")
_weights = _FORMS.floats("loss_weights")
LOSSES = ("test_loss", "train_loss")


@dataclass(frozen=True)
class Losses:
    """Shifts of :data:`LOSSES` by name, in 1/N and in 1/n, and the sizes of their terms."""

    width: Mapping[str, float]
    data: Mapping[str, float]
    sizes: Mapping[str, tuple[float, float]]


def losses(of: Curvature, width: Shift, data: Shift, step: float = STEP) -> Losses:
    """Shifts of both losses in 1/N and in 1/n, given those of the modes.

    On new inputs the mean residual moves, and networks scatter around it over the posterior (1/N)
    and over data sets (1/n; sectors 0 and 1). On the training inputs the loss is the slope of the
    log evidence by sigma^2, the closure following. Raises Undecided as the closure.
    """
    trains = _training(of, step)
    term = DataTerm(of)
    here, mean = term.law(of.residual), of.residual @ term.modes
    scattered, *_ = _weights()(*(of.at[name] for name in ("n", "sigma2")))
    terms = (
        (_moved(of.residual, width), term.spread(here, term.once)),
        (_moved(of.residual, data), float(scattered) * term.scatter(here, mean, term.once)),
    )
    tests, sizes = ([how(pair) for pair in terms] for how in (sum, size_of))
    pairs = zip(tests, trains, strict=True)
    width_losses, data_losses = (dict(zip(LOSSES, pair, strict=True)) for pair in pairs)
    large = [max(size, abs(train)) for size, train in zip(sizes, trains, strict=True)]
    by_name = dict(zip(LOSSES, ((sizes[0], sizes[1]), (large[0], large[1])), strict=True))
    return Losses(width_losses, data_losses, by_name)


def _moved(residual: Array, order: Shift) -> float:
    """What the modes' shifts change of the mean residual's square."""
    shifts = np.array([order.shift[name] for name in OBSERVABLES[: len(residual)]])
    return float(2 * residual @ (shifts * scales(len(residual))))


def _training(of: Curvature, step: float) -> tuple[float, float]:
    """The slopes of -h/2 and of D's term in the log evidence, times 2 sigma^4/n."""
    ends = [_evidence({**of.at, "sigma2": of.at["sigma2"] * (1 + s * step)}) for s in (1, -1)]
    slopes = (ends[0] - ends[1]) / (2 * step * of.at["sigma2"])
    _, _, factor = _weights()(*(of.at[name] for name in ("n", "sigma2")))
    width, data = (float(factor * slope) for slope in slopes)
    return width, data


def _evidence(point: Mapping[str, float]) -> Array:
    of = Curvature(point)
    term = DataTerm(of)
    _, weight, _ = _weights()(point["n"], point["sigma2"])
    data = weight * term.value(term.law(of.residual), of.residual @ term.modes)
    return np.array([-of.at_residual(of.residual).log_dets.sum() / 2, data])
