"""binodal measure as users call it: files, runs, series, and what is refused."""

from __future__ import annotations

import json
import os
from pathlib import Path
from random import Random

import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

import numpy as np
import torch
from safetensors.numpy import save_file

from binodal.api import measure
from binodal.errors import RequestError
from binodal.measuring.draw import draw
from tests.validate.measures.constructed import cosines, gaussian

PARAMETERS = ("-s", "sigma2=1", "-s", "sigma_a2=1/50", "-s", "gamma=2")
MODULAR = ("measure", "--model", "modular", *PARAMETERS)
EXACT = {"sigma2": 1, "sigma_a2": "1/50", "gamma": 2}


def arrays(network):
    return {"first": network.first, "readout": network.readout}


def values(ran):
    assert (ran.status, ran.err) == (0, "")
    return {row["measure"]: row for row in json.loads(ran.out)}


def test_the_network_of_cosines_from_every_kind_of_file(run):
    network = cosines(5)
    np.savez("w.npz", **arrays(network))
    save_file(arrays(network), "w.safetensors")
    layers = (("0.weight", network.first), ("1.weight", np.ascontiguousarray(network.readout.T)))
    state = {name: torch.from_numpy(of) for name, of in layers}
    torch.save(state, "w.pt")
    torch.save({"epoch": 3, "state_dict": state}, "deep.pt")
    for name in ("w.npz", "w.safetensors", "w.pt", "deep.pt"):
        rows = values(run(*MODULAR, name, "--trained", "all", "--json"))
        assert rows["train_accuracy"]["value"] == 1 and rows["ipr"]["value"] == pytest.approx(1)
        assert rows["ipr"]["label"] == "computed" and 0 < rows["ipr"]["predicted"] < 1
        assert rows["htsr_alpha"]["value"] is None and "eigenvalues" in rows["htsr_alpha"]["why"]
        assert rows["a_direct"]["value"] == pytest.approx(0, abs=1e-12)
        assert "readout integrated out" in rows["a"]["convention"]


def test_the_table_says_how_the_file_was_read_and_what_has_no_value(run):
    np.savez("w.npz", W=gaussian(5, 30).first, V=gaussian(5, 30).readout)
    ran = run(*MODULAR, "w.npz")
    assert ran.status == 0 and "first = W as outputs x inputs" in ran.out
    assert "phi(z) = z**2, without biases" in ran.out
    assert "train_loss, test_loss" in ran.out and "is not known" in ran.out
    chosen = run(*MODULAR, "w.npz", "--measure", "ipr", "--map", "first=W", "readout=V")
    assert chosen.status == 0 and "gini" not in chosen.out


def test_key_frequencies_are_said_and_have_no_prediction(run):
    np.savez("w.npz", **arrays(cosines(7)))
    noisy = (*MODULAR[:3], "-s", "sigma2=10", *PARAMETERS[2:])
    asked = (*noisy, "w.npz", "--measure", "restricted_loss", "--json")
    (row,), (keyed,) = (
        json.loads(run(*asked, *more).out)
        for more in ((), ("--frequency", "1", "--frequency", "3"))
    )
    assert row["predicted"] is not None and abs(row["value"]) < 1e-12
    assert keyed["value"] == pytest.approx(2 / 49) and keyed["predicted"] is None
    assert "keys here: 1, 3" in keyed["convention"]
    wrong = run(*asked, "--frequency", "4")
    assert wrong.status == 2 and wrong.err.count("\n") == 1 and "from 1 to 3" in wrong.err


def test_where_orders_in_width_are_large_nothing_is_predicted_and_the_table_says_so(run):
    np.savez("w.npz", **arrays(gaussian(5, 8)))
    wide = (*MODULAR[:3], "-s", "sigma2=1/10", *PARAMETERS[2:])
    ran = run(*wide, "w.npz", "--measure", "x2", "--measure", "excluded_loss", "--trained", "all")
    assert "no theory\n  excluded_loss, x2: 1/N is not small" in ran.out


