"""Every command works on a model that no product code names, or refuses in one line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from binodal.cli import COMMANDS, main
from binodal.models.protocol import LIMITS
from binodal.models.registry import names, registered
from binodal.reports.chapters import chapters
from binodal.reports.run import write_report
from binodal.selftest import checks
from binodal.solve import solve
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
    "dynamics": [AT],
    "ladder": [[*AT, "--event", "birth"]],
    "critical": [[*AT, "--event", "birth", "--limit", "finite"]],
    "measure": [["weights.npz", "--model", *AT]],
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


@pytest.mark.parametrize("limit", LIMITS)
def test_a_sweep(tmp_path: Path, capfd: pytest.CaptureFixture[str], limit: str) -> None:
    """Here and in processes that know no registry, to the last bit."""
    grid = ["--grid", "sigma2=0.3:1.2:3", "--limit", limit]
    files = [tmp_path / f"{workers}.nc" for workers in (1, 2)]
    for workers, file in enumerate(files, start=1):
        line = ["sweep", *AT, *grid, "--workers", str(workers), "-o", str(file)]
        assert main(line) in (0, 1), capfd.readouterr().err
    assert files[0].read_bytes() == files[1].read_bytes()


GENERAL: dict[str, list[list[str]]] = {
    "cite": [[]],
    "delay": [["--help"], ["delays.csv"]],
    "audit": [["M.13", "--json"]],
    "figure": [["--list"], ["fig1-modular", "--quick", "-o", "figure.svg"]],
    "explore": [["-o", "page.html"]],
    "experiment": [[], ["closing-gaps", "-o", "runs", "--summary-only"]],
    "selftest": [["--order", "5"]],
}
"""What belongs to no model goes on as it would without the third one."""


@pytest.mark.parametrize("line", flat(GENERAL), ids=" ".join)
def test_it_is_not_in_the_way(
    line: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    status = main(line)
    said = capfd.readouterr()
    assert status in (0, 1, 2) and "internal error" not in said.err
    assert "squares" not in said.out + said.err
    assert not any(b"squares" in text for text in left(tmp_path))


def left(folder: Path) -> list[bytes]:
    """The files that a command has written."""
    return [path.read_bytes() for path in folder.glob("*.*") if path.is_file()]


def test_its_derivations_are_checked_with_the_others() -> None:
    own = {name: check for name, check in checks() if name.startswith("squares")}
    assert list(own) == ["squares: neuron"]
    assert own["squares: neuron"]() is None


def test_the_report_has_the_chapters_of_the_models_that_offer_some(tmp_path: Path) -> None:
    """A cheap one is written; all of them depend on the same sources as without this model."""
    there = chapters()
    assert not any("squares" in f"{chapter.name} {chapter.title}" for chapter in there)
    question = [chapter for chapter in there if chapter.name == "question"]
    _, decided = write_report(tmp_path, True, lambda line: None, question)
    assert decided and "squares" not in (tmp_path / "report.md").read_text("utf-8")


def test_results_show_themselves_in_a_notebook() -> None:
    shown = solve("squares", preset="square", sigma2="9/10")._repr_html_()
    assert "Saddles of the action" in shown and "GMFL-I" in shown


def test_every_command_is_met_in_these_tests() -> None:
    trained = {"train", "compare"}
    elsewhere = {"sweep", "reproduce"}
    assert {*WORKS, *REFUSES, *LACKS, *GENERAL, *trained, *elsewhere} == set(COMMANDS)


def test_the_model_is_gone_after_the_block() -> None:
    assert "squares" in names()


def test_solve_says_what_the_hand_says(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["critical", *AT, "--event", "coexistence", "--json"]) == 0
    document = json.loads(capfd.readouterr().out)
    assert abs(float(document["value"]["mid"]) - 1) < 1e-14
