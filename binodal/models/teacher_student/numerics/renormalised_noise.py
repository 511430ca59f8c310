"""Teacher-student at finite N and n, where what is not learned is noise, closed on itself.

The closure of mean field on nodes of t = w*.x > 0, each with its own noise, under the law that
follows from it; observables are slopes of the mean log evidence by sources. Of it the first orders
in 1/N and in 1/n are the beginning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import hypot

import numpy as np

from binodal.models.teacher_student.numerics.finite_data import DataShift
from binodal.models.teacher_student.numerics.finite_width import Curvature, Shift
from binodal.models.teacher_student.numerics.law import scales
from binodal.models.teacher_student.numerics.nodes import Array
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.convex import least
from binodal.numerics.errors import Undecided

SHOWN = ("b", "c", "q2", "r_perp2")
_STEP, _TILT = 1e-5, 1e-4
"""Of differences by a source: of the target, and of the logarithm of a neuron's weight."""
_TOLERANCE, _ROUNDS = 1e-12, 200
_RELEVANT = 42.0
"""Neurons less frequent than exp(-this) beside the most frequent do not count."""

_FORMS = Forms("binodal.models.teacher_student.forms.finite_width")
_weight, _WEIGHED = _FORMS.floats("weight"), ("N", "n", "sigma2", "sigma_a2")
_renormalised, _sourced = _FORMS.floats("renormalised"), _FORMS.floats("sourced")
_beyond = _FORMS.floats("beyond")


@dataclass(frozen=True)
class Renormalised:
    """What the closure holds of each observable: its ``shift`` from mean field, of which it has
    ``added`` so much to both first orders, and the size of what is ``left_out``.

    Left out are other terms of the orders that it adds to, estimated as all that it adds, by its
    parts, and the second order in 1/N. Estimates, not bounds.
    """

    shift: Mapping[str, float]
    added: Mapping[str, float]
    left_out: Mapping[str, float]


@dataclass(frozen=True)
class _Source:
    """Of the residual at the nodes, over their chances, and of a function of each neuron."""

    residual: Array | float = 0.0
    neuron: Array | float = 0.0

    def times(self, factor: float) -> _Source:
        """A source of another strength."""
        return _Source(factor * self.residual, factor * self.neuron)


@dataclass(frozen=True)
class _Closed:
    """The noise that follows from a law; its log Z of order N, and with fluctuations."""

    noise: Array
    leading: float
    whole: float


@dataclass(frozen=True)
class _Basis:
    """Neurons' components in the basis of the weighted data, whose norms are ``roots``."""

    roots: Array
    along: Array
    across: Array
    rest: Array


