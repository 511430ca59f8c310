"""Groups through the commands: blocks, events, settings, and what is refused."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from binodal.api import critical, solve
from binodal.derive.groups.names import named
from binodal.models.group.numerics.weights import first_weight, relative_shift
from binodal.models.group.parameters import EVERY
from binodal.models.group.setting import blocks_of, setting_of
from binodal.models.group.settings import canonical
from tests.laws import beside

SETTING = {"preset": "fig3", "theory": "derived"}


def _groups(group, **options):
    return {"group": group, **options, "preset": "fig3"}


@pytest.mark.parametrize("sigma2", ["1/4", "1/5", "1/1000"])
def test_a_cyclic_group_is_modular_addition_to_the_last_digit(sigma2):
    own = solve("group", **_groups("Z401"), irrep="1b", sigma2=sigma2).document
    plain = solve("modular", preset="fig3", sigma2=sigma2).document
    (block,) = own["blocks"]
    assert {name: block[name] for name in ("a", "lambda")} == plain["closure"]
    assert own["phase"] == plain["phase"]
    for mine, theirs in zip(block["saddles"], plain["saddles"], strict=True):
        assert {key: mine[key] for key in theirs} == theirs


@pytest.mark.parametrize("event", ["birth", "coexistence", "gmfl2"])
def test_events_of_a_cyclic_group_are_those_of_modular_addition(event):
    settings = {"sigma_a2": "1/1000000000000", "N": "7"}
    own = critical("group", event, **_groups("Z11"), **settings).document
    plain = critical("modular", event, preset="fig3", P=11, **settings).document
    for key in ("value", "at", "others", "status"):
        assert own[key] == plain[key]
    for key, ball in plain.get("transition", {}).items():
        assert float(own["transition"][key]["mid"]) == pytest.approx(float(ball["mid"]), rel=1e-14)


def test_all_irreps_of_one_group_coexist_at_one_temperature_under_schatten():
    document = critical("group", "coexistence", **_groups("S4")).document
    assert document["status"] == "certified" and not document["others"]
    assert "class" not in document


def test_ranks_decide_under_frobenius():
    """Quaternionic irreps have rank two at least and come later by a factor sqrt(2)."""
    document = critical("group", "coexistence", **_groups("Q8"), decay="frobenius").document
    points = {point["class"]: point for point in (document, *document["others"])}
    first, later = points["1b,1c,1d"], points["2a"]
    ratio = Fraction(first["value"]["mid"]) / Fraction(later["value"]["mid"])
    assert abs(ratio**2 - 2) < Fraction(1, 10**13)
    ratio = Fraction(later["at"]["u"]["mid"]) / Fraction(first["at"]["u"]["mid"])
    assert abs(ratio - 2) < Fraction(1, 10**13)


@pytest.mark.parametrize("group", ["Z5", "S3", "Q8", "A4"])
def test_the_weight_of_rank_one_is_that_by_which_its_coexistence_shifts(group):
    """Shifts of all irreps, over log |G|, are in the ratio of their weights to their depths."""
    order, gamma = 60, Fraction(2, 7)
    ratios = []
    for block in blocks_of(group, EVERY):
        weight, shift = first_weight(block), float(relative_shift(block, order, gamma).mid())
        if weight:
            ratios.append(shift / float(weight))
        else:
            assert shift == pytest.approx(0, abs=1e-12)
    assert ratios == pytest.approx([_shift_of_one(order, gamma)] * len(ratios), rel=1e-12)


def _shift_of_one(order, gamma):
    (real,) = (block for block in blocks_of("S3", EVERY) if block.dimension == 2)
    return float(relative_shift(real, order, gamma).mid()) / float(first_weight(real))


def test_an_event_is_the_same_along_a_parameter_that_the_twin_scales():
    asked = {**_groups("Q8"), "irrep": "2a", "decay": "frobenius", "sigma2": "1/300"}
    event = critical("group", "coexistence", along="sigma_a2", **asked).document
    there = Fraction(event["value"]["mid"])
    back = critical("group", "coexistence", **asked, sigma_a2=there).document
    assert abs(Fraction(back["value"]["mid"]) * 300 - 1) < Fraction(1, 10**13)


def test_two_neighbouring_ranks_share_the_probability():
    """A mean of 1.6 filled singular values of three: ranks 1 and 2 hold 0.4 and 0.6."""
    from flint import arb

    from binodal.models.group.numerics.solve import shares

    held = shares(arb(8) / 15, 3)
    for share, expected in zip(held, (0, arb(2) / 5, arb(3) / 5, 0), strict=True):
        assert abs(share - expected) < arb("1e-12")


def test_the_closure_of_a_block_holds_with_its_masses():
    """lambda from the ranks and their masses, added by hand: 4 sigma_a^2 |G|^2 <|WV|^2>/d."""
    for group, decay in (("S4", "schatten"), ("S4", "frobenius"), ("Q8", "frobenius")):
        at = {"sigma2": "1/1000"}
        document = solve("group", **_groups(group, decay=decay), **at).document
        for block in document["blocks"]:
            square = 0.0
            for saddle in block["saddles"]:
                x, rank = float(saddle["x"]["mid"]), saddle["rank"]
                if saddle["mass"] and rank:
                    of_rank = rank * x**2 if decay == "schatten" else x**2 / rank
                    square += saddle["mass"] * of_rank
            order = named(group).order
            level = 4 * 2e-6 * order**2 * square / block["dimension"]
            assert level == pytest.approx(float(block["lambda"]["mid"]), rel=1e-12)


def test_a_file_is_read_once_and_its_name_says_all(tmp_path):
    table = tmp_path / "mine.txt"
    rows = named("S3").table
    table.write_text("# a table\n" + "\n".join(" ".join(map(str, row)) for row in rows))
    generators = tmp_path / "mine.perm"
    generators.write_text("permutation 1 2 0\npermutation 1 0 2\n")
    for path in (table, generators):
        settings = canonical({"group": str(path), "decay": "schatten", "irrep": "2a"})
        path.unlink()
        assert canonical(settings) == settings
        assert setting_of(settings).group.order == 6


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--group", "Z1"), "trivial group"),
        (("--group", "S9"), "more than 1000 elements"),
        (("--group", "S9"), "the events of modular addition at P = |G|"),
        (("--group", "permutations 1 0 | x"), "as in permutations 1 2 0 | 1 0 2"),
        (("--group", "S3", "--irrep", "5a"), "irrep '5a': no such irrep; S3 has 1b, 2a"),
        (("--group", "S3", "--irrep", "1a"), "the trivial irrep is not in the target"),
        (("--group", "S3", "--decay", "l2"), "decay 'l2': choose schatten, frobenius"),
        (("--group", "no/file"), "cannot be read"),
        (("--group", "S3", "-s", "P=5"), "unknown parameter 'P'"),
    ],
)
def test_what_makes_no_sense_is_one_line(run, options, message):
    ran = run("solve", "group", *options, "--preset", "fig3")
    assert (ran.status, ran.out) == (2, "") and ran.err.count("\n") == 1
    assert message in ran.err


def test_a_file_that_is_no_group_names_the_axiom(run, tmp_path):
    (tmp_path / "bad.txt").write_text("0 1 2\n1 0 1\n2 1 0\n")
    ran = run("solve", "group", "--group", "./bad.txt", "--preset", "fig3")
    assert ran.status == 2 and "1 times 0 and times 2 are the same" in ran.err


KLEIN = ((0, 1, 2, 3), (1, 0, 3, 2), (2, 3, 0, 1), (3, 2, 1, 0))
QUARTET = ((0, 1, 2, 3), (1, 2, 3, 0), (2, 3, 0, 1), (3, 0, 1, 2))


@pytest.mark.parametrize(
    "rows",
    [
        [" ".join(map(str, row)) for row in KLEIN],
        [",".join(str(k + 1) for k in row) for row in KLEIN],
        [f"[ {', '.join(str(k + 1) for k in row)} ]," for row in KLEIN],
        [" ".join("eabc"[k] for k in row) for row in KLEIN],
    ],
)
def test_a_table_is_read_as_it_comes(tmp_path, rows):
    """Numbers from zero or one, with commas and brackets, and names."""
    file, other = tmp_path / "klein.txt", tmp_path / "cyclic.txt"
    file.write_text("\n".join(rows))
    other.write_text("\n".join(" ".join(map(str, row)) for row in QUARTET))
    read = {"group": str(file), "decay": "schatten", "irrep": EVERY}
    assert canonical(read)["group"] == "permutations 1 0 3 2 | 2 3 0 1"
    assert canonical({**read, "group": str(other)})["group"] == "permutations 1 2 3 0"


def test_a_name_that_no_element_has_is_refused(run, tmp_path):
    (tmp_path / "bad.txt").write_text("e a\na c\n")
    ran = run("solve", "group", "--group", "./bad.txt", "--preset", "fig3")
    assert ran.status == 2 and "c is not in the first row, which names the elements" in ran.err


def test_the_document_has_the_stable_fields(run):
    ran = run("solve", "group", "--group", "D5", "--preset", "fig3", "--json")
    document = json.loads(ran.out)
    assert ran.status == 0 and document["params"]["group"] == "D5"
    for block in document["blocks"]:
        assert list(block) == ["irrep", "dimension", "type", "orbit", "a", "lambda", "saddles"]
        assert list(block["saddles"][0])[:5] == ["rank", "x", "action", "kind", "mass"]


@beside(
    "tests/models/group/test_finite.py::test_finite_events_of_a_cyclic_group_are_those_of_modular_addition"
)
def test_a_cyclic_group_of_its_own_size_is_modular_addition_to_the_last_digit():
    """An even order: the complex modes, and P/2 among the irreps."""
    at = {"sigma2": "1/3", "sigma_a2": "1/50", "gamma": "1/5", "N": 2, "limit": "finite"}
    own = solve("group", group="Z4", **at).document
    plain = solve("modular", P=4, **at).document
    for block in own["blocks"]:
        expected = plain["real_mode" if block["type"] == "real" else "closure"]
        assert {name: block[name] for name in ("a", "lambda")} == expected


def test_the_law_of_a_real_irrep_against_plain_quadrature():
    """Z2 x Z2 has nothing but real irreps: <x x_v> by a grid in w and v."""
    import numpy as np

    at = {"sigma2": "1/3", "sigma_a2": "1/50", "gamma": "1/5", "N": 2}
    document = solve("group", group="Z2xZ2", limit="finite", **at).document
    assert document["status"] == "certified"
    w = np.linspace(-4, 4, 1601)
    x, x_v = np.meshgrid(w**2, w**2)
    for block in document["blocks"]:
        a, level = (float(block[name]["mid"]) for name in ("a", "lambda"))
        u = 2 / 50 * a**2 * 16 / (2 / 9)
        density = np.exp(-4 * ((x + x_v) / 2 + (x**3 + x_v**3) / 30 - u * x * x_v))
        moment = float((x * x_v * density).sum() / density.sum())
        assert level == pytest.approx(4 / 50 * 16 * moment, rel=1e-9)
        assert a * (1 / 3 + level) == pytest.approx(1 / 3, rel=1e-12)


def test_results_show_their_blocks():
    state = solve("group", **_groups("S3"), sigma2="1/1000")
    assert {"a_1b", "lambda_1b", "a_2a", "lambda_2a"} <= set(state.numbers())
    rows = state.records()
    assert [(row["irrep"], row["rank"]) for row in rows] == [
        ("1b", 0),
        ("1b", 1),
        ("1b", 1),
        ("2a", 0),
        ("2a", 1),
        ("2a", 1),
        ("2a", 2),
    ]
    assert "irrep" in str(state._repr_html_())
