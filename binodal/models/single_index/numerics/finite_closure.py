"""The closure at finite d: the minimum of a convex potential over the residual's modes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations_with_replacement

import numpy as np

from binodal.models.single_index.numerics.closed_modes import closed_modes
from binodal.models.single_index.numerics.law import AtCut, NeuronLaw
from binodal.models.single_index.numerics.setting import Mode, Setting
from binodal.models.single_index.numerics.window import Array, Window
from binodal.numerics.convex import AtEdge, least
from binodal.numerics.errors import Undecided

_SETTLED = 1e-9


@dataclass(frozen=True, eq=False)
class FiniteState:
    """The law of a neuron at the residual that it makes, t_k by the law's orders."""

    law: NeuronLaw
    modes: Array

    @cached_property
    def window(self) -> Window:
        """Where the law lives."""
        return self.law.window(self.modes)

    @cached_property
    def chances(self) -> Array:
        """Probabilities of the window's points (H, V)."""
        return self.law.chances(self.window, self.law.field(self.window, self.modes))[0]

    def too_few(self) -> str:
        """Why networks of N neurons do not have this law, or nothing."""
        count = self.law.at["N"] * self.carriers()
        if count >= 1:
            return ""
        return f"{count:.2g} of the N neurons carry half of what the law learns"

    def carriers(self) -> float:
        """The smallest probability that holds half of <F^2>, which is what the neurons learn."""
        force = np.broadcast_to(self.law.field(self.window, self.modes), self.chances.shape) ** 2
        order = np.argsort(-force, axis=None)
        chances = self.chances.ravel()[order]
        held = np.cumsum(chances * force.ravel()[order])
        return float(chances[: int(np.searchsorted(held, held[-1] / 2)) + 1].sum())

    @property
    def residual(self) -> dict[Mode, float]:
        """t_k by k, of the modes on the axis."""
        of = zip(self.law.orders, self.law.around, self.modes, strict=True)
        return {k: float(t) for k, j, t in of if not j}


def solved(
    setting: Setting,
    parameters: Mapping[str, float],
    orders: tuple[Mode, ...] = (),
    refine: int = 1,
    around: tuple[int, ...] = (),
    near: FiniteState | None = None,
) -> FiniteState:
    """The closure's only solution, sought from the residual of a state ``near``.

    Raises :class:`Undecided`.
    """
    law = NeuronLaw(setting, parameters, orders or closed_modes(setting), refine, around)

    def potential(residual: Array) -> tuple[float, Array, Array]:
        return potential_of(law, residual)

    try:
        residual = least(potential, _start(law, near))
    except AtEdge as doubt:
        raise Undecided(
            "condensation: the residual lies at the edge of normalisable laws, where the norms of "
            "a few neurons have no bound"
        ) from doubt
    return _sure(FiniteState(law, residual / law.norms))


def _start(law: NeuronLaw, near: FiniteState | None) -> Array:
    """Where the minimum is sought from: without a field the potential is finite in every law."""
    if near is not None:
        of = near.law
        known = dict(zip(zip(of.orders, of.around, strict=True), near.modes, strict=True))
        named = zip(law.orders, law.around, strict=True)
        modes = np.array([known.get(mode, 0.0) for mode in named])
        if law.margin(modes) > 0:
            return np.asarray(modes * law.norms)
    return np.zeros(len(law.orders))


def solved_within(state: FiniteState, within: tuple[float, float], refine: int = 1) -> FiniteState:
    """The closure over heights ``within``, sought from a state's residual.

    Raises :class:`Undecided`, also where the law is largest at an end.
    """
    of = state.law
    law = NeuronLaw(of.setting, of.at, of.orders, refine, of.around, within)
    return least_in(law, state.modes)


def least_in(law: NeuronLaw, start: Array) -> FiniteState:
    """The closure in a law that ends somewhere, from a residual. Raises :class:`Undecided`."""

    def potential(residual: Array) -> tuple[float, Array, Array]:
        try:
            return potential_of(law, residual)
        except AtCut:
            return np.inf, np.zeros(residual.size), np.eye(residual.size)

    try:
        residual = least(potential, start * law.norms)
    except AtEdge as doubt:
        raise Undecided("neurons do not stay where the law is cut") from doubt
    return _sure(FiniteState(law, residual / law.norms))


def _sure(state: FiniteState) -> FiniteState:
    """The state, where double precision resolves it. Raises :class:`Undecided`."""
    law = state.law
    margin = law.margin(state.modes)
    _, gradient, hessian = potential_of(law, state.modes * law.norms)
    if not np.abs(np.linalg.solve(hessian, gradient)).max() < _SETTLED:
        raise Undecided(
            f"condensation: 1 - u sigma_w^2 max (F/r)^2 = {margin:.2g} is too small for double "
            "precision, the norms of a few neurons have no bound here"
        )
    return state


def potential_of(law: NeuronLaw, residual: Array) -> tuple[float, Array, Array]:
    """log Z + (spring/2) |residual - target|^2 in the orthonormal basis, gradient and Hessian."""
    norms, target = law.norms, law.target * law.norms
    count, modes = len(target), residual / norms
    if not law.margin(modes) > 0:
        return np.inf, np.zeros(count), np.eye(count)
    window, force, logs = law.resolved(modes)
    chances, log_norm = law.normalised(window, logs)
    powers, overlaps = law.basis(window)
    powers = powers / norms[:, None]
    mean = law.coupling * ((chances * force) @ overlaps.T * powers.T).sum(0)
    kernel, square = np.empty((2, count, count))
    weighed, degrees = chances * force**2, law.degrees
    across: dict[tuple[int, int], tuple[Array, Array]] = {}
    for j, k in combinations_with_replacement(range(count), 2):
        along, pair = powers[j] * powers[k], (degrees[j], degrees[k])
        if pair not in across:
            product = overlaps[j] * overlaps[k]
            across[pair] = chances @ product, weighed @ product
        kernel[j, k] = kernel[k, j] = along @ across[pair][0]
        square[j, k] = square[k, j] = along @ across[pair][1]
    pull = residual - target
    spread = law.coupling**2 * square - np.outer(mean, mean)
    hessian = law.coupling * kernel + spread + law.spring * np.eye(count)
    value = log_norm + 0.5 * law.spring * float(pull @ pull)
    return value, mean + law.spring * pull, hessian