def test_nothing_of_what_was_asked_is_undecided(run):
    np.savez("w.npz", **arrays(gaussian(5, 30)))
    assert run(*MODULAR, "w.npz", "--measure", "htsr_alpha").status == 1


def test_a_series_of_checkpoints_is_a_course_and_a_drawing(run):
    os.mkdir("kept")
    for step in (0, 20, 100):
        np.savez(f"kept/step_{step}.npz", **arrays(gaussian(5, 20, step)))
    ran = run(*MODULAR, "kept", "--measure", "ipr", "--json", "-o", "curves.svg")
    assert [row["step"] for row in json.loads(ran.out)] == [0, 20, 100]
    assert Path("curves.svg").read_text("utf-8").startswith("<?xml")
    np.savez("kept/again_20.npz", **arrays(gaussian(5, 20, 1)))
    assert "step 20 stands in several names" in run(*MODULAR, "kept", "--measure", "ipr").err
    alone = run(*MODULAR, "kept/step_20.npz", "--measure", "ipr", "-o", "one.svg")
    assert alone.status == 2 and not Path("one.svg").exists()


def test_what_rounding_alone_moves_is_unchanged(tmp_path):
    rows = [
        {"measure": name, "step": step, "value": 0.5 + size * step}
        for name, size in (("ipr", 1e-9), ("gini_neuron", 0.1))
        for step in (0, 1, 10)
    ]
    draw(rows, tmp_path / "drawn.svg")
    assert "unchanged: ipr)" in (tmp_path / "drawn.svg").read_text("utf-8")


def test_a_run_knows_its_model(run):
    sizes = ("-s", "N=8", "-s", "P=5")
    quick = ("--burn-in", "4", "--draws", "6", "--workers", "1", "--members", "4")
    for sampler in ("hmc", "collapsed-hmc"):
        trained = run(
            "train", "modular", *PARAMETERS, *sizes, *quick, "--sampler", sampler, "-o", sampler
        )
        assert trained.status == 0, trained.err
        rows = values(run("measure", sampler, "--json"))
        assert rows["train_loss"]["value"] > 0 and rows["train_loss"]["stderr"] > 0
    assert run("measure", "hmc", "--model", "modular").status == 2


def test_vectors_with_the_data_that_were_seen(run):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((30, 4))
    np.savez("d.npz", x=x, y=x[:, 0])
    np.savez("w.npz", w=rng.standard_normal((20, 4)), a=rng.standard_normal(20))
    setting = ("sigma2=1/5", "sigma_w2=1/2", "sigma_a2=3/7", "epsilon=-3/10")
    given = [part for one in setting for part in ("-s", one)]
    ask = ("measure", "w.npz", "--model", "teacher-student", *given, "--json")
    rows = values(run(*ask, "--data", "d.npz"))
    assert rows["b"]["value"] is not None and rows["train_loss"]["stderr"] > 0
    blind = values(run(*ask, "-s", "n=30"))
    assert blind["b"]["value"] is None and blind["b_direct"]["value"] is not None
    assert blind["train_loss"]["value"] is None and blind["test_loss"]["value"] > 0
    told = run(*ask[:-1], "--data", "d.npz", "--measure", "q2").out
    assert "the targets are off by" in told and "w* is the first coordinate" in told
    np.savez("wide.npz", x=rng.standard_normal((30, 5)), y=x[:, 0])
    for model in (ask, (*SINGLE, *given[:-2])):
        refused = run(*model, "--data", "wide.npz", "--measure", "train_loss")
        assert refused.status == 2 and "other inputs than the first layer (20, 4)" in refused.err


SINGLE = ("measure", "--model", "single-index", "w.npz", "--json")
VECTORS = ("N=6", "n=30", "d=4", "sigma2=1", "sigma_w2=1/2", "sigma_a2=1/9")


