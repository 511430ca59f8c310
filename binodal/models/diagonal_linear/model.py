"""The family of diagonal linear networks as the commands see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from binodal.models.diagonal_linear.parameters import NAME, space
from binodal.models.diagonal_linear.settings import NO_FILE, SAMPLES, canonical
from binodal.models.protocol import Family, Limit, Model, Option, OrderParameter, Solver

if TYPE_CHECKING:
    from binodal.derive.derivation import Derivation
    from binodal.models.diagonal_linear.setting import Setting
    from binodal.models.report import OwnChapter
    from binodal.numerics.critical import CriticalPoints
    from binodal.numerics.dynamics.course import Dynamics


def _setting(settings: Mapping[str, str]) -> Setting:
    from binodal.models.diagonal_linear.setting import setting_of

    return setting_of(settings)


def _assumptions(settings: Mapping[str, str], theory: str) -> tuple[str, ...]:
    from binodal.models.diagonal_linear.numerics.critical import notes

    return notes(_setting(settings))


def _solve(settings: Mapping[str, str]) -> Solver:
    from binodal.models.diagonal_linear.numerics.solve import solver

    return solver(_setting(settings))


def _critical(settings: Mapping[str, str]) -> CriticalPoints[Any]:
    from binodal.models.diagonal_linear.numerics.critical import TransitionTimes

    return TransitionTimes(_setting(settings))


def _dynamics(settings: Mapping[str, str]) -> Dynamics:
    from binodal.models.diagonal_linear.numerics.dynamics import dynamics

    return dynamics(_setting(settings))


def _derivations() -> Mapping[str, Callable[[str], Derivation]]:
    from binodal.models.diagonal_linear.derivations.quantities import QUANTITIES

    return QUANTITIES


def _complete(theory: str) -> Derivation:
    from binodal.models.diagonal_linear.derivations.quantities import complete

    return complete(theory)


def _chapter() -> OwnChapter:
    from binodal.models.diagonal_linear.report.content import CHAPTER

    return CHAPTER


def _member(given: Mapping[str, str]) -> Model:
    """The model of samples and a loss, both read and written canonically."""
    settings = canonical(given)
    return Model(
        space(settings),
        size="alpha",
        order=OrderParameter("w", "w", "weight $w_J$"),
        closure=(("early", "early"), ("late", "late")),
        coordinates=(
            ("log_alpha_over_lambda", "log_alpha"),
            ("window", "window"),
            ("law", "law"),
            ("A", "scale"),
        ),
        columns={},
        events=("transition",),
        limits={
            "thermodynamic": Limit(
                partial(_assumptions, settings),
                partial(_solve, settings),
                partial(_critical, settings),
            )
        },
        derivations=_derivations,
        complete=_complete,
        chapter=_chapter,
        dynamics=partial(_dynamics, settings),
        theories=("derived",),
        along="time",
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
