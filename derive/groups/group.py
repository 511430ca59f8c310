"""A finite group as its table of products, with its axioms checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import lcm

from binodal.errors import RequestError

LARGEST = 1000
"""Elements of a group that is given; a table has the square of it."""

Table = tuple[tuple[int, ...], ...]


class GroupError(RequestError):
    """What was given is no group, or none that is treated here."""


class TooLarge(GroupError):
    """A group of more than :data:`LARGEST` elements."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name}: more than {LARGEST} elements, which is too many; under schatten and as |G| "
            "grows its irreps have the events of modular addition at P = |G|, which takes any P"
        )


@dataclass(frozen=True)
class FiniteGroup:
    """Elements 0, 1, ..., 0 the neutral one; ``table[g][h]`` is their product g h.

    Made by :func:`from_table`, which checks the axioms.

    >>> klein = from_table([[0, 1, 2, 3], [1, 0, 3, 2], [2, 3, 0, 1], [3, 2, 1, 0]], "V4")
    >>> klein.order, klein.exponent, klein.classes
    (4, 2, ((0,), (1,), (2,), (3,)))
    """

    name: str
    table: Table

    @property
    def order(self) -> int:
        """The number of elements."""
        return len(self.table)

    @cached_property
    def inverses(self) -> tuple[int, ...]:
        """g^{-1} by g."""
        return tuple(row.index(0) for row in self.table)

    @cached_property
    def generators(self) -> tuple[int, ...]:
        """Elements that generate the group, each outside of what those before it generate."""
        chosen: list[int] = []
        reached = {0}
        by_order = sorted(range(1, self.order), key=lambda g: (-self.order_of(g), g))
        for element in by_order:
            if element not in reached:
                chosen.append(element)
                reached = self.generated_by(chosen)
        return tuple(chosen)

    def generated_by(self, elements: Sequence[int]) -> set[int]:
        """The subgroup of some elements."""
        reached, fresh = {0}, {0}
        while fresh:
            fresh = {self.table[g][h] for g in fresh for h in elements} - reached
            reached |= fresh
        return reached

    def powers(self, element: int) -> tuple[int, ...]:
        """1, g, g^2, ... up to the last one before 1 comes back."""
        power, elements = element, [0]
        while power:
            elements.append(power)
            power = self.table[power][element]
        return tuple(elements)

    def order_of(self, element: int) -> int:
        """The order of an element."""
        return len(self.powers(element))

    @cached_property
    def exponent(self) -> int:
        """The least common multiple of the orders of all elements."""
        return lcm(*(self.order_of(g) for g in range(self.order)))

    @cached_property
    def classes(self) -> tuple[tuple[int, ...], ...]:
        """Conjugacy classes, that of 1 first, then by the order and number of their elements."""
        left, classes = set(range(self.order)), []
        while left:
            g = min(left)
            conjugates = {self.table[self.table[h][g]][self.inverses[h]] for h in range(self.order)}
            classes.append(tuple(sorted(conjugates)))
            left -= conjugates
        return tuple(sorted(classes, key=lambda c: (self.order_of(c[0]), len(c), c[0])))

    @cached_property
    def class_of(self) -> tuple[int, ...]:
        """The number of an element's class."""
        of = {g: number for number, members in enumerate(self.classes) for g in members}
        return tuple(of[g] for g in range(self.order))

    @property
    def abelian(self) -> bool:
        """Whether all products commute."""
        return len(self.classes) == self.order


def from_table(
    rows: Sequence[Sequence[int]], name: str = "table", elements: Sequence[str] = ()
) -> FiniteGroup:
    """The group of a table of products of elements 0, 1, ..., renumbered so that 0 is neutral.

    ``elements`` are what messages call them. Raises GroupError with the axiom that fails and the
    elements for which it does, for the trivial group, and for more than :data:`LARGEST` elements.

    >>> from_table([[0, 1], [1, 1]])
    Traceback (most recent call last):
        ...
    binodal.derive.groups.group.GroupError: table: no inverse: 1 times anything is never 0
    """
    order = len(rows)
    if order > LARGEST:
        raise TooLarge(name)
    names = list(elements) if len(elements) == order else [str(g) for g in range(order)]
    for g, row in enumerate(rows):
        if len(row) != order:
            raise GroupError(
                f"{name}: row {names[g]} has {len(row)} entries, and rows there are {order}"
            )
    if order < 2:
        raise GroupError(f"{name}: the trivial group has nothing to learn: give 2 elements or more")
    for g, row in enumerate(rows):
        for h, product in enumerate(row):
            if not 0 <= product < order:
                raise GroupError(f"{name}: not closed: {names[g]} times {names[h]} is {product}")
    neutral = _neutral(rows, name)
    rows = _with_neutral_first(rows, neutral)
    group = FiniteGroup(name, tuple(map(tuple, rows)))
    names[0], names[neutral] = names[neutral], names[0]
    _require_inverses(group, names)
    _require_associative(group, names)
    return group


def _neutral(rows: Sequence[Sequence[int]], name: str) -> int:
    order = range(len(rows))
    for e in order:
        if all(rows[e][g] == g and rows[g][e] == g for g in order):
            return e
    raise GroupError(f"{name}: no neutral element: no e with e g = g e = g for all g")


def _with_neutral_first(rows: Sequence[Sequence[int]], neutral: int) -> list[list[int]]:
    """The same products after 0 and the neutral element have changed their numbers."""
    names = list(range(len(rows)))
    names[0], names[neutral] = neutral, 0
    return [[names[rows[names[g]][names[h]]] for h in range(len(rows))] for g in range(len(rows))]


def _require_inverses(group: FiniteGroup, names: Sequence[str]) -> None:
    for g, row in enumerate(group.table):
        if 0 not in row:
            raise GroupError(
                f"{group.name}: no inverse: {names[g]} times anything is never {names[0]}"
            )
        if len(set(row)) < group.order:
            (h, k) = _equal_pair(row)
            raise GroupError(
                f"{group.name}: no group: {names[g]} times {names[h]} and times {names[k]} are "
                "the same"
            )


def _equal_pair(row: Sequence[int]) -> tuple[int, int]:
    first: dict[int, int] = {}
    for place, value in enumerate(row):
        if value in first:
            return first[value], place
        first[value] = place
    raise ValueError("all entries differ")


def _require_associative(group: FiniteGroup, names: Sequence[str]) -> None:
    """Light's test: it is enough that (g c) h = g (c h) for c that generate everything."""
    table = group.table
    for c in _magma_generators(table):
        for g in range(group.order):
            left, right = table[table[g][c]], table[c]
            for h in range(group.order):
                if left[h] != table[g][right[h]]:
                    raise GroupError(
                        f"{group.name}: not associative: ({names[g]} {names[c]}) {names[h]} is not "
                        f"{names[g]} ({names[c]} {names[h]})"
                    )


def _magma_generators(table: Table) -> list[int]:
    """Elements of which every other one is a product, in some bracketing."""
    chosen: list[int] = []
    reached: set[int] = {0}
    for element in range(1, len(table)):
        if element in reached:
            continue
        chosen.append(element)
        reached.add(element)
        fresh = [element]
        while fresh:
            g = fresh.pop()
            for h in tuple(reached):
                for product in (table[g][h], table[h][g]):
                    if product not in reached:
                        reached.add(product)
                        fresh.append(product)
    return [0, *chosen]