def test_neurons_with_biases_of_their_own_and_two_directions(run):
    rng = np.random.default_rng(0)
    network = {"0.weight": rng.standard_normal((6, 4)), "2.weight": rng.standard_normal((1, 6))}
    np.savez("w.npz", **network)
    warm = ("sigma2=100" if one == "sigma2=1" else one for one in VECTORS)
    asked = (*SINGLE, *(part for one in warm for part in ("-s", one)), "--measure", "agop_trace")
    committee = ("--teacher", "(1,0): 1, (0,1): 1")
    assert values(run(*asked, *committee))["agop_trace"]["value"] > 0
    fixed = ("--teacher", "1: 1, 2: 1/2", "--bias", "fixed:1/3")
    assert values(run(*asked, *fixed))["agop_trace"]["value"] > 0
    biased = ("--teacher", "1: 1, 2: 1/2", "--bias", "prior:2")
    without = values(run(*asked, *biased))["agop_trace"]["value"]
    np.savez("w.npz", **network, **{"0.bias": rng.standard_normal(6)})
    assert values(run(*asked, *biased))["agop_trace"]["value"] != pytest.approx(without)
    for refused in (run(*asked, *committee), run(*asked, *fixed)):
        assert refused.status == 2 and "0.bias (6,) looks like a bias" in refused.err


def test_biases_are_trained_and_sampled(run):
    given = [part for one in VECTORS for part in ("-s", one)]
    model = ("single-index", "--teacher", "1: 1, 2: 1/2", "--bias", "prior:2", *given)
    sampled = ("--burn-in", "2", "--draws", "3", "--members", "4", "--workers", "1")
    for name, how in (("bias2", ("--optimizer", "adamw", "--steps", "2")), ("train_loss", sampled)):
        assert run("train", *model, *how, "-o", name).status == 0
        for row in json.loads(run("measure", name, "--json", "--measure", name).out):
            assert row["value"] > 0


def test_a_group_has_its_blocks_and_no_frequencies(run):
    np.savez("w.npz", **arrays(gaussian(4, 90)))
    ask = ("measure", "w.npz", "--model", "group", "--group", "Z2xZ2", *PARAMETERS, "--json")
    rows = values(run(*ask, "--trained", "all"))
    assert rows["ipr"]["value"] is None and "no residues" in rows["ipr"]["why"]
    for name in ("a_1b", "lambda_1b", "train_loss", "sparsity"):
        assert 0 < rows[name]["predicted_error"] < rows[name]["predicted"], name
    assert rows["train_accuracy"]["value"] == pytest.approx(rows["accuracy"]["value"])
    assert "elements are numbered" in run(*ask[:-1], "--measure", "sparsity").out


REFUSED = [
    (("w.npz",), "--model is missing"),
    (("none.npz", *MODULAR[1:]), "no file"),
    (("empty", *MODULAR[1:]), "no files of weights"),
    (("w.npz", *MODULAR[1:], "-s", "N=3"), "modular with N=3;"),
    (("w.npz", *MODULAR[1:], "--measure", "nothing"), "measure 'nothing': choose"),
    (("w.npz", *MODULAR[1:], "--map", "first"), "write ROLE=NAME"),
    (("w.npz", *MODULAR[1:], "first=first", "first=readout"), "given twice"),
    (("w.npz", *MODULAR[1:], "--trained", "some"), "trained=some"),
    (("w.npz", *MODULAR[1:], "--data", "w.npz"), "has no array 'x'"),
    (("w.npz", "-s", "P=5"), "without --model"),
    (("w.npz", "--teacher", "1: 1"), "without --model"),
    (("w.npz", "--model", "group", "--group", "S3", *PARAMETERS), "no two arrays"),
    (("w.npz", "--model", "modular"), "'sigma2' (and sigma_a2, gamma)"),
]


