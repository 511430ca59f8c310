"""Characters of a finite group, exactly: each value by its eigenvalues, which are roots of unity.

For commuting elements by extension from subgroups; else by Burnside's and Dixon's method: the
class sums act on the centre of the group algebra modulo a prime p = 1 mod the exponent, their
common eigenvectors are the characters modulo p, and the multiplicities of eigenvalues, which are
small integers, are read off without loss. Source: J. D. Dixon, Numer. Math. 10 (1967) 446.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from math import isqrt

import sympy as sp
from sympy.polys.matrices import DomainMatrix

from binodal.derive.groups.group import FiniteGroup

Spectra = tuple[tuple[int, ...], ...]
"""By class: the k of the eigenvalues exp(2 pi i k/exponent) of its elements, in order."""


@cache
def characters(group: FiniteGroup) -> tuple[Spectra, ...]:
    """The irreducible characters, the trivial one first, then by dimension and eigenvalues.

    >>> from binodal.derive.groups.names import named
    >>> [len(spectra[0]) for spectra in characters(named("S4"))]
    [1, 1, 2, 3, 3]
    """
    rows = _commuting(group) if group.abelian else _dixon(group)
    return tuple(sorted(rows, key=lambda spectra: (len(spectra[0]), spectra)))


def _commuting(group: FiniteGroup) -> list[Spectra]:
    """Each character of a subgroup has as many extensions by an element as there are cosets."""
    exponent = group.exponent
    partial: list[dict[int, int]] = [{0: 0}]
    inside = {0}
    for g in group.generators:
        powers = group.powers(g)
        index = next((j for j, p in enumerate(powers) if j and p in inside), len(powers))
        closing = powers[index] if index < len(powers) else 0
        extended = []
        for values in partial:
            for root in range(exponent):
                if (root * index - values[closing]) % exponent == 0:
                    extended.append(
                        {
                            group.table[h][powers[j]]: (value + j * root) % exponent
                            for h, value in values.items()
                            for j in range(index)
                        }
                    )
        partial, inside = extended, set(extended[0])
    return [tuple((values[members[0]],) for members in group.classes) for values in partial]


def _dixon(group: FiniteGroup) -> list[Spectra]:
    prime, root = _prime(group)
    sizes = [len(members) for members in group.classes]
    inverse = [group.class_of[group.inverses[members[0]]] for members in group.classes]
    spectra = []
    for vector in _common_eigenvectors(group, prime):
        scale = pow(vector[0], -1, prime)
        central = [scale * value % prime for value in vector]
        norm = sum(
            central[c] * central[inverse[c]] * pow(size, -1, prime) for c, size in enumerate(sizes)
        )
        square = group.order * pow(norm, -1, prime) % prime
        (degree,) = (d for d in range(1, isqrt(group.order) + 1) if d * d == square)
        values = [
            degree * value * pow(size, -1, prime) % prime
            for value, size in zip(central, sizes, strict=True)
        ]
        spectra.append(tuple(_spectra(group, values, prime, root)))
    return spectra


def _prime(group: FiniteGroup) -> tuple[int, int]:
    """A prime p = 1 mod the exponent e and above the order, and a number of order e modulo p."""
    exponent = group.exponent
    prime = exponent + 1
    while not (prime > 2 * group.order and sp.isprime(prime)):
        prime += exponent
    return prime, pow(int(sp.primitive_root(prime)), (prime - 1) // exponent, prime)


def _spectra(
    group: FiniteGroup, values: list[int], prime: int, root: int
) -> Iterator[tuple[int, ...]]:
    """By class: the Fourier transform of the character along the powers of an element."""
    exponent = group.exponent
    share = pow(exponent, -1, prime)
    units = [pow(root, -k, prime) for k in range(exponent)]
    for members in group.classes:
        powers = group.powers(members[0])
        along = [values[group.class_of[powers[j % len(powers)]]] for j in range(exponent)]
        often = (
            share * sum(v * units[j * k % exponent] for j, v in enumerate(along)) % prime
            for k in range(exponent)
        )
        yield tuple(k for k, times in enumerate(often) for _ in range(times))


def _class_sums(group: FiniteGroup) -> Iterator[list[list[int]]]:
    """By class C, the matrix of products of class sums: entry (s, t) counts x in C with
    x^{-1} g_t in class s."""
    count = len(group.classes)
    for members in group.classes[1:]:
        matrix = [[0] * count for _ in range(count)]
        for t, others in enumerate(group.classes):
            for x in members:
                s = group.class_of[group.table[group.inverses[x]][others[0]]]
                matrix[s][t] += 1
        yield matrix


def _common_eigenvectors(group: FiniteGroup, prime: int) -> list[list[int]]:
    """Vectors w with M_C w proportional to w for all classes C, modulo the prime."""
    field, count = sp.GF(prime, symmetric=False), len(group.classes)
    spaces = [DomainMatrix.eye(count, field).to_dense()]
    for rows in _class_sums(group):
        if len(spaces) == count:
            break
        matrix = DomainMatrix(rows, (count, count), sp.ZZ).convert_to(field).transpose()
        spaces = [part for space in spaces for part in _parts(space, matrix, prime)]
    return [[int(entry) for entry in space.to_list()[0]] for space in spaces]


def _parts(space: DomainMatrix, matrix: DomainMatrix, prime: int) -> Iterator[DomainMatrix]:
    """The eigenspaces of a matrix, which acts on rows from the right, in an invariant space."""
    size = space.shape[0]
    if size == 1:
        yield space
        return
    reduced, pivots = space.rref()
    image = reduced * matrix
    acting = image.extract(list(range(size)), list(pivots))
    polynomial = [int(c) for c in acting.charpoly()]
    for value in range(prime):
        total = 0
        for coefficient in polynomial:
            total = (total * value + coefficient) % prime
        if total == 0:
            shifted = acting - DomainMatrix.eye(size, acting.domain) * acting.domain(value)
            yield shifted.transpose().nullspace() * reduced
