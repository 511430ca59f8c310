"""The predictions of each model's theories."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from binodal.models.modular.predictions import rows as modular
from binodal.models.teacher_student.predictions import rows as teacher_student
from binodal.numerics.parameters import Parameters
from binodal.validate.errors import DataError
from binodal.validate.prediction import Prediction

Predict = Callable[[Parameters, Sequence[str], Sequence[float]], list[Prediction]]

_PREDICTIONS: Mapping[str, Predict] = {
    "teacher-student": teacher_student.predictions,
    "modular": modular.predictions,
}
THEORIES = ("published", "derived")


def predictions(
    parameters: Parameters, theories: Sequence[str] = THEORIES, places: Sequence[float] = ()
) -> list[Prediction]:
    """All predictions for a run at these parameters, controls included.

    Raises :class:`binodal.validate.errors.DataError` for an unknown model or theory.
    """
    for theory in theories:
        if theory not in THEORIES:
            raise DataError(f"theory {theory!r}: choose {', '.join(THEORIES)}")
    if parameters.model not in _PREDICTIONS:
        raise DataError(f"model {parameters.model!r} has no predictions")
    return _PREDICTIONS[parameters.model](parameters, theories, places)
