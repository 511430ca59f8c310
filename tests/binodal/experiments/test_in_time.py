"""An experiment on networks in training, small: trained, summarised, stored and shown."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

from binodal.experiments import conduct
from binodal.experiments.part import experiment_part
from binodal.experiments.registry import course_names, course_of
from binodal.experiments.stored import normal
from binodal.page.markdown import blocks_markdown
from binodal.validate.experiments.in_time import Training
from binodal.validate.onsets.courses import read_course

FULL = Fraction(1)


def small(effort):
    """Three shares of each learner, at P = 5, with few steps."""
    for training in course_of("measures-in-time").trainings(Fraction(1, 8)):
        spec = training.spec
        machine = spec.optimizer == "rfm"
        share = Fraction(4, 5)
        sizes = {"P": Fraction(5), "N": Fraction(20 if machine else 12)}
        steps = 9 if machine else 600
        if "share 0.3" in training.group and training.name.endswith(("-3", "-2")):
            own = replace(spec, parameters=spec.parameters.replace(**sizes), steps=steps)
            yield Training(training.name, training.group, replace(own, data_fraction=share))


def test_names_are_unique_and_effort_changes_the_number_of_trainings_alone():
    for name in course_names():
        whole, few = (list(course_of(name).trainings(e)) for e in (FULL, Fraction(1, 8)))
        names = [training.name for training in whole]
        assert len({*names}) == len(names) and {t.name for t in few} < {*names}
        assert {t.group for t in few} == {t.group for t in whole}


def test_an_experiment_in_time_from_start_to_page(tmp_path, monkeypatch):
    course = replace(course_of("measures-in-time"), trainings=small)
    monkeypatch.setattr(conduct, "course_of", lambda name: course)
    nothing = conduct.experiment("measures-in-time", tmp_path, train=False)
    assert nothing.exit_status == 1 and len(nothing.summary["missing"]) == 3
    done = conduct.experiment("measures-in-time", tmp_path)
    assert done.exit_status == 0 and not done.summary["missing"]
    stored = json.loads((tmp_path / "measures-in-time.json").read_text("utf-8"))
    assert {row["learner"] for row in stored["onsets"]} == {"adamw", "rfm"}
    named = {row["measure"]: row for row in stored["onsets"] if row["learner"] == "adamw"}
    assert named["htsr_alpha"]["why"].startswith("the spectrum has")
    assert {"ipr", "a_direct", "agop_circulant"} <= {*named} and "a" not in named
    rates = {row["curves"]: row["rate"] for row in stored["alarms"]}
    assert rates["noise"] <= 0.05
    again = conduct.experiment("measures-in-time", tmp_path, train=False).summary
    assert again == stored
    text = blocks_markdown([experiment_part(normal(stored, "x"), "")], figures="f")
    assert "False alarms of the rule" in text and stored["rule"] in text


def test_curves_begin_where_the_training_pairs_are_known(tmp_path):
    training = next(iter(small(FULL)))
    from binodal.validate.optimizers.train import train

    course = read_course(training, train(training.spec, tmp_path / "run"))
    assert course.curves["train_accuracy"][0] >= 0.99 and course.steps[0] > 0
    assert len(course.places) == len(course.curves["ipr"])
