"""``binodal compare`` on small trained networks: rows, exit status, controls and bad runs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from binodal.models.registry import parameters_of

pytest.importorskip("torch")

from binodal.comparison.compare import compare
from binodal.networks import network_of
from binodal.validate.compare.load import load
from binodal.validate.run.ensemble import run as train
from binodal.validate.run.spec import RunSpec
from tests.validate.run.tiny import network, sealed_again

KEYS = {"observable", "theory", "measured", "stderr", "predicted", "z", "verdict", "ess", "rhat"}
KEYS |= {"p", "freedom", "excludes"}


def parameters(model, **values):
    from fractions import Fraction

    return parameters_of(model, {name: Fraction(value) for name, value in values.items()})


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Path:
    """Twelve networks on a data set each; far from every limit, so that theories may fail."""
    small = parameters(
        "teacher-student",
        N=10,
        n=60,
        d=8,
        sigma2="3/5",
        sigma_w2="1/2",
        sigma_a2="1/2",
        epsilon="-3/10",
    )
    spec = RunSpec(network(small.model), small, members=12, burn_in=100, draws=60, thin=3)
    return train(spec, tmp_path_factory.mktemp("runs") / "small", workers=1)


@pytest.fixture(scope="module")
def modular(tmp_path_factory) -> Path:
    small = parameters("modular", N=40, P=3, sigma2="1/5", sigma_a2="1/20", gamma=2)
    spec = RunSpec(network(small.model), small, members=6, burn_in=100, draws=60, thin=3)
    return train(spec, tmp_path_factory.mktemp("runs") / "modular", workers=1)


def test_every_row_has_the_promised_keys(run, trained):
    done = run("compare", str(trained), "--json")
    rows = json.loads(done.out)
    assert all(row.keys() >= KEYS for row in rows) and not done.err
    assert {"b", "c", "q2", "w_perp2", "log_density"} <= {row["observable"] for row in rows}
    assert {"published", "derived"} <= {row["theory"] for row in rows}
    disagree = any(r["verdict"] == "DISAGREE" and not r["control"] for r in rows)
    agree = any(r["verdict"] == "AGREE" for r in rows)
    assert done.status == (0 if agree and not disagree else 1)


def test_the_table_begins_with_how_often_each_theory_agrees(run, trained):
    done = run("compare", str(trained))
    rows = json.loads(run("compare", str(trained), "--json").out)
    lines = done.out.splitlines()
    head = lines.index(next(line for line in lines if line.split()[:1] == ["theory"]))
    assert lines[head].split() == ["theory", "AGREE", "DISAGREE", "INCONCLUSIVE"]
    own = [
        row["verdict"] for row in rows if (row["theory"], row["limit"]) == ("published", "finite")
    ]
    told = next(line for line in lines[head:] if line.startswith("  published, finite"))
    assert [int(n) for n in told.split()[-3:]] == [own.count(v) for v in lines[head].split()[1:]]
    restless = sum(row["why"].startswith("not equilibrated") for row in rows if not row["control"])
    assert (f"{restless} are not equilibrated" in done.out) is (restless > 0)


def test_measured_numbers_are_those_of_the_store(trained):
    import zarr

    stored = np.asarray(zarr.open_group(trained / "draws.zarr", mode="r")["b"])
    means = stored.mean(axis=(0, 2))
    rows = compare(trained, theories=("derived",)).document
    row = next(r for r in rows if r["observable"] == "b")
    assert row["measured"] == pytest.approx(means.mean())
    assert row["stderr"] == pytest.approx(means.std(ddof=1) / 12**0.5)
    error = np.linalg.norm([row["stderr"], row["bias"], row["bias_error"]])
    assert error > row["stderr"], "BAOAB's step has a bias, which is measured"
    assert row["z"] == pytest.approx((row["measured"] - row["predicted"]) / error, rel=1e-6)


def test_the_wrong_sign_of_c_is_rejected(trained):
    rows = compare(trained).document
    wrong = [r for r in rows if r["observable"] == "c" and "wrong sign" in r["theory"]]
    assert [r["verdict"] for r in wrong] == ["DISAGREE"]


def test_theories_can_be_chosen(run, trained):
    done = run("compare", str(trained), "--theory", "published")
    assert "published, finite" in done.out and "derived, " not in done.out
    assert "control: Q11 doubled" in done.out


def test_sources_add_up_to_the_gap(trained, monkeypatch):
    from binodal.validate.compare import sources

    monkeypatch.setattr(sources, "DATA_SETS", 2)
    rows = compare(trained, sources=True).document
    row = next(r for r in rows if r["observable"] == "q2" and r["limit"] == "finite")
    by_name = {part["source"]: part for part in row["sources"]}
    assert any("finite n" in name for name in by_name) and any("A.7b" in name for name in by_name)
    assert sum(part["share"] for part in row["sources"]) == pytest.approx(1.0)


def test_modular_networks_are_compared_with_lambda(run, modular):
    done = run("compare", str(modular), "--sources", "--json")
    rows = json.loads(done.out)
    assert {"a", "lambda", "x2"} <= {row["observable"] for row in rows}
    finite = next(
        r
        for r in rows
        if (r["observable"], r["theory"], r["limit"]) == ("lambda", "derived", "finite")
    )
    assert finite["units"] == 6 and finite["predicted"] > 0
    names = {part["source"] for part in finite["sources"]}
    assert "finite P" in names and any(name.startswith("finite N") for name in names)


def test_an_unfinished_run_is_compared_by_its_first_draws(run, trained, tmp_path):
    """Half of the draws of one network are missing; another has none."""
    import zarr

    folder = tmp_path / "half"
    shutil.copytree(trained, folder)
    (folder / "finished.json").unlink()
    group = zarr.open_group(folder / "draws.zarr", mode="r+")
    for name in group.array_keys():
        dimensions = group[name].attrs["_ARRAY_DIMENSIONS"]
        if len(dimensions) > 2:
            length = group[name].shape[2]
            group[name][0, 3, length // 2 :] = np.nan
            group[name][0, 5] = np.nan
    sealed_again(folder)
    done = run("compare", str(folder))
    assert "not finished" in done.out and "1 of 12 networks have no draws" in done.out
    assert "11 networks" in done.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("compare", "nothing-here"), "is not a run"),
        (("compare", "."), "is not a run"),
        (("compare", "x", "--theory", "guessed"), "guessed"),
        (("compare", "x", "--rate", "2"), "between 0 and 1"),
        (("compare", "x", "--within", "0"), "between 0 and 1"),
        (("compare",), "Missing argument"),
    ],
)
def test_bad_requests_are_one_line(run, arguments, words):
    done = run(*arguments)
    assert done.status == 2 and not done.out
    assert done.err.count("\n") == 1 and words in done.err


def test_a_damaged_store_is_one_line(run, trained, tmp_path):
    folder = tmp_path / "damaged"
    shutil.copytree(trained, folder)
    shutil.rmtree(folder / "draws.zarr")
    done = run("compare", str(folder))
    assert done.status == 2 and done.err.count("\n") == 1 and "Traceback" not in done.err


def test_both_readings_of_a_residual_are_rows(run, modular):
    """a averages over the readout, a_direct takes it as it is; in equilibrium they agree."""
    rows = json.loads(run("compare", str(modular), "--json").out)
    found = {row["observable"]: row for row in rows if row["theory"] == "derived"}
    assert found["a"]["predicted"] == found["a_direct"]["predicted"]
    apart = abs(found["a"]["measured"] - found["a_direct"]["measured"])
    assert 0 < apart < 6 * found["a_direct"]["stderr"]
    drawn = load(modular, network_of).record.values
    assert drawn["a"].var(axis=1).mean() < drawn["a_direct"].var(axis=1).mean()
    text = run("compare", str(modular)).out
    assert "(readout averaged; 6 independent" in text and "(networks as they stand; 6 " in text
