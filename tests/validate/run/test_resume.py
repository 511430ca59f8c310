"""A run that is stopped, crashes or is killed gives the same bits in the end."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from itertools import product, repeat
from pathlib import Path
from time import sleep

import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

from binodal.validate.run import blocks as blocks_module
from binodal.validate.run import shard as shard_module
from binodal.validate.run.ensemble import run
from binodal.validate.run.errors import CheckpointError, RunError
from binodal.validate.run.shard import Shard, checkpoint_path
from binodal.validate.run.spec import SAMPLERS
from binodal.validate.run.store import Store
from tests.laws import beside, cases
from tests.processes import is_worker, needs_proc, until, workers_of
from tests.validate.run.tiny import begun, draws, spec

ROOT = Path(__file__).resolve().parents[3]
BEGIN = (
    "from pathlib import Path; from binodal.networks import network_of; "
    "from binodal.validate.run.folder import read_spec;"
)


class Crash(Exception):
    """Stands for the end of the process."""


def finish(folder, of, every=1000, stop_after=10**9):
    """Run the first shard, stopping and going on from its checkpoint every few steps."""
    while True:
        left = repeat(False, stop_after)
        shard = Shard(of, 0, folder)
        if shard.run(lambda left=left: next(left, True), lambda steps: None, every):
            return draws(folder)


@pytest.mark.parametrize("sampler", cases(SAMPLERS, every=2))
def test_stopping_anywhere_changes_no_bit(tmp_path, sampler):
    of = spec(members=2, sampler=sampler)
    whole = finish(begun(tmp_path / "whole", of), of)
    pieces = finish(begun(tmp_path / "pieces", of), of, stop_after=3)
    assert pieces == whole
    assert b"\xff" * 8 not in whole["b"]


@pytest.mark.parametrize(
    ("after", "where"), cases(product((1, 8, 20), ("checkpoint", "store")), every=3)
)
def test_a_crash_at_any_write_changes_no_bit(tmp_path, monkeypatch, where, after):
    """Before a checkpoint is written, and between the blocks' arrays and their checkpoint."""
    of = spec(members=2)
    whole = finish(begun(tmp_path / "whole", of), of)
    folder, calls = begun(tmp_path / "crashed", of), iter(range(after))

    def fail(original):
        def instead(*arguments):
            if next(calls, None) is None:
                raise Crash
            original(*arguments)

        return instead

    with monkeypatch.context() as patched:
        if where == "store":
            patched.setattr(Store, "put", fail(Store.put))
        else:
            patched.setattr(shard_module, "write_checkpoint", fail(shard_module.write_checkpoint))
        with pytest.raises(Crash):
            finish(folder, of, every=0)
    assert finish(folder, of) == whole


def test_a_process_killed_at_any_time_changes_no_bit(tmp_path):
    of = spec(members=2, burn_in=100, draws=100)
    whole = draws(run(of, tmp_path / "whole", workers=1))
    folder = begun(tmp_path / "killed", of)
    code = (
        f"{BEGIN} from binodal.validate.run.worker import work; "
        f"work(read_spec(Path({str(folder)!r}), network_of), {str(folder)!r}, 0, 0.0)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    while not checkpoint_path(folder, 0).exists():
        assert process.poll() is None
        sleep(0.02)
    wait = random.uniform(0, 1)
    sleep(wait)
    process.kill()
    assert process.wait() == -signal.SIGKILL, "it was done before it was killed"
    with pytest.raises(RunError, match="go on with resume=True"):
        run(of, folder)
    assert draws(run(of, folder, workers=1, resume=True)) == whole, f"killed after {wait} s"


@beside("tests/binodal/sweeps/test_kill.py::test_workers_end_with_their_killed_parent")
@needs_proc
def test_workers_end_with_their_killed_parent(tmp_path):
    """Left alone they would go on beside those of the command that resumes."""
    of = spec(members=4, draws=150, thin=8, block=75)
    folder = begun(tmp_path / "killed", of)
    code = (
        f"{BEGIN} from binodal.validate.run.ensemble import run; f = Path({str(folder)!r}); "
        "run(read_spec(f, network_of), f, workers=2, resume=True)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    until(lambda: len(list((folder / "shards").glob("*.steps"))) == 2)
    workers = workers_of(process.pid)
    assert len(workers) == 2
    process.kill()
    assert process.wait() == -signal.SIGKILL, "it was done before it was killed"
    until(lambda: not any(map(is_worker, workers)), 10)
    whole = draws(run(of, tmp_path / "whole", workers=1))
    assert draws(run(of, folder, workers=1, resume=True)) == whole


def test_writing_blocks_before_the_checkpoint_changes_no_bit(tmp_path, monkeypatch):
    of = spec(members=2)
    whole = finish(begun(tmp_path / "whole", of), of)
    monkeypatch.setattr(blocks_module, "_MOST_BYTES", 0)
    assert finish(begun(tmp_path / "early", of), of, stop_after=3) == whole


def test_a_damaged_checkpoint_is_named_and_its_shard_drawn_again(tmp_path):
    of, told = spec(members=2), []
    folder = begun(tmp_path / "run", of)
    Shard(of, 0, folder).run(lambda: True, lambda steps: None, 0)
    path = checkpoint_path(folder, 0)
    path.write_bytes(path.read_bytes()[:-9])
    whole = finish(begun(tmp_path / "whole", of), of)
    assert draws(run(of, folder, workers=1, resume=True, say=told.append)) == whole
    assert told == [f"{path} is damaged; drawn again: shard 0"]


def test_a_checkpoint_of_other_data_is_refused(tmp_path):
    of, other = spec(members=2), spec(members=2, seed=8)
    folders = [begun(tmp_path / "a", of), begun(tmp_path / "b", other)]
    Shard(of, 0, folders[0]).run(lambda: True, lambda steps: None, 0)
    checkpoint_path(folders[1], 0).write_bytes(checkpoint_path(folders[0], 0).read_bytes())
    with pytest.raises(CheckpointError, match="holds another run"):
        run(other, folders[1], workers=1, resume=True)
