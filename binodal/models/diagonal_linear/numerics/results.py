"""What the solvers of diagonal linear networks return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flint import arb

from binodal.numerics.results import EventPoint, SolvedClosure, StationaryPoint

FLOW = "gradient flow: steps of gradient descent are small, and every step sees all samples"
START = "start: u = v = alpha in every component"
DECAY = "decay: (lambda/2)(|u|^2 + |v|^2) is added to the loss"
LOSSES = {
    "squared": "loss: half the sum of squared residuals",
    "logistic": "loss: the sum of log(1 + exp(-margin))",
    "exponential": "loss: the sum of exp(-margin)",
}
MARGIN = "a classifier is w over its smallest margin, since w itself grows as lambda falls"


@dataclass(frozen=True)
class Biases:
    """Both predictors by component, counted from one."""

    early: Mapping[str, arb]
    late: Mapping[str, arb]


class TwoBiases(SolvedClosure[Biases, StationaryPoint]):
    """The early and the late predictor."""


Estimate = tuple[float, float]
"""A number and its error."""


@dataclass(frozen=True)
class Moment(EventPoint):
    """When a component is half way from early to late.

    ``value`` is the time; ``log_alpha`` is log(alpha)/lambda; ``law`` the time to which it tends
    for slow decay, with the scale A* at which the path is half way; ``window`` is the time from 10
    to 90 %, None where decay keeps it below.
    """

    log_alpha: Estimate
    window: Estimate | None
    law: Estimate | None
    scale: Estimate | None
