"""Groups by name: Z12, Z2xZ4, D5, S4, A5, Q8 and products of these."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, reduce
from itertools import permutations, product
from math import factorial

from binodal.derive.groups.group import LARGEST, FiniteGroup, GroupError, TooLarge, from_table

_PART = re.compile(r"([ZDSAQ])([1-9][0-9]{0,5})")
Permutation = tuple[int, ...]

EXAMPLES = "Z12, Z2xZ4, D5, S4, A5 or Q8"


def named(name: str) -> FiniteGroup:
    """The group of a name: Z n cyclic, D n dihedral (2 n elements), S n, A n, Q n (n elements).

    Factors of a product are joined by x. Raises GroupError for another name and for one that is
    too large.

    >>> [named(name).order for name in ("Z12", "Z2xZ4", "D5", "S4", "A5", "Q8")]
    [12, 8, 10, 24, 60, 8]
    """
    parts = [_PART.fullmatch(part) for part in name.split("x")]
    if not all(parts):
        raise GroupError(f"group {name!r}: give a name such as {EXAMPLES}, or a file")
    factors = [(part[1], int(part[2])) for part in parts if part]
    order = 1
    for kind, number in factors:
        order *= _order(kind, number)
        if order > LARGEST:
            raise TooLarge(f"group {name}")
    rows = reduce(_product, (_rows(kind, number) for kind, number in factors))
    return from_table(rows, name)


def _order(kind: str, number: int) -> int:
    """How many elements, or more than are treated: ten letters have as many arrangements."""
    if kind in "SA":
        return max(1, factorial(min(number, 10)) // (2 if kind == "A" else 1))
    if kind == "Q" and (number < 8 or number % 4):
        raise GroupError(f"Q{number}: a quaternion group has 8, 12, 16, ... elements")
    return 2 * number if kind == "D" else number


@cache
def _rows(kind: str, number: int) -> list[list[int]]:
    if kind == "Z":
        return [[(g + h) % number for h in range(number)] for g in range(number)]
    if kind == "D":
        return _extended(number, square=0)
    if kind == "Q":
        return _extended(number // 2, square=number // 4)
    even_only = kind == "A"
    elements = [p for p in permutations(range(number)) if not even_only or _is_even(p)]
    return _of_permutations(elements)


def _extended(turns: int, square: int) -> list[list[int]]:
    """Elements r^i s^j with s r = r^{-1} s and s^2 = r^square: dihedral and quaternion groups."""

    def times(g: int, h: int) -> int:
        (j, i), (m, k) = divmod(g, turns), divmod(h, turns)
        turn = i + (-k if j else k) + (square if j and m else 0)
        return (j + m) % 2 * turns + turn % turns

    return [[times(g, h) for h in range(2 * turns)] for g in range(2 * turns)]


def _is_even(permutation: Permutation) -> bool:
    pairs = [(i, j) for j in range(len(permutation)) for i in range(j)]
    return sum(permutation[i] > permutation[j] for i, j in pairs) % 2 == 0


def _of_permutations(elements: Sequence[Permutation]) -> list[list[int]]:
    """The table of (p q)(i) = p(q(i))."""
    number = {p: place for place, p in enumerate(elements)}
    return [[number[tuple(p[i] for i in q)] for q in elements] for p in elements]


def _product(left: list[list[int]], right: list[list[int]]) -> list[list[int]]:
    size = len(right)
    pairs = list(product(range(len(left)), range(size)))
    return [[left[g][i] * size + right[h][j] for i, j in pairs] for g, h in pairs]


def generated(generators: Sequence[Permutation], name: str) -> FiniteGroup:
    """The group that permutations of 0, 1, ... generate, each written as its list of images.

    Where they are the products g h of each g with all h, as a table is written, an element has the
    number that it has there, the image of 0. Raises GroupError for what is no permutation and for a
    group that is too large.

    >>> generated([(1, 2, 0), (1, 0, 2)], "mine").order
    6
    >>> generated([(3, 2, 0, 1)], "mine").table[3]
    (3, 2, 0, 1)
    """
    points = {len(p) for p in generators}
    if len(points) != 1 or not all(sorted(p) == list(range(len(p))) for p in generators):
        raise GroupError(f"{name}: generators must be permutations of the same points 0, 1, ...")
    identity = tuple(range(points.pop()))
    reached, fresh = {identity: None}, [identity]
    while fresh:
        following = []
        for p, q in product(fresh, generators):
            image = tuple(p[i] for i in q)
            if image not in reached:
                reached[image] = None
                following.append(image)
        if len(reached) > LARGEST:
            raise TooLarge(name)
        fresh = following
    regular = len(reached) == len(identity) == len({p[0] for p in reached})
    elements = sorted(reached) if regular else list(reached)
    return from_table(_of_permutations(elements), name)


_WORD = "permutations "
OF_PERMUTATIONS = "the group of these permutations"


@cache
def from_text(text: str) -> FiniteGroup:
    """A group by its name, or as "permutations 1 2 0 | 1 0 2". Raises GroupError.

    >>> from_text("permutations 1 2 0 | 1 0 2").order, from_text("D5").order
    (6, 10)
    """
    if not text.startswith(_WORD):
        return named(text)
    parts = [part.split() for part in text.removeprefix(_WORD).split("|")]
    if not all(word.isdecimal() for part in parts for word in part):
        raise GroupError(f"group {text!r}: write images of 0, 1, ..., as in {_WORD}1 2 0 | 1 0 2")
    images = [tuple(map(int, part)) for part in parts]
    return generated(images, OF_PERMUTATIONS)
