"""What the moves of a group leave in place, and wrong moves that each law must reject."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import numpy as np

from binodal.derive.groups.block import Block
from binodal.derive.groups.group import FiniteGroup
from binodal.derive.groups.irreps import blocks, irreps
from binodal.models.group.derivations.exact import convolved, direct_overlaps, profile, square
from binodal.models.modular.derivations.posterior import Hyperparameters, Network, Row, outputs
from tests.models.group.exact_network import energy, gradient, sixth_power, target


@dataclass(frozen=True)
class Move:
    """(g, h, p) -> (k g l^-1, l h m^-1, k p m^-1), after an automorphism, and before both, if
    ``inverted``, (g, h, p) -> (h^-1, g^-1, p^-1)."""

    group: FiniteGroup
    k: int
    middle: int
    m: int
    automorphism: tuple[int, ...]
    inverted: bool = False

    def times(self, *elements: int) -> int:
        """Their product."""
        total = 0
        for element in elements:
            total = self.group.table[total][element]
        return total

    def inverse(self, g: int) -> int:
        """g^-1."""
        return self.group.inverses[g]

    def first(self, g: int) -> int:
        """Of an element on the left of the product."""
        return self.times(self.k, self.automorphism[g], self.inverse(self.middle))

    def second(self, h: int) -> int:
        """On the right."""
        return self.times(self.middle, self.automorphism[h], self.inverse(self.m))

    def third(self, p: int) -> int:
        """Of the product."""
        return self.times(self.k, self.automorphism[p], self.inverse(self.m))

    def pair(self, g: int, h: int) -> tuple[int, int]:
        """Where the input (g, h) goes."""
        if self.inverted:
            g, h = self.inverse(h), self.inverse(g)
        return self.first(g), self.second(h)

    def label(self, p: int) -> int:
        """Where the label p goes."""
        return self.third(self.inverse(p) if self.inverted else p)

    def weights(self, u: Row, v: Row) -> tuple[Row, Row]:
        """(u', v') with u'(g') + v'(h') = u(g) + v(h)."""
        new = ([Fraction(0)] * self.group.order, [Fraction(0)] * self.group.order)
        for g in range(self.group.order):
            places = self.pair(g, g)
            halves = (v[g], u[g]) if self.inverted else (u[g], v[g])
            for half, place, value in zip(new, places, halves, strict=True):
                half[place] = value
        return tuple(new[0]), tuple(new[1])

    def network(self, network: Network) -> Network:
        """The network whose output at the moved label and input is the old one's."""
        halves = [self.weights(u, v) for u, v in zip(network.first, network.second, strict=True)]
        readouts = [
            tuple(value for _, value in sorted(zip(map(self.label, range(len(a))), a, strict=True)))
            for a in network.readouts
        ]
        first, second = (tuple(h[i] for h in halves) for i in (0, 1))
        return Network(network.order, first, second, tuple(readouts))


@dataclass(frozen=True)
class Sample:
    """Everything a law may be tried on; ``shares`` are a_rho by the orbit of rho."""

    network: Network
    at: Hyperparameters
    shares: Callable[[Block], Fraction]

    @property
    def halves(self) -> tuple[Row, Row]:
        return self.network.first[0], self.network.second[0]


Law = Callable[[Move, Sample], bool]


def data_set(move: Move, sample: Sample) -> bool:
    """The moved target at moved inputs is the target."""
    y, elements = target(move.group), range(move.group.order)
    return all(
        y[move.label(p)][move.pair(g, h)[0]][move.pair(g, h)[1]] == y[p][g][h]
        for p, g, h in product(elements, repeat=3)
    )


def network_function(move: Move, sample: Sample) -> bool:
    """Moved networks say at moved inputs and labels what they said."""
    old, new = outputs(sample.network), outputs(move.network(sample.network))
    elements = range(move.group.order)
    return all(
        new[move.label(p)][move.pair(g, h)[0]][move.pair(g, h)[1]] == old[p][g][h]
        for p, g, h in product(elements, repeat=3)
    )


def posterior(move: Move, sample: Sample) -> bool:
    """U is the same."""
    moved = move.network(sample.network)
    return energy(move.group, moved, sample.at) == energy(move.group, sample.network, sample.at)


def gradient_law(move: Move, sample: Sample) -> bool:
    """Its gradient moves along."""
    moved = gradient(move.group, move.network(sample.network), sample.at)
    return moved == move.network(gradient(move.group, sample.network, sample.at))


def factors(group: FiniteGroup, sample: Sample) -> Mapping[str, Fraction]:
    return {block.name: sample.shares(block) for block in blocks(group)}


def action(move: Move, sample: Sample) -> bool:
    """S of a neuron by sums over pairs and labels, with one a for every orbit of irreps."""
    group = move.group
    shape = profile(group, factors(group, sample))

    def of(u: Row, v: Row) -> object:
        pulled = direct_overlaps(group, shape, u, v)
        total = sum((o * o for o in pulled), start=pulled[0] * 0) * (-1 / sample.at.sigma2)
        prior = sum(e * e for e in (*u, *v)) / 2
        return total + prior + sixth_power(group, u) + sixth_power(group, v)

    return bool(of(*move.weights(*sample.halves)) == of(*sample.halves))


