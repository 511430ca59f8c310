"""A model under another name is that model: it trains, is gone on with and is judged the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

from binodal.comparison.compare import compare
from binodal.errors import RequestError
from binodal.models.protocol import Model
from binodal.models.registry import model, registered
from binodal.networks import network_of
from binodal.numerics.disk import unsealed
from binodal.training.train import train
from binodal.validate.run.folder import REQUEST
from tests.laws import beside, cases
from tests.validate.run.tiny import draws, parameters

NAMES = "modular", "teacher-student"
ONE = pytest.mark.parametrize("copied", cases(NAMES, every=None), indirect=True)
SHORT: dict[str, Any] = {"burn_in": 6, "draws": 8, "block": 3, "seed": 5, "shard": 2}


@pytest.fixture(params=NAMES)
def copied(request: pytest.FixtureRequest) -> Iterator[tuple[Model, Model]]:
    """A model, and the same functions under another name."""
    original = model(request.param)
    copy = replace(original, space=replace(original.space, model="copy"))
    with registered(copy):
        yield original, copy


def made(of: Model, original: Model, folder: Path, workers: int = 1, **options: Any) -> Path:
    """Eight small networks of a model; ``original`` is the one whose sizes they have."""
    values = dict(parameters(original.name))
    path = folder / of.name / str(workers)
    done = train(of.name, path, members=8, workers=workers, **SHORT, **options, **values)
    return done.path


@ONE
def test_a_copy_trains_and_is_judged_like_the_original(
    copied: tuple[Model, Model], tmp_path: Path
) -> None:
    original, copy = copied
    first, second = (made(of, original, tmp_path) for of in copied)
    assert draws(second) == draws(first)
    assert unsealed((second / REQUEST).read_bytes())["spec"]["model"] == copy.name
    judged, again = compare(first), compare(second)
    assert json.dumps(again.document) == json.dumps(judged.document)
    assert str(again) == str(judged).replace(original.name, copy.name, 1)


@beside("tests/third_model/test_commands.py::test_a_sweep")
@ONE
def test_a_copy_trains_in_other_processes_which_know_no_registry(
    copied: tuple[Model, Model], tmp_path: Path
) -> None:
    original, copy = copied
    alone, spread = (made(copy, original, tmp_path, workers) for workers in (1, 2))
    assert draws(alone) == draws(spread)


@ONE
def test_a_copy_is_gone_on_with_under_its_own_name(
    copied: tuple[Model, Model], tmp_path: Path
) -> None:
    """More draws of a run that is there; the original does not go on with a copy's run."""
    original, copy = copied
    values = dict(parameters(original.name))
    place = made(copy, original, tmp_path)
    longer = {**SHORT, "draws": 12}
    whole = train(copy.name, tmp_path / "whole", members=8, workers=1, **longer, **values)
    again = train(copy.name, place, members=8, workers=1, resume=True, **longer, **values)
    assert draws(again.path) == draws(whole.path)
    with pytest.raises(RequestError, match=f"model is copy there and {original.name} here"):
        train(original.name, place, members=8, resume=True, **longer, **values)


def test_a_run_of_a_model_that_is_not_there_is_refused(tmp_path: Path) -> None:
    original = model("modular")
    copy = replace(original, space=replace(original.space, model="copy"))
    with registered(copy):
        place = made(copy, original, tmp_path)
    with pytest.raises(RequestError, match=r"^unknown model 'copy'"):
        compare(place)


def test_a_model_without_networks_is_refused_in_one_line(tmp_path: Path) -> None:
    original = model("modular")
    silent = replace(original, space=replace(original.space, model="silent"), network=None)
    values = dict(parameters("modular"))
    with registered(silent):
        with pytest.raises(RequestError, match=r"silent: network is not available"):
            train("silent", tmp_path / "run", **values)
        with pytest.raises(RequestError, match=r"silent: network is not available"):
            network_of("silent", values)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("ability", "asked", "words"),
    [
        ("feature_start", {"starts": "both"}, "has no feature state"),
        ("readout", {"sampler": "collapsed-hmc"}, "not linear in a readout"),
        ("draw_data", {"data_sets": 1}, "has one data set"),
    ],
)
def test_an_absent_ability_is_refused_and_not_replaced(
    tmp_path: Path, ability: str, asked: dict[str, Any], words: str
) -> None:
    original = model("teacher-student")
    poorer = replace(original.offer("network"), **{ability: None})
    less = replace(original, space=replace(original.space, model="less"), network=lambda: poorer)
    with registered(less), pytest.raises(RequestError, match=words):
        train("less", tmp_path / "run", **asked, **parameters())
