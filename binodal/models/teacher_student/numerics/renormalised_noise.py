"""Teacher-student at finite N and n, where what is not learned is noise, closed on itself.

The closure of mean field on nodes of t = w*.x > 0, each with its own noise, under the law that
follows from it; observables are slopes of the mean log evidence by sources. Of it the first orders
in 1/N and in 1/n are the beginning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import hypot
from types import MappingProxyType

import numpy as np

from binodal.models.teacher_student.numerics.both_orders import SHOWN, both_orders
from binodal.models.teacher_student.numerics.finite_data import DataShift
from binodal.models.teacher_student.numerics.finite_width import Curvature, Shift
from binodal.models.teacher_student.numerics.law import scales
from binodal.models.teacher_student.numerics.losses import LOSSES, Losses
from binodal.models.teacher_student.numerics.nodes import Array
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.convex import least
from binodal.numerics.errors import Undecided

_STEP, _TILT = 1e-5, 1e-4
"""Of differences by a source: of target and noise, and of the logarithm of a neuron's weight."""
_OF_LOG_Z = "leading", "whole"
_NONE: Mapping[str, float] = MappingProxyType({})
_TOLERANCE, _ROUNDS = 1e-12, 200
_RELEVANT = 42.0
"""Neurons less frequent than exp(-this) beside the most frequent do not count."""

_FORMS = Forms("binodal.models.teacher_student.forms.finite_width")
_weight, _WEIGHED = _FORMS.floats("weight"), ("N", "n", "sigma2", "sigma_a2")
_renormalised, _sourced = _FORMS.floats("renormalised"), _FORMS.floats("sourced")
_beyond, _loss_weights = _FORMS.floats("beyond"), _FORMS.floats("loss_weights")


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
    """Of the residual at the nodes, over their chances, of a function of each neuron, of minus the
    squared residual on new inputs, and of the noise of all data."""

    residual: Array | float = 0.0
    neuron: Array | float = 0.0
    squared: float = 0.0
    noise: float = 0.0


_Stencil = Sequence[tuple[float, _Source]]
"""Sources with the weights of log Z at each in a slope."""


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
        self.q, self.rows = of.q, np.nonzero(kept)[0]
        self.averages = {name: grid[kept] for name, grid in zip(SHOWN[2:], grids, strict=True)}
        self._last = of.residual @ of.nodes.modes

        start = self._mean_field(self.logs, self.basis.along, roots * self.target)
        self.residual, self.chances = start[1:]

    def mean_field(self) -> dict[str, float]:
        """What is :data:`SHOWN` without variance, and both losses."""
        modes = (self.modes * self.basis.roots) @ self.residual / scales(len(self.modes))
        neurons = (self.chances @ average for average in self.averages.values())
        means = dict(zip(SHOWN, map(float, (*modes[:2], *neurons)), strict=True))
        return means | dict.fromkeys(LOSSES, float(self.residual @ self.residual))

    def sources(self, places: Mapping[str, float]) -> dict[str, _Stencil]:
        """By name the slope of log Z that is its mean; at a place p(q) over mean field's."""
        parameters, strength = self.at, _STEP * self.density
        pairs = zip(SHOWN[:2], self.modes, scales(len(self.modes)), strict=False)
        stencils = {
            name: _central(
                strength * float(scale), *(_Source(s * strength * mode) for s in (1, -1))
            )
            for name, mode, scale in pairs
        }
        for name, average in self.averages.items():
            small = _TILT / float(average.max())
            ends = (_Source(neuron=sign * small * average) for sign in (1, -1))
            stencils[name] = _central(small * parameters["N"], *ends)
        small, rise = _STEP * self.density, _STEP * parameters["sigma2"]
        stencils["test_loss"] = _central(small, _Source(squared=-small), _Source(squared=small))
        slope = rise / float(_loss_weights()(parameters["n"], parameters["sigma2"])[2])
        stencils["train_loss"] = _central(slope, _Source(noise=rise), _Source(noise=-rise))
        for name, place in places.items():
            hat = self._at_place(abs(place))
            if hat is not None:
                more = [_Source(neuron=np.log1p(k * _TILT * hat)) for k in (1, 2)]
                weights = np.array((-1.5, 2.0, -0.5)) / (_TILT * parameters["N"])
                stencils[name] = list(zip(weights.tolist(), [_Source(), *more], strict=True))
        return stencils

    def _at_place(self, place: float) -> Array | None:
        """A function of neurons whose mean is p(q) over mean field's, or None where neurons are too
        rare."""
        row = np.interp(place, self.q, np.arange(len(self.q)), right=np.nan)
        near = np.maximum(0, 1 - np.abs(np.arange(len(self.q)) - row))
        total = np.bincount(self.rows, self.chances, len(self.q))
        if not np.all(total[near > 0]) or np.isnan(row):
            return None
        return np.asarray((near[self.rows] > 0) * near[self.rows] / total[self.rows])

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
        parameters, own = self.at, self.at["sigma2"] + of.noise
        shift, _ = _sourced()(noise, of.residual, parameters["n"], parameters["sigma2"])
        _, seen = _sourced()(noise, of.squared, parameters["n"], parameters["sigma2"])
        data = self._renormalised(noise - parameters["sigma2"])[1]
        basis, of_data = self._weighted(data + seen), data / (data + seen)
        target = basis.roots * (self.target - shift)
        log_z, residual, chances = self._mean_field(self.logs + of.neuron, basis.along, target)
        weights = _weight()(residual @ basis.along, *(parameters[k] for k in _WEIGHED))
        inner, outer = self._curvature(basis, chances, *weights)
        kernel, copy = (x @ np.linalg.inv(np.eye(len(x)) + x) for x in (inner, outer))
        above = basis.rest @ (chances * sum(weights))
        variance = (np.diag(kernel) + self.copies * np.diag(copy) + above) / self.density
        variance /= basis.roots**2
        pull = of_data * (residual + basis.roots * shift) / parameters["sigma2"]
        pulled = float(pull @ kernel @ pull) / self.density
        squares = (float(of_data @ x**2 @ of_data) for x in (kernel, copy))
        squared = float(np.dot((1.0, self.copies), list(squares))) / parameters["n"] ** 2
        extra, joint, beyond = _beyond()(pulled, squared, variance, noise, parameters["n"], own)
        leading = parameters["N"] * log_z - self.density * float(target @ target) / 2 + float(extra)
        held = _log_det(inner) + self.copies * _log_det(outer) + float(above.sum())
        whole = leading - held / 2 + float(joint) + float(self.basis.roots**2 @ beyond)
        return _Closed(self._renormalised(variance + of.noise)[0], leading, whole)

    def _renormalised(self, variance: Array) -> tuple[Array, Array]:
        """Each node's noise, and what its data weigh, at a variance of outputs there."""
        wider, share = _renormalised()(variance, self.at["sigma2"])
        return np.asarray(wider), np.asarray(share)

    def _weighted(self, share: Array) -> _Basis:
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


