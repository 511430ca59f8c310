"""A model that an installed package offers by an entry point is there in every process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest

from binodal.cli import main
from binodal.errors import RequestError
from binodal.models.registry import GROUP, brought, model, names, others, register
from tests.third_model.model import MODEL

ROOT = Path(__file__).resolve().parents[2]
HERE = "tests.third_model.model:MODEL"
SOLVE = ["solve", "squares", "--preset", "square", "-s", "sigma2=9/10"]
SWEEP = ["sweep", "squares", "--preset", "square", "--grid", "sigma2=0.3:1.2:3"]

Install = Callable[..., Path]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Make a folder of the path say what an installed package says, as pip would have it."""

    def write(value: str = HERE, name: str = "squares") -> Path:
        place = tmp_path / "packages"
        described = place / "thirdparty-0.1.dist-info"
        described.mkdir(parents=True)
        (described / "METADATA").write_text("Metadata-Version: 2.1\nName: thirdparty\n")
        (described / "entry_points.txt").write_text(f"[{GROUP}]\n{name} = {value}\n")
        monkeypatch.syspath_prepend(place)
        return place

    return write


def test_it_is_there(install: Install, capfd: pytest.CaptureFixture[str]) -> None:
    assert "squares" not in names()
    install()
    assert model("squares") is MODEL
    assert others() == ("squares",)
    assert brought("squares") is None
    assert main(SOLVE) == 0
    assert "GMFL-I" in capfd.readouterr().out


def test_it_is_gone_with_the_package(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    install()
    assert "squares" in names()
    monkeypatch.undo()
    assert "squares" not in names()


def test_other_processes_have_it(install: Install) -> None:
    path = os.pathsep.join(map(str, (install(), ROOT)))
    done = subprocess.run(
        [sys.executable, "-m", "binodal", *SWEEP, "--workers", "2"],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("GMFL-I") == 2


@pytest.mark.parametrize(
    ("value", "name", "words"),
    [
        ("nowhere.model:MODEL", "squares", "ModuleNotFoundError: No module named 'nowhere'"),
        ("tests.third_model.model:NOTHING", "squares", "AttributeError: "),
        ("tests.third_model.model:SPACE", "squares", "is no model of this name"),
        (HERE, "cubes", "is no model of this name"),
    ],
)
def test_what_is_no_model_is_refused_in_one_line(
    install: Install, capfd: pytest.CaptureFixture[str], value: str, name: str, words: str
) -> None:
    install(value, name)
    assert main(["solve", name, "--preset", "square"]) == 2
    said = capfd.readouterr()
    assert said.err.startswith(f"binodal: model '{name}' of thirdparty cannot be loaded: ")
    assert words in said.err and said.err.count("\n") == 1 and not said.out


def test_no_package_takes_the_name_of_a_model_here(install: Install) -> None:
    install(name="modular")
    assert model("modular") is not MODEL
    assert "modular" not in others()


def test_a_name_that_a_package_has_cannot_be_registered(install: Install) -> None:
    install()
    with pytest.raises(RequestError, match="registered already"):
        register(MODEL)


def test_a_model_here_is_found_without_looking_at_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which takes a while where many are installed."""

    def never(**asked: str) -> None:
        raise AssertionError(asked)

    monkeypatch.setattr(metadata, "entry_points", never)
    monkeypatch.setattr(sys, "path", [*sys.path, "/another"])
    assert main(["solve", "modular", "--preset", "fig3", "--digits", "5"]) == 0
