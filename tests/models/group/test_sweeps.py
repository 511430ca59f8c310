"""Sweeps, maps, curves, loops, ladders and code of groups: those of the mode that an irrep is."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from binodal.api import boundary, critical, hysteresis, ladder, phase_map, solve, sweep
from binodal.derive.groups.names import named
from binodal.derive.symbols import N, P, u
from binodal.errors import RequestError
from binodal.models.group.numerics.sweeps import loop
from binodal.models.group.setting import setting_of
from binodal.models.modular.numerics.hysteresis import escapes
from binodal.models.modular.parameters import SPACE
from binodal.models.registry import model, preset
from binodal.numerics.parameters import Parameters
from binodal.numerics.rescale import rescale
from tests.laws import beside, cases

CYCLIC = {"group": "Z401", "preset": "fig3"}
RANKED = {"group": "Q8", "irrep": "2a", "decay": "frobenius", "preset": "fig3"}


@pytest.mark.parametrize(
    ("limit", "grids"),
    [
        ("thermodynamic", ["sigma2=1/20:3/10:7", "gamma=1/20000:1/5000:5"]),
        ("finite", ["sigma2=1/20:3/10:2"]),
    ],
)
def test_a_sweep_of_a_cyclic_group_is_that_of_modular_addition(limit, grids):
    own = sweep("group", grids, limit=limit, **CYCLIC)
    plain = sweep("modular", grids, limit=limit, preset="fig3")
    assert list(own.quantities) == ["a", "lambda", "x", "action", "mass"]
    for name in (*own.quantities, "phase", "state"):
        assert np.array_equal(own.array(name), plain.array(name), equal_nan=name != "state"), name


def test_a_map_of_a_cyclic_group_is_that_of_modular_addition():
    axes = ["sigma2=1/20:3/10", "gamma=1/100000:1/1000"]
    own = phase_map("group", axes, depth=5, **CYCLIC)
    plain = phase_map("modular", axes, depth=5, preset="fig3")
    assert own.value.cells == plain.value.cells and len(own.value.cells) > 50


@pytest.mark.parametrize("event", ["birth", "coexistence", "gmfl2"])
def test_curves_of_a_cyclic_group_are_those_of_modular_addition(event):
    options = {"names": ("sigma2", "sigma_a2"), "theories": ["derived"], "points": 5}
    setting = {"N": 7, "sigma2": "1/20000", "sigma_a2": "1/1000000000000"}
    own = boundary("group", event, **options, group="Z11", preset="fig3", **setting).document
    plain = boundary("modular", event, **options, preset="fig3", P=11, **setting).document
    for mine, theirs in zip(own["boundaries"], plain["boundaries"], strict=True):
        for key in ("curves", "end_points", "status", "reason"):
            assert mine[key] == theirs[key]
        assert len(mine["curves"]) == 1


def test_computed_curves_of_finite_size_are_those_of_modular_addition():
    options = {"names": ("sigma2", "gamma"), "limit": "finite", "points": 5}
    own = boundary("group", "birth", theories=["derived"], **options, **CYCLIC).document
    plain = boundary("modular", "birth", theories=["derived"], **options, preset="fig3").document
    assert own["boundaries"][0]["curves"] == plain["boundaries"][0]["curves"] != []


def test_loops_of_a_cyclic_group_are_those_of_modular_addition():
    along = "sigma2=1/10:3/10:2"
    own = hysteresis("group", along, **CYCLIC).document
    plain = hysteresis("modular", along, preset="fig3").document
    assert own["points"] == plain["points"]
    assert own["points"][0]["log10_escape_time"]["zero"] > 0


def test_a_mode_of_z7_has_the_exact_times_of_modular_addition():
    cyclic = preset("fig3").replace(P=7, sigma2=Fraction(1, 1000))
    z7 = setting_of({"group": "Z7", "irrep": "1b", "decay": "schatten"})
    own, plain = loop(z7)(cyclic, "derived", 96)[3], escapes(cyclic, "derived", 96)
    assert own.from_zero.exact == plain.from_zero.exact
    assert own.from_zero.log10_time == plain.from_zero.log10_time
    assert own.from_zero.exact[0] == pytest.approx(6.398, abs=0.005)


def test_a_ladder_from_a_cyclic_group_is_that_of_modular_addition():
    own = ladder("group", "birth", betas=["1/8", 1, 2], **CYCLIC).document
    plain = ladder("modular", "birth", betas=["1/8", 1, 2], preset="fig3").document
    for key in ("rungs", "coefficient", "limit_value", "power", "status"):
        assert own[key] == plain[key]


@pytest.mark.parametrize(
    ("start", "end", "irrep", "decay"),
    [
        ("D5", "D10", "2a", "schatten"),
        ("Q8", "Q16", "2b", "frobenius"),
        ("Z4", "Z8", "1b", "schatten"),
    ],
)
def test_a_ladder_climbs_through_the_groups_of_a_family(start, end, irrep, decay):
    """A rung is the event of the larger group itself, found from its own table."""
    first = {"group": start, "irrep": irrep if start != "Q8" else "2a", "decay": decay}
    (rung,) = ladder("group", "birth", betas=[4], preset="fig3", **first).document["rungs"]
    assert rung["size"] == 2 * named(start).order == named(end).order
    own = {**preset("fig3"), "P": Fraction(named(start).order)}
    scaled, _ = rescale(Parameters(SPACE, own), Fraction(4))
    at = {name: value for name, value in scaled.items() if name != "P"}
    last = {"group": end, "irrep": irrep, "decay": decay}
    event = critical("group", "birth", limit="finite", **last, **at).document
    back = float(own["sigma2"] / scaled["sigma2"])
    assert rung["value"] == pytest.approx(back * _middle(event["value"]), rel=1e-7)
    assert abs(rung["coefficient"]) > 100 * rung["coefficient_error"]


def test_code_of_a_cyclic_group_is_that_of_modular_addition():
    own = model("group[group=Z401; irrep=1b]").expressions()
    plain = model("modular").expressions()
    assert list(own) == list(plain)
    for quantity in plain:
        ours, theirs = own[quantity]("derived"), plain[quantity]("derived")
        for name, value in theirs.values.items():
            assert ours.values[name] == value.subs(P, 401), (quantity, name)
        assert list(ours.arguments) == [s for s in theirs.arguments if s != P]


def _middle(number):
    return float(number["mid"] if "mid" in number else number["value"])


@pytest.mark.parametrize("setting", [RANKED, {**RANKED, "decay": "schatten"}])
@pytest.mark.parametrize("sigma2", ["1/250", "1/1000", "1/4"])
def test_a_sweep_of_a_ranked_irrep_is_what_solve_certifies(setting, sigma2):
    table = sweep("group", [f"sigma2={sigma2}:1:2"], **setting)
    cell = {name: float(table.array(name)[0]) for name in table.quantities}
    (block,) = solve("group", **setting, sigma2=sigma2).document["blocks"]
    assert cell["a"] == pytest.approx(_middle(block["a"]), rel=1e-12)
    assert cell["lambda"] == pytest.approx(_middle(block["lambda"]), rel=1e-9)
    first = next((s for s in block["saddles"] if s["rank"] and s["kind"] == "minimum"), None)
    if first is None:
        assert np.isnan(cell["x"]) and cell["mass"] == 0
        return
    assert cell["x"] == pytest.approx(_middle(first["x"]), rel=1e-12)
    assert cell["action"] == pytest.approx(_middle(first["action"]), rel=1e-9, abs=1e-11)


@pytest.mark.parametrize(
    ("decay", "sigma2"),
    cases(list(product(["schatten", "frobenius"], ["1/250", "1/1000"])), every=None),
)
def test_a_loop_of_a_ranked_irrep_has_the_barrier_that_solve_certifies(decay, sigma2):
    """At equilibrium the barrier of two quaternionic singular values is that of the saddle."""
    setting = {**RANKED, "decay": decay}
    point = hysteresis("group", f"sigma2={sigma2}:1:2", **setting).document["points"][0]
    (block,) = solve("group", **setting, sigma2=sigma2).document["blocks"]
    barriers = [s for s in block["saddles"] if s["kind"] == "saddle"]
    assert bool(barriers) == (point["heating"] is not None)
    for saddle in barriers:
        expected = _middle(saddle["action"])
        assert _middle(point["heating"]["barrier"]) == pytest.approx(expected, rel=1e-12)
    assert (point["log10_escape_time"]["zero"] is None) == (point["cooling"] is None)


def test_a_curve_of_a_ranked_irrep_passes_through_its_events():
    """The curve works with scaled constants, the event with a scaled parameter."""
    names, start = ("sigma2", "sigma_a2"), {**RANKED, "sigma2": "1/300"}
    found = boundary("group", "coexistence", names=names, points=4, **start).document
    (curve,) = found["boundaries"][0]["curves"]
    assert len(curve["points"]) == 4
    for point in curve["points"]:
        along = next(name for name in names if name not in point["exact"])
        ((name, value),) = point["exact"].items()
        event = critical("group", "coexistence", along=along, **{**start, name: value}).document
        assert _middle(point["values"][along]) == pytest.approx(_middle(event["value"]), rel=1e-14)
        assert _middle(point["at"]["u"]) == pytest.approx(_middle(event["at"]["u"]), rel=1e-14)


def test_a_map_of_a_ranked_irrep_changes_at_its_events():
    at = {name: critical("group", name, **RANKED).document["value"] for name in ("coexistence",)}
    place = Fraction(at["coexistence"]["mid"])
    low, high = place * Fraction(99, 100), place * Fraction(101, 100)
    phases = phase_map(
        "group", [f"sigma2={low}:{high}", "gamma=1/10000:10001/100000000"], depth=4, **RANKED
    )
    stages = {(cell.column < 2 ** (cell.depth - 1)): set() for cell in phases.value.cells}
    for cell in phases.value.cells:
        if cell.decided and cell.depth:
            stages[cell.column < 2 ** (cell.depth - 1)].add(cell.lowest)
    assert stages[True] == {2} and stages[False] == {1}


def test_the_coupling_in_code_is_that_of_the_block():
    """u = 2 |G|^2 a^2 sigma_a^2/(N sigma^4), whatever the rank that feels it."""
    for setting in ("group=Q8; irrep=2a; decay=frobenius", "group=Q8; irrep=2a", "group=Z8"):
        expressions = model(f"group[{setting}]").expressions()
        plain = model("modular").expressions()
        value = expressions["coupling"]("derived").values["u"]
        assert (value - plain["coupling"]("derived").values["u"].subs(P, 8)).equals(0)
        assert N in expressions["sharing"]("derived").arguments
        assert u in expressions["action"]("derived").arguments


@beside("test_a_sweep_of_a_cyclic_group_is_that_of_modular_addition")
def test_a_sweep_at_finite_size_is_solve_at_its_points():
    setting = {"sigma_a2": "1/1000000", "gamma": 2, "N": 400, "group": "S3", "irrep": "2a"}
    grid = sweep("group", ["sigma2=1/20000:1/7000:2"], limit="finite", **setting)
    for place, sigma2 in enumerate(("1/20000", "1/7000")):
        document = solve("group", limit="finite", sigma2=sigma2, **setting).document
        (block,) = document["blocks"]
        zero, *_, last = block["saddles"]
        for name in ("a", "lambda"):
            assert grid.array(name)[place] == pytest.approx(float(block[name]["value"]), rel=1e-8)
        assert grid.array("x")[place] == pytest.approx(float(last["x"]["value"]), rel=1e-8)
        assert 0 < grid.array("mass")[place] < 1 - zero["mass"]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (lambda: sweep("group", ["sigma2=1/10:1:2"], group="Q8", decay="frobenius", preset="fig3"),
         r"different closures \(1b,1c,1d; 2a\): choose one by irrep"),
        (lambda: sweep("group", ["sigma2=1/10:1:2"], group="Z4", limit="finite", preset="fig3"),
         r"different closures \(1b; 1c\): choose one by irrep"),
        (lambda: ladder("group", group="S3", preset="fig3"),
         r"different closures \(1b; 2a\): choose one by irrep"),
    ],
)  # fmt: skip
def test_what_has_no_one_closure_is_refused(asked, message):
    with pytest.raises(RequestError, match=message):
        asked()
