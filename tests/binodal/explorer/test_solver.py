"""The page's own script, run by node, against certified numbers."""

from __future__ import annotations

import json
import subprocess
from fractions import Fraction

import pytest

from binodal.explorer.bundle import solver
from tests.binodal.explorer.states import PAIRS, disagreements, states
from tests.laws import cases
from tests.numerics.codegen.run import tool

FEW = {"single-index": 2}
CALL = """import {{ readFileSync }} from "fs";
{script}
const given = JSON.parse(readFileSync({path}, "utf8"));
{use}"""


def by_node(folder, given, use):
    """What an expression in ``given`` is worth beside the page's solver."""
    (folder / "given.json").write_text(json.dumps(given), "utf-8")
    path = json.dumps(str(folder / "given.json"))
    text = CALL.format(script=solver(), path=path, use=f"console.log(JSON.stringify({use}));")
    (folder / "solver.mjs").write_text(text, "utf-8")
    ran = subprocess.run(
        [tool("node"), folder / "solver.mjs"], capture_output=True, text=True, timeout=60
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    return json.loads(ran.stdout)


@pytest.mark.parametrize(("model", "theory"), cases(PAIRS, every=3))
def test_random_states_of_every_kind(tmp_path, model, theory):
    given = states(model, theory, FEW.get(model, 4), 20)
    pages = by_node(tmp_path, given, "given.map(solveState)")
    for number, (state, page) in enumerate(zip(given, pages, strict=True)):
        assert list(disagreements(state, page, events=number < 2)) == [], state


def test_a_wrong_digit_would_show(tmp_path):
    (state, *_) = states("teacher-student", "derived", 6, 20)
    (page,) = by_node(tmp_path, [state], "given.map(solveState)")
    page["state"]["b"] *= 1 + 1e-11
    page["dropped"]["freedom_per_datum"] *= 1 + 1e-5
    page["events"]["birth"]["sigma2"] *= 1 - 1e-11
    wrong = [line.split(":")[0] for line in disagreements(state, page)]
    assert wrong == ["b", "dropped freedom_per_datum", "birth"]


def test_no_events_without_a_cubic_mode(tmp_path):
    (state, *_) = states("teacher-student", "derived", 6, 20)
    state["values"]["epsilon"] = "0"
    (page,) = by_node(tmp_path, [state], "given.map(solveState)")
    assert list(disagreements(state, page)) == []


def test_within_rounding_of_an_event_nothing_is_decided(tmp_path):
    (state, *_) = states("modular", "derived", 4, 20)
    (page,) = by_node(tmp_path, [state], "given.map(solveState)")
    state["values"]["sigma2"] = repr(page["events"]["coexistence"]["sigma2"])
    (at,) = by_node(tmp_path, [state], "given.map(solveState)")
    assert (at["phase"], at["edge"]) == ("undecided", "coexistence")


def test_texts_are_read_as_python_reads_them(tmp_path):
    texts = ["2/175", "0.1", ".5", "5.", "1e-3", "-3/10", "+7", "0.30000000000000004", "2e-06"]
    assert by_node(tmp_path, texts, "given.map(numberOf)") == [float(Fraction(t)) for t in texts]
    for bad in ["", "1/0", "nan", "Infinity", "0x10", "1_000", "1 2", "1/2/3", "--1", "1e99999"]:
        assert by_node(tmp_path, [bad], "given.map(numberOf)") == [None], bad


def test_sliders_reach_their_ends_and_keep_their_place(tmp_path):
    use = """Object.values(MODELS).flatMap(({ fields }) => Object.values(fields)).map((field) => [
      field.whole, numberOf(textAt(0, field)), field.from, numberOf(textAt(STEPS, field)), field.to,
      Array.from({ length: 101 }, (_, k) => 10 * k).filter(
        (k) => Math.abs(positionOf(textAt(k, field), field) - k) > 25).length])"""
    for whole, low, start, high, end, moved in by_node(tmp_path, [], use):
        assert (low, high) == (start, end)
        assert moved == 0 or whole


@pytest.mark.parametrize(
    ("model", "event"), cases([("teacher-student", "birth"), ("modular", "gmfl2")], every=None)
)
def test_the_map_agrees_with_the_events(tmp_path, model, event):
    (state, *_) = states(model, "published", 12, 21)
    name = {"teacher-student": "epsilon", "modular": "gamma"}[model]
    place = float(state["values"][name])
    use = f"[mapOf(given, [{place!r}]), solveState(given).events]"
    curves, events = by_node(tmp_path, state, use)
    expected = events[event].get("sigma2", 0)
    assert curves[event][0] == pytest.approx(expected, rel=1e-12)
