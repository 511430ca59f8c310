"""The decay sum_n w_n^6 + sum_m v_m^6 in Fourier space: what couples, what survives."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from functools import cache
from itertools import product
from math import factorial

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, ExactCases, all_hold, exact_on, generic_fractions
from binodal.derive.cyclotomic import Cyclotomic
from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, close_on, equal_on
from binodal.derive.symbols import P, x
from binodal.models.modular.derivations.characters import CharacterTerm, W, group_order
from binodal.models.modular.derivations.data import n
from binodal.models.modular.derivations.reading import read
from binodal.models.modular.derivations.symmetries import modes

LABELS6 = sp.symbols("k1:7", integer=True)
V_BULK = sp.Symbol("V", positive=True)
Content = tuple[tuple[int, int], ...]  # (mode, power of |w|^2), sorted
MAX_DIRECT_ORDER = 7


def coupled_term() -> CharacterTerm:
    """One sextuple of sum_n w_n^6 for symbolic P: it couples iff k1 + ... + k6 = 0 mod P."""
    coefficient = sp.Mul(*(W[label] for label in LABELS6))
    return CharacterTerm(coefficient, -n * sp.Add(*LABELS6)).sum_over(n, LABELS6[-1])


def multiplicity(powers: list[int], zero_power: int = 0) -> int:
    """Ordered sextuples with ``powers[i]`` factors |w|^2 of distinct complex modes.

    ``zero_power`` counts pairs of the real mode: 6!/((2 r_0)! prod (r_i!)^2).
    Raises ValueError unless the powers add up to three.

    >>> [multiplicity(p) for p in ([1, 1, 1], [2, 1], [3])], multiplicity([], 3)
    ([720, 180, 20], 1)
    """
    if sum(powers) + zero_power != 3:
        raise ValueError(f"powers {powers} and {zero_power} of a sextic term must add up to 3")
    count = factorial(6) // factorial(2 * zero_power)
    for power in powers:
        count //= factorial(power) ** 2
    return count


def surviving_count() -> sp.Expr:
    """Ordered sextuples that survive uniform phases, odd P, as a polynomial in P."""
    pairs = (P - 1) / 2
    two, three = pairs * (pairs - 1), pairs * (pairs - 1) * (pairs - 2) / 6
    total = multiplicity([1, 1, 1]) * three + multiplicity([2, 1]) * two + multiplicity([3]) * pairs
    total += multiplicity([1, 1], 1) * two / 2 + multiplicity([2], 1) * pairs
    return sp.expand(total + multiplicity([1], 2) * pairs + multiplicity([], 3))


def single_mode_in_bulk() -> sp.Expr:
    """<sum_n w_n^6>/P with one mode at |w_k|^2 = x in a bulk of small modes of total variance V.

    w_n = bulk + 2 sqrt(x) cos: the bulk's moments 1, V, 3 V^2, 15 V^3 meet the cosine's.
    """
    total = sp.S.Zero
    for power in range(4):
        bulk = sp.factorial2(2 * (3 - power) - 1) * V_BULK ** (3 - power)
        droplet = sp.binomial(2 * power, power) * x**power
        total += sp.binomial(6, 2 * power) * bulk * droplet
    return sp.expand(total)


def _bulk_from_counting() -> sp.Expr:
    """The same by multiplicities: modes of the bulk have <|w|^2> = V/P, P -> infinity."""
    pairs, second = (P - 3) / 2, V_BULK / P
    twice = 2 * second**2  # <|w|^4> of a complex Gaussian mode
    linear = multiplicity([1, 1, 1]) * pairs * (pairs - 1) / 2 * second**2
    linear += multiplicity([2, 1]) * pairs * twice + multiplicity([1, 1], 1) * pairs * second**2
    quadratic = multiplicity([2, 1]) * pairs * second + multiplicity([2], 1) * second
    return sum(
        (sp.limit(c, P, sp.oo) * x**power for power, c in ((1, linear), (2, quadratic))),
        multiplicity([3]) * x**3,
    )


def direct_content(order: int) -> tuple[Counter[Content], int]:
    """Enumerate all sextuples with sum 0: surviving ones by content, and the number of others.

    Raises ValueError above P = 7, where P^5 sextuples are too many.
    """
    group_order(order, odd=True, at_most=MAX_DIRECT_ORDER)
    contents: Counter[Content] = Counter()
    others = 0
    for head in product(range(order), repeat=5):
        counts = Counter((*head, -sum(head) % order))
        if all(counts[k] == counts[-k % order] for k in counts):
            powers = {k: counts[k] for k in range(1, (order + 1) // 2) if counts[k]}
            powers |= {0: counts[0] // 2} if counts[0] else {}
            contents[tuple(sorted(powers.items()))] += 1
        else:
            others += 1
    return contents, others


def _coupling_cases(claim: sp.Tuple) -> ExactCases:
    for order in (3, 4, 5):
        coupled = sum(sum(k) % order == 0 for k in product(range(order), repeat=6))
        yield (order, "count"), claim[1].subs(P, order), coupled
        row = tuple(generic_fractions(order, order))
        z = modes(row)
        total = Cyclotomic.rational(order, 0)
        known: dict[tuple[int, ...], Cyclotomic] = {}
        for head in product(range(order), repeat=5):
            key = tuple(sorted((*head, -sum(head) % order)))
            if key not in known:
                known[key] = read(claim[0], order, dict(zip(LABELS6, head, strict=False)), {W: z})
            total = total + known[key]
        yield order, sum((e**6 for e in row), Fraction(0)), total.as_fraction()


def _ratio_cases(claim: sp.Expr) -> Cases:
    """sum_n w_n^6/P of one pair of modes against sum_k |w_k|^6, where no other term is alias."""
    for order, modulus in ((5, sp.Rational(3, 7)), (7, sp.Rational(5, 4))):
        row = [
            2 * modulus * sp.cos(2 * sp.pi * n / order + sp.Rational(1, 3)) for n in range(order)
        ]
        yield order, claim * 2 * modulus**6, sum(w**6 for w in row) / order


def _survivor_claims(claim: sp.Tuple) -> Claims:
    count_of, *by_modes = claim
    alone = dict(zip(((3,), (1, 2), (1, 1, 1)), by_modes, strict=True))
    for order in (3, 5, 7):
        survivors, others = direct_content(order)
        for content, count in survivors.items():
            powers = [power for mode, power in content if mode]
            yield (order, content), count == multiplicity(powers, dict(content).get(0, 0))
            if len(powers) == len(content):
                yield (order, "modes"), count == alone[tuple(sorted(powers))]
        total = sum(survivors.values())
        yield (order, "count"), total == count_of.subs(P, order)
        yield (order, "rest"), total + others == order**5


def _gaussian_cases(claim: sp.Expr) -> Cases:
    """All survivors with the prior's moments give <w_n^6> = 15, for symbolic odd P."""
    pairs, each = (P - 1) / 2, 1 / P**3
    two, three = pairs * (pairs - 1), pairs * (pairs - 1) * (pairs - 2) / 6
    total = multiplicity([1, 1, 1]) * three + multiplicity([2, 1]) * two * 2
    total += multiplicity([3]) * pairs * 6 + multiplicity([1, 1], 1) * two / 2
    total += multiplicity([2], 1) * pairs * 2 + multiplicity([1], 2) * pairs * 3
    yield "sixth moment", sp.expand((total + multiplicity([], 3) * 15) * each), sp.Integer(15)
    yield "bulk", _bulk_from_counting(), claim - 15 * V_BULK**3


