"""Independent routes to a block on a subset: sums over pairs of explicit groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import combinations

import sympy as sp

from binodal.derive.checks import Claims, ExactCases
from binodal.derive.cyclotomic import Cyclotomic
from binodal.derive.groups.block import Block
from binodal.derive.groups.group import FiniteGroup
from binodal.derive.groups.irreps import blocks
from binodal.derive.groups.names import from_text
from binodal.derive.symbols import N, a, sigma2, sigma_a2
from binodal.models.group.derivations.action import coupling
from binodal.models.group.derivations.exact import block_character, cases, convolved, square
from binodal.models.group.derivations.symbols import copies, dimension, order, overlap, rank
from binodal.models.modular.derivations.cavity import PULL, SPREAD, STATE, Y, gained
from binodal.models.modular.derivations.symbols_of_subsets import COUPLING as U
from binodal.models.modular.derivations.symbols_of_subsets import DISORDER

CONDENSATES = "neurons of one rank in blocks of S3, Z2xZ4, Q8, D5, A4 and A4xZ3"
_OF = (
    ("S3", "1b", 1),
    ("S3", "2a", 1),
    ("S3", "2a", 2),
    ("Z2xZ4", "1c", 1),
    ("A4", "1b", 1),
    ("Q8", "2a", 2),
    ("D5", "2b", 1),
    ("A4", "3a", 1),
    ("A4xZ3", "3b", 1),
)
_SHARE = Fraction(3, 5)


@dataclass(frozen=True)
class Condensate:
    """A neuron whose W and V are one projector of a block: all singular values are 0 or 1.

    It is the mean of rho over a cyclic subgroup, and ``weights`` are both w and v.
    """

    group: FiniteGroup
    block: Block
    rank: int
    weights: tuple[Cyclotomic, ...]

    @property
    def point(self) -> dict[sp.Symbol, int]:
        """What the symbols of a claim are."""
        of = self.block
        sizes = {order: self.group.order, dimension: of.dimension, copies: len(of.members)}
        return {**sizes, rank: self.rank}

    @property
    def pull(self) -> list[float]:
        """t = 2 w * v, by element."""
        total, w = [0.0] * self.group.order, self.floats
        for g, h, product in _pairs(self.group):
            total[product] += 2 * w[g] * w[h]
        return total

    @property
    def floats(self) -> list[float]:
        """The weights as numbers."""
        turn = 2 * sp.pi.evalf() / self.group.exponent
        cosines = [float(sp.cos(turn * k)) for k in range(self.group.exponent)]
        return [
            sum(float(c) * e for c, e in zip(z.coefficients, cosines, strict=True))
            for z in self.weights
        ]


def _pairs(group: FiniteGroup) -> Iterator[tuple[int, int, int]]:
    for g, row in enumerate(group.table):
        for h, product in enumerate(row):
            yield g, h, product


@cache
def condensates() -> tuple[Condensate, ...]:
    """Real, complex and quaternionic blocks of one to three dimensions, and two ranks of one."""
    return tuple(_condensate(*of) for of in _OF)


def _condensate(name: str, irrep: str, of_rank: int) -> Condensate:
    group = from_text(name)
    (block,) = (block for block in blocks(group) if block.name == irrep)
    chi, members = block_character(group, irrep), len(block.members)
    for g in range(group.order):
        powers = _powers(group, g)
        held = sum((chi[h] for h in powers), start=chi[0] * 0)
        if held == of_rank * members * len(powers):
            break
    share = Fraction(block.dimension, len(powers))
    weights = tuple(
        sum((chi[group.table[h][inverse]] for h in powers), start=chi[0] * 0) * share
        for inverse in group.inverses
    )
    return Condensate(group, block, of_rank, weights)


def _powers(group: FiniteGroup, g: int) -> list[int]:
    identity = group.table[0].index(0)
    powers, h = [identity], g
    while h != identity:
        powers.append(h)
        h = group.table[h][g]
    return powers


def norm_cases(claim: sp.Tuple) -> ExactCases:
    """The sum of squares over |G|; all blocks span all functions but the constant."""
    for of in condensates():
        total = sum((w * w for w in of.weights), start=of.weights[0] * 0)
        norm = Fraction(str(claim[0].subs(of.point)))
        yield (of.group.name, of.block.name, of.rank), total, norm * of.group.order
        sizes = ((b.dimension, len(b.members)) for b in blocks(of.group))
        spanned = [int(claim[1].subs({dimension: d, copies: m})) for d, m in sizes]
        yield (of.group.name, "functions"), sum(spanned), of.group.order - 1


def radius_cases(claim: sp.Expr) -> ExactCases:
    """Four times the variances of every row and column, at generic weights and parameters."""
    given = {N: 7, sigma2: sp.Rational(5, 11), sigma_a2: sp.Rational(2, 13), a: 1}
    kappa = (sigma_a2 * a**2 / (2 * N * sigma2**2)).subs(given)
    for group, left, right in cases():
        product = convolved(group, left, right)
        for block in blocks(group)[-2:]:
            sizes = {order: group.order, dimension: block.dimension, copies: len(block.members)}
            at_u = coupling().subs({**given, **sizes}) * sp.Rational(str(_SHARE)) ** 2
            disorder = (1 - _SHARE) / (_SHARE * group.order)
            point = {**sizes, U: at_u, DISORDER: sp.Rational(str(disorder)), overlap: 1}
            scale = Fraction(1, len(block.members) * group.order**4)
            expected = square(group, block.name, product) * scale
            expected = expected * Fraction(str(claim.subs(point)))
            entry2 = _SHARE * (1 - _SHARE) * (4 * Fraction(str(kappa)) * _SHARE) ** 2
            t2 = [t * t * entry2 for t in _projected(group, block, product)]
            for g in (0, group.order - 1):
                row = sum((t2[k] for k in group.table[g]), start=t2[0] * 0)
                column = sum((t2[line[g]] for line in group.table), start=t2[0] * 0)
                yield (group.name, block.name, g, "row"), row * 4, expected
                yield (group.name, block.name, g, "column"), column * 4, expected


def _projected(group: FiniteGroup, block: Block, product: list[Fraction]) -> Iterator[Cyclotomic]:
    """The part of 2 w * v in a block."""
    chi = block_character(group, block.name)
    share = Fraction(2 * block.dimension, group.order)
    for p in range(group.order):
        moved = (chi[group.table[p][i]] * f for i, f in zip(group.inverses, product, strict=True))
        yield sum(moved, start=chi[0] * 0) * share


def _frobenius(group: FiniteGroup, weights: Sequence[Fraction]) -> Fraction:
    """The sum of d |W|_F^6 over all irreps but the trivial one."""
    total = Fraction(0)
    for of in blocks(group):
        members, scale = len(of.members), Fraction(1, len(of.members) * group.order**2)
        size = (square(group, of.name, weights) * scale).as_fraction()
        total += members * of.dimension * size**3
    return total


def pair_cases(claim: sp.Expr) -> ExactCases:
    """By Q^2/A C of prior A, squared pulls Q and decay C, which no scale of the weights changes:
    of one weight, and of a block's neuron; and the decay of that with what has none of its block.
    """
    for of in (*condensates()[:3], condensates()[5], condensates()[7]):
        group, name = of.group, (of.group.name, of.block.name, of.rank)
        own = [w.as_fraction() for w in of.weights]
        single = [Fraction(g == 1) for g in range(group.order)]
        parts = [
            len(b.members) * claim.subs({**of.point, dimension: b.dimension}) for b in blocks(group)
        ]
        ring, pair = (_scale_free(group, w) for w in (own, single))
        seen = (1 - Fraction(1, group.order)) ** 2
        yield name, ring * seen / pair, Fraction(str(sum(parts)))
        held = (e.as_fraction() / 2 for e in _projected(group, of.block, single))
        other = [a - b for a, b in zip(single, held, strict=True)]
        both = [a + b for a, b in zip(own, other, strict=True)]
        apart = _frobenius(group, own) + _frobenius(group, other)
        yield (*name, "with others"), _frobenius(group, both), apart


def _scale_free(group: FiniteGroup, weights: Sequence[Fraction]) -> Fraction:
    """Q^2/A C of a neuron with the same weights in both halves."""
    size = group.order
    pulls = [(p, 2 * weights[g] * weights[h]) for g, h, p in _pairs(group)]
    prior = sum((w * w for w in weights), Fraction(0))
    return _squares(pulls, size) ** 2 / (prior * _frobenius(group, weights))


def _close(left: float, right: float) -> bool:
    return abs(left - right) < 1e-9 * (1 + abs(right))


def first_power_claims(claim: sp.Expr) -> Claims:
    """What noise of the pulls and forces take from S to first order, with the cavity's slope."""
    at_u, share = 0.7, float(_SHARE)
    state = dict.fromkeys(STATE, 1) | {PULL: 1, SPREAD: 0, Y: at_u}
    slope = float(sp.diff(gained(), DISORDER).subs(state))
    for of in condensates():
        size, w, t = of.group.order, of.floats, of.pull
        kappa, variance = at_u / share**2 / (4 * size**2), share * (1 - share)
        noise = force = 0.0
        for g, h, product in _pairs(of.group):
            noise += kappa * variance * (2 * w[g] * w[h]) ** 2
            bent = 4 * kappa * share * t[product]
            force += variance * bent**2 * (w[g] ** 2 + w[h] ** 2) / 2
        taken = (noise + force) / sum(e * e for e in w)
        strength = (1 - share) / (share * size) * float(claim.subs(of.point))
        yield (of.group.name, of.block.name, of.rank), _close(slope * strength, taken)


