"""Files of groups as people write them: any order of names, frames, comments, cycles."""

from __future__ import annotations

import random

import pytest

from binodal.derive.groups.names import from_text, named
from binodal.errors import RequestError
from binodal.models.group.settings import canonical

WRONG = [
    ("(0 1 2)(2 3)\n", "2 twice"),
    ("(0 1 2\n", "each line is permutation"),
    ("(0 1)\n1 0\n", "each line is permutation"),
    ("(0 99999999)\n", "at most 10000 points"),
    ("()\n()\n", "the trivial group"),
    ("[[0, 1], [1, 0]]\n", "row 0 has 4 entries, and rows there are 1"),
    ("permutation 0 0 1\n", "must be permutations of the same points"),
    ("* e a\ne e a\nb a e\n", "the row of a begins with b"),
    ("* e a\ne e a\na a b\n", "b is not in its first line"),
    ("* e a\ne e a\n", "row 0 has 2 entries, and rows there are 1"),
    ("e a b\na b e\nb a e\n", "not associative: (a a) a is not a (a a)"),
    ("1 2 3\n2 1 2\n3 2 1\n", "no group: 2 times 1 and times 3 are the same"),
]


def group_of(tmp_path, text: str):
    (tmp_path / "mine.txt").write_text(text)
    settings = {"group": str(tmp_path / "mine.txt"), "decay": "schatten", "irrep": "every"}
    return from_text(canonical(settings)["group"])


def kinds(group) -> tuple:
    """What tells the groups here apart."""
    return group.order, tuple(sorted(map(group.order_of, range(group.order))))


@pytest.mark.parametrize("name", ["S3", "D4", "Q8", "A4", "Z2xZ4", "Z5"])
@pytest.mark.parametrize("frame", [False, True])
def test_names_stand_in_any_order(tmp_path, name: str, frame: bool):
    """The neutral element anywhere, with and without a frame, commas and comments."""
    group, stream = named(name), random.Random(name)
    order = stream.sample(range(group.order), group.order)
    letters = [f"x{stream.randrange(10**6)}y{k}" for k in range(group.order)]
    rows = [[letters[group.table[g][h]] for h in order] for g in order]
    if frame:
        rows = [["*", *(letters[h] for h in order)]] + [
            [letters[g], *row] for g, row in zip(order, rows, strict=True)
        ]
    text = "# a table\n\n" + "\n".join("[" + ", ".join(row) + "],  # a row" for row in rows)
    assert kinds(group_of(tmp_path, text)) == kinds(group)


@pytest.mark.parametrize("name", ["S3", "Q8"])
def test_elements_have_the_numbers_of_the_table(tmp_path, name: str):
    """Which weights of a user's own network are whose; the first row is the neutral element's."""
    group = named(name)
    order = [0, *random.Random(name).sample(range(1, group.order), group.order - 1)]
    rows = [[order.index(group.table[g][h]) for h in order] for g in order]
    text = "\n".join(" ".join(map(str, row)) for row in rows)
    assert group_of(tmp_path, text).table == tuple(map(tuple, rows)) != group.table


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("permutation (0 1 2)\npermutation (0 1)\n", "S3"),
        ("( 0, 1, 2 ) ( 3 , 4 ) # order six\n", "Z6"),
        ("(1 2 3 4)\n(1 3)\n()\n(1 3)\n", "D4"),
        ("permutation 1 2 0\npermutation (0 1)(2)\npermutation 0 1 2\n", "S3"),
        ("(0 1)(2 3)\n(0 1 2)\n", "A4"),
    ],
)
def test_cycles(tmp_path, text: str, name: str):
    """With spaces, from 0 or 1, beside images, the identity, a generator twice."""
    assert kinds(group_of(tmp_path, text)) == kinds(named(name))


@pytest.mark.parametrize(("text", "why"), WRONG)
def test_what_is_no_group_is_refused(tmp_path, text: str, why: str):
    """In one line, with what is wrong."""
    with pytest.raises(RequestError) as refused:
        group_of(tmp_path, text)
    assert why in str(refused.value) and "\n" not in str(refused.value)
