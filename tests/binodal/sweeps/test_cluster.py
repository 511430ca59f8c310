"""A cluster of dask: the same bits, killed workers, and a scheduler that is not there."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from binodal.api import sweep
from binodal.errors import Stopped
from binodal.sweeps import cluster
from tests.binodal.sweeps.conftest import GRIDS, files, sealed
from tests.processes import until

distributed = pytest.importorskip("distributed")


@pytest.fixture
def workers():
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
        ) as found,
    ):
        yield found


def test_the_same_bits_although_a_worker_is_killed(workers, tmp_path, whole):
    path, killed = tmp_path / "map.zarr", []
    nanny = next(iter(workers.workers.values()))

    def kill() -> None:
        until(lambda: sealed(path) >= 1)
        killed.append(nanny.pid)
        os.kill(nanny.pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    address = workers.scheduler_address
    sweep("teacher-student", GRIDS, preset="fig2", output=path, scheduler=address)
    killer.join()
    assert killed and files(path) == whole


def test_no_scheduler(run, monkeypatch):
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 0.2)
    ran = run(
        "sweep",
        "teacher-student",
        "--preset",
        "fig2",
        "--grid",
        "sigma2=0.1:0.3:3",
        "--scheduler",
        "tcp://127.0.0.1:9",
        "-o",
        "map.zarr",
    )
    assert (ran.status, ran.out) == (3, "") and ran.err.count("\n") == 1
    assert "--scheduler tcp://127.0.0.1:9: cannot be reached" in ran.err
    assert run(
        "sweep", "modular", "--preset", "fig3", "--grid", "sigma2=0.1:0.3:3", "--scheduler", "here"
    ).status in (2, 3)


def test_a_worker_of_other_versions_is_refused(monkeypatch):
    from binodal.models.registry import preset
    from binodal.sweeps.job import Job

    of = tuple(preset("fig3").as_strings().items())
    job = Job("modular", "derived", "thermodynamic", 15, of, ("sigma2=1/10:1/5:3",))
    with pytest.raises(Stopped, match=r"a worker has numpy .*, here it is 1\.99"):
        cluster.checked(job, 0, {"numpy": "1.99"})
