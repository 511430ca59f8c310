"""Whole runs: processes, refusals, interrupts, and what is stored."""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

import torch
from loky.process_executor import BrokenProcessPool

from binodal.networks import network_of
from binodal.numerics.disk import sealed, unsealed, write_whole
from binodal.validate.compare.load import load
from binodal.validate.data import gaussian_inputs
from binodal.validate.errors import DataError
from binodal.validate.run import memory, pool
from binodal.validate.run.ensemble import run
from binodal.validate.run.errors import RunError, RunStopped
from binodal.validate.run.folder import REQUEST, is_finished, locked
from binodal.validate.run.given import read_given
from binodal.validate.run.results import chains, diagnosis, so_far
from binodal.validate.run.shard import Shard
from binodal.validate.run.spec import RunSpec
from binodal.validate.run.store import MEMBER_RECORDS, RECORDS, read
from tests.validate.run.tiny import (
    as_of_the_first_format,
    begun,
    draws,
    network,
    parameters,
    spec,
)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A run of two shards in this process."""
    of = spec()
    return of, run(of, tmp_path_factory.mktemp("runs") / "one", workers=1)


def test_any_number_of_workers_gives_the_same_bits(finished, tmp_path, monkeypatch):
    """Also when a worker is killed on the way: its pool breaks, and a new one goes on."""
    import loky

    of, folder = finished
    pools, told = [], []

    class Watched(loky.ProcessPoolExecutor):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            pools.append(self)

    def kill_one(done: int, total: int, note: str) -> None:
        told.append((done, total))
        if done and len(pools) == 1:
            for pid in list(pools[0]._processes)[:1]:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    monkeypatch.setattr(loky, "ProcessPoolExecutor", Watched)
    monkeypatch.setattr(pool, "_POLL_SECONDS", 0.02)
    other = run(of, tmp_path / "two", workers=2, progress=kill_one)
    assert len(pools) == 2
    assert draws(other) == draws(folder)
    assert told[-1][1] == of.steps * 2


def test_a_run_that_stored_other_quantities_is_refused(finished, tmp_path):
    of, folder = finished
    older = tmp_path / "older"
    shutil.copytree(folder, older)
    as_of_the_first_format(older)
    shutil.rmtree(older / "draws.zarr" / "b_direct")
    (older / "draws.zarr" / ".zmetadata").unlink()
    with pytest.raises(RunError, match="another version, which did not store b_direct"):
        run(of, older)


def test_xarray_reads_it(finished):
    xarray = pytest.importorskip("xarray")
    of, folder = finished
    with xarray.open_zarr(folder / "draws.zarr", chunks=None) as found:
        assert dict(found.sizes)["start"] == 2 and found.b.dims == ("start", "member", "draw")
        assert found.start.values.tolist() == ["prior", "feature"]
        assert found.draw.values.tolist() == list(range(of.draws))
        assert found.block_draws.values.tolist() == [3, 3, 2]
        assert (found.lost_at.values == -1).all()
        assert json.loads(found.attrs["run"]) == of.document()
        assert {"digest", "torch", "equilibrated", "reason", "finished"} <= set(found.attrs)
        assert all(
            np.isfinite(found[name].values).all()
            for name in of.network.observer(of.parameters).quantities
        )


def test_averages_are_those_of_their_draws(finished, tmp_path):
    of, folder = finished
    single = run(replace(of, block=1), tmp_path / "single", workers=1)
    fine, coarse = read(single)[0], read(folder)[0]
    assert fine["b"].tobytes() == coarse["b"].tobytes()
    expected = fine["q_histogram"][:, :, :3].mean(2)
    np.testing.assert_allclose(coarse["q_histogram"][:, :, 0], expected, rtol=1e-13)
    np.testing.assert_allclose(
        coarse["q_histogram"][:, :, 2], fine["q_histogram"][:, :, 6:].mean(2), rtol=1e-13
    )


def test_chains_have_the_shape_that_diagnostics_expect(finished):
    of, folder = finished
    found = chains(folder, of)
    assert set(found.values) | set(found.averages) == set(
        of.network.observer(of.parameters).quantities
    ) | set(RECORDS)
    assert found.values["b"].shape == (4, of.draws)
    assert found.averages["density"].shape[:2] == (4, of.blocks)
    assert found.averages["density"].shape[2:] == found.axes["density"].shape
    assert found.start == ("prior", "prior", "feature", "feature")
    assert found.data_set.tolist() == [0, 1, 0, 1]
    assert found.lost_at.tolist() == [-1] * 4 and set(MEMBER_RECORDS) <= set(read(folder)[0])
    assert so_far(folder, of).startswith("ESS ")
    _, verdict = diagnosis(folder, of)
    assert not verdict.equilibrated and "effective draws" in verdict.reason


def test_alternate_starts_are_known_network_by_network(tmp_path):
    """To chains, comparisons and readers of the store, also in a folder without the record."""
    of = spec(starts="alternate", members=5, shard=3)
    folder = run(of, tmp_path / "run", workers=1)
    arrays = read(folder)[0]
    assert arrays["start"].tolist() == ["alternate"]
    assert arrays["started"].tolist() == [list(chains(folder, of).start)]
    assert chains(folder, of).start == ("prior", "feature", "prior", "feature", "prior")
    assert chains(folder, of).data_set.tolist() == list(range(5))
    before = {name: repr(d) for name, d in diagnosis(folder, of)[0].items()}
    as_of_the_first_format(folder)
    shutil.rmtree(folder / "draws.zarr" / "started")
    (folder / "draws.zarr" / ".zmetadata").unlink()
    assert "started" not in read(folder)[0]
    assert chains(folder, of).start == load(folder, network_of).record.starts == of.started[0]
    assert {name: repr(d) for name, d in diagnosis(folder, of)[0].items()} == before


def test_a_finished_run_is_left_alone_and_another_refused(finished):
    of, folder = finished
    before = draws(folder)
    assert run(of, folder, workers=1) == folder == run(of, folder, workers=1, resume=True)
    assert draws(folder) == before
    with pytest.raises(RunError, match=r"holds another run \(sigma2 is 1/5 there and 1/6 here\)"):
        run(replace(of, parameters=parameters(sigma2="1/6")), folder, workers=1, resume=True)


def test_another_version_or_environment_is_refused(tmp_path):
    of = spec(members=2)
    folder = begun(tmp_path / "run", of)
    request = unsealed((folder / REQUEST).read_bytes())
    for part, name in (("spec", "version"), ("environment", "torch")):
        other = {**request, part: {**request[part], name: "0.0.7"}}
        write_whole(folder / REQUEST, sealed(other))
        with pytest.raises(RunError, match=f"{name} is 0.0.7 there"):
            run(of, folder, workers=1, resume=True)


def test_folders_that_are_no_runs_are_refused(tmp_path):
    of = spec(members=2)
    with pytest.raises(RunError, match=r"holds no run that could be resumed"):
        run(of, tmp_path / "none", resume=True)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a").touch()
    with pytest.raises(RunError, match=r"exists and is not a run"):
        run(of, tmp_path / "notes")
    with pytest.raises(RunError, match=r"cannot write"):
        run(of, tmp_path / "notes" / "a" / "run")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["notes"]


def test_one_process_at_a_time(tmp_path):
    of = spec(members=2)
    folder = begun(tmp_path / "run", of)
    holder = rf"is being worked on by process {os.getpid()} on \S+: wait for it"
    with locked(folder), pytest.raises(RunStopped, match=holder):
        run(of, folder, workers=1, resume=True)


def test_ctrl_c_leaves_a_checkpoint(tmp_path):
    of = spec(members=2, draws=2000, block=1000)
    timer = threading.Timer(1.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(RunStopped, match=r"1 of 1 shards have a checkpoint.*resume=True"):
        run(of, tmp_path / "run", workers=1)
    assert not is_finished(tmp_path / "run")
    assert not list((tmp_path / "run").rglob("*.part"))


def test_what_is_not_there_is_refused_before_anything_is_made(tmp_path, monkeypatch):
    with pytest.raises(RunError, match=r"device 'cuda:9' is not there"):
        run(spec(device="cuda:9"), tmp_path / "run")
    with pytest.raises(RunError, match=r"workers=0"):
        run(spec(), tmp_path / "run", workers=0)
    monkeypatch.setattr(memory, "available", lambda: 10 * 2**20)
    with pytest.raises(RunError, match=r"need about .* MiB, and 10 MiB are available"):
        run(spec(), tmp_path / "run", workers=2)
    assert not list(tmp_path.iterdir())


def test_the_estimate_grows_with_what_is_held():
    of = RunSpec(network(), parameters(N="700", n="3000", d="150"), 8, shard=2)
    assert memory.required(of, 4) == 4 * memory.required(of, 1) == memory.required(of, 99)
    activations = 2 * 4 * 700 * 3000
    assert 3 * activations < memory.shard_bytes(of) < 20 * activations


def test_lost_members_are_marked_and_the_others_are_as_before(tmp_path, monkeypatch):
    of = spec(members=4, starts="prior", shard=4)
    whole = read(run(of, tmp_path / "whole", workers=1))[0]
    folder = begun(tmp_path / "lost", of)
    shard = Shard(of, 0, folder)
    while shard.stage < 2 or shard.count < 5:
        shard._advance()
    shard.state.x[2] = torch.nan
    assert shard.run(lambda: False, lambda steps: None, 1e9)
    found = read(folder)[0]
    assert found["lost_at"].tolist() == [[-1, -1, 5, -1]]
    assert np.isfinite(found["b"][0, 2]).tolist() == [True, True] + [False] * 6
    others = [0, 1, 3]
    assert found["b"][:, others].tobytes() == whole["b"][:, others].tobytes()
    assert not diagnosis(folder, of)[1].equilibrated


def test_a_given_data_set(tmp_path):
    x = gaussian_inputs(1, 16, 4, torch.Generator().manual_seed(3), torch.float64)[0].numpy()
    np.savez(tmp_path / "data.npz", x=x, y=x[:, 0])
    given = read_given(tmp_path / "data.npz")
    of = spec(members=2, data=given.digest)
    folder = run(of, tmp_path / "run", workers=1, data=given.tensors)
    assert read(folder)[0]["data_set"].tolist() == [0]
    with pytest.raises(DataError, match=r"do not fit"):
        run(replace(of, parameters=parameters(n="17")), tmp_path / "no", data=given.tensors)
    x[3, 1] = np.nan
    np.savez(tmp_path / "bad.npz", x=x, y=x[:, 0])
    with pytest.raises(DataError, match=r"x\[3, 1\] is nan"):
        read_given(tmp_path / "bad.npz")
    np.savez(tmp_path / "objects.npz", x=np.array([None]), y=x)
    with pytest.raises(DataError, match=r"cannot be read"):
        read_given(tmp_path / "objects.npz")
    assert not (tmp_path / "no").exists()


def test_a_pool_that_is_killed_again_and_again_gives_up(tmp_path, monkeypatch):
    from concurrent.futures import Future

    import loky
    from loky.process_executor import TerminatedWorkerError

    pools = []

    class Doomed(loky.ProcessPoolExecutor):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            pools.append(self)

        def submit(self, *arguments):
            future = Future()
            future.set_exception(TerminatedWorkerError("killed"))
            return future

    monkeypatch.setattr(loky, "ProcessPoolExecutor", Doomed)
    with pytest.raises(RunStopped, match=r"workers were killed 4 times.*resume=True"):
        run(spec(), tmp_path / "run", workers=2)
    assert len(pools) == 4


def test_shards_that_a_dying_pool_refuses_are_not_lost(monkeypatch, tmp_path):
    asked, done = [], []

    class Pool(ThreadPoolExecutor):
        def submit(self, *arguments):
            asked.append(arguments)
            if len(asked) == 2:
                raise BrokenProcessPool
            return super().submit(*arguments)

    monkeypatch.setattr(pool, "process_pool", Pool)
    monkeypatch.setattr(pool, "work", lambda spec, folder, n, seconds: done.append(n))
    pool.over_processes(SimpleNamespace(shards=range(3)), tmp_path, 2, 1.0, lambda: None)
    assert sorted(done) == [0, 1, 2]
