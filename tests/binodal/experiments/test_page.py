"""The page of stored experiments: what is stored, drawn and said."""

from xml.etree import ElementTree

import pytest

from binodal.experiments.drawings import drawings
from binodal.experiments.page import FIGURES
from binodal.experiments.stored import read_experiments
from binodal.validate.rhat import nested_limit

STORED = read_experiments()
JUDGED = [d for d in STORED if not d["onsets"] and not d["transitions"]]
SAMPLED = [document for document in JUDGED if "runs" in document["provenance"]]


def test_every_experiment_is_stored():
    names = {"overlap-law", "modular-transition", "width-and-time", "closing-gaps"}
    names |= {"any-activation", "any-group", "directions-and-biases", "measures-in-time"}
    names |= {
        "completion-times",
        "decay-times",
        "escape-times",
        "homogeneous-times",
        "measures-in-equilibrium",
        "network-delays",
        "partial-data",
    }
    assert {document["experiment"] for document in STORED} == names


@pytest.mark.parametrize("document", SAMPLED, ids=lambda d: d["experiment"])
def test_stored_rows_name_their_case_and_carry_an_error(document):
    assert document["rows"] and document["provenance"]["runs"]
    for row in document["rows"]:
        assert row["verdict"] in ("AGREE", "DISAGREE", "INCONCLUSIVE")
        assert row["case"] in document["provenance"]["runs"]
        if row["verdict"] != "INCONCLUSIVE":
            assert row["stderr"] > 0 and row["rhat"] <= nested_limit(4, row["ess"])


@pytest.mark.parametrize("document", JUDGED, ids=lambda d: d["experiment"])
def test_every_experiment_rejects_theories_that_are_wrong_on_purpose(document):
    assert any(row["rejected"] for row in document["controls"])


@pytest.mark.parametrize("document", STORED, ids=lambda d: d["experiment"])
def test_every_experiment_has_a_figure_that_can_be_drawn(document, written):
    stems = [stem for stem, _, _ in drawings(document)]
    assert stems
    for stem in stems:
        picture = written.parent / FIGURES / f"{document['experiment']}-{stem}.svg"
        assert ElementTree.parse(picture).getroot().tag.endswith("svg")


def test_the_page_links_its_figures_and_names_its_runs(written):
    text = written.read_text("utf-8")
    for document in STORED:
        assert document["title"] in text
    pictures = [*(written.parent / FIGURES).glob("*.svg")]
    assert len(pictures) >= len(STORED)
    for picture in pictures:
        assert f"{FIGURES}/{picture.name}" in text
