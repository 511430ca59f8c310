"""Branches along the temperature, the neurons on them, and stored networks on the page."""

from __future__ import annotations

import pytest

from binodal.api import critical
from binodal.experiments.stored import read_experiments
from binodal.explorer.content import decimal
from binodal.explorer.networks import networks
from binodal.explorer.offered import explored
from binodal.models.registry import model as named
from tests.binodal.explorer.states import states
from tests.binodal.explorer.test_activations import of_paper, with_activation
from tests.binodal.explorer.test_solver import by_node

PAPER, MODULAR = "teacher-student", "modular"


def state_of(model, preset):
    values = {k: decimal(v) for k, v in named(model).space.presets[preset].items()}
    return {"model": model, "theory": "derived", "choice": "", "values": values}


def branches(folder, state, temperatures):
    return by_node(folder, state, f"{temperatures}.map((x) => branchAt(given, x))")


@pytest.mark.parametrize(
    "state",
    [
        state_of(PAPER, "fig2"),
        state_of(MODULAR, "fig3"),
        with_activation("sin:1", "1/5", "1", "0", "-0.3"),
    ],
    ids=lambda state: state["model"],
)
def test_past_coexistence_the_zero_state_is_kept(tmp_path, state):
    events = by_node(tmp_path, state, "eventsAt(given)")
    turn, birth = (events[name]["sigma2"] for name in ("coexistence", "birth"))
    cold, warm, hot = branches(tmp_path, state, [0.9 * turn, 1.001 * turn, 1.001 * birth])
    (name, *_) = explored()[state["model"]].residual
    assert cold["phase"].startswith("GMFL") and warm["phase"] == hot["phase"] == "GFL"
    assert warm["kept"][name] == warm["state"][name]
    assert cold["kept"][name] > cold["state"][name] * (1 + 1e-6)
    assert cold["place"] > warm["place"] > 0 and hot["place"] is None


@pytest.mark.parametrize(
    ("state", "preset", "along"),
    [(state_of(PAPER, "fig2"), "fig2", "n"), (state_of(MODULAR, "fig3"), "fig3", "N")],
)
def test_turns_along_another_parameter_are_certified_events(tmp_path, state, preset, along):
    """Where the phase changes between two samples, and where a feature begins to be there."""
    state = {**state, "along": along}
    own = float(state["values"][along])
    places = [own * 2 ** (k / 7 - 2) for k in range(29)]
    found = by_node(tmp_path, state, f"branchesAt(given, {places})")
    turns = {
        "coexistence": [one["x"] for one in found if one["phase"] == "GFL"],
        "birth": [one["x"] for one in found if one["place"] is None],
    }
    for event, seen in turns.items():
        certified = float(critical(state["model"], event, preset=preset, along=along)[along])
        assert min(abs(x / certified - 1) for x in seen) < 1e-7
    assert [one["x"] for one in found] == sorted(one["x"] for one in found)


def test_both_routes_of_erf_have_the_same_branches(tmp_path):
    state = state_of(PAPER, "fig2")
    temperatures = [0.1, 0.2, 0.225, 0.3]
    paper = branches(tmp_path, state, temperatures)
    own = branches(tmp_path, of_paper(state, "erf"), temperatures)
    for one, other in zip(paper, own, strict=True):
        assert other["kept"]["t_1"] == pytest.approx(one["kept"]["b"], rel=1e-12)
        assert (other["phase"], other["place"] is None) == (one["phase"], one["place"] is None)
    (other,) = branches(tmp_path, of_paper(state, "sin:1"), [0.1])
    assert other["kept"]["t_1"] != pytest.approx(paper[0]["kept"]["b"], rel=1e-6)


def test_neurons_are_the_width_times_the_mass(tmp_path):
    for given in (state_of(PAPER, "fig2"), of_paper(state_of(PAPER, "fig2"), "erf")):
        (page,) = by_node(tmp_path, [given], "given.map(solveState)")
        masses = [s["mass"] for s in page["saddles"] if s["kind"] == "minimum" and s["place"]]
        assert page["neurons"] == pytest.approx(700 * sum(masses), rel=1e-12) and masses[0] > 0
    for given in states(MODULAR, "derived", 4, 20):
        (page,) = by_node(tmp_path, [given], "given.map(solveState)")
        on_ring = sum(s["mass"] for s in page["saddles"] if s["kind"] == "minimum" and s["place"])
        assert page["neurons"] == pytest.approx(float(given["values"]["N"]) * on_ring, rel=1e-12)


def test_every_stored_network_of_the_page_is_a_measured_row():
    shown = networks()
    assert all(shown[name] for name in explored())
    measured = [
        (row["observable"], row["measured"])
        for experiment in read_experiments()
        for row in experiment["rows"]
        if row["observable"] in ("b", "a", "t2")
    ]
    for name, observable in ((PAPER, "b"), (MODULAR, "a")):
        known = [value for of, value in measured if of == observable]
        points = [point for series in shown[name] for point in series["points"]]
        assert len(points) > 20
        for _, value, error in points:
            assert error > 0 and any(value == pytest.approx(k, rel=1e-5) for k in known)
    (relu,) = (series for series in shown["single-index"] if series["choice"] == "relu")
    assert (relu["state"], relu["values"]["y_2"]) == ("t_2", "1/2")


def test_series_are_states_of_the_page(tmp_path):
    """A series names every parameter but the temperature, by texts that the page reads."""
    for name, all_of_them in networks().items():
        for series in all_of_them:
            known = [str(s) for s in explored()[name].parameters if str(s) != "sigma2"]
            assert sorted(series["values"]) == sorted(known)
            choices = explored()[name].choices()
            assert series["choice"] in choices if choices else series["choice"] == ""
    texts = [text for series in networks()[PAPER] for text in series["values"].values()]
    assert all(by_node(tmp_path, texts, "given.map((text) => Number.isFinite(numberOf(text)))"))
