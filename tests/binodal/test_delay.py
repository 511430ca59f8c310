"""``binodal delay``: tables, series and trainings."""

from __future__ import annotations

import json
from math import log

import numpy as np
import pytest

TINY = ("-s", "N=8", "-s", "P=5", "-s", "sigma2=1/9", "-s", "sigma_a2=2/7", "-s", "gamma=2")


def table(law, columns="temperature,decay,scale,time,error"):
    """Delays of a law with errors of 5 %."""
    rng = np.random.default_rng(1)
    rows = [
        (t, x, a, (time := law(t, x, a) * float(np.exp(0.05 * rng.standard_normal()))), 0.05 * time)
        for t in (0.1, 0.13, 0.2)
        for x in (1e-3, 1e-2)
        for a in (3, 30)
    ]
    return "\n".join([columns, *(",".join(map(str, row)) for row in rows)])


LAWS = {
    "norm decay": lambda t, x, a: (log(a) + 1) / x,
    "escape": lambda t, x, a: 3 * np.exp((0.6 + 20 * x) / t),
    "cannot tell": lambda t, x, a: 5 * a / t**0.1,
}


@pytest.mark.parametrize("outcome", sorted(LAWS))
def test_tables(run, tmp_path, outcome):
    (tmp_path / "t.csv").write_text(table(LAWS[outcome]))
    ran = run("delay", "t.csv", "--json", "-o", "laws.svg")
    document = json.loads(ran.out)
    assert document["outcome"] == outcome
    assert ran.status == (1 if outcome == "cannot tell" else 0)
    if outcome in document["told_as"]:
        assert document["told_as"][outcome][outcome] > 0.9
    assert (tmp_path / "laws.svg").read_text().startswith("<?xml")
    assert f": {outcome}  [" in run("delay", "t.csv").out


def test_the_unit_of_gradient_flow_fixes_the_slope(run, tmp_path):
    """A time that is half of the law's has another unit: with the unit known, neither law fits."""
    (tmp_path / "t.csv").write_text(table(lambda t, x, a: (log(a) + 1) / x / 2))
    found = {
        u: json.loads(run("delay", "t.csv", "--unit", u, "--json").out) for u in ("any", "flow")
    }
    assert found["any"]["outcome"] == "norm decay"
    assert found["any"]["laws"]["norm decay"]["values"]["s"] == pytest.approx(0.5, rel=0.1)
    assert found["flow"]["outcome"] == "cannot tell"


def test_series_of_a_users_checkpoints(run, tmp_path):
    """Documents of ``measure`` in time, by the step at which half of the inputs are answered."""
    lines = ["decay,scale,series,step"]
    rng = np.random.default_rng(2)
    for x in (1e-3, 1e-2):
        for a in (3, 30):
            for k in range(3):
                half = (log(a) + 1) / x / 0.01 * float(np.exp(0.05 * rng.standard_normal()))
                rows = [
                    {"measure": "test_accuracy", "step": s, "value": float(s >= half)}
                    for s in np.geomspace(1, 1e6, 200).astype(int).tolist()
                ]
                name = f"{x}-{a}-{k}.json"
                (tmp_path / name).write_text(json.dumps(rows))
                lines.append(f"{x},{a},{name},0.01")
    (tmp_path / "t.csv").write_text("\n".join(lines))
    document = json.loads(run("delay", "t.csv", "--unit", "flow", "--json").out)
    assert document["outcome"] == "norm decay"
    assert document["laws"]["norm decay"]["values"]["k"] == pytest.approx(1, abs=0.3)
    early = [{"measure": "test_accuracy", "step": step, "value": 0.8} for step in (5, 9)]
    (tmp_path / name).write_text(json.dumps(early))
    ran = run("delay", "t.csv")
    assert ran.status == 2 and f"{name}: half of the answers were right at the first" in ran.err


def test_trainings(run):
    made = ("--optimizer", "adamw", "--steps", "9", "--members", "2", "--data-fraction", "1/2")
    for k, decay in enumerate(("0.1", "0.2", "0.4")):
        assert (
            run("train", "modular", *TINY, *made, "--weight-decay", decay, "-o", f"r{k}").status
            == 0
        )
    ran = run("delay", "r0", "r1", "r2")
    assert ran.status == 2
    assert "settings with a delay: 0, where" in ran.err
    assert (
        run("train", "modular", *TINY, "--optimizer", "adam", "--steps", "2", "-o", "a").status == 0
    )
    assert "under adam decay is no rate" in run("delay", "a").err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("decay,colour\n1,2", "not 'colour'"),
        ("decay,time,time\n1,2,3", "one twice"),
        ("", "not none"),
        ("decay,time\n1", "other cells"),
        ("decay,time\n1,x", "row 2: time='x'"),
        ("decay,time\n1,", "give time, or until"),
        ("decay,time\n1,nan", "time=nan"),
        ("decay,series,step\n1,none.json,1", "no document of measure"),
        ("decay,series\n1,none.json", "goes with step"),
        ("decay,time\n1,2\n2,3\n3,4", "how sure"),
    ],
)
def test_refusals(run, tmp_path, text, says):
    (tmp_path / "t.csv").write_text(text)
    ran = run("delay", "t.csv")
    assert ran.status == 2
    assert says in ran.err
    assert ran.err.count("\n") == 1
