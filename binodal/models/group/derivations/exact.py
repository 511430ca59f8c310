"""Exact values on explicit groups: functions on G in rationals, their blocks through characters.

No matrix is needed: tr rho(f) = sum_g f(g) chi(g), and rho(f) rho(h) = rho(f * h) for the
convolution of functions, rho(f)^+ = rho(f reversed).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache

from binodal.derive.checks import generic_fractions
from binodal.derive.cyclotomic import Cyclotomic
from binodal.derive.groups.block import Block
from binodal.derive.groups.group import FiniteGroup
from binodal.derive.groups.irreps import blocks, irreps, value
from binodal.derive.groups.names import from_text

Function = Sequence[Fraction]
GROUPS = ("S3", "Z2xZ4", "Z5", "Q8", "D5")
"""Where factors are settled: S3, where a swapped side shows; real characters beside complex
ones; complex, quaternionic and irrational ones."""


def cases(names: Sequence[str] = GROUPS) -> Iterator[tuple[FiniteGroup, Function, Function]]:
    """Groups with generic rational weights u and v on them."""
    for seed, name in enumerate(names):
        group = from_text(name)
        u, v = (generic_fractions(group.order, 7 * seed + half) for half in (1, 2))
        yield group, u, v


def convolved(group: FiniteGroup, left: Function, right: Function) -> list[Fraction]:
    """(f * h)(k) = sum over g h = k."""
    total = [Fraction(0)] * group.order
    for g, f in enumerate(left):
        for h, e in enumerate(right):
            total[group.table[g][h]] += f * e
    return total


def reversed_on(group: FiniteGroup, function: Function) -> list[Fraction]:
    """f(g^{-1})."""
    return [function[inverse] for inverse in group.inverses]


@cache
def block_character(group: FiniteGroup, name: str) -> tuple[Cyclotomic, ...]:
    """chi of the irrep of this name plus that of its conjugate, if that is another, by element."""
    dual = next(rho.dual for rho in irreps(group) if rho.name == name)
    own = character(group, name)
    if dual == name:
        return own
    return tuple(one + other for one, other in zip(own, character(group, dual), strict=True))


@cache
def character(group: FiniteGroup, name: str) -> tuple[Cyclotomic, ...]:
    """chi of the irrep of this name, by element."""
    (rho,) = (rho for rho in irreps(group) if rho.name == name)
    by_class = [value(group, rho.spectra, members[0]) for members in group.classes]
    return tuple(by_class[c] for c in group.class_of)


def trace(group: FiniteGroup, name: str, function: Function) -> Cyclotomic:
    """tr rho(f), added over the members of rho's block."""
    return _weighed(group, block_character(group, name), function)


def _weighed(group: FiniteGroup, chi: Sequence[Cyclotomic], function: Function) -> Cyclotomic:
    """sum_g f(g) chi(g)."""
    zero = Cyclotomic.rational(group.exponent, 0)
    by_class = [sum((function[g] for g in members), Fraction(0)) for members in group.classes]
    pairs = zip(by_class, (chi[members[0]] for members in group.classes), strict=True)
    return sum((chi_c * total for total, chi_c in pairs), start=zero)


def squares_of_members(group: FiniteGroup, block: Block, function: Function) -> list[Cyclotomic]:
    """|rho(f)|_F^2 of each member of a block."""
    norm = convolved(group, function, reversed_on(group, function))
    return [_weighed(group, character(group, name), norm) for name in block.members]


def square(group: FiniteGroup, name: str, function: Function) -> Cyclotomic:
    """|rho(f)|_F^2, added over the members of rho's block."""
    return trace(group, name, convolved(group, function, reversed_on(group, function)))


def residual_factors(group: FiniteGroup) -> Mapping[str, Fraction]:
    """A different a_rho for every block."""
    every = blocks(group)
    numbers = generic_fractions(len(every), group.order)
    return {block.name: a for block, a in zip(every, numbers, strict=True)}


def profile(
    group: FiniteGroup, factors: Mapping[str, Fraction] | Mapping[str, Cyclotomic]
) -> list[Cyclotomic]:
    """R with r_p(g, h) = R(g h p^{-1}) = sum_rho a_rho (d_rho/|G|) chi_rho(g h p^{-1})."""
    dimension = {block.name: block.dimension for block in blocks(group)}
    zero = Cyclotomic.rational(group.exponent, 0)
    shares = {name: a * Fraction(dimension[name], group.order) for name, a in factors.items()}
    return [
        sum((block_character(group, name)[g] * share for name, share in shares.items()), start=zero)
        for g in range(group.order)
    ]


def direct_overlaps(
    group: FiniteGroup, shape: Sequence[Cyclotomic], u: Function, v: Function
) -> list[Cyclotomic]:
    """sum_{g,h} R(g h p^{-1}) (u(g) + v(h))^2 by p: the definition, every pair of inputs."""
    table, inverses = group.table, group.inverses
    gathered = [Fraction(0)] * group.order  # over pairs with one product
    for g in range(group.order):
        for h in range(group.order):
            gathered[table[g][h]] += (u[g] + v[h]) ** 2
    zero = Cyclotomic.rational(group.exponent, 0)
    return [
        sum((shape[table[k][inverses[p]]] * gathered[k] for k in range(group.order)), start=zero)
        for p in range(group.order)
    ]