class _Network:
    """Neurons on the grid, their outputs at the nodes, and the closure of both."""

    def __init__(self, of: Curvature) -> None:
        self.at, self.copies, self.coupling = of.at, of.copies, of.of.coupling
        self.density = of.at["n"] / of.at["sigma2"]
        roots = of.nodes.roots
        self.modes = of.nodes.modes / roots
        self.target = of.of.target @ self.modes
        chances = of.sectors(of.residual).chances
        kept = chances > np.exp(-_RELEVANT) * chances.max()
        field = np.tensordot(of.residual, of.overlaps, 1)[kept]
        self.logs = np.log(chances[kept]) - self.coupling * field**2 / 2
        parts = (of.along[:, kept], of.across[:, kept], of.nodes.rest[:, kept])
        self.basis = _Basis(roots, *parts)
        grids = np.broadcast_arrays(of.q[:, None] ** 2, of.s[None, :])
        self.averages = {name: grid[kept] for name, grid in zip(SHOWN[2:], grids, strict=True)}
        self._last = of.residual @ of.nodes.modes

    def mean_field(self) -> tuple[Array, dict[str, float]]:
        """The noise without variance, and what is :data:`SHOWN` in its law."""
        roots = self.basis.roots
        _, residual, chances = self._mean_field(self.logs, self.basis.along, roots * self.target)
        modes = (self.modes * roots) @ residual / scales(len(self.modes))
        neurons = [float(chances @ average) for average in self.averages.values()]
        return np.full_like(roots, self.at["sigma2"]), dict(
            zip(SHOWN, [*map(float, modes[:2]), *neurons], strict=True)
        )

    def sources(self) -> dict[str, tuple[_Source, float]]:
        """A small source of each of :data:`SHOWN`, and the unit of log Z's slope by it."""
        strength = _STEP * self.density
        pairs = zip(SHOWN, self.modes, scales(len(self.modes)), strict=False)
        sources = {
            name: (_Source(residual=strength * mode), strength * float(scale))
            for name, mode, scale in list(pairs)[:2]
        }
        for name, average in self.averages.items():
            small = _TILT / float(average.max())
            sources[name] = (_Source(neuron=small * average), small * self.at["N"])
        return sources

    def closed(self, of: _Source, noise: Array) -> _Closed:
        """From a noise at the nodes on, until it is the one that follows from the law under it."""
        for _ in range(_ROUNDS):
            closure = self._under(of, noise)
            if float(np.abs(closure.noise / noise - 1).max()) < _TOLERANCE:
                return closure
            noise = closure.noise
        raise Undecided(f"the noise of unlearned modes did not settle in {_ROUNDS} rounds")

    def _under(self, of: _Source, noise: Array) -> _Closed:
        """The law under a noise at the nodes."""
        at, basis = self.at, self._weighted(noise)
        (shift,) = _sourced()(noise, of.residual, at["n"])
        target = basis.roots * (self.target - shift)
        log_z, residual, chances = self._mean_field(self.logs + of.neuron, basis.along, target)
        weights = _weight()(residual @ basis.along, *(at[k] for k in _WEIGHED))
        inner, outer = self._curvature(basis, chances, *weights)
        kernel, copy = (x @ np.linalg.inv(np.eye(len(x)) + x) for x in (inner, outer))
        above = basis.rest @ (chances * sum(weights))
        variance = (np.diag(kernel) + self.copies * np.diag(copy) + above) / self.density
        variance /= basis.roots**2
        full = (residual + basis.roots * shift) / at["sigma2"]
        pulled = float(full @ kernel @ full) / self.density
        extra, beyond = _beyond()(pulled, variance, noise, at["n"], at["sigma2"])
        leading = at["N"] * log_z - self.density * float(target @ target) / 2 + float(extra)
        held = _log_det(inner) + self.copies * _log_det(outer) + float(above.sum())
        whole = leading - held / 2 + float(self.basis.roots**2 @ beyond)
        return _Closed(self.noise(variance)[0], leading, whole)

    def noise(self, variance: Array) -> tuple[Array, Array]:
        """Each node's noise, and what its data weigh, at a variance of outputs there."""
        wider, share = _renormalised()(variance, self.at["sigma2"])
        return np.asarray(wider), np.asarray(share)

    def _weighted(self, noise: Array) -> _Basis:
        share = self.noise(noise - self.at["sigma2"])[1]
        root, of = np.sqrt(share), self.basis
        along, across = (part * root[:, None] for part in (of.along, of.across))
        return _Basis(of.roots * root, along, across, of.rest * share[:, None])

    def _mean_field(self, logs: Array, along: Array, target: Array) -> tuple[float, Array, Array]:
        """log Z/N but for the target's own loss, the residual, and the law of neurons."""
        spring, coupling = self.density / self.at["N"], self.coupling

        def law(places: Array) -> tuple[Array, Array, float]:
            field = places @ along
            raw = logs + coupling * field**2 / 2
            top = float(raw.max())
            chances = np.exp(raw - top)
            total = float(chances.sum())
            return field, chances / total, top + np.log(total)

        def potential(places: Array) -> tuple[float, Array, Array]:
            field, chances, log_norm = law(places)
            pulls = coupling * chances * field
            mean, apart = along @ pulls, places - target
            weights = coupling * (chances + pulls * field)
            bent = (along * weights) @ along.T - np.outer(mean, mean)
            value = log_norm + spring * float(apart @ apart) / 2
            return value, mean + spring * apart, bent + spring * np.eye(len(places))

        self._last = residual = least(potential, self._last)
        return potential(residual)[0], residual, law(residual)[1]

    def _curvature(
        self, basis: _Basis, chances: Array, bare: Array, pulled: Array
    ) -> tuple[Array, Array]:
        """n A/nu in sector 0 and in a copy of sector 1."""
        weight = chances * (bare + pulled)
        field = self._last @ basis.along
        mean = basis.along @ (chances * np.sqrt(pulled) * np.sign(field))
        inner = (basis.along * weight) @ basis.along.T - np.outer(mean, mean)
        return inner, (basis.across * weight) @ basis.across.T / self.copies


def _log_det(excess: Array) -> float:
    return float(np.linalg.slogdet(np.eye(len(excess)) + excess)[1])


def renormalised(of: Curvature, width: Shift, data: DataShift) -> Renormalised:
    """The closure at the given N and n, beside the first orders ``width`` and ``data``.

    Raises :class:`binodal.numerics.errors.Undecided` where the noise does not settle, and where
    closing it adds more to an observable than both first orders hold.
    """
    network = _Network(of)
    still, start = network.mean_field()
    rest = network.closed(_Source(), still).noise
    sources, orders = network.sources(), (data.shift, width)
    parts = {}
    for name, (source, unit) in sources.items():
        ends = [network.closed(source.times(sign), rest) for sign in (1, -1)]
        leading, whole = (
            (getattr(ends[0], part) - getattr(ends[1], part)) / (2 * unit) - start[name]
            for part in ("leading", "whole")
        )
        parts[name] = leading - data.shift.shift[name], whole - leading - width.shift[name]
    sizes = np.array([data.shift.sizes[name] for name in sources])
    values = np.array(list(parts.values()))
    # No part is smaller than it is for other observables, beside their first order: parts cancel.
    usual = np.sqrt(((values / sizes[:, None]) ** 2).mean(0))
    left = np.maximum(np.abs(values), sizes[:, None] * usual)
    second = min(1.0, width.next_over_first(of.at["N"]))
    rows = zip(sources, left.tolist(), strict=True)
    left_out = {name: hypot(*row, width.sizes[name] * second) for name, row in rows}
    for name, size in left_out.items():
        known = [order.sizes[name] for order in orders]
        if not size < sum(known):
            raise Undecided(
                f"closing the noise changes {name} by {size:.2g} beside first orders of "
                f"{known[0]:.2g} in 1/n and {known[1]:.2g} in 1/N"
            )
    added = {name: float(sum(pair)) for name, pair in parts.items()}
    shift = {name: sum(order.shift[name] for order in orders) + added[name] for name in sources}
    return Renormalised(shift, added, left_out)
