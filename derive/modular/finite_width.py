"""The curvature of the field's saddle for modular addition: small blocks of mode moments.

The field has a label p and an input pair; in Fourier space a label mode r and a character (K, K').
Its covariance is that of (u_r v_r) times the overlap with (K, K'), polynomials in the modes. With
independent uniform phases only products whose phases cancel survive, so (r + K, r + K') is
conserved and most rows stand alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from math import gcd

import sympy as sp

from derive.assumptions import Assumption
from derive.derivation import Derivation
from derive.finite_width import AMPLITUDE, NORM2, covariance_weight, finite_width
from derive.modular.action import mode_action, projection
from derive.modular.characters import V, W, group_order
from derive.modular.checks import exact_on
from derive.modular.data import data
from derive.modular.ensemble import Ensemble, identical_ensemble
from derive.modular.kernel import overlap_monomials, spectrum_of_modes
from derive.step import Step
from derive.symbols import P, a, k, sigma2

MomentKey = tuple[int, int, tuple[tuple[int, int], ...]]
"""<u_0^{2i}><v_0^{2j}> prod <x^a x_v^b> over modes: (i, j, sorted pairs (a, b))."""
Polynomial = dict[MomentKey, int]
Row = tuple[int, int, int]
Term = tuple[int, tuple[int, ...], tuple[int, ...]]
Cases = Iterator[tuple[object, object, object]]


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
    ``first`` the means <Z_i>, in units of :func:`curvature_scale` and its square root.
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
    found: dict[object, Block] = {}
    for first, second, size in momenta(order):
        rows = rows_of(order, first, second)
        pairs, means = products(order, rows)
        for part in _connected(len(rows), pairs, means):
            place = {row: i for i, row in enumerate(part)}
            kept = {(place[i], place[j]): p for (i, j), p in pairs.items() if i in place}
            kinds = tuple(kind_of(order, *rows[i][1:]) for i in part)
            averages = tuple(means[i] for i in part)
            name = (kinds, _frozen(kept), tuple(tuple(sorted(m.items())) for m in averages))
            before = found[name].multiplicity if name in found else 0
            found[name] = Block(before + size, kinds, kept, averages)
    return tuple(found.values())


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


def curvature_scale() -> sp.Expr:
    """(sigma_a^4/N) |tau.S|^2 |S|^2 per |u_r v_r|^2 and squared monomial, tau = A y/sigma^2.

    The projection on label p is a sum over k of 2P u_k v_k e(-kp); a unitary label mode collects
    sqrt(P) of it, and a unitary character P times its monomials.
    """
    label = sp.sqrt(P) * projection().coefficient / (W[k] * V[k])
    return sp.simplify(covariance_weight() * (AMPLITUDE / sigma2 * label) ** 2 * P**2)


def target_norm() -> sp.Expr:
    """|y|^2 over all P labels."""
    return sp.simplify(P * data().results["target_norm"])


def evaluate(polynomial: Polynomial, ensemble: Ensemble) -> sp.Rational:
    """A polynomial's value for modes 1.. that share one law."""
    total = sp.Integer(0)
    for (i, j, pairs), coefficient in polynomial.items():
        value = ensemble.moment(0, i, 0) * ensemble.moment(0, 0, j)
        for one, other in pairs:
            value *= ensemble.moment(1, one, other)
        total += sp.Rational(value.numerator, value.denominator) * coefficient
    return total


def _direct(ensemble: Ensemble, row: Row, other: Row) -> sp.Rational:
    """<Z Z'^*> by averaging every product of monomials over all phases."""
    order, total = ensemble.order, sp.Integer(0)
    for c, w, v in row_terms(order, row):
        for e, w2, v2 in row_terms(order, other):
            mean = ensemble.phase_average((*w, *(-n for n in w2)), (*v, *(-n for n in v2)))
            total += c * e * sp.Rational(mean.numerator, mean.denominator)
    return total


def _momentum_cases() -> Cases:
    """Every pair of rows at P = 3, and all rows against a few at P = 5."""
    for order, few in ((3, None), (5, 9)):
        ensemble = identical_ensemble(order)
        everything = list(product(range(1, order), range(order), range(order)))
        for row in everything[:: 1 if few is None else few]:
            by_momentum = rows_of(order, row[0] + row[1], row[0] + row[2])
            pairs, _ = products(order, by_momentum)
            here = by_momentum.index(row)
            for other in everything:
                there = by_momentum.index(other) if other in by_momentum else -1
                key = (min(here, there), max(here, there))
                expected = evaluate(pairs.get(key, {}), ensemble) if there >= 0 else sp.Integer(0)
                yield (order, row, other), expected, _direct(ensemble, row, other)


def _orbit_cases() -> Cases:
    """Rows multiplied by a unit have the same moments, at P = 7 and 9."""
    for order in (7, 9):
        for (first, second), unit in product(((0, 0), (1, 0), (2, 4), (3, 1)), (2, 4)):
            rows = rows_of(order, first, second)
            turned = [(r * unit % order, i * unit % order, j * unit % order) for r, i, j in rows]
            yield (order, first, second, unit), products(order, rows), products(order, turned)
        counted = sum(block.multiplicity * len(block.kinds) for block in blocks(order))
        yield (order, "rows"), counted, (order - 1) * order**2


@cache
def finite_width_of_modes() -> Derivation:
    """First order in 1/N for modular addition: results ``curvature_scale`` and the general ones.

    Source: derived here.
    """
    general = finite_width()
    overlap, scale = sp.Symbol("S_KK'"), curvature_scale()
    steps = (
        Step(
            "conserved momentum",
            "phases of (u_r v_r) S_KK' and its conjugate cancel only at equal (r + K, r + K')",
            projection().coefficient * overlap,
            scale,
            "derived here",
            exact_on(_momentum_cases, "all phases of every product at P = 3 and 5"),
            (Assumption.UNIFORM_PHASES, Assumption.MODE_DECAY),
        ),
        Step(
            "orbits of momenta",
            "modes k != 0 share one law, so momenta that differ by a unit have equal blocks",
            scale,
            scale,
            "derived here",
            exact_on(_orbit_cases, "blocks at P = 7 and 9 against those multiplied by a unit"),
            (Assumption.ODD_P,),
        ),
    )
    results = {
        "curvature_scale": scale,
        "target_norm": target_norm(),
        "coupling": mode_action().coupling.subs(a, AMPLITUDE),
        **spectrum_of_modes(),
        **{name: value.subs(NORM2, target_norm()) for name, value in general.results.items()},
    }
    own = Derivation("First order in 1/N, modular addition", steps, results)
    return general.then(own)
