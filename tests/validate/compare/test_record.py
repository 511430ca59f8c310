"""What is no number is named, wherever it stands in the draws of a run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

from binodal.networks import network_of
from binodal.validate.compare import load as loading
from binodal.validate.compare.errors import ComparisonError
from binodal.validate.compare.load import load
from binodal.validate.compare.record import Record
from binodal.validate.run.ensemble import run
from binodal.validate.run.spec import RunSpec
from tests.validate.run.tiny import spec


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_record_names_what_is_not_finite(bad: float) -> None:
    values = np.ones((4, 6, 3))
    values[2, 5, 1] = bad
    with pytest.raises(ComparisonError, match=rf"density is {bad} at network 2, draw 5, place 1"):
        Record({"density": values}, np.arange(4))


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run(spec(), tmp_path_factory.mktemp("runs") / "one", workers=1)


def _with_nan(monkeypatch: pytest.MonkeyPatch, place: tuple[object, ...]) -> None:
    original = loading.draws

    def damaged(folder: Path, spec: RunSpec) -> object:
        arrays, dimensions = original(folder, spec)
        found = {**arrays, "b": np.array(arrays["b"], dtype=float)}
        found["b"][place] = np.nan
        return found, dimensions

    monkeypatch.setattr(loading, "draws", damaged)


@pytest.mark.parametrize(
    ("place", "draw"), [((0, 1, 2), 2), ((0, 1, 0), 0), ((0, 1, -1), None)], ids=str
)
def test_nan_in_a_finished_run_is_no_missing_draw(
    finished: Path,
    monkeypatch: pytest.MonkeyPatch,
    place: tuple[object, ...],
    draw: int | None,
) -> None:
    _with_nan(monkeypatch, place)
    with pytest.raises(ComparisonError, match=f"b of network 1 is NaN at draw {draw or ''}"):
        load(finished, network_of)


def test_nan_at_the_end_of_an_unfinished_run_is_missing(
    finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "is_finished", lambda folder: False)
    draws = load(finished, network_of).record.values["b"].shape[1]
    _with_nan(monkeypatch, (0, 1, slice(-2, None)))
    assert load(finished, network_of).record.values["b"].shape[1] == draws - 2
    _with_nan(monkeypatch, (0, 1, 1))
    with pytest.raises(ComparisonError, match="b of network 1 is NaN at draw 1"):
        load(finished, network_of)