def irreps_law(move: Move, sample: Sample) -> bool:
    """|W V|^2 of an irrep is that of the irrep to which the automorphism carries it."""
    group = move.group
    by_spectra = {rho.spectra: rho.name for rho in irreps(group)}
    old, new = (
        convolved(group, *halves) for halves in (sample.halves, move.weights(*sample.halves))
    )
    for rho in irreps(group):
        carried = tuple(rho.spectra[group.class_of[move.automorphism[c[0]]]] for c in group.classes)
        if square(group, rho.name, new) != square(group, by_spectra[carried], old):
            return False
    return True


def powers(automorphism: tuple[int, ...]) -> list[tuple[int, ...]]:
    """All of them, the one that changes nothing first."""
    found, last = [], tuple(range(len(automorphism)))
    while last not in found:
        found.append(last)
        last = tuple(automorphism[g] for g in last)
    return found


def kernel(move: Move, sample: Sample) -> bool:
    """The kernel of a neuron with all its images under translations, inversion and the powers of
    the automorphism commutes with the move."""
    group, elements = move.group, range(move.group.order)
    total = np.zeros((group.order**2, group.order**2), dtype=np.int64)
    u, v = (tuple(Fraction(int(4 * e)) for e in half) for half in sample.halves)
    for carried, inverted in product(powers(move.automorphism), (False, True)):
        for k, middle, m in product(elements, repeat=3):
            left, right = Move(group, k, middle, m, carried, inverted).weights(u, v)
            values = np.array([int(a + b) ** 2 for a in left for b in right], dtype=np.int64)
            total += np.outer(values, values)
    images = [
        first * group.order + second
        for first, second in (move.pair(g, h) for g in elements for h in elements)
    ]
    return bool((total[np.ix_(images, images)] == total).all())


class InverseOnTheWrongSide(Move):
    """(k g l, l h m^-1, k p m^-1)."""

    def first(self, g: int) -> int:
        return self.times(self.k, self.automorphism[g], self.middle)


class OtherSide(Move):
    """(k g l^-1, h l m^-1, k p m^-1): l from the right, which commuting elements do not notice."""

    def second(self, h: int) -> int:
        return self.times(self.automorphism[h], self.middle, self.inverse(self.m))


class LabelOnTheWrongSide(Move):
    """(k g l^-1, l h m^-1, m^-1 p k)."""

    def third(self, p: int) -> int:
        return self.times(self.inverse(self.m), self.automorphism[p], self.k)


class StillOrdered(Move):
    """(g, h, p) -> (g^-1, h^-1, p^-1): an inverse without the other order, right if all commute."""

    def pair(self, g: int, h: int) -> tuple[int, int]:
        return self.first(self.inverse(g)), self.second(self.inverse(h))

    def weights(self, u: Row, v: Row) -> tuple[Row, Row]:
        still = Move(self.group, 0, 0, 0, tuple(range(self.group.order)))
        back = [tuple(row[self.inverse(g)] for g in range(self.group.order)) for row in (u, v)]
        return Move(self.group, self.k, self.middle, self.m, self.automorphism).weights(
            *still.weights(*back)
        )


class HalfMapped(Move):
    """The automorphism on the left element alone."""

    def second(self, h: int) -> int:
        return self.times(self.middle, h, self.inverse(self.m))


class BackwardWeights(Move):
    """u'(g) = u(where g goes), the inverse of what is right."""

    def weights(self, u: Row, v: Row) -> tuple[Row, Row]:
        left, right = (v, u) if self.inverted else (u, v)
        places = [self.pair(g, g) for g in range(self.group.order)]
        return tuple(left[g] for g, _ in places), tuple(right[h] for _, h in places)


LAWS: dict[str, tuple[Law, tuple[type[Move], ...]]] = {
    "data set": (
        data_set,
        (InverseOnTheWrongSide, OtherSide, LabelOnTheWrongSide, StillOrdered, HalfMapped),
    ),
    "network function": (network_function, (BackwardWeights,)),
    "posterior": (
        posterior,
        (BackwardWeights, InverseOnTheWrongSide, OtherSide, StillOrdered, HalfMapped),
    ),
    "gradient": (gradient_law, (InverseOnTheWrongSide, OtherSide, StillOrdered, HalfMapped)),
    "action": (action, (InverseOnTheWrongSide, OtherSide, StillOrdered, HalfMapped)),
    "irreps": (irreps_law, (InverseOnTheWrongSide, OtherSide, StillOrdered, HalfMapped)),
    "kernel": (kernel, (OtherSide, StillOrdered, HalfMapped)),
}
"""Laws with the wrong moves that each must reject."""