def annealed_cases(claim: sp.Expr) -> ExactCases:
    """All subsets of k of 36 pairs: E = (F^2 + c) S + (F(1-F) - c) D by their covariance c."""
    for of in condensates()[:3]:
        size, w = of.group.order, [weight.as_fraction() for weight in of.weights]
        terms = [(p, 2 * w[g] * w[h]) for g, h, p in _pairs(of.group)]
        whole = _squares(terms, size)
        for kept in (2, len(terms) - 2):
            every = [_squares(some, size) for some in combinations(terms, kept)]
            mean, share = sum(every, Fraction(0)) / len(every), Fraction(kept, len(terms))
            variance = share * (1 - share)
            covariance = -variance / (len(terms) - 1)
            each = (mean - (share**2 + covariance) * whole) / (variance - covariance)
            names = {symbol: share for symbol in claim.free_symbols if symbol.name == "F"}
            point = {**of.point, **{s: sp.Rational(str(f)) for s, f in names.items()}}
            expected = Fraction(str(claim.subs(point)))
            yield (of.block.name, of.rank, kept), variance * each / (share**2 * whole), expected


def _squares(terms: Iterable[tuple[int, Fraction]], size: int) -> Fraction:
    """The sum over labels p of (sum of (delta_p - 1/|G|) times each)^2."""
    by_label = [Fraction(0)] * size
    for p, term in terms:
        by_label[p] += term
    total = sum(by_label, Fraction(0))
    return sum((e * e for e in by_label), Fraction(0)) - total**2 / size


def spread_claims(claim: sp.Tuple) -> Claims:
    """The variance of t(g h) w(g) v(h) over all pairs beside the square of its mean, and the bound
    by the largest t^2 and the means of w^2 and v^2."""
    for of in condensates():
        w, t = of.floats, of.pull
        terms = [t[product] * w[g] * w[h] for g, h, product in _pairs(of.group)]
        mean = sum(terms) / len(terms)
        spread = sum((e / mean - 1) ** 2 for e in terms) / len(terms)
        square = sum(e * e for e in w) / len(w)
        real, complex_, bound = (float(part.subs(of.point)) for part in claim)
        name = of.group.name, of.block.name, of.rank
        yield (*name, "bound"), _close(bound, max(e * e for e in t) * square**2 / mean**2 - 1)
        if of.block.dimension == 1:
            yield name, _close(real if of.block.kind == "real" else complex_, spread)
        else:
            yield name, spread < bound * (1 + 1e-9)
