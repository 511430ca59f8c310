"""What is quadratic in readouts of a group's networks, by neurons that are drawn from their law.

Given the weights the outputs are Gaussian processes of one kernel, K = sigma_a^2 <S S'>, known at
all pairs with the noise sigma^2: their mean is (1 - a_rho) y_rho of every irrep, and what they
leave open K - K (sigma^2 + K)^{-1} K. A readout a_p is Gaussian of the variance sigma_a^2/N about
(sigma_a^2/N) tau_p.S, tau = a y/sigma^2. To first order in 1/N the law of a neuron is tilted by

    sum_rho beta_rho T_rho - Phi/2N,    T = (sigma_a^2/2N) sum_p (tau_p.S)^2,

beta_rho = 2 a_1/a_0 (taken from the known shift of what T_rho is a multiple of), its pull grows by
1 + beta, and its readout loses what the kernel's curvature takes from it (``by_size``), as in
modular addition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from binodal.models.group.derivations.real_irreps import real_irreps
from binodal.models.group.network.orbits import Orbit, orbits
from binodal.models.group.predictions.coordinates import Array, Whole
from binodal.models.group.predictions.drawn_curvature import DrawnCurvature, Neurons
from binodal.models.group.predictions.first_order import covariance_weight
from binodal.models.group.predictions.label_sectors import sectors
from binodal.models.group.predictions.train_loss import Orders
from binodal.models.group.setting import Setting
from binodal.models.modular.predictions.neuron_average import INFORMATION, information_by_neuron
from binodal.validate.measures.definitions.circuit_complexity import masked

RESTRICTED, EXCLUDED, GRADIENTS, MASKED = (
    *("restricted_loss", "excluded_loss"),
    *("agop_trace", "circuit_complexity"),
)
NAMES = (RESTRICTED, EXCLUDED, GRADIENTS, MASKED)
_PLACES = 8
"""Pairs at which gradients are taken: all are alike but for the draws."""


@dataclass(frozen=True, eq=False)
class Readouts:
    """Of a closure, and of neurons of its law."""

    setting: Setting
    point: Mapping[str, float]
    known: Orders
    neurons: Neurons

    @cached_property
    def _answers(self) -> Whole:
        return np.array(self.setting.group.table).ravel()

    def _target(self, orbit: Orbit) -> Array:
        """y_p of one orbit on all pairs, (|G|, pairs): a function of p^{-1} g h."""
        group, by_name = self.setting.group, {r.name: r for r in real_irreps(self.setting.group)}
        shape = np.zeros(group.order)
        for block in orbit.blocks:
            rho = by_name[block.name]
            shape += rho.weight * rho.matrices.trace(axis1=1, axis2=2) / group.order
        turned = np.array(group.table)[np.array(group.inverses)]
        return np.asarray(shape[turned[:, self._answers]])

    @cached_property
    def _targets(self) -> dict[str, Array]:
        return {orbit.name: self._target(orbit) for orbit in orbits(self.setting.blocks)}

    def _share(self, name: str) -> float:
        return float(self.known.orbits[name].start["a"])

    @cached_property
    def features(self) -> Array:
        """S of every neuron, (count, pairs)."""
        u, v = self.neurons.u, self.neurons.v
        return np.square(u[:, :, None] + v[:, None, :]).reshape(len(u), -1)

    @cached_property
    def _pulls(self) -> dict[str, Array]:
        """tau_p.S by orbit, (count, |G|)."""
        noise = self.point["sigma2"]
        return {
            name: self.features @ (self._share(name) / noise * y.T)
            for name, y in self._targets.items()
        }

    @cached_property
    def _kernel(self) -> Array:
        features = self.features
        return self.point["sigma_a2"] / len(features) * features.T @ features

    @cached_property
    def _open(self) -> Array:
        """The posterior covariance of outputs."""
        noise = self.point["sigma2"]
        whole = noise * np.eye(len(self._kernel)) + self._kernel
        return np.asarray(noise * np.linalg.solve(whole, self._kernel))

    def mean_field(self) -> dict[str, float]:
        """All of :data:`NAMES`."""
        count, pairs = self.setting.order, self.setting.order**2
        lost = sum(self._share(name) ** 2 * size for name, size in self._sizes.items())
        same = (self._answers[:, None] == np.arange(count)) / count**0.5
        every = float(np.trace(self._open)) / pairs
        of_product = float(np.einsum("xg,xy,yg->", same, self._open, same)) / pairs
        constant = float(self._open.sum()) / pairs**2
        return {
            RESTRICTED: lost + of_product,
            EXCLUDED: sum(self._sizes.values()) + every - of_product + constant,
            GRADIENTS: self._gradients(),
            MASKED: masked(float(self._squares.mean()), self.outputs),
        }

    @cached_property
    def _sizes(self) -> dict[str, float]:
        """The mean square of the target by orbit."""
        return {name: float(np.square(y).mean()) for name, y in self._targets.items()}

    @property
    def between(self) -> float:
        """a (1 - a) y^2: mean outputs that are no functions of the product are a share of it."""
        shares = {name: self._share(name) for name in self._sizes}
        return sum(shares[name] * (1 - shares[name]) * size for name, size in self._sizes.items())

    @property
    def outputs(self) -> float:
        """The mean square of outputs."""
        told = sum((1 - self._share(name)) ** 2 * size for name, size in self._sizes.items())
        return told + float(np.trace(self._open)) / self.setting.order**2

    def _gradients(self) -> float:
        """tr <J J^T>, J = sum_i a_i 2 (w_i.x) w_i, with the readouts' posterior.

        Products of means are those of two halves of the neurons, so that their noise has no mean.
        """
        weights = np.concatenate([self.neurons.u, self.neurons.v], axis=1)
        strength, size = self.point["sigma_a2"], self.setting.order
        pull = np.sum([*self._pulls.values()], axis=0)
        inverse = np.linalg.inv(self._kernel + self.point["sigma2"] * np.eye(size**2))
        total = 0.0
        for place in np.linspace(0, size**2 - 1, _PLACES).astype(int):
            first, second = divmod(int(place), size)
            slope = 2 * (self.neurons.u[:, first] + self.neurons.v[:, second])
            total += size * strength * float((slope**2 * np.square(weights).sum(1)).mean())
            turned = strength * weights * slope[:, None]
            (one, seen), (other, also) = (
                tuple(
                    2 / len(weights) * turned[half::2].T @ of[half::2]
                    for of in (pull, self.features)
                )
                for half in (0, 1)
            )
            known = float(np.einsum("ij,jk,ik->", seen, inverse, also))
            total += float((one * other).sum()) - size * known
        return total / _PLACES

    @cached_property
    def _power(self) -> Array:
        """sigma_a^2 times the mean of S^2, a neuron."""
        return np.asarray(self.point["sigma_a2"] * np.square(self.features).mean(1))

    @cached_property
    def _exponents(self) -> dict[str, Array]:
        """T by orbit."""
        weight = self.point["sigma_a2"] / (2 * self.point["N"])
        return {name: weight * np.square(pull).sum(1) for name, pull in self._pulls.items()}

    @property
    def _squares(self) -> Array:
        """N times the mean over outputs and pairs of a_p^2 S^2, a neuron."""
        whole = sum(self._exponents.values())
        return np.asarray(self._power * (1 + 2 * whole / self.setting.order))

    def orders(self, batches: int) -> dict[str, tuple[float, float]]:
        """The first order in 1/N of :attr:`_squares` and of the information between readout and
        outputs, and their standard error from the draws."""
        curvature = self._curvature()
        of = curvature.shares
        rows = np.arange(len(self.features))
        parts = [rows, *np.array_split(rows, batches)]
        whole, *few = (self._order(part, of.whole, of.by_size) for part in parts)
        errors = np.std(few, axis=0, ddof=1) / batches**0.5
        return dict(
            zip((MASKED, INFORMATION), zip(whole, errors.tolist(), strict=True), strict=True)
        )

    def _order(self, rows: Whole, phi: Array, by_size: Array) -> tuple[float, float]:
        width, size = self.point["N"], self.setting.order
        rest = -phi[rows] / (2 * width)
        tilt, grown = rest.copy(), np.zeros(len(rows))
        for orbit in orbits(self.setting.blocks):
            pull = self._exponents[orbit.name][rows]
            source = self._source(orbit)[rows]
            shift = self.known.orbits[orbit.name].shift["x2"]
            beta = (shift - _covariance(source, rest)) / _covariance(source, pull)
            tilt, grown = tilt + beta * pull, grown + beta * pull
        power = self._power[rows]
        moved = _covariance(self._squares[rows], tilt)
        moved += float((power * (2 * grown - by_size[rows] / width) / size).mean())
        gained, scattered = self._information
        return moved, _covariance(gained[rows], tilt) + scattered

    @cached_property
    def _information(self) -> tuple[Array, float]:
        return information_by_neuron(self.point, self.features)

    def _source(self, orbit: Orbit) -> Array:
        names = [rho.name for rho in real_irreps(self.setting.group)]
        own: Sequence[Array] = [
            self.neurons.sources[names.index(block.name)]["x2"] for block in orbit.blocks
        ]
        return np.asarray(np.mean(own, axis=0))

    def _curvature(self) -> DrawnCurvature:
        names = [rho.name for rho in real_irreps(self.setting.group)]
        forces = np.zeros(len(names))
        for orbit in orbits(self.setting.blocks):
            for block in orbit.blocks:
                forces[names.index(block.name)] = self._share(orbit.name) / self.point["sigma2"]
        numbers = self.point["sigma2"], self.point["sigma_a2"], covariance_weight(self.point)
        return DrawnCurvature(sectors(self.setting.group), self.neurons, forces, *numbers)


def _covariance(one: Array, other: Array) -> float:
    return float(((one - one.mean()) * (other - other.mean())).mean())


def in_batches(
    setting: Setting, point: Mapping[str, float], known: Orders, drawn: Neurons, count: int
) -> Iterator[Readouts]:
    """With all neurons, and with a part of them each."""
    yield Readouts(setting, point, known, drawn)
    for part in np.array_split(np.arange(len(drawn.u)), count):
        yield Readouts(setting, point, known, drawn.some(slice(int(part[0]), int(part[-1]) + 1)))