def _central(unit: float, up: _Source, down: _Source) -> _Stencil:
    return [(0.5 / unit, up), (-0.5 / unit, down)]


def renormalised(
    of: Curvature, width: Shift, data: DataShift, lost: Losses, places: Mapping[str, float] = _NONE
) -> Renormalised:
    """The closure at the given N and n, beside the first orders ``width``, ``data`` and ``lost``:
    of :data:`SHOWN`, both losses, and log p(q) at named ``places`` where neurons are not too rare.

    Raises :class:`binodal.numerics.errors.Undecided` where the noise does not settle, and where
    closing it adds more to an observable than both first orders hold.
    """
    network = _Network(of)
    start, orders = network.mean_field(), both_orders(of, width, data, lost, places)
    rest = network.closed(_Source(), np.full(network.target.shape, of.at["sigma2"])).noise
    parts = {}
    for name, stencil in network.sources(places).items():
        ends = [(weight, network.closed(source, rest)) for weight, source in stencil]
        slopes = np.array([sum(w * getattr(e, part) for w, e in ends) for part in _OF_LOG_Z])
        with np.errstate(divide="ignore", invalid="ignore"):  # neurons that are too rare
            moved = np.log(slopes) if name in places else slopes - start[name]
        parts[name] = np.diff(moved, prepend=0.0) - orders[name].shift
    sizes = np.array([orders[name].size for name in parts])
    values = np.array(list(parts.values()))
    # No part is smaller than it is for other observables, beside their first order: parts cancel.
    known = [name not in places for name in parts]
    usual = np.sqrt(((values[known] / sizes[known, :1]) ** 2).mean(0))
    left = np.maximum(np.abs(values), sizes[:, :1] * usual)
    second = min(1.0, width.next_over_first(of.at["N"]))
    rows = zip(parts, np.hypot.reduce(left, axis=1), sizes[:, 1] * second, strict=True)
    left_out = {name: hypot(*row) for name, *row in rows}
    for name, size in left_out.items():
        ahead = orders[name].size
        if name not in places and not size < ahead.sum():
            raise Undecided(
                f"closing the noise changes {name} by {size:.2g} beside first orders of "
                f"{ahead[0]:.2g} in 1/n and {ahead[1]:.2g} in 1/N"
            )
    added = {name: float(part.sum()) for name, part in parts.items()}
    shift = {name: float(orders[name].shift.sum()) + added[name] for name in parts}
    return Renormalised(shift, added, left_out)