@cache
def sextic_decay() -> Derivation:
    """sum_n w_n^6: a dense coupling of sextuples; its average over phases, and its bulk effect."""
    term = coupled_term()
    counts = [sp.Integer(multiplicity(powers)) for powers in ([3], [2, 1], [1, 1, 1])]
    steps = (
        Step(
            "coupling",
            "orthogonality: P for every sextuple with k1 + ... + k6 = 0 mod P, P^5 of them",
            sp.Sum(sp.Symbol("w_n^6"), (n, 0, P - 1)),
            sp.Tuple(term.coefficient, P**5),
            exact_on(_coupling_cases, "sums of sixth powers at rational weights, P = 3, 4, 5"),
        ),
        Step(
            "survivors",
            "uniform phases keep the sextuples made of three pairs (k,-k): 720, 180 or 20 orders "
            "for three, two or one complex modes; all others lock phases and average to zero",
            term.coefficient,
            sp.Tuple(surviving_count(), *counts),
            all_hold(_survivor_claims, "all P^5 sextuples listed at P = 3, 5, 7"),
            (Assumption.UNIFORM_PHASES, Assumption.ODD_P),
        ),
        Step(
            "bulk",
            "the many small modes have total variance V of order one: they add 90 V x^2 and "
            "90 V^2 x to the lone mode's 20 x^3, at the same order in P",
            surviving_count(),
            single_mode_in_bulk(),
            equal_on(_gaussian_cases, "multiplicities with the prior's moments, symbolic P"),
            (Assumption.LARGE_P,),
        ),
        Step(
            "against the decay mode by mode",
            "one mode alone: 20 |w_k|^6 from the sixth powers, 2 |w_k|^6 from k and -k",
            counts[0],
            counts[0] / 2,
            close_on(_ratio_cases, "sums of sixth powers of cosines at P = 5, 7"),
        ),
    )
    results = {
        "surviving_sextuples": surviving_count(),
        "coupled_sextuples": P**5,
        "one_mode": counts[0],
        "two_modes": counts[1],
        "three_modes": counts[2],
        "mode_decay_ratio": counts[0] / 2,
        "single_mode_in_bulk": single_mode_in_bulk(),
    }
    return Derivation("Sextic decay of the weights in Fourier space", steps, results)
