"""No byte of a run is believed without its hash; what is damaged is named, and drawn again."""

from __future__ import annotations

import shutil
from itertools import product

import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

from binodal.networks import network_of
from binodal.validate.compare.load import load
from binodal.validate.run.ensemble import run
from binodal.validate.run.errors import RunError
from binodal.validate.run.folder import FINISHED, REQUEST
from binodal.validate.run.results import diagnosis
from tests.laws import cases
from tests.validate.run.tiny import as_of_the_first_format, draws, spec


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    of = spec()
    return of, run(of, tmp_path_factory.mktemp("whole") / "run", workers=1)


@pytest.fixture
def copy(whole, tmp_path):
    return shutil.copytree(whole[1], tmp_path / "run")


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)


def empty(path):
    path.write_bytes(b"")


def remove(path):
    path.unlink()


def fold(path):
    """A folder in its place."""
    path.unlink()
    path.mkdir()


DAMAGE = {
    "a chunk": ("draws.zarr/b/0.1.0", "drawn again: shard 1"),
    "a chunk of averages": ("draws.zarr/density/0.0.1.0", "drawn again: shard 0"),
    "what was recorded of the members": ("draws.zarr/lost_at/0.1", "drawn again: shard 1"),
    "a list of hashes": ("shards/00001.sha256", "drawn again: shard 1"),
    "a coordinate": ("draws.zarr/data_set/0", "damaged"),
    "a header": ("draws.zarr/b/.zarray", "damaged"),
    "all headers": ("draws.zarr/.zmetadata", "damaged"),
    "the end": (FINISHED, "damaged"),
}


@pytest.mark.parametrize(
    ("name", "hurt"), cases(product(DAMAGE, (flip, empty, remove, fold)), every=9)
)
def test_damage_is_named_and_made_good(whole, copy, name, hurt):
    of, folder = whole
    file, words = DAMAGE[name]
    if file == FINISHED and hurt in (remove, fold):
        return  # then it is not finished
    hurt(copy / file)
    readers = (
        lambda place: load(place, network_of),
        lambda place: diagnosis(place, of),
        lambda place: run(of, place, workers=1),
    )
    for read in readers:
        with pytest.raises(RunError, match=rf"{file} is damaged.*--resume"):
            read(copy)
    told = []
    run(of, copy, workers=1, resume=True, say=told.append)
    assert f"{file} is damaged" in told[0] and words in told[0]
    assert draws(copy) == draws(folder) == draws(run(of, copy, workers=1))


def test_swapped_chunks_are_found(copy):
    first, second = (copy / "draws.zarr" / "b" / f"0.{k}.0" for k in (0, 1))
    content = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(content)
    with pytest.raises(RunError, match=r"b/0.0.0 and 1 more files are damaged"):
        load(copy, network_of)


def test_a_file_of_another_run_is_found(copy, tmp_path):
    other = run(spec(seed=8), tmp_path / "other", workers=1)
    for file in (FINISHED, "shards/00000.sha256"):
        kept = (copy / file).read_bytes()
        (copy / file).write_bytes((other / file).read_bytes())
        with pytest.raises(RunError, match=rf"{file} is damaged"):
            load(copy, network_of)
        (copy / file).write_bytes(kept)
    (copy / "draws.zarr" / "b" / "0.7.0").write_bytes(b"more")
    with pytest.raises(RunError, match=r"b/0.7.0 is damaged"):
        load(copy, network_of)


@pytest.mark.parametrize("hurt", [flip, empty])
def test_a_damaged_request_cannot_be_made_good(whole, copy, hurt):
    of, _ = whole
    hurt(copy / REQUEST)
    for resume in (False, True):
        with pytest.raises(RunError, match=r"run.json is damaged .* give another folder"):
            run(of, copy, workers=1, resume=resume)
    with pytest.raises(RunError, match=r"run.json is damaged"):
        load(copy, network_of)


def test_what_a_kill_left_without_a_hash_is_not_drawn(copy):
    """The chunks of a block reach the disk before the list that names them."""
    (copy / FINISHED).unlink()
    (copy / "shards" / "00001.sha256").unlink()
    found = load(copy, network_of)
    assert found.record.members == 2 and "2 of 4 networks have no draws yet" in found.notes[-1]


def test_a_run_without_hashes_is_read_and_says_so(copy):
    before = load(copy, network_of)
    as_of_the_first_format(copy)
    found = load(copy, network_of)
    assert "kept no hashes" in found.notes[0] and before.notes == found.notes[1:]
    assert (found.record.values["b"] == before.record.values["b"]).all()
