"""A share of the pairs of a group: irreps as modes of Z_|G|, and refusals."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import torch

from binodal.api import boundary, critical, phase_map, solve, sweep
from binodal.derive.groups.names import from_text
from binodal.errors import RequestError
from binodal.models.group.network.shape import BlockDecay

AT: dict[str, Any] = {"N": 900, "sigma2": "1/25", "sigma_a2": "1/100000", "gamma": "3/1000"}
SHARE: dict[str, Any] = {"pairs": "subset", "data_fraction": "9/10"}
D51: dict[str, Any] = {**SHARE, **AT, "group": "D51"}


def number(ball: Any) -> float:
    return float(ball["mid"])


@pytest.mark.parametrize("group", ["Z3xZ5xZ7", "Z105"])
def test_complex_characters_are_modes_of_a_cyclic_group(group: str) -> None:
    cyclic = critical("modular", "coexistence", **SHARE, **AT, P=105)
    found = critical("group", "coexistence", **SHARE, **AT, group=group)
    for part in ("value", "at", "reason", "dropped"):
        assert found.document[part] == cyclic.document[part]
    same = solve("modular", **SHARE, **AT, P=105).document
    state = solve("group", **SHARE, **AT, group=group).document
    for part in ("phase", "closure", "saddles"):
        assert state[part] == same[part]


def test_where_memorising_crosses_is_that_of_a_cyclic_group_of_odd_order() -> None:
    cyclic = critical("modular", "crossing", **SHARE, **AT, P=105)
    found = critical("group", "crossing", **SHARE, **AT, group="Z3xZ5xZ7")
    assert (found.status, found.document["reason"]) == ("absent", cyclic.document["reason"])


@pytest.mark.parametrize(
    ("group", "decay", "held", "turned"),
    [("D51", "schatten", 1, 100 / 101), ("D51", "frobenius", 51 / 101, 50 / 101)],
)
def test_a_group_has_no_crossing(group: str, decay: str, held: float, turned: float) -> None:
    """Of D51 all functions but the sign turn, or of each irrep one singular value."""
    ask: dict[str, Any] = {**D51, "irrep": "2a", "decay": decay}
    ring = critical("group", "coexistence", **ask).document["at"]
    found = critical("group", "crossing", **ask)
    share, gamma, order = 0.9, 0.003, 102
    more = 1 + (1 - share) / share * held
    more += share * held * turned / (share * (4 - 2 * turned) + turned)
    at_u = number(ring["u"]) * share**2 * more
    x = (at_u + (at_u**2 - gamma) ** 0.5) / gamma
    deepest = held * order**2 * (x - at_u * x**2 + gamma * x**3 / 3)
    assert found.status == "absent"
    assert float(found.document["reason"].split("it is ")[1].split()[0]) == pytest.approx(
        deepest, rel=2e-6
    )


def test_signs_alone_are_told_at_a_share() -> None:
    """Characters of Z2 x ... x Z2 turn nowhere: near a share of one the bound says little."""
    ask: dict[str, Any] = {**D51, "group": "Z2xZ2xZ2xZ2xZ2", "irrep": "1b"}
    found = critical("group", "crossing", **ask)
    assert found.status == "absent" and "deeper at a share of 9/10" in found.document["reason"]
    assert critical("group", "crossing", along="data_fraction", **ask).status == "undecided"


@pytest.mark.parametrize("event", ["birth", "coexistence", "memorisation"])
def test_a_real_character_feels_half_of_the_disorder(event: str) -> None:
    """A mode on a share F' with (1-F')/F' half of (1-F)/F; sigma^2/F is then the same."""
    share = Fraction(9, 10)
    half = 2 * share / (1 + share)
    own = critical("group", event, **{**D51, "irrep": "1b"}).document
    mode = critical("modular", event, **{**SHARE, **AT, "P": 102, "data_fraction": half}).document
    assert number(own["at"]["x"]) == pytest.approx(number(mode["at"]["x"]), rel=1e-13)
    values = number(own["value"]) / float(share), number(mode["value"]) / float(half)
    assert values[0] == pytest.approx(values[1], rel=1e-13)


