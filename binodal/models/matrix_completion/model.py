"""The family of matrix completions as the commands see it."""

from __future__ import annotations

from collections.abc import Mapping

from binodal.models.diagonal_linear.model import of_gradient_flow
from binodal.models.late import Late
from binodal.models.matrix_completion.parameters import NAME, space
from binodal.models.matrix_completion.setting import ENTRIES, ENTRY, canonical
from binodal.models.protocol import Family, Limit, Model, Option

_SETTING = Late("binodal.models.matrix_completion.setting", "setting_of")


def _assumptions(theory: str) -> tuple[str, ...]:
    from binodal.models.matrix_completion.numerics.results import NOTES

    return NOTES


def _member(given: Mapping[str, str]) -> Model:
    """The model of entries that are seen."""
    settings = canonical(given)
    setting = _SETTING.at(settings)
    return of_gradient_flow(
        space(settings),
        "entry $W_{ij}$",
        Limit(
            _assumptions,
            Late("binodal.models.matrix_completion.numerics.solve", "solver").on(setting),
            Late("binodal.models.matrix_completion.numerics.critical", "CompletionTimes").on(
                setting
            ),
        ),
        derivations=Late("binodal.models.matrix_completion.derivations.quantities", "QUANTITIES"),
        complete=Late("binodal.models.matrix_completion.derivations.quantities", "complete").of,
        chapter=Late("binodal.models.matrix_completion.report.content", "CHAPTER"),
        dynamics=Late("binodal.models.matrix_completion.numerics.dynamics", "dynamics").on(setting),
        lacking="gradient flow has no phases, and at the power 2 no barrier is beside zero",
        trials={
            "completion-times": Late(
                "binodal.models.matrix_completion.experiments.completion_times", "COMPLETION_TIMES"
            )
        },
    )


FAMILY = Family(
    NAME,
    (
        Option("entries", 'those seen of a symmetric matrix, as "1,2: 3; 2,2: 1/2"', ENTRIES),
        Option("entry", "the entry whose transition is timed, counted from 1", ENTRY),
    ),
    _member,
)
