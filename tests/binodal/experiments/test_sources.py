"""Where gaps come from: parts that add up, and the sentence on which action is nearer."""

import pytest

from binodal.experiments.findings import findings, nearer
from binodal.experiments.stored import read_experiments

SPLIT = [d for d in read_experiments() if d["sources"]]


def test_both_models_have_their_gaps_split():
    assert {"overlap-law", "modular-transition"} <= {d["experiment"] for d in SPLIT}


@pytest.mark.parametrize("document", SPLIT, ids=lambda d: d["experiment"])
def test_the_parts_of_a_gap_add_up_to_it(document):
    gaps, sums = {}, {}
    for source in document["sources"]:
        place = source["case"], source["observable"]
        gaps[place] = source["gap"]
        sums[place] = sums.get(place, 0.0) + source["effect"]
    for place, gap in gaps.items():
        largest = max(abs(s["effect"]) for s in document["sources"])
        assert sums[place] == pytest.approx(gap, abs=1e-5 * max(1.0, largest))


def row(theory, z, name="w_perp2"):
    return {
        "case": "x",
        "observable": name,
        "theory": theory,
        "limit": "finite",
        "modes": 2,
        "at": 0.9,
        "z": z,
        "measured": 0.2,
        "predicted": 0.3,
        "verdict": "DISAGREE",
        "problem": None,
    }


@pytest.mark.parametrize(
    ("z", "said"), [((1.0, 80.0), "derived action in 1"), ((5.0, 1.0), "published one in 1")]
)
def test_the_nearer_action_is_named(z, said):
    (sentence,) = nearer([row("derived", z[0]), row("published", -z[1])])
    assert said in sentence


def test_distances_alike_tell_nothing():
    assert nearer([row("derived", 3.0), row("published", 3.5)]) == []


def test_inconclusive_bins_are_not_counted():
    """Neither bins where no theory is rejected nor bins whose networks have not settled count."""
    good = [row("derived", 1.0), row("published", 80.0)]
    neither = [{**r, "case": "y", "verdict": "INCONCLUSIVE"} for r in good]
    restless = [{**r, "case": "z", "problem": "not equilibrated"} for r in good]
    assert nearer(neither) == nearer(restless) == []
    (sentence,) = nearer([*good, *neither, *restless])
    assert "in 1 and to the published one in 0 of 1 conclusive bins (2 more" in sentence


def test_verdicts_are_counted_beside_each_theory():
    """What has not settled is counted apart, and places of a law are not means."""
    mean = {**row("derived", 3.0, "b"), "at": None}
    rows = [mean, {**mean, "verdict": "AGREE", "measured": 0.45}, {**mean, "problem": "restless"}]
    rows += [{**mean, "theory": "published", "verdict": "INCONCLUSIVE"}, row("derived", 1.0, "b")]
    (table,) = findings(rows)
    assert table.header == ["observable", "published", "derived"]
    assert table.rows == [
        [
            "$b$",
            "0 of 1 agree, 0 disagree, off by at most 33 %",
            "1 of 2 agree, 1 disagrees, off by at most 50 % (1 not settled)",
        ]
    ]
    assert findings([{**mean, "problem": "restless"}]) == []