def test_all_kinds_are_answered_together_and_by_themselves() -> None:
    """The two-dimensional irreps of D51 have the norm of a mode, its sign half of it."""
    every = critical("group", "coexistence", **D51).document
    states = [every, *every["others"]]
    alone = {name: critical("group", "coexistence", **D51, irrep=name) for name in ("1b", "2a")}
    for name, one in alone.items():
        assert {s["value"]["mid"] for s in states} >= {one.document["value"]["mid"]}, name
    state = solve("group", **D51).document
    parts = {part["irrep"]: part for part in state["blocks"]}
    for name in ("1b", "2a"):
        own = solve("group", **D51, irrep=name).document
        assert own["closure"].items() <= parts[name].items()
        assert parts[name]["saddles"] == own["saddles"]
    assert {term["name"] for term in every["dropped"]} >= {
        term["name"] for term in alone["2a"].document["dropped"]
    }


def test_a_real_character_has_no_ring_to_turn() -> None:
    """A dihedral irrep's shift is M sqrt((1-F)/F)/|G| over a level of the ring near one."""
    sizes = {}
    for irrep in ("1b", "2a"):
        terms = critical("group", "coexistence", **D51, irrep=irrep).document["dropped"]
        sizes[irrep] = [number(t["size"]) for t in terms if "where on its ring" in t["name"]]
    assert sizes["1b"] in ([], [0.0])
    assert sizes["2a"] == [pytest.approx(2.9 / 3 / 102, rel=0.1)]


def test_several_singular_values_come_first_by_no_more_than_to_the_end() -> None:
    """U^2/gamma falls as the fourth power of sigma^2, to 9/8 at the end."""
    terms = critical("group", "coexistence", **D51, irrep="2a").document
    (size,) = (t["size"] for t in terms["dropped"] if t["name"].startswith("several"))
    u, x = (number(terms["at"][name]) for name in ("u", "x"))
    ratio = (u * 0.81) ** 2 / 0.003
    assert x > 0 and number(size) == pytest.approx((ratio / (9 / 8)) ** (1 / 4) - 1, rel=1e-2)


def test_planes_and_sweeps_of_a_real_irrep() -> None:
    own: dict[str, Any] = {**D51, "irrep": "1b"}
    found = boundary("group", "coexistence", names=("data_fraction", "sigma2"), points=4, **own)
    (curve,) = found.value[0].curves
    assert curve.ends == ("the end", "data_fraction=1")
    shown = critical("group", "coexistence", along="data_fraction", **own)
    share = number(shown.document["value"])
    for cold, phase in ((0.98, "GFL"), (1.02, "GMFL-I")):
        state = solve("group", **{**own, "data_fraction": Fraction(share * cold)})
        assert state.document["phase"] == phase
    del own["data_fraction"], own["sigma2"]
    table = sweep("group", ["data_fraction=0.6:1:2", "sigma2=0.02:0.08:2"], **own)
    assert table.array("phase").tolist() == [[1, 0]] * 2
    for place, share in enumerate(("3/5", "1")):
        state = solve("group", **own, data_fraction=share, sigma2="1/50").document
        assert table.array("a")[place, 0] == pytest.approx(number(state["closure"]["a"]), rel=1e-9)
    cells = phase_map("group", ["data_fraction=0.6:1", "sigma2=0.02:0.08"], depth=3, **own)
    assert {cell.lowest for cell in cells.value.cells if cell.decided} == {0, 2}


def test_all_pairs_are_the_theory_without_a_share() -> None:
    for group in ("Z105", "D51"):
        everything = critical("group", "coexistence", **AT, group=group)
        share: dict[str, Any] = {**SHARE, "data_fraction": 1}
        subset = critical("group", "coexistence", **AT, group=group, **share)
        assert subset.document["value"] == everything.document["value"]
    for own in ({"group": "Q100", "irrep": "2m"}, {"group": "D51", "irrep": "1b"}):
        own = {**AT, **own, "decay": "frobenius", "sigma2": "1/50"}
        everything, subset = (solve("group", **own, **of).document for of in ({}, share))
        (part,) = everything["blocks"]
        for name in ("a", "lambda"):
            assert subset["closure"][name] == part[name]
        assert [s["action"] for s in subset["saddles"]] == [s["action"] for s in part["saddles"]]
    whole, own = (solve("group", **{**D51, **of}).document for of in ({"data_fraction": 1}, {}))
    assert whole["phase"] == own["phase"] == "GMFL-I"


