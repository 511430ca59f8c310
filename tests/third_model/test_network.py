"""Networks of the third model are trained and judged by the ordinary commands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

import torch

from binodal.cli import main
from binodal.models.registry import registered
from tests.third_model.model import MODEL, square
from tests.third_model.network import Squares, shape_of

TRAINED = ["-s", "N=300", "-s", "n=60", "-s", "L=5", "-s", "sigma2=2"]
SHORT = ["--members", "8", "--burn-in", "100", "--draws", "150", "--workers", "1"]


@pytest.fixture(autouse=True)
def third_model() -> Iterator[None]:
    with registered(MODEL):
        yield


def test_the_gradient_is_that_of_the_energy() -> None:
    network = Squares(shape_of(square(N="4")), 3, torch.float64, torch.device("cpu"))
    stream = torch.Generator().manual_seed(4)
    x = (2 * torch.randn((3, 8), generator=stream, dtype=torch.float64)).requires_grad_()
    network.energy(x).sum().backward()
    assert torch.allclose(x.grad, network.gradient(x.detach()), rtol=1e-10)


def test_train_and_compare(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The derived theory agrees and is rejected nowhere; the wrong factor is everywhere."""
    run = str(tmp_path / "run")
    line = ["train", "squares", "--preset", "square", *TRAINED, *SHORT, "-o", run]
    assert main(line) == 0, capfd.readouterr().err
    capfd.readouterr()
    status = main(["compare", run, "--json"])
    said = capfd.readouterr()
    rows = json.loads(said.out)
    verdicts = {(row["theory"], row["observable"]): row["verdict"] for row in rows}
    assert status == 0, said.out + said.err
    derived = {name: v for (theory, name), v in verdicts.items() if theory.startswith("derived")}
    wrong = {name: v for (theory, name), v in verdicts.items() if theory.startswith("control")}
    assert derived["t"] == "AGREE" and "DISAGREE" not in derived.values(), verdicts
    assert wrong.keys() == derived.keys() == {"t", "t_direct", "w4"}
    assert set(wrong.values()) == {"DISAGREE"}, verdicts
    assert main(["compare", run, "--theory", "published"]) == 2
    assert capfd.readouterr().err == "binodal: theory 'published': choose derived\n"
