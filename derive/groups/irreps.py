"""Irreducible representations by name: dimension, type, conjugate, and what automorphisms tie."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product
from math import prod

from binodal.derive.cyclotomic import Cyclotomic
from binodal.derive.groups.block import Block
from binodal.derive.groups.characters import Spectra, characters
from binodal.derive.groups.group import FiniteGroup, GroupError

_MOST_IMAGES = 20000
"""Images of the generators that are tried for an automorphism."""

KINDS = {1: "real", 0: "complex", -1: "quaternionic"}


@dataclass(frozen=True)
class Irrep:
    """An irreducible representation up to equivalence, known by its character.

    ``name`` is its dimension with a letter, "1a" the trivial one; ``kind`` is its Frobenius-Schur
    type; ``dual`` is the name of the complex conjugate.
    """

    name: str
    dimension: int
    kind: str
    dual: str
    spectra: Spectra

    @property
    def trivial(self) -> bool:
        """Whether every element acts as 1."""
        return self.dimension == 1 and not any(k for (k,) in self.spectra)


@cache
def irreps(group: FiniteGroup) -> tuple[Irrep, ...]:
    """All irreps; the squares of their dimensions add up to the order.

    >>> from binodal.derive.groups.names import named
    >>> [(rho.name, rho.kind) for rho in irreps(named("Q8"))][-1]
    ('2a', 'quaternionic')
    """
    table = characters(group)
    if sum(len(spectra[0]) ** 2 for spectra in table) != group.order:
        raise ArithmeticError(f"{group.name}: the dimensions of its irreps do not fit its order")
    counts: Counter[int] = Counter()
    names = []
    for spectra in table:
        dimension = len(spectra[0])
        names.append(f"{dimension}{_letters(counts[dimension])}")
        counts[dimension] += 1
    number = dict(zip(table, names, strict=True))
    duals = [_conjugate(group, spectra) for spectra in table]
    return tuple(
        Irrep(name, len(s[0]), _kind(group, s, dual), number[dual], s)
        for name, s, dual in zip(names, table, duals, strict=True)
    )


def _letters(place: int) -> str:
    """a, b, ..., z, aa, ab, ..."""
    text = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        text = chr(ord("a") + letter) + text
    return text


def _conjugate(group: FiniteGroup, spectra: Spectra) -> Spectra:
    return tuple(tuple(sorted(-k % group.exponent for k in ks)) for ks in spectra)


def value(group: FiniteGroup, spectra: Spectra, element: int) -> Cyclotomic:
    """The character at an element, in Q(zeta) with zeta of the exponent's order."""
    often = Counter(spectra[group.class_of[element]])
    numbers = tuple(Fraction(often[k]) for k in range(group.exponent))
    return Cyclotomic(group.exponent, numbers)


def indicator(group: FiniteGroup, spectra: Spectra) -> int:
    """Frobenius' and Schur's mean of chi(g^2): 1 real, 0 complex, -1 quaternionic."""
    total = [Fraction(0)] * group.exponent
    for members in group.classes:
        square = group.table[members[0]][members[0]]
        for k in spectra[group.class_of[square]]:
            total[k] += Fraction(len(members), group.order)
    return int(Cyclotomic(group.exponent, tuple(total)).as_fraction())


def _kind(group: FiniteGroup, spectra: Spectra, dual: Spectra) -> str:
    """The type; only a real character of even dimension needs its indicator."""
    if spectra != dual:
        return "complex"
    return KINDS[indicator(group, spectra)] if len(spectra[0]) % 2 == 0 else "real"


def automorphisms(group: FiniteGroup) -> Iterator[tuple[int, ...]]:
    """All of them, as images of the elements; raises GroupError when there are too many to try."""
    generators = group.generators
    wanted = [group.order_of(g) for g in generators]
    choices = [[h for h in range(group.order) if group.order_of(h) == order] for order in wanted]
    if prod(map(len, choices)) > _MOST_IMAGES:
        raise GroupError(f"{group.name}: too many automorphisms to try them")
    for images in product(*choices):
        extended = _extension(group, generators, images)
        if extended is not None and len(set(extended)) == group.order:
            yield extended


def _extension(
    group: FiniteGroup, generators: Sequence[int], images: Sequence[int]
) -> tuple[int, ...] | None:
    """The homomorphism with these images of the generators, if there is one."""
    image = {0: 0}
    fresh = [0]
    while fresh:
        g = fresh.pop()
        for generator, target in zip(generators, images, strict=True):
            reached, sent = group.table[g][generator], group.table[image[g]][target]
            if reached not in image:
                image[reached] = sent
                fresh.append(reached)
            elif image[reached] != sent:
                return None
    return tuple(image[g] for g in range(group.order))


@cache
def blocks(group: FiniteGroup) -> tuple[Block, ...]:
    """The irreps that a network can learn, all but the trivial one, conjugates together.

    >>> from binodal.derive.groups.names import named
    >>> [block.members for block in blocks(named("A4"))]
    [('1b', '1c'), ('3a',)]
    """
    by_name = {rho.name: rho for rho in irreps(group)}
    orbit = _orbits(group)
    blocks: dict[str, Block] = {}
    for rho in by_name.values():
        if not rho.trivial and rho.dual not in blocks:
            members = (rho.name,) if rho.dual == rho.name else (rho.name, rho.dual)
            blocks[rho.name] = Block(rho.name, rho.dimension, rho.kind, members, orbit[rho.name])
    return tuple(blocks.values())


def _orbits(group: FiniteGroup) -> dict[str, tuple[str, ...]]:
    """By irrep: what conjugation and the automorphisms that could be tried carry it to."""
    every = irreps(group)
    telling = _telling(group, [rho.spectra for rho in every])
    name_of = {tuple(rho.spectra[c] for c in telling): rho.name for rho in every}
    tied = {rho.name: {rho.name, rho.dual} for rho in every}
    try:
        for image in automorphisms(group):
            places = [group.class_of[image[group.classes[c][0]]] for c in telling]
            for rho in every:
                tied[rho.name].add(name_of[tuple(rho.spectra[c] for c in places)])
    except GroupError:
        pass
    place = {rho.name: number for number, rho in enumerate(every)}
    orbit: dict[str, tuple[str, ...]] = {}
    for name in place:
        if name not in orbit:  # orbits of a group of maps: each of them at once
            members = tuple(sorted(_closed(name, tied), key=place.__getitem__))
            orbit |= dict.fromkeys(members, members)
    return orbit


def _telling(group: FiniteGroup, table: Sequence[Spectra]) -> list[int]:
    """Classes whose eigenvalues tell the irreps apart."""
    chosen: list[int] = []
    for place in reversed(range(len(group.classes))):
        if len({tuple(spectra[c] for c in chosen) for spectra in table}) == len(table):
            break
        chosen.append(place)
    return chosen


def _closed(name: str, tied: dict[str, set[str]]) -> set[str]:
    reached, fresh = {name}, [name]
    while fresh:
        for other in tied[fresh.pop()] - reached:
            reached.add(other)
            fresh.append(other)
    return reached
