"""Pairs that may be left out, up to what changes nothing: one of each kind, and how many it is for.

A group acts on its pairs by (g, h) -> (a phi(g) b, b^-1 phi(h) c), phi an automorphism, and by
(g, h) -> (h^-1, g^-1), which exchanges the halves of a neuron: neither moves a or lambda.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import product

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.int64]
MOST = 2
"""Pairs that are left out at most: of three there are too many kinds."""


def kinds(table: Table, missing: int) -> list[tuple[NDArray[np.bool_], float]]:
    """(which pairs are seen, the share of subsets that are like it) of every kind.

    >>> order = np.arange(5)
    >>> [round(share * 24) for _, share in kinds(np.add.outer(order, order) % 5, 2)]
    [8, 4, 8, 4]
    """
    size, (unit, inverse) = len(table), _inverses(table)
    seen = np.ones((size, size), dtype=bool)
    if missing == 0:
        return [(seen.ravel(), 1.0)]
    seen[unit, unit] = False
    if missing == 1:
        return [(seen.ravel(), 1.0)]
    if missing > MOST:
        raise ValueError(f"kinds of {missing} pairs are not counted")
    every = list(automorphisms(table))
    counts: Counter[tuple[int, int]] = Counter()
    for g, h in product(range(size), repeat=2):
        if (g, h) != (unit, unit):
            one = ((g, h), (inverse[g], inverse[h]))
            both = [*one, *((inverse[y], inverse[x]) for x, y in one)]
            counts[min((int(phi[x]), int(phi[y])) for phi in every for x, y in both)] += 1
    found = []
    for (g, h), many in counts.items():
        own = seen.copy()
        own[g, h] = False
        found.append((own.ravel(), many / (size**2 - 1)))
    return found


def automorphisms(table: Table) -> Iterator[Table]:
    """phi as an array of images, phi(g h) = phi(g) phi(h)."""
    size, (unit, _) = len(table), _inverses(table)
    generators, words = _words(table, unit)
    for images in product(range(size), repeat=len(generators)):
        phi = np.full(size, unit)
        for element, before, generator in words:
            phi[element] = table[phi[before], images[generator]]
        if len(set(phi)) == size and (phi[table] == table[np.ix_(phi, phi)]).all():
            yield phi


def _inverses(table: Table) -> tuple[int, Table]:
    """The unit, and the inverse of each element."""
    unit = int(np.flatnonzero((table == np.arange(len(table))).all(1))[0])
    return unit, np.argmax(table == unit, 1)


def _words(table: Table, unit: int) -> tuple[list[int], list[tuple[int, int, int]]]:
    """Generators, and every other element as one before it times a generator's place."""
    generators: list[int] = []
    while True:
        words, known = list[tuple[int, int, int]](), [unit]
        for element in known:
            for place, generator in enumerate(generators):
                made = int(table[element, generator])
                if made not in known:
                    known.append(made)
                    words.append((made, element, place))
        if len(known) == len(table):
            return generators, words
        generators.append(next(g for g in range(len(table)) if g not in known))
