"""Orbits of mode pairs (k, k') under symmetry II and the flip, for any P, prime or not."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import product
from math import gcd

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import ExactCases, exact_on
from binodal.derive.cyclotomic import Cyclotomic
from binodal.derive.derivation import Derivation
from binodal.derive.step import Step
from binodal.derive.symbols import P
from binodal.models.modular.derivations.characters import group_order
from binodal.models.modular.derivations.reading import read
from binodal.models.modular.derivations.symmetries import averaged_kernel

K1, K2, UNIT = sp.symbols("k k' q", integer=True)
Pair = tuple[int, int]
Orbit = frozenset[Pair]


def units(order: int) -> list[int]:
    """The multipliers q coprime to P; for prime P all q != 0."""
    return [q for q in range(1, order) if gcd(q, order) == 1]


def orbits(order: int) -> list[Orbit]:
    """Orbits of Z_P x Z_P under (k,k') -> (qk, qk') and (k,k') -> (k',k).

    Every kernel that commutes with the symmetries has one eigenvalue on each orbit.

    >>> [sorted(orbit) for orbit in orbits(3)][1:]
    [[(0, 1), (0, 2), (1, 0), (2, 0)], [(1, 1), (2, 2)], [(1, 2), (2, 1)]]
    """
    group_order(order)
    seen: set[Pair] = set()
    members: list[Orbit] = []
    for pair in ((k, j) for k in range(order) for j in range(order)):
        if pair not in seen:
            k, j = pair
            images = [(q * k % order, q * j % order) for q in units(order)]
            orbit = frozenset(images + [(b, a) for a, b in images])
            seen |= orbit
            members.append(orbit)
    return members


def quadratic_classes(order: int) -> set[Orbit]:
    """Orbits merged by (k,k') -> (k,-k'), which a quadratic network adds to the symmetries.

    Its kernel on |k,k'>, k and k' not 0, is 4 P^2 <|w_k|^2 |v_k'|^2>, and v_{-k'} is the
    conjugate of v_k': so the target's (k,k) also shares its eigenvalue with (k,-k).
    """
    classes = orbits(order)
    home = {pair: orbit for orbit in classes for pair in orbit}
    return {
        frozenset(pair for k, j in orbit for pair in home[k, j] | home[k, -j % order])
        for orbit in classes
    }


def orbit_count(order: int) -> int:
    """The number of orbits by Burnside's lemma, for any P.

    q fixes gcd(q-1,P)^2 pairs; q followed by the flip fixes gcd(q^2-1,P).
    """
    group_order(order)
    multipliers = units(order)
    fixed = sum(gcd(q - 1, order) ** 2 + gcd(q * q - 1, order) for q in multipliers)
    return fixed // (2 * len(multipliers))


def prime_orbit_count(fixed_by_identity: sp.Expr, axis: sp.Expr) -> sp.Expr:
    """Burnside for an odd prime: q = 1 fixes P^2 and P pairs, q = -1 fixes 1 and P, others 1, 1."""
    identity = fixed_by_identity + axis
    inversion = 1 + axis
    return sp.factor((identity + inversion + 2 * (P - 3)) / (2 * (P - 1)))


def diagonal_classes(order: int) -> list[Orbit]:
    """The orbits of the target's own modes (k,k), k != 0: one for each divisor gcd(k,P) < P."""
    return [o for o in orbits(order) if any(k == j != 0 for k, j in o)]


def projections(order: int, matrix: list[list[int]]) -> dict[Pair, Cyclotomic]:
    """<k,k'| Q |k,k'> for all pairs; equals the eigenvalue when Q commutes with T_1, T_2."""
    size = order**2
    values: dict[Pair, Cyclotomic] = {}
    for k in range(order):
        for j in range(order):
            total = [Fraction(0)] * order
            for row in range(size):
                n, m = divmod(row, order)
                for column in range(size):
                    a, b = divmod(column, order)
                    total[(k * (n - a) + j * (m - b)) % order] += matrix[row][column]
            values[k, j] = Cyclotomic(order, tuple(total)) * Fraction(1, size)
    return values


def _prime_cases(claim: sp.Expr) -> ExactCases:
    for order in (3, 5, 7, 11, 13, 17, 19, 23):
        yield order, len(orbits(order)), int(claim.subs(P, order))
    yield from _listed_cases()


