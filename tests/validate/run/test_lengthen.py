"""A run with more draws: its first are those that were there, and none is drawn twice."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace

import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

from binodal.validate.run import ensemble
from binodal.validate.run import lengthen as module
from binodal.validate.run.ensemble import run
from binodal.validate.run.errors import RunError
from binodal.validate.run.folder import is_finished
from binodal.validate.run.lengthen import aside
from binodal.validate.run.shard import Shard
from tests.laws import cases
from tests.validate.run.tiny import draws, spec


class Killed(BaseException):
    """Stands for the end of the process."""


CASES = [("teacher-student", "hmc"), ("modular", "collapsed-hmc"), ("teacher-student", "baoab")]


@pytest.mark.parametrize(("model", "sampler"), cases(CASES, every=None))
def test_a_lengthened_run_is_the_long_one_bit_for_bit(tmp_path, model, sampler):
    """Blocks of three: the shorter run ends within one, whose draws its checkpoint keeps."""
    short = spec(model, sampler=sampler)
    long = replace(short, draws=16)
    whole = draws(run(long, tmp_path / "whole", workers=1))
    folder = run(short, tmp_path / "run", workers=1)
    run(replace(short, draws=11), folder, workers=1, resume=True)
    assert is_finished(folder) and draws(run(long, folder, workers=1, resume=True)) == whole
    assert {path.name for path in tmp_path.iterdir()} == {"whole", "run"}


def test_no_step_is_taken_twice(tmp_path, monkeypatch):
    of = spec(members=2)
    folder, steps, one = run(of, tmp_path / "run", workers=1), [], Shard._draw
    monkeypatch.setattr(Shard, "_draw", lambda self: (steps.append(1), one(self)))
    run(replace(of, draws=20), folder, workers=1, resume=True)
    assert len(steps) == 20 - of.draws


def test_blocks_stay_as_they_were_where_nobody_asks_for_others(tmp_path):
    """A tenth of the draws by default, of those that were asked for at first."""
    of = spec(members=2, draws=30, block=0)
    folder, longer = run(of, tmp_path / "run", workers=1), spec(members=2, draws=60, block=0)
    assert (of.block, longer.block) == (3, 6)
    run(longer, folder, workers=1, resume=True)
    assert run(longer, folder, workers=1) == folder
    with pytest.raises(RunError, match="block is 3 there and 7 here"):
        run(replace(longer, block=7), folder, workers=1, resume=True)


def test_anything_else_is_another_run(tmp_path):
    of = spec(members=2)
    folder = run(of, tmp_path / "run", workers=1)
    before = draws(folder)
    for other in (replace(of, draws=4), replace(of, draws=16, thin=1)):
        with pytest.raises(RunError, match="holds another run"):
            run(other, folder, workers=1, resume=True)
    with pytest.raises(RunError, match="draws is 8 there and 16 here"):
        run(replace(of, draws=16), folder, workers=1)
    assert draws(folder) == before


@pytest.mark.parametrize("at", cases([0, 1], every=None))
def test_a_kill_while_folders_change_places_loses_nothing(tmp_path, monkeypatch, at):
    """Before the first renaming and between the two."""
    of = spec(members=2)
    long = replace(of, draws=16)
    whole = draws(run(long, tmp_path / "whole", workers=1))
    folder, calls = run(of, tmp_path / "run", workers=1), iter(range(at))

    def killed(here, there):
        if str(there) in (str(folder), str(aside(folder))) and next(calls, None) is None:
            raise Killed
        replaced(here, there)

    replaced = os.replace
    with monkeypatch.context() as patched:
        patched.setattr(module.os, "replace", killed)
        patched.setattr(module, "put_back", lambda folder: None)
        patched.setattr(ensemble, "put_back", lambda folder: None)
        with pytest.raises(Killed):
            run(long, folder, workers=1, resume=True)
    assert draws(run(long, folder, workers=1, resume=True)) == whole
    assert not aside(folder).exists()


def test_what_was_not_finished_is_lengthened_as_well(tmp_path):
    of = spec(members=4)
    folder = run(of, tmp_path / "run", workers=1)
    shutil.rmtree(folder)
    from tests.validate.run.tiny import begun

    begun(folder, of)
    Shard(of, 0, folder).run(iter([False] * 9 + [True]).__next__, print, 1e9)
    long = replace(of, draws=16)
    whole = draws(run(long, tmp_path / "whole", workers=1))
    assert draws(run(long, folder, workers=1, resume=True)) == whole


def test_a_name_that_leaves_no_room_beside_it_is_refused(tmp_path):
    """The folder's own name fits; that of the shorter run, which stands aside, does not."""
    folder = tmp_path / ("n" * 250)
    with pytest.raises(RunError, match=r"cannot write .*too long"):
        run(spec(members=2), folder, workers=1, resume=True)
    assert not folder.exists()