@pytest.mark.parametrize(
    ("setting", "why"),
    [
        ({"group": "Z105", "pairs": "some"}, "choose all, subset"),
        ({"group": "D51", "decay": "other"}, "frobenius"),
    ],
)
def test_what_is_not_derived_is_refused(setting: dict[str, str], why: str) -> None:
    with pytest.raises(RequestError, match=why):
        critical("group", "birth", **{**SHARE, **AT, **setting})


def test_the_decay_of_one_block_leaves_the_stiffness_of_the_others() -> None:
    """The least rank is as under schatten; two equal singular values of a quaternionic irrep cost
    four times as much of gamma, and U is half as large at sigma^2 over sqrt(2)."""
    values = {
        (irrep, decay): number(
            critical("group", "coexistence", **SHARE, **AT, **of, decay=decay).document["value"]
        )
        for irrep, of in (
            ("2a", {"group": "D51", "irrep": "2a"}),
            ("2m", {"group": "Q100", "irrep": "2m"}),
        )
        for decay in ("schatten", "frobenius")
    }
    assert values["2a", "frobenius"] == pytest.approx(values["2a", "schatten"], rel=1e-13)
    assert values["2m", "frobenius"] * 2**0.5 == pytest.approx(values["2m", "schatten"], rel=1e-13)


def test_one_pair_under_frobenius() -> None:
    """The weights of one pair of D51, with the networks' own decay: 4 A C = Q^2."""
    of = from_text("D51")
    found = critical("group", "one-pair", **{**D51, "irrep": "2a", "decay": "frobenius"}).document
    halves = torch.zeros((1, 2, of.order), dtype=torch.float64)
    halves[0, 0, 3], halves[0, 1, 7] = 5, 5
    decay = of.order * 0.003 / 6 * float(BlockDecay(of, "frobenius").sixth(halves)[0])
    kernel = 1e-5 / (2 * 900 * number(found["value"]) ** 2)
    pull = kernel * (2 * 5 * 5) ** 2 * (1 - 1 / of.order)
    assert 4 * 25 * decay == pytest.approx(pull**2, rel=1e-12)
    assert "at every share above 0.679" in found["reason"]


def test_a_picture_shows_irreps_of_one_kind() -> None:
    with pytest.raises(RequestError, match="choose one by"):
        boundary("group", "birth", names=("data_fraction", "sigma2"), **D51)
    with pytest.raises(RequestError, match="choose one by"):
        sweep(
            "group", ["sigma_a2=0.001:0.002:2"], **{k: v for k, v in D51.items() if k != "sigma_a2"}
        )


@pytest.mark.parametrize("along", ["N", "sigma_a2", "gamma"])
def test_under_frobenius_every_parameter_leads_to_the_same_point(along: str) -> None:
    """The twin of an irrep has N and sigma_a^2 at a scale: both are given back as they are here."""
    asked: dict[str, Any] = {**SHARE, **AT, "group": "S4", "irrep": "3a", "decay": "frobenius"}
    asked["data_fraction"] = "49/50"
    there = critical("group", "coexistence", **asked).document["value"]["mid"]
    found = critical("group", "coexistence", along=along, **{**asked, "sigma2": there})
    assert number(found.document["value"]) == pytest.approx(float(Fraction(AT[along])), rel=1e-12)
    (moved, *_), value = found.document["width"], number(found.document["value"])
    same = critical("group", "coexistence", along="sigma2", **{**asked, "sigma2": there})
    beside = number(same.document["width"][0]["size"]) / float(there)
    times = {"N": 2, "sigma_a2": 2, "gamma": 4}[
        along
    ]  # powers in U^2/gamma, beside four of sigma^2
    assert number(moved["size"]) / value == pytest.approx(times * beside, rel=1e-6)


def test_a_quaternionic_irrep_under_frobenius_has_the_coupling_of_all_pairs() -> None:
    """Its least rank is two, and each singular value feels half of u."""
    asked = {**AT, "group": "Q8", "irrep": "2a", "decay": "frobenius"}
    everything = critical("group", "coexistence", **asked).document
    subset = critical("group", "coexistence", pairs="subset", **asked).document
    assert (subset["value"], subset["at"]) == (everything["value"], everything["at"])
