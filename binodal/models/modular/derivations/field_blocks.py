"""Which products of modes survive in the covariance of the field, as polynomials and blocks.

A row is a label mode r and a character (K, K'): u_r v_r times the overlap with it. With
independent uniform phases two rows correlate only at equal (r + K, r + K'), and most stand alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from math import gcd

from binodal.models.modular.derivations.characters import group_order
from binodal.models.modular.derivations.counting import overlap_monomials

MomentKey = tuple[int, int, tuple[tuple[int, int], ...]]
"""<u_0^{2i}><v_0^{2j}> prod <x^a x_v^b> over modes: (i, j, sorted pairs (a, b))."""
Polynomial = dict[MomentKey, int]
Row = tuple[int, int, int]
Term = tuple[int, tuple[int, ...], tuple[int, ...]]


def row_terms(order: int, row: Row) -> list[Term]:
    """(coefficient, labels of u, labels of v) of u_r v_r times the overlap with (K, K')."""
    r, first, second = row
    return [(c, (r, *w), (r, *v)) for c, w, v in overlap_monomials(order, first, second)]


def _charges(order: int, labels: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """What a product's phases add up to, by independent mode; the real mode 0 counts mod 2."""
    total: Counter[int] = Counter()
    for label in labels:
        mode = min(label % order, -label % order)
        total[mode] += 1 if mode == label % order else -1
    total[0] %= 2
    return tuple(sorted((mode, charge) for mode, charge in total.items() if charge))


def _moment(order: int, w: Sequence[int], v: Sequence[int]) -> MomentKey:
    """The moment of a product without phase: labels of one sign count its powers of x."""
    powers: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for side, labels in enumerate((w, v)):
        for label in labels:
            if 2 * (label % order) < order:
                powers[label % order][side] += 1
    zero = powers.pop(0, [0, 0])
    return zero[0] // 2, zero[1] // 2, tuple(sorted((i, j) for i, j in powers.values()))


@dataclass(frozen=True)
class Block:
    """``multiplicity`` equal blocks of the curvature.

    ``kinds`` names each row's kernel eigenvalue; ``second`` the moments <Z_i Z_j^*> and
    ``first`` the means <Z_i>, in units of the curvature's scale and its square root.
    """

    multiplicity: int
    kinds: tuple[str, ...]
    second: dict[tuple[int, int], Polynomial]
    first: tuple[Polynomial, ...]


def kind_of(order: int, first: int, second: int) -> str:
    """The name of a character's eigenvalue in :func:`spectrum_of_modes`."""
    if not first % order or not second % order:
        return "constant" if not (first % order or second % order) else "axis"
    return "target" if (first - second) % order == 0 or (first + second) % order == 0 else "pair"


def products(
    order: int, rows: Sequence[Row]
) -> tuple[dict[tuple[int, int], Polynomial], list[Polynomial]]:
    """<Z_i Z_j^*> (i <= j, those that do not vanish) and <Z_i>."""
    groups: dict[object, list[tuple[int, Term]]] = defaultdict(list)
    first: list[Polynomial] = [{} for _ in rows]
    for index, row in enumerate(rows):
        for term in row_terms(order, row):
            c, w, v = term
            charges = _charges(order, w), _charges(order, v)
            groups[charges].append((index, term))
            if charges == ((), ()):
                _add(first[index], _moment(order, w, v), c)
    second: dict[tuple[int, int], Polynomial] = defaultdict(dict)
    for members in groups.values():
        for (i, (c, w, v)), (j, (e, w2, v2)) in product(members, repeat=2):
            if i <= j:
                left, right = (*w, *(-n for n in w2)), (*v, *(-n for n in v2))
                _add(second[i, j], _moment(order, left, right), c * e)
    return dict(second), first


def _add(polynomial: Polynomial, key: MomentKey, value: int) -> None:
    polynomial[key] = polynomial.get(key, 0) + value


def momenta(order: int) -> Iterator[tuple[int, int, int]]:
    """(Q, Q', size) of the orbits of Z_P x Z_P under multiplication by units."""
    seen: set[tuple[int, int]] = set()
    units = [q for q in range(1, order) if gcd(q, order) == 1]
    for first, second in product(range(order), repeat=2):
        if (first, second) not in seen:
            orbit = {(first * q % order, second * q % order) for q in units}
            seen |= orbit
            yield first, second, len(orbit)


def rows_of(order: int, first: int, second: int) -> list[Row]:
    """All rows of one momentum whose label mode carries a target, r != 0."""
    return [(r, (first - r) % order, (second - r) % order) for r in range(1, order)]


@cache
def blocks(order: int) -> tuple[Block, ...]:
    """The covariance's blocks for odd P; label mode 0 has none.

    Raises ValueError for even P.
    """
    group_order(order, odd=True)
    by_momentum: dict[object, Block] = {}
    for first, second, size in momenta(order):
        rows = rows_of(order, first, second)
        pairs, means = products(order, rows)
        for part in _connected(len(rows), pairs, means):
            place = {row: i for i, row in enumerate(part)}
            kept = {(place[i], place[j]): p for (i, j), p in pairs.items() if i in place}
            kinds = tuple(kind_of(order, *rows[i][1:]) for i in part)
            averages = tuple(means[i] for i in part)
            name = (kinds, _frozen(kept), tuple(tuple(sorted(m.items())) for m in averages))
            before = by_momentum[name].multiplicity if name in by_momentum else 0
            by_momentum[name] = Block(before + size, kinds, kept, averages)
    return tuple(by_momentum.values())


def _frozen(table: dict[tuple[int, int], Polynomial]) -> tuple[object, ...]:
    return tuple(sorted((key, tuple(sorted(p.items()))) for key, p in table.items()))


def _connected(
    count: int, pairs: dict[tuple[int, int], Polynomial], means: list[Polynomial]
) -> list[list[int]]:
    """Rows that a covariance links, directly or through others."""
    parent = list(range(count))

    def root(i: int) -> int:
        while parent[i] != i:
            i = parent[i]
        return i

    with_mean = [i for i in range(count) if means[i]]
    for i, j in (*pairs, *((with_mean[0], i) for i in with_mean)):
        parent[root(i)] = root(j)
    parts: dict[int, list[int]] = defaultdict(list)
    for i in range(count):
        parts[root(i)].append(i)
    return list(parts.values())
