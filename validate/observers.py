"""The observer of each model."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from binodal.models.modular.network.observer import ModularObserver
from binodal.models.teacher_student.network.observer import TeacherStudentObserver
from binodal.validate.errors import DataError
from binodal.validate.observable import Number, Observer

_OBSERVERS: Mapping[str, Callable[[Mapping[str, Number]], Observer]] = {
    "teacher-student": TeacherStudentObserver,
    "modular": ModularObserver,
}


def observer(model: str, parameters: Mapping[str, Number]) -> Observer:
    """What measures networks of a model at given parameters.

    Raises :class:`binodal.validate.errors.DataError` for an unknown model.
    """
    if model not in _OBSERVERS:
        raise DataError(f"model {model!r} has no observer: choose {' or '.join(_OBSERVERS)}")
    return _OBSERVERS[model](parameters)
