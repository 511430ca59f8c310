"""Networks under an optimiser as users train, measure and compare them, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

from tests.binodal.test_measure import PARAMETERS

DESCENT = (
    *("train", "modular", "-s", "N=12", "-s", "P=5", *PARAMETERS, "--members", "2"),
    *("--optimizer", "adamw", "--weight-decay", "0.1", "--steps", "20", "--data-fraction", "1/2"),
)


def test_a_training_by_an_optimiser_from_start_to_end(run):
    ran = run(*DESCENT, "-o", "out")
    assert (ran.status, ran.err, ran.files) == (0, "", ["out"])
    plan, done = ran.out.splitlines()
    assert plan == "2 networks, 20 steps of adamw" and "test accuracy" in done
    shown = run("measure", "out", "--json", "-o", "curves.svg", "--measure", "train_loss")
    rows = json.loads(shown.out)
    assert [row["step"] for row in rows][-1] == 20 and rows[0]["value"] > rows[-1]["value"]
    assert rows[0]["predicted"] is None and "no temperature" in rows[0]["why"]
    table = run("measure", "out")
    assert "on 12 inputs of 25" in table.out and "theory      none" in table.out
    assert run(*DESCENT, "-o", "out").status == 0
    other = run(*DESCENT, "-o", "out", "--seed", "3")
    assert other.status == 2 and "seed is 0 there and 3 here" in other.err


def test_no_theory_is_judged_by_an_optimiser(run):
    assert run(*DESCENT, "-o", "out").status == 0
    said = run("compare", "out")
    assert said.status == 1 and "a share 1/2 was seen" in said.out and "no temperature" in said.out
    rows = json.loads(run("compare", "out", "--json").out)
    assert {row["verdict"] for row in rows} == {"INCONCLUSIVE"}
    assert {"a_direct", "x2", "lambda"} <= {row["observable"] for row in rows}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--draws", "3"), "--draws is left out with --optimizer"),
        (("--workers", "2"), "--workers is left out with --optimizer"),
        (("--learning-rate", "nan"), "learning_rate=nan"),
        (("--data-fraction", "2"), "data_fraction=2"),
        (("--batch-size", "-1"), "batch_size=-1"),
    ],
)
def test_what_an_optimiser_is_not_asked(run, words, said):
    ran = run(*DESCENT[:-2], *words, "-o", "out")
    assert (ran.status, ran.err.count("\n"), ran.files) == (2, 1, []) and said in ran.err


def test_settings_of_optimisers_belong_to_them(run):
    ran = run(
        "train", "modular", "-s", "N=8", "-s", "P=5", *PARAMETERS, "--steps", "3", "-o", "out"
    )
    assert ran.status == 2 and "--steps is given without --optimizer" in ran.err
    mixed = run(*DESCENT[:-2], "--loss", "cross-entropy", "-o", "out")
    assert mixed.status == 0
    damaged = Path("out/course/000000003.safetensors")
    damaged.write_bytes(damaged.read_bytes()[:-2])
    hurt = run("measure", "out")
    assert hurt.status == 2 and "is damaged" in hurt.err and hurt.err.count("\n") == 1


def test_a_feature_machine_is_trained_and_measured(run):
    asked = ("train", "modular", "-s", "P=5", *PARAMETERS, "--optimizer", "rfm", "-o", "out")
    ran = run(*asked, "--data-fraction", "4/5", "--steps", "3", "--weight-decay", "0.1")
    assert (ran.status, ran.err) == (0, "") and "N=20: a machine has one neuron" in ran.out
    shown = run("measure", "out", "--json", "--measure", "agop_circulant", "--measure", "a_direct")
    rows = json.loads(shown.out)
    assert [row["step"] for row in rows[::2]] == [0, 1, 2, 3] and all(r["value"] for r in rows)
    assert "rfm with the ridge 0.1, on 20 inputs of 25" in run("measure", "out").out
    for words, said in [
        (("--members", "2"), "members=2"),
        (("--learning-rate", "0.1"), "learning_rate=0.1: rfm has none"),
        (("--momentum", "0.9"), "momentum=0.9"),
    ]:
        refused = run(*asked[:-1], "other", *words)
        assert (refused.status, refused.err.count("\n")) == (2, 1) and said in refused.err
    setting = ("n=30", "d=4", "sigma2=1/5", "sigma_w2=1/2", "sigma_a2=3/7", "epsilon=-3/10")
    given = [part for one in setting for part in ("-s", one)]
    erf = run("train", "teacher-student", *given, "--optimizer", "rfm", "-o", "other")
    assert erf.status == 2 and "erf(x.M x') is not known to be a kernel" in erf.err
