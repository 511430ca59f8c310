"""The zarr store: what others read in it, damage, other requests, and a full disk."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from binodal.api import sweep
from binodal.errors import RequestError
from binodal.sweeps import record, zarr_store
from binodal.version import VERSION
from tests.binodal.sweeps.conftest import files
from tests.laws import cases

ASK = ("sweep", "teacher-student", "--preset", "fig2", "-o", "map.zarr")
GRIDS = ("n=2000:4000:3", "sigma2=0.15:0.25:14000")
COMMAND = (*ASK, "--grid", GRIDS[0], "--grid", GRIDS[1])


@pytest.fixture
def stored(run, tmp_path) -> Path:
    """A store of three chunks."""
    ran = run(*COMMAND)
    assert (ran.status, ran.err, ran.files) == (0, "", ["map.zarr"])
    return tmp_path / "map.zarr"


def test_xarray_reads_what_the_table_holds(tmp_path):
    xarray = pytest.importorskip("xarray")
    pytest.importorskip("zarr")
    path = tmp_path / "map.zarr"
    grids = ("sigma2=1/7:2/7:5", "epsilon=-1/2:-1/5:2", "n=2000:4000:3")
    table = sweep("teacher-student", grids, preset="fig2", output=path)
    with xarray.open_zarr(path, chunks=None) as found:
        xarray.testing.assert_identical(found.load(), table.to_xarray())
    assert found["b"].dims == ("sigma2", "epsilon", "n")
    assert found["sigma2"].attrs["exact"] == "sigma2=1/7:2/7:5"
    assert found["b"].attrs == {"long_name": "linear mode of the mean residual", "units": "1"}
    said = found.attrs
    assert said["parameter_sigma_a2"] == "2/175" and "parameter_n" not in said
    assert said["version_numpy"] == np.__version__ and said["version"] == VERSION
    assert said["request_sha256"] == hashlib.sha256(said["request"].encode()).hexdigest()
    other = record.attributes({**json.loads(said["request"]), "theory": "published"})
    for name in ("request_sha256", "expression_action_sha256", "expression_closure_sha256"):
        assert len(said[name]) == 64
        assert (said[name] != other[name]) == (name != "expression_closure_sha256")


def test_a_last_chunk_that_is_smaller(tmp_path):
    zarr = pytest.importorskip("zarr")
    grids = ["sigma2=0.15:0.25:18001"]
    table = sweep("teacher-student", grids, preset="fig2", output=tmp_path / "map.zarr")
    group = zarr.open_group(tmp_path / "map.zarr", mode="r")
    assert group["b"].shape == (18001,) and group["b"].chunks == (9001,)
    again = sweep("teacher-student", grids, preset="fig2", output=tmp_path / "map.zarr")
    for name in ("b", "phase", "state"):
        np.testing.assert_array_equal(group[name][:], table.array(name))
        np.testing.assert_array_equal(again.array(name), table.array(name))
    assert group["integrity/sha256"].shape == (2, 32)


def test_a_finished_store_is_left_alone(run, stored):
    before = {path: path.stat().st_mtime_ns for path in stored.rglob("*")}
    ran = run(*COMMAND)
    assert (ran.status, ran.err) == (0, "")
    assert {path: path.stat().st_mtime_ns for path in stored.rglob("*")} == before


@pytest.mark.parametrize(
    ("name", "content"),
    cases(
        [
            ("b/c.1.0", lambda old: old[:-8]),
            ("b/c.1.0", lambda old: bytes([old[0] ^ 1]) + old[1:]),
            ("state/c.1.0", lambda old: None),
            ("integrity/sha256/c.1.0", lambda old: old[:5]),
        ],
        every=3,
    ),
)
def test_a_damaged_chunk_is_computed_again(run, stored, name, content):
    before = files(stored)
    damaged = content(before[name])
    (stored / name).unlink() if damaged is None else (stored / name).write_bytes(damaged)
    ran = run(*COMMAND)
    assert ran.status == 0
    assert ran.err == "binodal: map.zarr: chunk c.1.0 was damaged and is computed again\n"
    assert files(stored) == before


@pytest.mark.parametrize("name", ["b/zarr.json", "sigma2/c.0", "integrity/zarr.json"])
def test_a_damaged_frame_is_written_again(run, stored, name):
    before = files(stored)
    (stored / name).write_bytes(before[name][:-3])
    ran = run(*COMMAND)
    assert ran.err == f"binodal: map.zarr: {name} was damaged and is written again\n"
    assert files(stored) == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("-s", "N=699"), "params: N 700, here 699"),
        (("--theory", "published"), "theory: derived, here published"),
        (("--digits", "16"), "digits: 15, here 16"),
        (("--grid", "epsilon=-0.3:-0.2:2"), "grid"),
    ],
)
def test_a_store_of_another_request_is_refused(run, stored, change, said):
    before = files(stored)
    ran = run(*COMMAND, *change)
    assert (ran.status, ran.out) == (2, "") and ran.err.count("\n") == 1
    assert "belongs to another request (it differs in " in ran.err and said in ran.err
    assert files(stored) == before


@pytest.mark.parametrize("content", [{}, {"notes.txt": b"mine"}, {"zarr.json": b'{"a": [1]}'}])
def test_a_folder_that_is_no_sweep_is_refused(run, tmp_path, content):
    folder = tmp_path / "map.zarr"
    folder.mkdir()
    for name, text in content.items():
        (folder / name).write_bytes(text)
    ran = run(*COMMAND)
    assert ran.status == 2 and "is not a sweep" in ran.err
    assert files(folder) == content


def test_a_half_of_other_versions_is_refused_but_a_whole_is_not(run, stored, monkeypatch):
    there = {**record.versions(), "numpy": "1.99"}
    monkeypatch.setattr(record, "versions", lambda: there)
    assert run(*COMMAND).status == 0, "nothing is computed"
    (stored / "integrity/sha256/c.2.0").unlink()
    ran = run(*COMMAND)
    assert ran.status == 2 and f"was begun with numpy {np.__version__}, here 1.99" in ran.err


def test_other_expressions_are_refused(run, stored, monkeypatch):
    monkeypatch.setattr(record, "expression_hashes", lambda *_: {"expression_closure_sha256": "0"})
    ran = run(*COMMAND)
    assert ran.status == 2 and "other expressions (expression_closure_sha256)" in ran.err


@pytest.mark.parametrize("writes", cases([0, 15, 16, 35, 36], every=3))
def test_a_full_disk_stops_with_what_is_safe(run, tmp_path, monkeypatch, writes, stored):
    """The n-th file cannot be written: of the frame (16), or of a chunk (10 each)."""
    expected = files(stored)
    stored.rename(tmp_path / "whole.zarr")
    left = iter(range(writes))
    original = zarr_store.write_whole

    def write(path: str, content: bytes) -> None:
        if next(left, None) is None:
            original(path, content[: len(content) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)
        original(path, content)

    monkeypatch.setattr(zarr_store, "write_whole", write)
    ran = run(*COMMAND)
    safe = max(0, writes - 16) // 10
    assert (ran.status, ran.out, ran.err.count("\n")) == (3, "", 1)
    assert f"No space left on device: {safe} of 3 chunks are safe in map.zarr; run " in ran.err
    assert ran.files == (["map.zarr", "whole.zarr"] if writes >= 16 else ["whole.zarr"])
    monkeypatch.setattr(zarr_store, "write_whole", original)
    assert run(*COMMAND).status == 0 and files(stored) == expected


@pytest.mark.parametrize("name", ["map.zarr", "map.nc"])
def test_a_limit_of_the_system(tmp_path, repository_root, name):
    """A real error of a real process: no file may be larger than 20 kB."""
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "binodal",
            *ASK[:4],
            "-o",
            str(tmp_path / name),
            "--grid",
            "sigma2=0.15:0.25:7000",
        ],
        capture_output=True,
        text=True,
        cwd=repository_root,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
    )
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (3, "", 1)
    assert "File too large: 0 of 1 chunks are safe in" in ran.stderr


def test_without_the_extras_one_line_says_what_to_install(run, monkeypatch):
    for package in ("loky", "distributed", "xarray", "zarr", "dask"):
        monkeypatch.setitem(sys.modules, package, None)
    short = (*ASK, "--grid", "sigma2=0.15:0.25:3")
    for option, extra in (("--workers=2", "sweep"), ("--scheduler=tcp://h:1", "cluster")):
        ran = run(*short, option)
        assert (ran.status, ran.files) == (2, []) and ran.err.count("\n") == 1
        assert f"pip install '.[{extra}]' in a clone" in ran.err
    assert run(*short).status == 0
    table = sweep("teacher-student", ["sigma2=0.15:0.25:3"], preset="fig2")
    with pytest.raises(RequestError, match="xarray: pip install"):
        table.to_xarray()
