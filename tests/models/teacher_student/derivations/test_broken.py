"""Every derivation must notice a wrong formula: each mutant changes one and has to be caught."""

import importlib

import pytest
import sympy as sp

from binodal.derive.errors import StepFailed
from binodal.derive.symbols import b, c, d, rho, s
from tests.laws import cases

MUTANTS = [
    # (module to patch, function, change of its value, derivation that must stop)
    ("binodal.derive.gaussian.moments", "tilted_moment", lambda v: 2 * v, "gaussian_moments"),
    ("binodal.derive.gaussian.hermite", "erf_overlap", lambda v: -v, "hermite_overlaps"),
    (
        "binodal.models.teacher_student.derivations.posterior",
        "readout_average",
        lambda v: v**2,
        "mean_field",
    ),
    (
        "binodal.models.teacher_student.derivations.posterior",
        "neuron_action",
        lambda v: 2 * v,
        "mean_field",
    ),
    (
        "binodal.models.teacher_student.derivations.continuum",
        "continuum_action",
        lambda v: v.subs(c, 2 * c),
        "continuum",
    ),
    (
        "binodal.models.teacher_student.derivations.continuum",
        "coupling",
        lambda v: v / 2,
        "continuum",
    ),
    (
        "binodal.models.teacher_student.derivations.action",
        "overlap_at",
        lambda v: v * (1 + rho),
        "actions",
    ),
    (
        "binodal.models.teacher_student.derivations.action",
        "joint_cost",
        lambda v: v + sp.log(s),
        "actions",
    ),
    (
        "binodal.models.teacher_student.derivations.kernel",
        "element_in_q",
        lambda v: v / 2,
        "kernel",
    ),
    (
        "binodal.models.teacher_student.derivations.limit",
        "zero_branch",
        lambda v: v.subs(b, 2 * b),
        "limit",
    ),
    ("binodal.models.teacher_student.derivations.limit", "gain", lambda v: 2 * v, "limit"),
    ("binodal.models.teacher_student.derivations.limit", "droplet_mass", lambda v: -v, "limit"),
    (
        "binodal.models.teacher_student.derivations.limit",
        "droplet_branch",
        lambda v: v.subs(c, 2 * c),
        "limit",
    ),
    (
        "binodal.models.teacher_student.derivations.limit",
        "_stability_identity",
        lambda v: -v,
        "limit",
    ),
    (
        "binodal.models.teacher_student.derivations.closure",
        "averaged_element",
        lambda v: 2 * v,
        "closure",
    ),
    (
        "binodal.models.teacher_student.derivations.closure",
        "normalisation",
        lambda v: v**2,
        "closure",
    ),
    (
        "binodal.models.teacher_student.derivations.action",
        "published_in_q",
        lambda v: 2 * v,
        "actions",
    ),
    (
        "binodal.models.teacher_student.derivations.action",
        "perp_fixed_error",
        lambda v: v + 1,
        "actions",
    ),
    (
        "binodal.models.teacher_student.derivations.finite_d",
        "interaction_exponent",
        lambda v: 2 * v,
        "finite_d",
    ),
    (
        "binodal.models.teacher_student.derivations.overlap_law",
        "contracted_action",
        lambda v: v + rho,
        "overlap_law",
    ),
    (
        "binodal.models.teacher_student.derivations.overlap_law",
        "joint_action",
        lambda v: 2 * v,
        "overlap_law",
    ),
    (
        "binodal.models.teacher_student.derivations.scaling",
        "per_neuron",
        lambda v: v * d,
        "scaling",
    ),
    (
        "binodal.models.teacher_student.derivations.posterior",
        "linearised_likelihood",
        lambda v: 2 * v,
        "mean_field",
    ),
    (
        "binodal.models.teacher_student.derivations.events",
        "coexistence_amplitude",
        lambda v: -v,
        "events",
    ),
    (
        "binodal.models.teacher_student.derivations.events",
        "birth_amplitude",
        lambda v: v + rho,
        "events",
    ),
    (
        "binodal.models.teacher_student.derivations.finite_d",
        "perp_weight",
        lambda v: v**2,
        "finite_d",
    ),
    (
        "binodal.models.teacher_student.derivations.finite_d",
        "published_weight",
        lambda v: v.subs(d, 2 * d),
        "finite_d",
    ),
    (
        "binodal.models.teacher_student.derivations.held_weights",
        "answer",
        lambda v: v.T,
        "held_weights",
    ),
    (
        "binodal.models.teacher_student.derivations.held_weights",
        "pushed",
        lambda v: -v,
        "held_weights",
    ),
]


def mutated(original, change):
    return lambda *arguments: change(original(*arguments))


@pytest.mark.parametrize(("module", "function", "change", "derivation"), cases(MUTANTS, every=8))
def test_a_wrong_formula_is_caught(monkeypatch, module, function, change, derivation):
    home = importlib.import_module(module)
    monkeypatch.setattr(home, function, mutated(getattr(home, function), change))
    with pytest.raises((StepFailed, ValueError)):
        getattr(home, derivation).__wrapped__().verify()


def test_the_solved_recursion_is_checked(monkeypatch):
    from binodal.derive.gaussian import moments

    original = moments.closed_moment
    monkeypatch.setattr(
        moments,
        "closed_moment",
        lambda: sp.Sum(original().function * 2**moments.i, *original().limits),
    )
    with pytest.raises(StepFailed):
        moments.gaussian_moments.__wrapped__().verify()
