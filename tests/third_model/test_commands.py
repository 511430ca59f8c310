"""Every command works on a model that no product code names, or refuses in one line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from binodal.cli import COMMANDS, main
from binodal.models.registry import names, registered
from tests.third_model.model import MODEL

AT = ["squares", "--preset", "square"]
WORKS: dict[str, list[list[str]]] = {
    "derive": [["squares"], ["squares", "neuron", "--format", "json"]],
    "solve": [AT, [*AT, "-s", "sigma2=9/10"], [*AT, "--limit", "finite", "-s", "sigma2=3/10"]],
    "critical": [[*AT, "--event", event] for event in ("birth", "coexistence")],
    "codegen": [
        ["squares", quantity, "--target", target]
        for quantity in ("action", "gradient", "law", "closure")
        for target in ("numpy", "c")
    ],
}
REFUSES: dict[str, list[list[str]]] = {
    "solve": [[*AT, "--theory", "published"], ["squares", "--preset", "fig2"]],
    "critical": [[*AT, "--event", "mass", "--limit", "finite"], [*AT, "--event", "gmfl2"]],
    "train": [[*AT, "--starts", "feature"], [*AT, "--sampler", "collapsed-hmc"]],
    "codegen": [["squares", "nothing", "--target", "c"]],
    "derive": [["squares", "nothing"]],
}
LACKS: dict[str, list[list[str]]] = {
    "boundary": [[*AT, "--event", "birth", "--in", "sigma2,n"]],
    "map": [[*AT, "--grid", "sigma2=0.5:2", "--grid", "n=30:90"]],
    "hysteresis": [[*AT, "--along", "sigma2=0.5:2:3"]],
    "ladder": [[*AT, "--event", "birth"]],
    "critical": [[*AT, "--event", "birth", "--limit", "finite"]],
}
"""Requests that the model has no ability for, and that are in order otherwise."""


@pytest.fixture(autouse=True)
def third_model() -> Iterator[None]:
    with registered(MODEL):
        yield


def flat(table: dict[str, list[list[str]]]) -> list[list[str]]:
    """The command lines of a table."""
    return [[command, *rest] for command, lines in table.items() for rest in lines]


@pytest.mark.parametrize("line", flat(WORKS), ids=" ".join)
def test_it_works(line: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    status = main(line)
    said = capfd.readouterr()
    assert status in (0, 1) and said.out and not said.err, said.err


@pytest.mark.parametrize("line", flat(REFUSES), ids=" ".join)
def test_it_refuses_in_one_line(
    line: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    output = ["-o", str(tmp_path / "out")] if line[0] == "train" else []
    status = main([*line, *output])
    said = capfd.readouterr()
    assert (status, said.out) == (2, ""), said.err
    assert said.err.count("\n") == 1 and "internal error" not in said.err


@pytest.mark.parametrize("line", flat(LACKS), ids=" ".join)
def test_an_absent_ability_is_named(
    line: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    output = ["-o", str(tmp_path / "out.json")] if line[0] == "map" else []
    assert main([*line, *output]) == 2
    said = capfd.readouterr().err
    assert said.startswith("binodal: squares: ") and "is not available for this model" in said
    assert said.count("\n") == 1


def test_a_sweep(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """With certified cells in either limit."""
    for limit in ("thermodynamic", "finite"):
        output = tmp_path / limit
        line = ["sweep", *AT, "--grid", "sigma2=0.3:1.2:3", "--limit", limit, "-o", f"{output}.nc"]
        assert main(line) in (0, 1), capfd.readouterr().err


def test_what_belongs_to_no_model_goes_on(capfd: pytest.CaptureFixture[str]) -> None:
    """These commands take no model; the third one is not in their way."""
    for line in (["cite"], ["audit", "M.13", "--json"], ["figure", "--list"]):
        assert main(line) in (0, 1, 2)
        assert "internal error" not in capfd.readouterr().err


def test_explore_has_the_models_that_offer_a_part(tmp_path: Path) -> None:
    assert main(["explore", "-o", str(tmp_path / "page.html")]) == 0
    assert "squares" not in (tmp_path / "page.html").read_text("utf-8")


def test_every_command_is_met_above() -> None:
    elsewhere = {"sweep", "cite", "audit", "figure", "explore", "train", "compare", "experiment"}
    rest = {"reproduce", "selftest"}
    assert {*WORKS, *REFUSES, *LACKS, *elsewhere, *rest} == set(COMMANDS)


def test_the_model_is_gone_after_the_block() -> None:
    assert "squares" in names()


def test_solve_says_what_the_hand_says(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["critical", *AT, "--event", "coexistence", "--json"]) == 0
    document = json.loads(capfd.readouterr().out)
    assert abs(float(document["value"]["mid"]) - 1) < 1e-14
