"""First orders in 1/N as ``solve`` has them: those of ``compare``, and of modular addition."""

from __future__ import annotations

from typing import Any

import pytest

from binodal.api import solve
from binodal.models.group.predictions import finite_width
from binodal.models.group.setting import setting_of
from binodal.models.modular.predictions import finite_width as modular
from binodal.numerics.errors import Undecided
from binodal.validate.expansion import Expansion, shifts
from tests.laws import beside

AT = {"N": "1000", "sigma2": "7/2000", "sigma_a2": "1/4000", "gamma": "2", "limit": "finite"}
FLOATS = {"N": 1000.0, "sigma2": 0.0035, "sigma_a2": 1 / 4000, "gamma": 2.0}


def solved(model: str, **settings: Any) -> dict[str, Any]:
    return solve(model, **{**AT, **settings}).document


def middle(number: dict[str, str]) -> float:
    return float(number["mid"] if "mid" in number else number["value"])


def test_a_prime_cyclic_group_has_those_of_modular_addition():
    every = solved("group", group="Z7")["corrections"]
    own = solved("modular", P=7)["corrections"]["1/N"]
    assert every == {"1/N": {"1b": own, "1c": own, "1d": own}}
    second = modular.expansion({**FLOATS, "P": 7.0}).second["a"]
    assert abs(second) < own["left_out"]["a"] < own["a"] / 2 and 0.01 < own["a"] < 0.02


def test_closure_and_shift_are_the_row_of_compare():
    """One irrep that is asked for has what it has among all, where the others fluctuate."""
    found = solved("group", group="Z4", irrep="1c")
    known, (block,) = found["corrections"]["1/N"], found["blocks"]
    assert list(known) == ["1c"]
    setting = setting_of({"group": "Z4", "decay": "schatten", "irrep": "every"})
    for row in finite_width.predictions(setting, FLOATS, {"1c": ("a", "lambda")}):
        name, start = row.observable[:-3], middle(block[row.observable[:-3]])
        assert row.value - start == pytest.approx(known["1c"][name], abs=1e-7 * start)
        assert row.error == pytest.approx(known["1c"]["left_out"][name], rel=1e-3)


@beside("test_closure_and_shift_are_the_row_of_compare")
def test_of_modular_addition_too():
    """At P = 17 the row has one order as well; at even P there is none, nor as printed."""
    found = solved("modular", P=17)
    row = next(modular.predictions({**FLOATS, "P": 17.0}))
    assert row.observable == "a"
    shift = found["corrections"]["1/N"]["a"]
    assert row.value - middle(found["closure"]["a"]) == pytest.approx(shift, abs=1e-7)
    for settings, why in (({"P": 8}, "odd P"), ({"theory": "published", "P": 7}, "derived action")):
        none = solved("modular", **settings)["corrections"]
        assert none["1/N"] is None and why in none["why"]


def test_where_there_is_none_a_line_says_why():
    for model, size in (("group", {"group": "Z401"}), ("modular", {"P": 401})):
        found = solve(model, preset="fig3", sigma2="1/5", limit="finite", **size).document
        assert found["corrections"]["1/N"] is None
        assert found["corrections"]["why"].endswith("is offered up to P = 113")
    lost = Expansion({"a": 0.5}, {"a": 0.0}, 3.0, 150.0)
    with pytest.raises(Undecided, match="doubles"):
        shifts(lost, lost, ["a"])


def test_text_does_not_pay_for_them(monkeypatch: pytest.MonkeyPatch):
    """They are computed once, when the entry is read."""
    calls: list[str] = []

    def counted(*_: Any) -> dict[str, object]:
        calls.append("computed")
        return {"1/N": None}

    monkeypatch.setattr("binodal.models.group.predictions.corrections.corrections", counted)
    found = solve("group", **{**AT, "group": "Z4", "irrep": "1c"})
    assert str(found) and list(found.document)[-2:] == ["corrections", "dropped"]
    assert not calls
    assert '"1/N": null' in found.to_json() and found.corrections == {"1/N": None}
    assert calls == ["computed"]
