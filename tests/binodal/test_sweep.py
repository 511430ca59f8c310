"""Sweeps: the file that xarray opens, interrupts, and going on."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from binodal.api import solve, sweep
from binodal.errors import RequestError, Stopped
from binodal.models.protocol import Model
from binodal.models.registry import model
from binodal.sweeps import job
from binodal.sweeps.axis import parse_axis
from tests.laws import WHOLE

xarray = pytest.importorskip("xarray")
GRIDS = ("sigma2=0.15:0.25:6", "n=2000:4000:3")
ARGUMENTS = ("sweep", "teacher-student", "--preset", "fig2")


@pytest.fixture
def interrupted(monkeypatch):
    """Makes the grid function raise Ctrl-C at its ``nth`` block of one row."""

    def arm(nth: int) -> None:
        calls = iter(range(100))
        original = model("teacher-student").offer("grid", "thermodynamic")

        def grid(columns, theory):
            if next(calls) == nth:
                raise KeyboardInterrupt
            return original(columns, theory)

        offer = Model.offer
        monkeypatch.setattr(job, "VECTORISED_CELLS", 3)
        monkeypatch.setattr(
            Model,
            "offer",
            lambda self, ability, limit="": (
                grid if ability == "grid" else offer(self, ability, limit)
            ),
        )

    yield arm


def opened(path: Path):
    with xarray.open_dataset(path, engine="scipy") as file:
        return file.load()


@pytest.mark.parametrize("theory", ["published", "derived"])
def test_the_grid_agrees_with_single_solutions(tmp_path, theory):
    path = tmp_path / "out.nc"
    sweep("teacher-student", GRIDS, preset="fig2", theory=theory, output=path)
    found = opened(path)
    assert found["b"].dims == ("sigma2", "n")
    meanings = found["phase"].attrs["flag_meanings"].split()
    values = list(found["phase"].attrs["flag_values"])
    for sigma2, n in ((0.15, 3000), (0.25, 2000), (0.19, 4000)):
        cell = found.sel(sigma2=sigma2, n=n, method="nearest")
        single = solve("teacher-student", preset="fig2", theory=theory, sigma2=sigma2, n=n)
        for mode in ("b", "c"):
            expected = float(single.document["closure"][mode]["mid"])
            assert float(cell[mode]) == pytest.approx(expected, rel=1e-9)
        assert meanings[values.index(int(cell["phase"]))] == single.document["phase"]
        minima = [s for s in single.document["saddles"] if s["kind"] == "minimum"]
        if len(minima) == 3:
            assert float(cell["q"]) == pytest.approx(float(minima[-1]["q"]["mid"]), rel=1e-9)
            assert float(cell["mass"]) == pytest.approx(2 * minima[-1]["mass"], abs=1e-9)
        else:
            assert np.isnan(cell["q"])


def test_the_file_says_everything(run, tmp_path):
    ran = run(*ARGUMENTS, "--grid", GRIDS[0], "-s", "epsilon=-1/3", "-o", "out.nc")
    assert (ran.status, ran.err, ran.files) == (0, "", ["out.nc"])
    assert ran.out.startswith("out.nc: 6 cells: 6 converged")
    found = opened(tmp_path / "out.nc")
    assert found.attrs["parameter_epsilon"] == "-1/3"
    assert found.attrs["parameter_sigma_a2"] == "2/175"
    assert "parameter_sigma2" not in found.attrs
    assert (found.attrs["theory"], found.attrs["limit"]) == ("derived", "thermodynamic")
    assert found.attrs["version"] and found["sigma2"].attrs["exact"] == "sigma2=3/20:1/4:6"
    assert found["sigma2"].values == pytest.approx(np.linspace(0.15, 0.25, 6))
    assert set(found["state"].values) == {2}
    assert all("long_name" in found[name].attrs for name in ("b", "c", "q", "action", "mass"))


def test_without_a_file_the_table_is_printed(run):
    ran = run(*ARGUMENTS, "--grid", "sigma2=0.15:0.25:3")
    lines = ran.out.splitlines()
    assert (ran.status, ran.files) == (0, [])
    named = ["sigma2", "b", "c", "q", "action", "mass", "test_loss", "log_evidence"]
    assert lines[0].split("\t") == [*named, "phase", "status"]
    assert len(lines) == 4 and lines[1].startswith("0.15\t")


def test_an_interrupt_keeps_rows_and_the_same_command_goes_on(
    run, tmp_path, interrupted, monkeypatch
):
    whole = sweep("teacher-student", GRIDS, preset="fig2")
    command = (*ARGUMENTS, "--grid", GRIDS[0], "--grid", GRIDS[1], "-o", "out.nc")
    interrupted(4)
    ran = run(*command)
    assert (ran.status, ran.out, ran.files) == (3, "", ["out.nc"])
    assert ran.err.count("\n") == 1
    assert "4 of 6 chunks are safe in out.nc; run the same command again to go on" in ran.err
    kept = opened(tmp_path / "out.nc")
    assert (kept["state"].values == 0).sum() == 6
    assert np.isnan(kept["b"].values[4:]).all() and np.isfinite(kept["b"].values[:4]).all()

    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(job, "VECTORISED_CELLS", 3)
    starts = []
    offer = Model.offer

    def watched(self, ability, limit=""):
        found = offer(self, ability, limit)

        def grid(columns, theory):
            starts.append(float(np.ravel(columns["sigma2"])[0]))
            return found(columns, theory)

        return grid if ability == "grid" else found

    monkeypatch.setattr(Model, "offer", watched)
    ran = run(*command)
    assert ran.status == 0
    assert min(starts) == pytest.approx(0.23), "finished rows must not be computed again"
    done = opened(tmp_path / "out.nc")
    for name, expected in whole.values.items():
        np.testing.assert_allclose(done[name].values, expected, rtol=1e-12)


def test_a_finished_file_is_left_alone(run, tmp_path):
    command = (*ARGUMENTS, "--grid", "sigma2=0.15:0.25:3", "-o", "out.nc")
    run(*command)
    before = (tmp_path / "out.nc").stat().st_mtime_ns
    assert run(*command).status == 0
    assert (tmp_path / "out.nc").stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("change", "culprit"),
    [
        (("-s", "n=2999"), "params"),
        (("--theory", "published"), "theory"),
        (("--limit", "finite"), "limit"),
    ],
)
def test_a_file_of_another_request_is_refused(run, tmp_path, change, culprit):
    command = (*ARGUMENTS, "--grid", "sigma2=0.15:0.25:3", "-o", "out.nc")
    run(*command)
    before = (tmp_path / "out.nc").read_bytes()
    ran = run(*command, *change)
    assert ran.status == 2 and ran.err.count("\n") == 1
    assert "another request" in ran.err and culprit in ran.err
    assert (tmp_path / "out.nc").read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"my notes", b"CDF\x02" + b"\xff" * 40])
def test_a_file_that_is_no_sweep_is_refused(run, tmp_path, content):
    (tmp_path / "out.nc").write_bytes(content)
    ran = run(*ARGUMENTS, "--grid", "sigma2=0.15:0.25:3", "-o", "out.nc")
    assert ran.status == 2 and "is not a sweep" in ran.err
    assert (tmp_path / "out.nc").read_bytes() == content


def test_without_a_file_nothing_is_claimed_to_be_saved(interrupted):
    interrupted(1)
    with pytest.raises(Stopped, match="nothing was saved"):
        sweep("teacher-student", GRIDS, preset="fig2")


def test_finite_cells(tmp_path):
    path = tmp_path / "out.nc"
    table = sweep("teacher-student", ["d=20.4:22.4:2"], preset="fig2", limit="finite", output=path)
    found = opened(path)
    for position, d in list(enumerate((20, 22)))[not WHOLE :]:
        single = solve("teacher-student", preset="fig2", d=d, limit="finite").document
        expected = float(single["closure"]["b"]["mid"])
        assert float(table.values["b"][position]) == pytest.approx(expected, rel=1e-12)
    assert "rounded to integers in each cell" in found.attrs["assumptions"]


def test_control_c_of_a_real_process(tmp_path):
    """The signal, not an exception of ours: the file is there, and says where it stopped."""
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "binodal",
            *ARGUMENTS,
            "--limit",
            "finite",
            "--grid",
            "sigma2=0.1:0.3:4000",
            "-o",
            str(tmp_path / "out.nc"),
        ],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    deadline = time.monotonic() + 30
    while not (tmp_path / "out.nc").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (3, "")
    assert err.count("\n") == 1 and "run the same command again" in err
    assert opened(tmp_path / "out.nc")["state"].shape == (4000,)
    assert [path.name for path in tmp_path.iterdir()] == ["out.nc"]


def test_axes_are_exact():
    axis = parse_axis("sigma2=0.1:0.3:3", "teacher-student")
    assert axis.values() == [Fraction(1, 10), Fraction(1, 5), Fraction(3, 10)]
    assert parse_axis("n=5:5:1", "teacher-student").values() == [5]
    with pytest.raises(RequestError):
        parse_axis("n=5:6:1", "teacher-student")
