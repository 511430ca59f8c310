"""A network on a group in rational arithmetic: the definitions, pair by pair, without an irrep."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from binodal.derive.groups.group import FiniteGroup
from binodal.models.group.derivations.exact import convolved, reversed_on
from binodal.models.modular.derivations.posterior import Hyperparameters, Network, Row, outputs

Tensor3 = list[list[list[Fraction]]]


def target(group: FiniteGroup) -> Tensor3:
    """y[p][g][h] = delta(p, g h) - 1/|G|."""
    rest = Fraction(1, group.order)
    elements = range(group.order)
    return [[[(k == p) - rest for k in row] for row in group.table] for p in elements]


def sixth_power(group: FiniteGroup, row: Sequence[Fraction]) -> Fraction:
    """sum over irreps of d tr (W W^+)^3: |G| times the value at 1 of a convolution of u with its
    reverse, thrice (Plancherel), over |G|^6."""
    square = convolved(group, row, reversed_on(group, row))
    return convolved(group, convolved(group, square, square), square)[0] / group.order**5


def _slope(group: FiniteGroup, row: Sequence[Fraction]) -> list[Fraction]:
    """Of ``sixth_power``: six times u with its reverse, alternating, five in all."""
    square = convolved(group, row, reversed_on(group, row))
    fifth = convolved(group, convolved(group, square, square), row)
    return [6 * value / group.order**5 for value in fifth]


def energy(group: FiniteGroup, network: Network, at: Hyperparameters) -> Fraction:
    """U with the decay ``schatten``."""
    y, f, elements = target(group), outputs(network), range(group.order)
    misfit = sum(
        (y[p][g][h] - f[p][g][h]) ** 2 for p in elements for g in elements for h in elements
    )
    halves = network.first + network.second
    prior = sum(e * e for row in halves for e in row) / 2
    readout = sum(e * e for row in network.readouts for e in row) / (2 * at.sigma_a2)
    decay = sum(sixth_power(group, row) for row in halves) * group.order * at.gamma / 6
    return misfit / (2 * at.sigma2) + prior + len(network.first) * readout + decay


def gradient(group: FiniteGroup, network: Network, at: Hyperparameters) -> Network:
    """Of :func:`energy`, in the shape of the network."""
    y, f, elements = target(group), outputs(network), range(group.order)
    force = [
        [[(f[p][g][h] - y[p][g][h]) / at.sigma2 for h in elements] for g in elements]
        for p in elements
    ]
    found: tuple[list[Row], list[Row], list[Row]] = ([], [], [])
    for u, v, a in zip(network.first, network.second, network.readouts, strict=True):
        pull = [
            [2 * sum(a[p] * force[p][g][h] for p in elements) * (u[g] + v[h]) for h in elements]
            for g in elements
        ]
        sums = ([sum(row) for row in pull], [sum(column) for column in zip(*pull, strict=True)])
        for half, row, forces in zip(found, (u, v), sums, strict=False):
            scale = group.order * at.gamma / 6
            steep = _slope(group, row)
            half.append(tuple(row[g] + scale * steep[g] + forces[g] for g in elements))
        found[2].append(
            tuple(
                len(network.first) * a[p] / at.sigma_a2
                + sum(force[p][g][h] * (u[g] + v[h]) ** 2 for g in elements for h in elements)
                for p in elements
            )
        )
    return Network(group.order, *map(tuple, found))
