"""Dropped terms: their sizes by hand, and against what the finite limit really does."""

from fractions import Fraction as F

import pytest

from binodal.api import critical, solve
from binodal.models.modular.numerics import dropped as modular
from binodal.models.registry import preset
from binodal.models.teacher_student.numerics import dropped as teacher

LARGE_PRIOR = {"N": "1e6", "P": 101, "sigma2": "1e-3", "sigma_a2": "0.1", "gamma": 1}


def sizes(found):
    return {t["name"]: t["size"] and float(t["size"]["mid"]) for t in found.document["dropped"]}


def warned(found):
    return [line for line in found.text.splitlines() if "not small" in line]


def test_the_zero_states_own_kernel_is_not_small():
    """4 sigma_a^2 = 0.4 beside 0.042: ten times what is kept, and coexistence an artefact."""
    state, event = (
        solve("modular", **LARGE_PRIOR),
        critical("modular", "coexistence", **LARGE_PRIOR),
    )
    for found in (state, event):
        assert found.status == "certified"
        assert sizes(found)[modular.OWN] == pytest.approx(0.4 / 0.0420340936479, rel=1e-6)
        assert any(modular.OWN in line for line in warned(found))
        assert {t["name"]: t["small"] for t in found.document["dropped"]}[modular.OWN] is False
    finite = solve("modular", limit="finite", **LARGE_PRIOR)
    assert (finite.status, finite.document["phase"]) == ("certified", "GFL")
    assert modular.OWN not in sizes(finite) and not warned(finite)
    assert modular.OWN not in sizes(solve("modular", theory="published", **LARGE_PRIOR))


def test_an_event_of_finite_size_leaves_out_mean_field_alone():
    at = {"N": 12, "P": 5, "sigma2": "1/200", "sigma_a2": "1e-5", "gamma": "1/3"}
    found = critical("modular", "mass", limit="finite", **at)
    assert found.status == "certified" and set(sizes(found)) == {modular.FIELD}


def test_mean_field_of_the_prior_by_hand():
    """Degrees of freedom of 4 J J + 2 (D J + J D) + 4 D D at Fig. 3."""
    order, cold, prior = 401, 0.25, 2e-6
    rows = {4.0: 400**2, 4.0 + 2 * order: 800, 4.0 + 4 * order + 4 * order**2: 1}
    freedom = sum(count * prior * v / (prior * v + cold) for v, count in rows.items())
    found = solve("modular", preset="fig3")
    assert sizes(found)[modular.FIELD] == pytest.approx(freedom / 1000, rel=1e-5)
    assert not warned(found)


def test_shift_of_the_balance_is_what_finite_p_does():
    at = {"preset": "fig3", "sigma2": "0.2"}
    both = {limit: solve("modular", limit=limit, **at) for limit in ("thermodynamic", "finite")}
    tau = {name: 0.2 / float(s.document["closure"]["a"]["mid"]) for name, s in both.items()}
    moved = tau["finite"] / tau["thermodynamic"] - 1
    assert sizes(both["thermodynamic"])[modular.WEIGHTS] == pytest.approx(moved, rel=0.1)
    assert any(modular.NEURONS in line for line in warned(both["finite"]))


@pytest.mark.parametrize(
    ("sigma2", "name", "tolerance"),
    [("0.3", teacher.SHIFT_B, 0.25), ("0.18", teacher.DROPLETS, 0.3)],
)
def test_shift_of_b_is_what_finite_d_does(sigma2, name, tolerance):
    at = {"preset": "fig2", "sigma2": sigma2}
    both = [solve("teacher-student", limit=limit, **at) for limit in ("thermodynamic", "finite")]
    limit, finite = (float(next(iter(s.document["closure"]["b"].values()))) for s in both)
    assert sizes(both[0])[name] == pytest.approx(abs(finite / limit - 1), rel=tolerance)
    assert name not in sizes(both[1]) and teacher.UNLEARNED in sizes(both[1])


def test_shift_of_c_is_what_finite_d_does():
    """c is epsilon in the limit; where d is large the first order is most of what is left out."""
    at = {"preset": "fig2", "sigma2": "0.3", "d": 1500, "n": 30000, "N": 7000}
    both = [solve("teacher-student", limit=limit, **at) for limit in ("thermodynamic", "finite")]
    limit, finite = (float(next(iter(s.document["closure"]["c"].values()))) for s in both)
    assert limit == -0.3
    assert sizes(both[0])[teacher.SHIFT_C] == pytest.approx(abs(finite / limit - 1), rel=0.1)


def test_birth_moves_by_more_than_a_tenth():
    """0.2334 as d -> infinity and 0.1906 at d = 150: the first order says 0.106."""
    found = critical("teacher-student", "birth", preset="fig2")
    assert sizes(found)[teacher.SHIFT_BIRTH] == pytest.approx(0.106, abs=5e-4)
    assert any(teacher.SHIFT_BIRTH in line for line in warned(found))


def test_an_event_of_finite_size_leaves_out_what_the_data_leave_out():
    found = critical("teacher-student", "birth", preset="fig2", limit="finite")
    assert set(sizes(found)) == {teacher.FIELD, teacher.DATA, teacher.UNLEARNED}


def test_without_a_state_the_parameters_speak():
    found = critical("modular", "gmfl2", preset="fig3")
    assert found.status == "absent" and set(sizes(found)) == {modular.FIELD}
    linear = solve("teacher-student", preset="fig2", epsilon=0, sigma2=1)
    assert teacher.SHIFT_C not in sizes(linear) and teacher.SHIFT_B in sizes(linear)
    for build, at in ((modular, preset("fig3")), (teacher, preset("fig2"))):
        terms = build.Terms(dict(at) | {"N": F(10) ** 9}, "derived")
        assert terms.size("freedom_per_neuron") < 1e-6
