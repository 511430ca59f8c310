"""What diagonal linear networks lack is refused in one line, on every command."""

from __future__ import annotations

import pytest

from binodal.cli import main
from binodal.config import exact_of
from binodal.errors import RequestError
from binodal.models.registry import model
from binodal.request import prepared

AT = ["diagonal-linear", "--preset", "dichotomy"]
LACKS = {
    "boundary": [*AT, "--event", "transition", "--in", "L,alpha"],
    "map": [*AT, "--grid", "L=2:3", "--grid", "alpha=10:90", "-o", "map.json"],
    "ladder": [*AT, "--event", "birth"],
    "sweep": [*AT, "--grid", "alpha=1:2:2"],
    "codegen": ["diagonal-linear", "flow", "--target", "c"],
    "solve": [*AT, "--limit", "finite"],
    "critical": [*AT, "--event", "transition", "--limit", "finite"],
    "measure": ["weights.npz", "--model", *AT],
    "train": [*AT, "-o", "run"],
}


@pytest.mark.parametrize("command", LACKS)
def test_an_absent_ability_is_named(command, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    assert main([command, *LACKS[command]]) == 2
    said = capfd.readouterr()
    assert said.out == "" and said.err.count("\n") == 1
    assert said.err.startswith("binodal: diagonal-linear[") and "is not available for" in said.err


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (["--event", "birth"], "choose transition"),
        (["--event", "transition", "--along", "alpha"], "add --along time"),
        (["--event", "transition", "--along", "sigma_w2"], "unknown parameter 'sigma_w2'"),
        (["--event", "transition", "-s", "sigma2=1/9"], "gradient flow has no noise"),
        (["--event", "transition", "--alpha", "3", "-s", "alpha=3"], "alpha is given twice"),
        (["--event", "transition", "--beta", "3"], "has no scaling"),
    ],
)
def test_what_makes_no_sense_is_refused(line, why, capfd):
    assert main(["critical", *AT, *line]) == 2
    said = capfd.readouterr()
    assert said.out == "" and said.err.count("\n") == 1 and why in said.err


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ([], "an escape needs noise"),
        (["-s", "sigma2=1/9", "-s", "L=5/2"], "L is whole"),
        (["-s", "sigma2=1/9", "--loss", "logistic"], "for the squared loss"),
    ],
)
def test_escapes_that_are_not_derived_are_refused(given, why, capfd):
    assert main(["hysteresis", *AT, *given, "--along", "lambda=1:2:2"]) == 2
    said = capfd.readouterr()
    assert said.out == "" and said.err.count("\n") == 1 and why in said.err


def test_alpha_is_the_parameter_of_a_model_that_has_one():
    """As an option of its own, and of the scaling where a model has that."""
    of = model("diagonal-linear")
    for value in ("7", 7, 7.0):
        parameters, _ = prepared(of, "dichotomy", None, value, "thermodynamic", {})
        assert parameters["alpha"] == exact_of("7")
    with pytest.raises(RequestError, match="without beta"):
        prepared(model("modular"), "fig3", None, "7", "thermodynamic", {})


def test_loss_and_data_of_a_run_are_its_own(tmp_path, monkeypatch, capfd):
    """Options of a family and of the command have one name: the command's are what they were."""
    monkeypatch.chdir(tmp_path)
    tiny = ["modular", "-s", "N=5", "-s", "P=3", "-s", "sigma2=1/9", "-s", "sigma_a2=2/7"]
    line = ["train", *tiny, "-s", "gamma=2", "-o", "run", "--members", "1"]
    assert main([*line, "--loss", "mse"]) == 2
    assert "loss is given without --optimizer" in capfd.readouterr().err
    assert main([*line, "--optimizer", "sgd", "--steps", "2", "--loss", "hinge"]) == 2
    assert "mse" in capfd.readouterr().err
