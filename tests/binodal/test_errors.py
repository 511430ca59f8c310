"""Every error reaches another process as what it is."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from importlib import import_module

import pytest

from binodal.derive.errors import StepFailed
from binodal.errors import BinodalError
from binodal.numerics.sources import every_module


def kinds() -> list[type[BinodalError]]:
    for module in every_module():
        if module.rpartition(".")[2] == "errors":
            import_module(module)
    return sorted(set(_below(BinodalError)), key=lambda kind: kind.__qualname__)


def _below(kind: type[BinodalError]) -> Iterator[type[BinodalError]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_an_error_crosses_processes(kind):
    """Whatever its constructor takes; its message and its fields are what it was."""
    error = kind.__new__(kind)
    error.args, error.partial = ("it stopped at 0.3",), [1, 2]
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind and str(again) == str(error) and again.partial == [1, 2]
    assert again.status == error.status


def test_a_failed_step_keeps_its_names():
    again = pickle.loads(pickle.dumps(StepFailed("Law", "saddle", "1 is not 2")))
    assert (again.derivation, again.step, again.counterexample) == ("Law", "saddle", "1 is not 2")
    assert str(again) == str(StepFailed("Law", "saddle", "1 is not 2"))
