"""The summary of an experiment: the same by any number of workers, and honest about gaps."""

import shutil
from dataclasses import replace
from fractions import Fraction

import pytest

from binodal.experiments.part import experiment_part
from binodal.experiments.stored import normal
from binodal.experiments.summary import summary
from binodal.models.teacher_student.experiments.overlap_law import FIG2
from binodal.models.teacher_student.network.network_model import NETWORK
from binodal.numerics.disk import sealed, unsealed
from binodal.page.markdown import blocks_markdown
from binodal.validate.experiments.experiment import Case, Experiment, scaled
from binodal.validate.experiments.runner import run_cases
from binodal.validate.run.spec import RunSpec
from tests.laws import beside

BETA = Fraction(1, 100)


def case(name, sigma2, judged=True):
    parameters = scaled(FIG2, BETA, sigma2=Fraction(sigma2))
    sampler = "baoab" if judged else "euler"
    spec = RunSpec(NETWORK, parameters, 8, sampler=sampler, burn_in=10, draws=8, thin=2, seed=5)
    return Case(name, spec, {"sigma2": Fraction(sigma2)}, judged=judged)


CASES = case("cool", "0.15"), case("warm", "0.30"), case("course", "0.25", judged=False)
WHOLE = Experiment("small", "Small", "Is it whole?", lambda _: CASES)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    run_cases(WHOLE, folder, workers=1)
    return folder


@beside("tests/validate/run/test_ensemble.py::test_any_number_of_workers_gives_the_same_bits")
def test_workers_find_what_one_process_finds(runs):
    told = []
    alone, shared = summary(WHOLE, runs), summary(WHOLE, runs, workers=2, say=told.append)
    assert alone == shared
    assert sorted(told) == ["cool", "course", "warm"]
    assert [each["name"] for each in alone["cases"]] == ["cool", "warm"]
    assert all(each["rows"] and each["controls"] for each in alone["cases"])
    for curve in ("cool networks", "warm derived", "course test_loss"):
        assert alone["curves"][curve]["y"]


def test_a_case_that_was_not_run_is_missing(runs):
    more = replace(WHOLE, cases=lambda _: (*CASES, case("late", "0.20")))
    found = summary(more, runs)
    assert found["missing"] == ["late"]
    assert set(found["provenance"]["runs"]) == {"cool", "warm", "course"}


def test_a_run_of_another_environment_says_so(runs, tmp_path):
    shutil.copytree(runs, tmp_path / "runs")
    request = tmp_path / "runs" / "small" / "warm" / "run.json"
    document = unsealed(request.read_bytes())
    document["environment"]["kernel"] = "another"
    request.write_bytes(sealed(document))
    whole = summary(WHOLE, tmp_path / "runs")
    found = whole["provenance"]
    assert found["runs"]["warm"]["environment"] == {"kernel": "another"}
    assert "environment" not in found["runs"]["cool"]
    assert found["environment"]["kernel"] != "another"
    assert "kernel another: warm" in blocks_markdown([experiment_part(normal(whole, ""))])
