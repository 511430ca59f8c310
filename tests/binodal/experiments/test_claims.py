"""Claims of the literature follow from the rows alone: each outcome from rows made for it."""

from __future__ import annotations

import pytest

from binodal.experiments.claims import (
    CLAIMS,
    CONTRADICTED,
    SUPPORTED,
    UNDECIDED,
    UNTESTED,
    claims_table,
)
from binodal.experiments.onset_tables import onset_tables
from binodal.experiments.stored import read_experiments
from tests.docs.outcomes import onsets

STORED = [d for d in read_experiments() if d["onsets"]]


def row(measure, verdict="before", learner="adamw", false=0, flat=4, of=10, mean=-0.5):
    counts = {"seen": of, "both": of, "of": of, "false": false, "flat": flat}
    numbers = {"mean": mean, "stderr": 0.1, "half": 0.3, "linear": learner == "rfm"}
    return {
        "learner": learner,
        "measure": measure,
        "verdict": verdict,
        **numbers,
        **counts,
        "why": "",
    }


def end(measure, mean, largest=0.0, learner="adamw", generalises=True, stderr=0.01):
    of = {"learner": learner, "measure": measure, "generalises": generalises}
    return {**of, "mean": mean, "stderr": stderr, "count": 9, "largest": largest}


def outcome(words, rows=(), ends=(), first=0.0):
    (claim,) = (c for c in CLAIMS if words in c.statement)
    return claim.judge({"onsets": [*rows], "ends": [*ends], "first_accuracy": first})[0]


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ([row("ipr", "with"), row("gini_neuron", "before")], SUPPORTED),
        ([row("ipr", "before", false=4), row("gini_neuron", "after")], CONTRADICTED),
        ([row("ipr", "no onset", mean=None), row("gini_network", "with")], CONTRADICTED),
        ([row("ipr", "with"), row("gini_neuron", "undecided")], UNDECIDED),
        ([row("ipr", "no curve", of=0, flat=0, mean=None)], UNTESTED),
        ([row("ipr", learner="rfm")], UNTESTED),
    ],
)
def test_a_measure_predicts_where_it_is_first_and_idle_elsewhere(rows, wanted):
    assert outcome("sparse in frequency", rows) == wanted


def test_alpha_is_two_or_is_not():
    assert outcome("alpha", ends=[end("htsr_alpha", 2.1)]) == SUPPORTED
    assert outcome("alpha", ends=[end("htsr_alpha", 3.1)]) == CONTRADICTED
    assert outcome("alpha") == UNTESTED


def test_traps_without_a_collapse_contradict_and_no_traps_say_nothing():
    accuracy = end("test_accuracy", 0.99)
    some = [end("correlation_traps", 0.2, largest=1.0), accuracy]
    assert outcome("traps", ends=some) == CONTRADICTED
    chance = [end("correlation_traps", 0.01, largest=1.0), accuracy]
    assert outcome("traps", ends=chance) == UNTESTED


def test_features_decide_where_the_first_regression_fails():
    good = end("test_accuracy", 0.9, learner="rfm")
    assert outcome("features decide", ends=[good]) == SUPPORTED
    assert outcome("features decide", ends=[good], first=0.5) == CONTRADICTED
    assert outcome("features decide") == CONTRADICTED


@pytest.mark.parametrize("document", STORED, ids=lambda d: d["experiment"])
def test_what_is_stored_has_an_outcome_for_each_claim_and_a_line_for_each_measure(document):
    table = claims_table(document)
    assert len(table.rows) == len(CLAIMS)
    tables = list(onset_tables(document["onsets"], document["alarms"]))
    assert sum(len(of.rows) for of in tables[:-1]) == len(document["onsets"])
    told = [r for r in document["onsets"] if r["mean"] is not None]
    for r in told:
        apart = abs(r["mean"]) > r["half"]
        assert apart is (r["verdict"] in ("before", "after"))
    assert len(list(onsets(document["onsets"]))) > 20
    rates = [r["rate"] for r in document["alarms"] if r["curves"] == "noise"]
    assert rates and max(rates) < 0.03
