"""No byte of a finished sweep is believed without its hash: any that is changed is named, and the
sweep is as it was again, or refused."""

from __future__ import annotations

import random
import shutil

import pytest

from tests.binodal.sweeps.conftest import files
from tests.laws import WHOLE

GRIDS = ("--grid", "sigma2=0.1:0.3:4", "--grid", "epsilon=-0.6:-0.1:3")
BITS = 150 if WHOLE else 45
COMMAND = ("sweep", "teacher-student", "--preset", "fig2", *GRIDS, "-o")


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr("binodal.sweeps.job.VECTORISED_CELLS", 6)


def flipped(content: bytes, chosen: random.Random) -> bytes:
    hurt = bytearray(content)
    hurt[chosen.randrange(len(hurt))] ^= 1 << chosen.randrange(8)
    return bytes(hurt)


@pytest.mark.law
def test_a_changed_bit_of_a_netcdf_file_is_seen(run, tmp_path):
    path, chosen = tmp_path / "map.nc", random.Random(5)
    assert run(*COMMAND, "map.nc").err == ""
    before = path.read_bytes()
    assert run(*COMMAND, "map.nc").err == "" and path.read_bytes() == before
    named = 0
    for _ in range(BITS):
        path.write_bytes(flipped(before, chosen))
        ran = run(*COMMAND, "map.nc")
        assert ran.err.count("\n") >= 1 and "map.nc" in ran.err
        assert ran.status == 2 or ("damaged" in ran.err and path.read_bytes() == before)
        named += "computed again" in ran.err
    assert named > BITS / 15


def test_a_changed_bit_of_a_zarr_store_is_seen(run, tmp_path):
    path, chosen = tmp_path / "map.zarr", random.Random(6)
    assert run(*COMMAND, "map.zarr").err == ""
    before = files(path)
    for name, content in before.items():
        (path / name).write_bytes(flipped(content, chosen))
        ran = run(*COMMAND, "map.zarr")
        assert ran.err.count("\n") >= 1 and "map.zarr" in ran.err, name
        if ran.status == 2:
            (path / name).write_bytes(content)
        assert files(path) == before, name


@pytest.mark.parametrize("name", ["map.nc", "map.zarr"])
def test_a_half_of_a_file_is_seen(run, tmp_path, name):
    run(*COMMAND, name)
    path = tmp_path / name
    if path.is_file():
        path.write_bytes(path.read_bytes()[:-40])
    else:
        shutil.rmtree(path / "b")
    ran = run(*COMMAND, name)
    assert ran.status in (0, 2) and name in ran.err
