"""The exact posterior of a finite network on modular addition, with its gradient.

The slow, obvious twin of everything else here: loops over all P^2 pairs in rational arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from binodal.models.modular.derivations.characters import group_order
from binodal.models.modular.derivations.data import target

Row = tuple[Fraction, ...]


@dataclass(frozen=True)
class Network:
    """N neurons: ``first[i]``, ``second[i]`` halve w_i; ``readouts[i][p]`` is a_{pi}."""

    order: int
    first: tuple[Row, ...]
    second: tuple[Row, ...]
    readouts: tuple[Row, ...]

    def __post_init__(self) -> None:
        group_order(self.order)
        if any(len(row) != self.order for row in self.first + self.second + self.readouts):
            raise ValueError(f"every row of a network on Z_{self.order} has {self.order} entries")
        if not len(self.first) == len(self.second) == len(self.readouts):
            raise ValueError("first, second and readouts hold one row for each neuron")


@dataclass(frozen=True)
class Hyperparameters:
    """sigma^2, sigma_a^2 (readout variance times N) and gamma of the mode decay."""

    sigma2: Fraction
    sigma_a2: Fraction
    gamma: Fraction


def outputs(network: Network) -> list[list[list[Fraction]]]:
    """f[p][n][m] = sum_i a_{pi} (w_i.x_nm)^2 for all pairs (M.5)."""
    residues = range(network.order)
    neurons = list(zip(network.first, network.second, network.readouts, strict=True))
    return [
        [
            [sum((a[p] * (w[n] + v[m]) ** 2 for w, v, a in neurons), Fraction(0)) for m in residues]
            for n in residues
        ]
        for p in residues
    ]


def _dot(left: Sequence[Fraction], right: Sequence[Fraction]) -> Fraction:
    return sum((a * b for a, b in zip(left, right, strict=True)), Fraction(0))


def autocorrelation(row: Row) -> list[Fraction]:
    """A_d = sum_n w_{n+d} w_n, the transform of P^2 |w_k|^2."""
    order = len(row)
    return [_dot(row[d:] + row[:d], row) for d in range(order)]


def _convolution(left: list[Fraction], right: list[Fraction]) -> list[Fraction]:
    order = len(left)
    return [_dot(left, [right[(d - i) % order] for i in range(order)]) for d in range(order)]


def cubed_modes(row: Row) -> Fraction:
    """sum_k (w_k w_{-k})^3 without leaving the rationals: (A * A * A)_0 / P^5."""
    lags = autocorrelation(row)
    return _convolution(_convolution(lags, lags), lags)[0] / Fraction(len(row)) ** 5


def _cubed_modes_gradient(row: Row) -> list[Fraction]:
    """Derivative of :func:`cubed_modes` by each w_n: 3 (A*A)_{-d} (w_{n-d} + w_{n+d}) / P^5."""
    order = len(row)
    twice = _convolution(autocorrelation(row), autocorrelation(row))
    return [
        3
        * sum(
            twice[-d % order] * (row[(n - d) % order] + row[(n + d) % order]) for d in range(order)
        )
        / Fraction(order) ** 5
        for n in range(order)
    ]


def energy(network: Network, point: Hyperparameters) -> Fraction:
    """U = -log posterior: sum |y - f|^2/(2 sigma^2) + priors + mode decay M.16b, exact."""
    order, width = network.order, len(network.first)
    y, f = target(order), outputs(network)
    residues = range(order)
    misfit = [y[p][n][m] - f[p][n][m] for p in residues for n in residues for m in residues]
    halves = network.first + network.second
    loss, prior = _dot(misfit, misfit), sum((_dot(row, row) for row in halves), Fraction(0))
    readout = sum((_dot(row, row) for row in network.readouts), Fraction(0))
    decay = sum(map(cubed_modes, halves), Fraction(0)) * order * point.gamma / 6
    return loss / (2 * point.sigma2) + prior / 2 + width * readout / (2 * point.sigma_a2) + decay


def _half_gradient(own: Row, other: Row, pull: list[list[Fraction]], gamma: Fraction) -> Row:
    """Gradient of a neuron by one half of w; ``pull[n]`` are the forces on the pairs of own[n]."""
    order, decay = len(own), _cubed_modes_gradient(own)
    scale = order * gamma / 6
    return tuple(
        own[n] + scale * decay[n] + sum(2 * pull[n][m] * (own[n] + other[m]) for m in range(order))
        for n in range(order)
    )


def gradient(network: Network, point: Hyperparameters) -> Network:
    """Gradient of :func:`energy`, in the shape of the network itself."""
    order, width = network.order, len(network.first)
    y, f = target(order), outputs(network)
    pairs = [(n, m) for n in range(order) for m in range(order)]
    force = [
        [[(f[p][n][m] - y[p][n][m]) / point.sigma2 for m in range(order)] for n in range(order)]
        for p in range(order)
    ]
    first, second, readouts = [], [], []
    for w, v, a in zip(network.first, network.second, network.readouts, strict=True):
        pull = [
            [sum((a[p] * force[p][n][m] for p in range(order)), Fraction(0)) for m in range(order)]
            for n in range(order)
        ]
        mirrored = [list(column) for column in zip(*pull, strict=True)]
        first.append(_half_gradient(w, v, pull, point.gamma))
        second.append(_half_gradient(v, w, mirrored, point.gamma))
        readouts.append(
            tuple(
                width * a[p] / point.sigma_a2
                + sum(force[p][n][m] * (w[n] + v[m]) ** 2 for n, m in pairs)
                for p in range(order)
            )
        )
    return Network(order, tuple(first), tuple(second), tuple(readouts))