@pytest.mark.parametrize(("words", "said"), REFUSED)
def test_what_makes_no_sense_is_one_line(run, words, said):
    os.mkdir("empty")
    np.savez("w.npz", **arrays(gaussian(5, 8)))
    ran = run("measure", *words)
    assert (ran.status, ran.out) == (2, ""), ran.err
    assert said in ran.err and ran.err.count("\n") == 1


def test_code_in_a_file_is_never_run(run):
    import pickle

    class Wrong:
        def __reduce__(self):
            return os.mkdir, ("made",)

    Path("w.pt").write_bytes(pickle.dumps({"first": Wrong()}))
    torch.save({"first": Wrong()}, "v.pt")
    for name in ("w.pt", "v.pt"):
        ran = run(*MODULAR, name)
        assert ran.status == 2 and "save model." in ran.err and not os.path.exists("made")


def test_files_of_another_kind_are_told_what_is_read(run):
    Path("t.pt").write_text("hello")
    np.save("x.npy", np.eye(3))
    for name, words in (("t.pt", "torch.save did not write it"), ("x.npy", "are .safetensors")):
        ran = run(*MODULAR, name)
        assert ran.status == 2 and words in ran.err and ran.err.count("\n") == 1


@pytest.mark.parametrize("suffix", (".npz", ".safetensors", ".pt"))
def test_damaged_files_are_one_line(run, suffix):
    """Cut, flipped and noisy bytes: a number is read as it stands, or nothing is."""
    chosen = Random(f"damage {suffix}")
    whole, path = arrays(gaussian(3, 4)), Path(f"w{suffix}")
    if suffix == ".npz":
        np.savez(path, **whole)
    elif suffix == ".pt":
        torch.save({k: torch.from_numpy(v) for k, v in whole.items()}, path)
    else:
        save_file(whole, path)
    content = path.read_bytes()
    for _ in range(40):
        hurt = bytearray(content)
        place = chosen.randrange(len(hurt))
        if chosen.random() < 0.3:
            hurt = hurt[:place]
        elif chosen.random() < 0.5:
            hurt[place] ^= 1 << chosen.randrange(8)
        else:
            hurt[place : place + 16] = chosen.randbytes(16)
        path.write_bytes(hurt)
        ran = run(*MODULAR, path.name, "--measure", "gini_network")
        assert ran.status in (0, 1, 2), ran.err
        assert ran.err.count("\n") == (ran.status == 2) and "Traceback" not in ran.err


def test_arrays_are_measured_in_python():
    network = gaussian(5, 20)
    found = measure(arrays(network), model="modular", measures=["ipr"], **EXACT)
    assert found.document[0]["value"] == pytest.approx(0.67, abs=0.1)
    assert "1 of 1 measures" in found.headline() and "ipr" in str(found)
    assert json.loads(found.to_json()) == list(found.document)
    assert "where these saw" not in str(found)
    for seen in (np.arange(12), (np.arange(25) < 12).astype(np.uint8)):
        some = {**arrays(network), "seen": seen}
        part = measure(some, model="modular", measures=["ipr"], trained="seen", **EXACT)
        assert "where these saw 12 of 25" in str(part)
    with pytest.raises(RequestError, match="no input was trained on"):
        none = {**arrays(network), "seen": np.zeros(25)}
        measure(none, model="modular", measures=["ipr"], trained="seen", **EXACT)


def test_a_loop_of_ones_own_is_recorded():
    from binodal.api import recorder

    record = recorder("modular", trained="all", **EXACT)
    network = gaussian(5, 20)
    first = torch.from_numpy(network.first.copy())
    kept = []
    for step in range(60):
        if record(step, {"first": first, "readout": torch.from_numpy(network.readout)}):
            kept.append(step)
        first *= 0.99  # recorded weights are copies
    assert kept == [0, 1, 2, 3, 5, 7, 10, 14, 19, 26, 35, 47]
    course = record.measure(["token_uniformity", "ipr"])
    sizes = [r["value"] for r in course.document if r["measure"] == "token_uniformity"]
    assert sizes == pytest.approx([sizes[0] * 0.99**step for step in kept])
