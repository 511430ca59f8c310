"""Arrays in the zarr 2 format against the zarr package, both ways."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

import zarr

from binodal.validate.run import zarr_v2

KINDS = {"f8": np.nan, "i4": None, "<U7": None}
REGION = (slice(0, 2), slice(1, 4), slice(2, 5))


def values(kind):
    """(2, 4, 5), of which one chunk of (2, 2, 3) holds nothing."""
    drawn = np.random.default_rng(3).integers(1, 9, (2, 4, 5)).astype(kind)
    drawn[:, 2:, 3:] = np.array(np.nan if kind == "f8" else "" if "U" in kind else 0, dtype=kind)
    return drawn


@pytest.mark.parametrize("kind", KINDS)
def test_the_package_reads_what_is_written(tmp_path, kind):
    zarr_v2.create_group(tmp_path / "a")
    array = zarr_v2.create_array(
        tmp_path / "a" / "x", (2, 4, 5), kind, {"unit": "1"}, chunks=(2, 2, 3), fill=KINDS[kind]
    )
    array.write(tuple(slice(0, n) for n in (2, 4, 5)), values(kind))
    assert not (tmp_path / "a" / "x" / "0.1.1").exists()
    array.write(REGION, values(kind)[REGION][:, ::-1])
    expected = values(kind)
    expected[REGION] = expected[REGION][:, ::-1]
    zarr_v2.describe_group(tmp_path / "a", {"title": "t"})
    group = zarr.open_group(tmp_path / "a", mode="r", zarr_format=2)
    read = zarr.open_consolidated(tmp_path / "a", zarr_format=2)["x"]
    assert (group.attrs["title"], read.attrs["unit"]) == ("t", "1")
    for found in (group["x"][...], read[...], zarr_v2.arrays(tmp_path / "a")["x"].read()):
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_package_has_compressed_is_read_and_written(tmp_path, kind):
    group = zarr.open_group(tmp_path, mode="w", zarr_format=2)
    group.create_array("x", shape=(2, 4, 5), chunks=(2, 2, 3), dtype=kind, fill_value=KINDS[kind])
    group["x"][...] = values(kind)
    array = zarr_v2.arrays(tmp_path)["x"]
    np.testing.assert_array_equal(array.read(), values(kind))
    array.write(REGION, values(kind)[:, :3, :3])
    assert (group["x"][REGION] == values(kind)[:, :3, :3]).all()
