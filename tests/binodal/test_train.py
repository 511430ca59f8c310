"""binodal train as users call it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

import numpy as np

from tests.laws import beside

SMALL = (
    "-s",
    "N=8",
    "-s",
    "n=16",
    "-s",
    "d=4",
    "-s",
    "sigma2=0.2",
    "-s",
    "sigma_w2=1/2",
    "-s",
    "sigma_a2=3/7",
    "-s",
    "epsilon=-0.3",
)
QUICK = ("--burn-in", "4", "--draws", "8", "--thin", "1", "--workers", "1")
TEACHER = ("train", "teacher-student", *SMALL, *QUICK)


def test_a_run_from_start_to_end(run):
    ran = run(*TEACHER, "-o", "out", "--members", "4", "--starts", "both")
    assert (ran.status, ran.err, ran.files) == (0, "", ["out"])
    plan, done = ran.out.splitlines()
    assert plan.startswith("4 networks in 1 shard of 4, 12 steps each; about 4")
    assert done.startswith("out: 4 networks, 8 draws of each (4 + 8 steps of hmc); not equil")
    with open("out/finished.json", encoding="utf-8") as file:
        assert json.load(file)["equilibrated"] is False
    assert run(*TEACHER, "-o", "out", "--members", "4", "--starts", "both").status == 0
    other = run(*TEACHER, "-o", "out", "--members", "4", "--starts", "both", "--seed", "3")
    assert (other.status, other.out.count("\n")) == (2, 1)
    assert "seed is 0 there and 3 here" in other.err and other.err.count("\n") == 1


@beside("tests/validate/run/test_ensemble.py::test_alternate_starts_are_known_network_by_network")
def test_alternate_starts_say_what_they_could_compare(run):
    """A small network at a high temperature settles at once; drawn long enough to be told."""
    hot = ("-s", "sigma2=5", "--burn-in", "20", "--draws", "100", "--thin", "2")
    base = tuple(a for i, a in enumerate(SMALL) if "sigma2=0.2" not in (a, [*SMALL, ""][i + 1]))
    command = ("train", "teacher-student", *base, *hot, "--workers", "1", "--members", "24")
    ran = run(*command, "-o", "out", "--starts", "alternate")
    assert (ran.status, ran.err) == (0, "")
    assert "prior and feature starts agree on different data sets; a difference of" in ran.out
    assert "all from one start" not in ran.out
    with open("out/finished.json", encoding="utf-8") as file:
        stored = json.load(file)["diagnosis"]["b"]
    assert stored["compared"] == "different data sets" and stored["gap"] > 1e-4
    pairs = run(*command, "-o", "pairs")
    assert "prior and feature starts agree on the same data sets" in pairs.out
    one = run(*command, "-o", "one", "--starts", "prior")
    assert "all from one start: a barrier would not show" in one.out


@beside(
    "tests/validate/run/test_companion.py::test_a_bias_larger_than_the_error_is_flagged_and_never_smaller_than_it_is"
)
def test_a_biased_step_is_said_and_a_shorter_one_or_an_exact_sampler_advised(run):
    """So much noise that the posterior is the prior: Euler's law is another one."""
    free = (*TEACHER[: -len(QUICK)], "-s", "sigma2=1e6", "--burn-in", "20", "--workers", "1")
    base = tuple(a for i, a in enumerate(free) if "sigma2=0.2" not in (a, [*free, ""][i + 1]))
    many = ("--draws", "80", "--members", "16")
    ran = run(*base, *many, "-o", "euler", "--sampler", "euler")
    assert "standard errors (norm2); take a smaller --step-factor, or --sampler hmc" in ran.out
    off = run(*base, *many, "-o", "off", "--sampler", "euler", "--companions", "0")
    assert "the bias of euler's step was not measured: compare will not judge" in off.out
    assert "step" not in run(*base, *many, "-o", "hmc").out.splitlines()[-1].split(";", 1)[1]


