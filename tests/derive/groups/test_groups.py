"""Finite groups: axioms, names, characters, types, and what automorphisms tie."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from binodal.derive.cyclotomic import Cyclotomic
from binodal.derive.groups.group import GroupError, from_table
from binodal.derive.groups.irreps import automorphisms, blocks, irreps, value
from binodal.derive.groups.names import from_text, generated, named
from binodal.derive.groups.small import SMALL
from tests.laws import cases

# What textbooks list: (dimension, type) of all irreps.
KNOWN = {
    "S3": [(1, "real"), (1, "real"), (2, "real")],
    "Q8": [(1, "real")] * 4 + [(2, "quaternionic")],
    "D4": [(1, "real")] * 4 + [(2, "real")],
    "A4": [(1, "real"), (1, "complex"), (1, "complex"), (3, "real")],
    "Q12": [
        (1, "real"),
        (1, "complex"),
        (1, "real"),
        (1, "complex"),
        (2, "quaternionic"),
        (2, "real"),
    ],
    "A5": [(1, "real"), (3, "real"), (3, "real"), (4, "real"), (5, "real")],
    "S5": [(d, "real") for d in (1, 1, 4, 4, 5, 5, 6)],
}


@pytest.mark.parametrize("name", cases(SMALL, every=3))
def test_characters_are_orthonormal_by_rows_and_columns(name):
    group = from_text(SMALL[name])
    every = irreps(group)
    zero = Cyclotomic.rational(group.exponent, 0)
    table = [[value(group, rho.spectra, c[0]) for c in group.classes] for rho in every]
    for i, row in enumerate(table):
        for j, other in enumerate(table):
            pairs = zip(row, other, group.classes, strict=True)
            total = sum((a * b.conjugate() * Fraction(len(c)) for a, b, c in pairs), start=zero)
            assert total == (group.order if i == j else 0)
    for c, members in enumerate(group.classes):
        for d in range(len(group.classes)):
            total = sum((row[c] * row[d].conjugate() for row in table), start=zero)
            assert total == (Fraction(group.order, len(members)) if c == d else 0)


@pytest.mark.parametrize("name", KNOWN)
def test_types_are_those_of_textbooks(name):
    found = [(rho.dimension, rho.kind) for rho in irreps(named(name))]
    assert sorted(found) == sorted(KNOWN[name])


@given(st.sampled_from(["S3", "Q8", "A4", "Z2xZ4", "D5"]), st.randoms(use_true_random=False))
def test_numbers_of_elements_do_not_matter(name, random):
    group = named(name)
    places = list(range(group.order))
    random.shuffle(places)
    back = [places.index(g) for g in range(group.order)]
    rows = [[places[group.table[back[g]][back[h]]] for h in places] for g in places]
    order = sorted(places)
    moved = from_table([[rows[places.index(g)][places.index(h)] for h in order] for g in order])
    shape = sorted((rho.dimension, rho.kind) for rho in irreps(group))
    assert sorted((rho.dimension, rho.kind) for rho in irreps(moved)) == shape


@given(st.sampled_from(["S4", "Q8", "D5", "Z12"]), st.data())
def test_characters_are_class_functions_and_their_class_sums_act_as_numbers(name, data):
    group = named(name)
    g, h = (data.draw(st.integers(0, group.order - 1)) for _ in range(2))
    rho = data.draw(st.sampled_from(irreps(group)))
    moved = group.table[group.table[h][g]][group.inverses[h]]
    assert value(group, rho.spectra, moved) == value(group, rho.spectra, g)
    # the mean of rho(k g k^{-1}) over k is a multiple of 1, so its product with rho(h) is known
    total = Cyclotomic.rational(group.exponent, 0)
    for k in range(group.order):
        conjugate = group.table[group.table[k][g]][group.inverses[k]]
        total = total + value(group, rho.spectra, group.table[conjugate][h])
    product = value(group, rho.spectra, g) * value(group, rho.spectra, h)
    assert total * rho.dimension == product * group.order


@pytest.mark.parametrize(
    ("name", "orbits"),
    [
        ("D4", {("1b", "1c"), ("1d",), ("2a",)}),
        ("Q8", {("1b", "1c", "1d"), ("2a",)}),
        ("A5", {("3a", "3b"), ("4a",), ("5a",)}),
        ("S5", {("1b",), ("4a",), ("4b",), ("5a",), ("5b",), ("6a",)}),
        ("Z7", {("1b", "1c", "1d", "1e", "1f", "1g")}),
    ],
)
def test_automorphisms_tie_irreps(name, orbits):
    assert {block.orbit for block in blocks(named(name))} == orbits


@pytest.mark.parametrize(("name", "count"), [("Z2xZ2", 6), ("Q8", 24), ("S3", 6), ("Z12", 4)])
def test_automorphisms_are_all_found(name, count):
    assert len(set(automorphisms(named(name)))) == count


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([[0]], "trivial group"),
        ([[0, 1], [1]], "row 1 has 1 entries"),
        ([[0, 1], [1, 2]], "not closed: 1 times 1 is 2"),
        ([[1, 1], [0, 0]], "no neutral element"),
        ([[0, 1], [1, 1]], "no inverse: 1 times"),
        ([[0, 1, 2], [1, 0, 1], [2, 1, 0]], "1 times 0 and times 2 are the same"),
        (
            [[0, 1, 2, 3, 4], [1, 0, 3, 4, 2], [2, 4, 0, 1, 3], [3, 2, 4, 0, 1], [4, 3, 1, 2, 0]],
            r"not associative: \(1 1\) 2 is not 1 \(1 2\)",
        ),
    ],
)
def test_what_is_no_group_is_named_with_its_elements(rows, message):
    with pytest.raises(GroupError, match=message):
        from_table(rows)


@given(st.sampled_from(["S3", "Z2xZ4", "D5"]), st.data())
def test_one_wrong_product_is_noticed(name, data):
    rows = [list(row) for row in named(name).table]
    g, h = (data.draw(st.integers(1, len(rows) - 1)) for _ in range(2))
    rows[g][h] = (rows[g][h] + data.draw(st.integers(1, len(rows) - 1))) % len(rows)
    with pytest.raises(GroupError):
        from_table(rows)


def test_numbers_in_messages_are_those_of_the_table():
    """The neutral element is 1 here; the message speaks of the elements as they were given."""
    with pytest.raises(GroupError, match="0 times anything is never 1"):
        from_table([[0, 0], [0, 1]])


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Z1", "trivial"),
        ("Q7", "8, 12, 16"),
        ("S9", "more than 1000"),
        ("A99999", "more than 1000"),
        ("Z2x", "give a name"),
        ("monster", "give a name"),
    ],
)
def test_names_without_a_group_are_refused(name, message):
    with pytest.raises(GroupError, match=message):
        named(name)


def test_permutations_generate():
    assert generated([(1, 2, 3, 4, 0), (1, 0, 2, 3, 4)], "mine").order == 120
    with pytest.raises(GroupError, match="same points"):
        generated([(1, 0), (1, 0, 2)], "mine")
    with pytest.raises(GroupError, match="more than 1000"):
        generated([(1, 2, 3, 4, 5, 6, 0), (1, 0, 2, 3, 4, 5, 6)], "mine")
