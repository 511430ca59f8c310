"""The field of a neuron as polynomials in its coordinates, and their averages by block.

S(g, h) = (u(g) + v(h))^2 on products of the orthonormal functions, and L_p S(g, h) with
L_p = sum over pairs of T_p S on the same functions of p. A product of coordinates is a word of
letters: those of u first, then those of v.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from binodal.derive.groups.group import FiniteGroup
from binodal.models.group.predictions.block_averages import BlockAverages, Key, key, phases
from binodal.models.group.predictions.coordinates import (
    Array,
    Complex,
    Coordinates,
    Whole,
    coordinates,
)

_ZERO = 1e-9
Polynomial = dict[bytes, complex]
"""A coefficient by word; words are exponents as bytes."""


def features(of: Coordinates) -> list[Polynomial]:
    """S on e_b(g) e_c(h), b and c as digits, for every pair."""
    size = len(of.e)
    squares = np.einsum("ag,bg,cg->abc", of.e.conj(), of.e, of.e)
    constant = np.sqrt(size) * np.sign(of.e[0, 0].real)
    polynomials = []
    for b, c in product(range(size), repeat=2):
        own: Polynomial = {_word(size, b, size + c): 2 * of.scale[b] * of.scale[c]}
        for kept, other, side in ((b, c, 0), (c, b, size)):
            if other:
                continue
            for i, j in product(range(size), repeat=2):
                value = constant * squares[kept, i, j] * of.scale[i] * of.scale[j]
                _add(own, _word(size, side + i, side + j), value)
        polynomials.append(_clean(own))
    return polynomials


def pulls(of: Coordinates, group: FiniteGroup) -> list[Polynomial]:
    """L_p on each function of p, where the target is that of the function's own block; nothing for
    the trivial one."""
    size = group.order
    table, inverses = np.array(group.table), np.array(group.inverses)
    labelled = table[table.reshape(-1)][:, inverses].T.reshape(size, size, size)
    powers: list[Polynomial] = [{}]
    for a in range(1, size):
        rho, mine = of.irreps[of.block[a]], of.of_block(of.block[a])
        profile = rho.weight * rho.matrices.trace(axis1=1, axis2=2) / size
        by_label = np.einsum("p,pgh->gh", of.e[a].conj(), profile[labelled])
        pull = 2 * of.e[mine] @ by_label @ of.e[mine].T * np.outer(of.scale[mine], of.scale[mine])
        own: Polynomial = {}
        for (i, b), (j, c) in product(enumerate(mine), repeat=2):
            _add(own, _word(size, b, size + c), pull[i, j])
        powers.append(_clean(own))
    return powers


def times(left: Polynomial, right: Polynomial) -> Polynomial:
    """The product."""
    terms: Polynomial = {}
    for (one, c), (other, d) in product(left.items(), right.items()):
        joint = np.frombuffer(one, np.int8) + np.frombuffer(other, np.int8)
        _add(terms, joint.tobytes(), c * d)
    return terms


def _word(size: int, *letters: int) -> bytes:
    exponents = np.zeros(2 * size, np.int8)
    np.add.at(exponents, list(letters), 1)
    return exponents.tobytes()


def _add(polynomial: Polynomial, word: bytes, value: complex) -> None:
    polynomial[word] = polynomial.get(word, 0.0) + value


def _clean(polynomial: Polynomial) -> Polynomial:
    return {word: value for word, value in polynomial.items() if abs(value) > _ZERO}


@dataclass(frozen=True, eq=False)
class Averages:
    """Averages sum_t coefficient_t prod_blocks table[index_t], added up at places (row, column)."""

    rows: int
    row: Whole
    column: Whole
    coefficient: Complex
    keys: tuple[tuple[Key, ...], ...]
    index: tuple[Whole, ...]

    def tables(self, laws: Sequence[BlockAverages], source: str | None = None) -> list[Array]:
        """Means of what is left in every block; or their derivatives by a source."""
        return [of.table(keys, source) for of, keys in zip(laws, self.keys, strict=True)]

    def terms(self, tables: Sequence[Array]) -> Complex:
        """Every term."""
        values = self.coefficient.copy()
        for table, index in zip(tables, self.index, strict=True):
            values *= table[index]
        return values

    def slopes(self, tables: Sequence[Array], pull: Complex) -> list[Array]:
        """Of Re sum_t pull_t term_t by every entry of every table."""
        factors = [table[index] for table, index in zip(tables, self.index, strict=True)]
        ahead = [np.ones(len(pull))]
        for factor in factors[:-1]:
            ahead.append(ahead[-1] * factor)
        behind, weight = np.ones(len(pull)), (pull * self.coefficient).real
        derivatives: list[Array] = []
        for place in reversed(range(len(factors))):
            by_term = weight * ahead[place] * behind
            slope = np.bincount(self.index[place], by_term, len(self.keys[place]))
            derivatives.append(np.asarray(slope, dtype=float))
            behind = behind * factors[place]
        return derivatives[::-1]


def pairs(of: Coordinates, rows: Sequence[Polynomial]) -> Averages:
    """<Z_i Z_j^*> of polynomials, for i <= j."""
    row, words, coefficient = _flat(rows)
    left, right = _joined(_phases(of, words))
    ordered = row[left] <= row[right]
    left, right = left[ordered], right[ordered]
    size = len(of.e)
    turned = np.concatenate([of.conjugate, of.conjugate + size])
    joint = words[left] + words[right][:, turned]
    factor = coefficient[left] * coefficient[right].conj()
    return _averages(of, len(rows), (row[left], row[right]), factor, joint)


def means(of: Coordinates, rows: Sequence[Polynomial]) -> Averages:
    """<Z_i>."""
    row, words, coefficient = _flat(rows)
    kept = ~_phases(of, words).any(1)
    place = row[kept], np.zeros(int(kept.sum()), dtype=int)
    return _averages(of, len(rows), place, coefficient[kept], words[kept])


def _flat(rows: Sequence[Polynomial]) -> tuple[Whole, Whole, Complex]:
    row = [i for i, polynomial in enumerate(rows) for _ in polynomial]
    letters = b"".join(word for polynomial in rows for word in polynomial)
    words = np.frombuffer(letters, np.int8).reshape(len(row), -1).astype(int)
    values = [value for polynomial in rows for value in polynomial.values()]
    return np.array(row), words, np.array(values, dtype=complex)


def _blocks(of: Coordinates, words: Whole) -> Iterator[tuple[str, Whole]]:
    for place, kind in enumerate(of.kinds):
        mine = of.of_block(place)
        yield kind, words[:, np.concatenate([mine, mine + len(of.e)])]


def _phases(of: Coordinates, words: Whole) -> Whole:
    return np.concatenate([phases(kind, own) for kind, own in _blocks(of, words)], 1)


def _joined(kinds: Whole) -> tuple[Whole, Whole]:
    """All ordered pairs of rows that are equal."""
    _, group = np.unique(kinds, axis=0, return_inverse=True)
    order = np.argsort(group.ravel(), kind="stable")
    ends = np.flatnonzero(np.diff(group.ravel()[order])) + 1
    both = [np.meshgrid(part, part, indexing="ij") for part in np.split(order, ends)]
    left, right = (
        np.concatenate([side.ravel() for side in sides]) for sides in zip(*both, strict=True)
    )
    return left, right


def _averages(
    of: Coordinates, rows: int, place: tuple[Whole, Whole], factor: Complex, words: Whole
) -> Averages:
    keys, indices = [], []
    for kind, own in _blocks(of, words):
        distinct, inverse = np.unique(own, axis=0, return_inverse=True)
        distinct_keys = [key(kind, exponents) for exponents in distinct]
        numbers = {name: number for number, name in enumerate(dict.fromkeys(distinct_keys))}
        keys.append(tuple(numbers))
        indices.append(
            np.array([numbers[name] for name in distinct_keys], dtype=int)[inverse.ravel()]
        )
    return Averages(rows, *place, factor, tuple(keys), tuple(indices))


@dataclass(frozen=True, eq=False)
class Field:
    """What the curvature of the saddle is made of, for one group."""

    of: Coordinates
    kernel: Averages
    second: Averages
    first: Averages
    label: Whole
    """The block of each row's label; rows are (label, b, c) without the trivial label."""


def field(group: FiniteGroup) -> Field:
    """Of a group. Raises Undecided where :func:`coordinates` does."""
    of = coordinates(group)
    every, pull = features(of), pulls(of, group)
    rows = [times(own, feature) for own in pull[1:] for feature in every]
    label = np.repeat(of.block[1:], len(every))
    return Field(of, pairs(of, every), pairs(of, rows), means(of, rows), label)
