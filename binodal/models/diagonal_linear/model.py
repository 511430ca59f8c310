"""The family of diagonal linear networks as the commands see it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from typing import Any

from binodal.models.diagonal_linear.parameters import NAME, space
from binodal.models.diagonal_linear.settings import NO_FILE, SAMPLES, canonical
from binodal.models.late import Late
from binodal.models.protocol import Family, Limit, Model, Option, OrderParameter
from binodal.numerics.parameters import Space

_SETTING = Late("binodal.models.diagonal_linear.setting", "setting_of")


def _inverse_temperature(parameters: Mapping[str, Fraction]) -> Fraction:
    return 1 / parameters["sigma2"]


def _assumptions(settings: Mapping[str, str], theory: str) -> tuple[str, ...]:
    from binodal.models.diagonal_linear.numerics.critical import notes

    return notes(_SETTING.of(settings))


def of_gradient_flow(
    of: Space, weight: str, limit: Limit, size: str = "alpha", **abilities: Any
) -> Model:
    """A model whose one event is the time at which a weight leaves its early value.

    ``weight`` is how it is typeset.
    """
    return Model(
        of,
        size=size,
        order=OrderParameter("w", "w", weight),
        closure=(("early", "early"), ("late", "late")),
        coordinates=(
            ("log_alpha_over_lambda", "log_alpha"),
            ("window", "window"),
            ("law", "law"),
            ("A", "scale"),
        ),
        columns={},
        events=("transition",),
        limits={"thermodynamic": limit},
        theories=("derived",),
        along="time",
        **abilities,
    )


def _member(given: Mapping[str, str]) -> Model:
    """The model of samples and a loss, both read and written canonically."""
    settings = canonical(given)
    setting = _SETTING.at(settings)
    return of_gradient_flow(
        space(settings),
        "weight $w_J$",
        Limit(
            partial(_assumptions, settings),
            Late("binodal.models.diagonal_linear.numerics.solve", "solver").on(setting),
            Late("binodal.models.diagonal_linear.numerics.critical", "TransitionTimes").on(setting),
        ),
        derivations=Late("binodal.models.diagonal_linear.derivations.quantities", "QUANTITIES"),
        complete=Late("binodal.models.diagonal_linear.derivations.quantities", "complete").of,
        chapter=Late("binodal.models.diagonal_linear.report.content", "CHAPTER"),
        size="1/sigma2",
        own_size=_inverse_temperature,
        branches=Late("binodal.models.diagonal_linear.numerics.hysteresis", "branches").on(setting),
        kept=Late("binodal.models.diagonal_linear.numerics.hysteresis", "notes").of,
        dynamics=Late("binodal.models.diagonal_linear.numerics.dynamics", "dynamics").on(setting),
        trials={
            "decay-times": Late(
                "binodal.models.diagonal_linear.experiments.decay_times", "DECAY_TIMES"
            ),
            "homogeneous-times": Late(
                "binodal.models.diagonal_linear.experiments.homogeneous_times", "HOMOGENEOUS_TIMES"
            ),
        },
    )


FAMILY = Family(
    NAME,
    (
        Option("samples", 'inputs and targets, as "1, 1/2: 1 | 0, 1: 2"', SAMPLES),
        Option("data", "a file of samples, one a line as x_1, x_2, ...: y", NO_FILE),
        Option("loss", "squared, logistic or exponential, the latter for y = 1 and -1", "squared"),
        Option("component", "the weight whose transition is timed, counted from 1", "1"),
    ),
    _member,
)
