"""Any activation on the page: erf against the paper's own model, and what has no theory."""

from __future__ import annotations

import pytest

from binodal.explorer.offered import explored
from tests.binodal.explorer.states import disagreements, states
from tests.binodal.explorer.test_solver import by_node

PAPER, ANY = "teacher-student", "single-index"
BASE = {"N": "700", "n": "3000", "d": "150", "sigma_w2": "1/2", "sigma_a2": "2/175"}


def with_activation(choice, sigma2, *teacher):
    own = dict(zip(explored()[ANY].coefficients, teacher, strict=True))
    values = {**BASE, "sigma2": sigma2, **own}
    return {"model": ANY, "theory": "derived", "choice": choice, "values": values}


def of_paper(state, choice):
    """The same network among those of any activation."""
    values = dict(state["values"])
    epsilon = values.pop("epsilon")
    values |= {"y_1": "1", "y_2": "0", "y_3": epsilon}
    return {"model": ANY, "theory": "derived", "choice": choice, "values": values}


def numbers(solution):
    """What two models of the same network must agree on."""
    feature = [saddle["action"] for saddle in solution["saddles"]]
    events = [solution["events"][name].get("sigma2", 0) for name in ("birth", "coexistence")]
    return [*feature, *events]


def test_erf_is_the_papers_model(tmp_path):
    given = states(PAPER, "derived", 6, 31)
    both = [*given, *(of_paper(state, "erf") for state in given)]
    pages = by_node(tmp_path, both, "given.map(solveState)")
    for paper, own in zip(pages[: len(given)], pages[len(given) :], strict=True):
        assert own["phase"] == paper["phase"]
        modes = [own["state"]["t_1"], own["state"]["t_3"]]
        assert modes == pytest.approx([paper["state"]["b"], paper["state"]["c"]], rel=1e-12)
        assert numbers(own) == pytest.approx(numbers(paper), rel=1e-12, abs=1e-13)
        assert own["state"]["t_2"] == 0


def test_another_activation_is_not(tmp_path):
    (state, *_) = states(PAPER, "derived", 6, 31)
    paper, own = by_node(tmp_path, [state, of_paper(state, "sin:1")], "given.map(solveState)")
    assert own["state"]["t_1"] != pytest.approx(paper["state"]["b"], rel=1e-8)


def test_what_has_no_theory_says_so(tmp_path):
    given = [
        with_activation("quadratic", "1/5", "1", "0", "-0.3"),
        with_activation("monomial:3", "1/5", "1", "0", "-0.3"),
        with_activation("gelu", "1/5", "0", "0", "1"),
    ]
    quadratic, cubic, unlearned = by_node(tmp_path, given, "given.map(solveState)")
    for refused in (quadratic, cubic):
        assert refused["phase"] == "none" and not refused["saddles"] and not refused["events"]
        assert "grows faster than linearly" in refused["said"]
    assert unlearned["phase"] == "undecided" and "learns a mode" in unlearned["said"]


def test_on_either_side_of_a_condensation(tmp_path):
    given = [with_activation("relu", sigma2, "0", "1/2", "0") for sigma2 in ("1/25", "1/5")]
    below, above = by_node(tmp_path, given, "given.map(solveState)")
    assert below["phase"] == "GMFL-I" and "condensate" in below["beyond"]
    assert list(disagreements(given[0], below, events=False)) == []
    assert below["events"]["condensation"]["sigma2"] > 1 / 25
    assert above["phase"] == "GFL" and "said" not in above and "beyond" not in above


def test_several_features_and_one_beyond_the_lattice_are_what_is_certified(tmp_path):
    given = [
        with_activation("gelu", "1/100", "1", "1/2", "0"),
        with_activation("erf", "0.024392", "0", "0", "1"),
    ]
    wide = {"N": "11", "n": "109644", "d": "14", "sigma_w2": "1.2165", "sigma_a2": "0.17725"}
    given[1]["values"] |= wide
    pages = by_node(tmp_path, given, "given.map(solveState)")
    assert pages[0]["state"]["t_1"] == pytest.approx(0, abs=1e-15)  # certified: 0 to 2e-66
    for state, page in zip(given, pages, strict=True):
        assert page["phase"] == "GMFL-I"
        others = [d for d in disagreements(state, page, events=False) if not d.startswith("t_1: ")]
        assert others == []
    assert sum(s["action"] == 0 and s["place"] != 0 for s in pages[0]["saddles"]) == 2


def test_images_are_shown_once(tmp_path):
    """An odd teacher has images; with an even part that is learned it has none."""
    given = [
        with_activation("sin:1", "1/10", "1", "0", "-0.3"),
        with_activation("gelu", "0.46", "1", "1/2", "0"),
        with_activation("erf", "1/10", "1", "1", "-0.3"),
    ]
    odd, mixed, unlearned = by_node(tmp_path, given, "given.map(solveState)")
    assert [s["mirrored"] for s in (odd, mixed, unlearned)] == [True, False, True]
    assert all(saddle["place"] >= 0 for saddle in (*odd["saddles"], *unlearned["saddles"]))


def test_the_map_agrees_with_the_events(tmp_path):
    state = with_activation("gauss", "1/5", "1", "1", "0")
    use = "[mapOf(given, [0.7, 1]), solveState(given).events, acrossOf(given)]"
    curves, events, across = by_node(tmp_path, state, use)
    assert across == "y_2"
    for name in ("birth", "coexistence"):
        assert curves[name][1] == pytest.approx(events[name]["sigma2"], rel=1e-12)
        assert 0 < curves[name][0] < curves[name][1]


def test_the_landscape_passes_through_the_saddles(tmp_path):
    state = with_activation("gelu", "0.455", "1", "1/2", "0")
    use = "[solveState(given), landscapeOf(given, solveState(given), 1, 4001)]"
    solution, points = by_node(tmp_path, state, use)
    assert len(solution["saddles"]) == 3
    for saddle in solution["saddles"]:
        near = min(points, key=lambda point: abs(point[0] - saddle["place"]))
        assert near[1] == pytest.approx(saddle["action"], abs=1e-4)