_GCD = sp.Function("gcd")


def _count_cases(claim: sp.Expr) -> ExactCases:
    """Orbits that are listed against the claimed sum over units, term by term at each order."""
    for order in range(2, 26):
        summed = claim.subs(P, order).doit().replace(_GCD, sp.gcd)
        yield (order, "sum"), len(orbits(order)), summed
    yield from _listed_cases()


def _listed_cases() -> ExactCases:
    formula = prime_orbit_count(P**2, P)
    for order in range(2, 26):
        yield order, len(orbits(order)), orbit_count(order)
        yield (order, "cover"), sum(len(o) for o in orbits(order)), order**2
        if order > 2 and sp.isprime(order):
            yield (order, "prime"), len(orbits(order)), int(formula.subs(P, order))
            yield (order, "diagonal"), len(diagonal_classes(order)), 1
        divisors = sum(order % d == 0 for d in range(1, order))
        yield (order, "classes"), len(diagonal_classes(order)), divisors


def _tie_cases(claim: sp.Expr) -> ExactCases:
    """A generic invariant kernel: one value a class, and different values in different classes."""
    for order in (3, 4, 5, 6):
        weights = [3, 1, -4, 1, 5, -9][:order]
        kernel = averaged_kernel(order, weights, [2, 7, -1, 8, -2, 8][:order])
        values = projections(order, kernel)
        distinct = {frozenset(values[pair] for pair in orbit) for orbit in orbits(order)}
        yield (order, "one value each"), {len(v) for v in distinct}, {1}
        merged = {frozenset(values[pair] for pair in o) for o in quadratic_classes(order)}
        yield (order, "quadratic network"), {len(v) for v in merged}, {1}
        yield (order, "no further tie"), len(distinct), len(quadratic_classes(order))
        q_of = {"Q": lambda k, j, of=values, order=order: of[k % order, j % order]}
        for unit, k, j in product(units(order), range(1, order), range(1, order)):
            claimed = read(claim, order, {K1: k, K2: j, UNIT: unit}, functions=q_of)
            yield (order, unit, k, j), values[k, j], claimed


@cache
def mode_orbits() -> Derivation:
    """Which eigenvalues the symmetries tie together, for prime and for composite P."""
    k, j, q = K1, K2, UNIT
    general = sp.Function("orbits")(P)
    fixed = _GCD(q - 1, P) ** 2 + _GCD(q**2 - 1, P)
    unit = sp.KroneckerDelta(_GCD(q, P), 1)
    burnside = sp.Sum(unit * fixed, (q, 1, P - 1)) / (2 * sp.Sum(unit, (q, 1, P - 1)))
    prime = prime_orbit_count(P**2, P)
    steps = (
        Step(
            "Burnside count",
            "average the fixed pairs over units q, with and without the flip",
            general,
            burnside,
            exact_on(_count_cases, "orbits listed one by one, P = 2..25, prime and composite"),
        ),
        Step(
            "prime P",
            "only q = 1 and q = -1 have q^2 = 1: one orbit (0,0), one of the axes, one of (k,k), "
            "one of (k,-k), and (P-3)/2 of the other ratios {t, 1/t}",
            burnside,
            prime,
            exact_on(_prime_cases, "orbits listed one by one at every odd prime below 25"),
            (Assumption.PRIME_P,),
            source="B.21b",
        ),
        Step(
            "tied eigenvalues",
            "Q commutes with the symmetries, so its eigenvalue is constant on an orbit",
            sp.Function("Q")(k, j),
            sp.Function("Q")(q * k, q * j),
            exact_on(_tie_cases, "a generic invariant kernel: exactly one value an orbit"),
            source="B.20b",
        ),
        Step(
            "quadratic network",
            "beyond the symmetries, |v_{-k'}| = |v_k'| ties (k,k') to (k,-k') for k, k' not 0",
            sp.Function("Q")(k, j),
            sp.Function("Q")(k, -j),
            exact_on(_tie_cases, "a generic invariant kernel has these ties and no others"),
        ),
    )
    return Derivation("Orbits of mode pairs", steps, {"orbit_count_prime": prime})
