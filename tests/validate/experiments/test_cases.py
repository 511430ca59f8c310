"""What an experiment varies, and what it must not."""

from dataclasses import replace
from fractions import Fraction

import pytest

from binodal.derive.symbols import N, P, gamma, sigma2, sigma_a2, x
from binodal.experiments.registry import experiment_names, experiment_of
from binodal.models.modular.derivations.scaling import invariants
from binodal.models.teacher_student.derivations.scaling import combinations
from binodal.validate.experiments.experiment import on_device

FULL = Fraction(1)
EXPERIMENTS = {name: experiment_of(name) for name in experiment_names()}
CLOSING_GAPS = EXPERIMENTS["closing-gaps"]


def cases_of(experiment, prefix=""):
    return [c for c in experiment.cases(FULL) if c.name.startswith(prefix)]


def student_invariants(parameters):
    """The continuum theory's combinations, kappa and the gain."""
    values = {str(s): v for s, v in parameters.items()}
    return [
        float(
            combination.subs(
                {s: values[str(s)] for s in combination.free_symbols if str(s) in values}
            ).evalf(subs={"b": 0.3})
        )
        for combination in combinations()
    ]


@pytest.mark.parametrize("name", sorted(EXPERIMENTS))
def test_names_are_unique_and_judged_cases_start_on_both_sides(name):
    cases = EXPERIMENTS[name].cases(FULL)
    assert len({c.name for c in cases}) == len(cases)
    assert all(c.spec.starts in ("both", "alternate") or not c.judged for c in cases)


@pytest.mark.parametrize("name", sorted(EXPERIMENTS))
def test_effort_changes_the_number_of_networks_alone(name):
    experiment = EXPERIMENTS[name]
    for case, small in zip(experiment.cases(FULL), experiment.cases(Fraction(1, 8)), strict=True):
        assert small.spec.parameters == case.spec.parameters
        assert small.spec.members <= case.spec.members


def test_a_device_changes_the_shards_alone():
    here = EXPERIMENTS["overlap-law"]
    there = on_device(here, "cuda").cases(FULL)
    for case, moved in zip(here.cases(FULL), there, strict=True):
        assert moved.spec.shard_count < case.spec.shard_count
        back = replace(moved.spec, device="cpu", shard=case.spec.shard)
        assert replace(moved, spec=back) == case
    assert on_device(here, "cpu") is here


@pytest.mark.parametrize(("ladder", "rungs"), [("data", 5), ("width", 3)])
def test_ladders_of_the_student_leave_the_mean_field_alone(ladder, rungs):
    cases = cases_of(CLOSING_GAPS, ladder)
    assert len(cases) == rungs
    first = student_invariants(cases[0].spec.parameters)
    for case in cases[1:]:
        assert student_invariants(case.spec.parameters) == pytest.approx(
            first, rel=0.01
        )  # sizes are rounded


def test_a_ladder_that_forgets_sigma_a2_is_seen():
    cases = cases_of(CLOSING_GAPS, "width")
    first, last = (c.spec.parameters for c in (cases[0], cases[-1]))
    wrong = last.replace(sigma_a2=first["sigma_a2"])
    assert student_invariants(wrong) != pytest.approx(student_invariants(first), rel=0.01)


@pytest.mark.parametrize("ladder", ["modular-width", "modular-P"])
def test_modular_ladders_follow_the_derived_scaling(ladder):
    cases = cases_of(CLOSING_GAPS, ladder)
    symbols = (N, P, sigma2, sigma_a2, gamma)
    found = [
        [
            float(e.subs(x, 1).subs({s: c.spec.parameters[str(s)] for s in symbols}))
            for e in invariants().values()
        ]
        for c in cases
    ]
    for values in found[1:]:
        assert values == pytest.approx(found[0], rel=0.02)  # N is rounded