def test_scaled_presets_and_modular_networks(run):
    ran = run(
        "train",
        "modular",
        "--preset",
        "fig3",
        "-s",
        "P=3",
        "-s",
        "N=4",
        "-s",
        "gamma=2",
        *QUICK,
        "-o",
        "m",
        "--members",
        "1",
        "--sampler",
        "hmc",
    )
    assert (ran.status, ran.err) == (0, "") and "steps of hmc" in ran.out
    ran = run(
        "train",
        "teacher-student",
        "--preset",
        "fig2",
        "--beta",
        "1/100",
        "--draws",
        "1",
        "--burn-in",
        "0",
        "-o",
        "t",
        "--members",
        "2",
        "--workers",
        "1",
    )
    assert ran.status == 0 and "sizes rounded to integers: N = 7" not in ran.out
    assert "beta = 1/100" in ran.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--members", "0"), "members=0: must be from 1"),
        (("--members", "3", "--starts", "both"), "members=3: starts=both needs an even number"),
        (("--starts", "alternate", "--data-sets", "2"), "has a data set for each network"),
        (("--device", "cuda:77"), "device 'cuda:77' is not there"),
        (("--device", "toaster"), "device 'toaster'"),
        (("--data-sets", "9"), "data_sets=9: must be from 1 to 8"),
        (("--data", "none.npz"), "none.npz cannot be read"),
        (("--data", "bad.npz"), "bad.npz: y[1] is nan"),
        (("--resume",), "holds no run that could be resumed"),
        (("-s", "N=100000000"), "GiB are available"),
        (("--sampler", "sgd"), "sgd"),
        (("--workers", "0"), "workers=0"),
        (("--thin", "0"), "thin=0"),
        (("--step-factor", "0"), "step_factor=0.0: must be from 0.001 to 1"),
        (("--companions", "-1"), "companions=-1"),
    ],
)
def test_bad_requests_are_one_line(run, arguments, words):
    np.savez("bad.npz", x=np.zeros((16, 4)), y=np.array([0.0, np.nan] + [0.0] * 14))
    base = TEACHER
    if arguments[0] == "--workers":
        base = base[:-2]
    if arguments[0] == "--thin":
        base = tuple(a for i, a in enumerate(base) if "--thin" not in (a, base[i - 1]))
    if arguments[0] == "-s":
        base = tuple(a for i, a in enumerate(base) if "N=8" not in (a, base[(i + 1) % len(base)]))
    ran = run(*base, "-o", "out", *arguments)
    assert (ran.status, ran.err.count("\n")) == (2, 1), ran.err
    assert words in ran.err and ran.files == ["bad.npz"]


@beside("tests/binodal/sweeps/test_kill.py::test_control_c_with_workers")
def test_control_c_with_workers(tmp_path):
    """The whole process group gets the signal, as from a keyboard: one line comes out."""
    folder = tmp_path / "out"
    long = ("--burn-in", "4", "--draws", "100000", "--workers", "2", "--shard", "2")
    command = ("train", "teacher-student", *SMALL, *long, "-o", str(folder), "--members", "4")
    process = subprocess.Popen(
        [sys.executable, "-m", "binodal", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        start_new_session=True,
    )
    deadline = time.monotonic() + 120
    while len(list(folder.glob("shards/*.steps"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=90)
    assert (process.returncode, out.count("\n"), err.count("\n")) == (3, 1, 1), err
    assert "of 2 shards have a checkpoint" in err and "--resume" in err


def test_a_given_data_set(run):
    rng = np.random.default_rng(5)
    np.savez("mine.npz", x=rng.normal(size=(16, 4)), y=rng.normal(size=16))
    assert run(*TEACHER, "-o", "out", "--members", "2", "--data", "mine.npz").status == 0
    np.savez("mine.npz", x=rng.normal(size=(16, 4)), y=rng.normal(size=16))
    again = run(*TEACHER, "-o", "out", "--members", "2", "--data", "mine.npz")
    assert again.status == 2 and "data is " in again.err


def test_without_torch_the_extra_is_named(run, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("binodal.validate.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "torch", None)
    ran = run(*TEACHER, "-o", "out")
    assert (ran.status, ran.err.count("\n")) == (3, 1)
    assert "pip install '.[train]' in a clone" in ran.err


def test_an_interrupt_says_how_to_go_on(run, monkeypatch):
    from binodal.validate.run import ensemble

    def interrupted(*_: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(ensemble, "run_shard", interrupted)
        ran = run(*TEACHER, "-o", "out")
    assert ran.status == 3 and "--resume" in ran.err and ran.err.count("\n") == 1
    refused = run(*TEACHER, "-o", "out")
    assert refused.status == 2 and "go on with --resume" in refused.err
    assert run(*TEACHER, "-o", "out", "--resume").status == 0


def test_a_share_of_the_data_is_told_either_way(run):
    given = ("N=12", "P=5", "sigma2=1/5", "sigma_a2=1/10", "gamma=1/10")
    asked = ("train", "modular", *(part for one in given for part in ("-s", one)), "-o", "out")
    descent = (*asked, "--members", "2", "--optimizer", "adamw", "--steps", "3")
    ways = [("--data-fraction", "3/5"), ("-s", "data_fraction=3/5")]
    ran = [run(*descent, *way) for way in ways]
    assert ran[0].out == ran[1].out and "test loss" in ran[0].out
    twice = run(*descent, *ways[0], *ways[1])
    assert twice.status == 2 and "data_fraction is given twice" in twice.err
