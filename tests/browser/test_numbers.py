"""Numbers on the page against certified ones, at random states of every kind."""

from __future__ import annotations

import pytest

from tests.binodal.explorer.states import PAIRS, disagreements, states
from tests.binodal.explorer.states import address as address_of

# The certified answer for any activation takes seconds.
COUNT = {"single-index": 6}
SOLVE = "given => given.map(state => window.binodal.solve(state))"
SHOWN = """() => [...document.querySelectorAll("td[data-value]")].map(
    cell => [cell.closest("tbody").id, Number(cell.dataset.value), cell.textContent])"""


@pytest.mark.parametrize(("model", "theory"), PAIRS)
def test_forty_states_of_every_kind(visit, model, theory):
    given = states(model, theory, COUNT.get(model, 42), 101)
    assert len(given) >= COUNT.get(model, 40)
    pages = visit().evaluate(SOLVE, given)
    wrong = [(s, list(disagreements(s, p))) for s, p in zip(given, pages, strict=True)]
    assert [pair for pair in wrong if pair[1]] == []


@pytest.mark.parametrize(("model", "theory"), PAIRS)
def test_the_tables_show_what_was_solved(visit, model, theory):
    for state in states(model, theory, min(6, COUNT.get(model, 6) // 2), 102):
        view = visit(address_of(state))
        held = view.evaluate("window.binodal.state()")
        assert {k: held[k] for k in state} == state
        assert list(disagreements(state, held["solution"], events=False)) == []
        cells = view.evaluate(SHOWN)
        solution = held["solution"]
        events = [e["sigma2"] for e in solution["events"].values() if e["status"] == "computed"]
        closure = [v for k, v in solution["state"].items() if k != "rho"]
        places = [(s["place"], s["action"]) for s in solution["saddles"]]
        assert [v for where, v, _ in cells if where == "events"] == events
        assert [v for where, v, _ in cells if where == "closure"] == closure
        left_out = [size for size in solution["dropped"].values() if size is not None]
        assert [v for where, v, _ in cells if where == "dropped"] == left_out
        in_table = [v for where, v, _ in cells if where == "saddles"]
        assert all(place in in_table and action in in_table for place, action in places)
        for _, value, text in cells:
            if value == value:
                assert read(text) == pytest.approx(value, rel=1e-8, abs=0)


def read(text):
    """A number as it is typeset: real minus signs and powers of ten."""
    digits = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
    front, _, power = text.replace("−", "-").lstrip("±").partition(" × 10")
    return float(f"{front}e{power.translate(digits) or 0}")
