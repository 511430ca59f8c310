"""How long one neuron with several directions or a bias stays in a well at the given d."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from fractions import Fraction
from math import exp, pi

import numpy as np
from flint import arb

from binodal.models.single_index.numerics.closed_modes import closed_modes
from binodal.models.single_index.numerics.drawn import alike, at_rest
from binodal.models.single_index.numerics.finite_closure import solved
from binodal.models.single_index.numerics.held import (
    ROUNDING,
    Held,
    Ways,
    held_at_zero,
    ways_out,
)
from binodal.models.single_index.numerics.law import NeuronLaw
from binodal.models.single_index.numerics.radial import radial
from binodal.models.single_index.numerics.setting import Setting
from binodal.models.single_index.numerics.way_paths import log10_time
from binodal.models.single_index.numerics.weights import Place, Weights
from binodal.models.single_index.numerics.window import Array
from binodal.models.single_index.settings import written
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import Undecided
from binodal.numerics.phases.capacity import Mask, Region
from binodal.numerics.phases.escape import Escape, kramers, left_out
from binodal.numerics.phases.hysteresis import Escapes
from binodal.numerics.phases.mean_time import log10_mean_time

_reaction = Forms("binodal.models.single_index.forms.weights").floats("reaction")
_PARAMETERS = ("N", "n", "d", "sigma2", "sigma_w2", "sigma_a2")
_CORE, _FARTHEST, _WIDTHS, _STEPS, _BIASES = 0.7, 2.5, 8, 21, 401
_GRID = 3
"""A start is so near to the well's middle, in its width; a box reaches so far out."""


def escapes(setting: Setting, parameters: Mapping[str, Fraction], theory: str) -> Escapes:
    """Out of zero in the residual of neurons that are all there, out of a feature at equilibrium.

    Both residuals are those at the given d.
    """
    point = {name: float(parameters[name]) for name in _PARAMETERS}
    law = NeuronLaw(setting, point, closed_modes(setting))
    try:
        modes, errors = _equilibrium(law)
    except Undecided as doubt:
        none = Escape.without(f"no time: {doubt}")
        return Escapes(none, none)

    def at_zero() -> Held | None:
        return held_at_zero(law, modes)

    def at_equilibrium() -> Held | None:
        ways = ways_out(Weights(law, modes), feature=True)
        return None if ways is None else Held(law, modes, errors + ROUNDING, ways)

    found = {"zero": at_zero, "feature": at_equilibrium}
    return Escapes(*(_escape(well, state, point["d"]) for well, state in found.items()))


def _equilibrium(law: NeuronLaw) -> tuple[Array, Array]:
    """The closure's modes with errors, by quadrature, or by draws where there are many axes."""
    if _many(law):
        return at_rest(law, law.target)
    coarse = solved(law.setting, law.at)
    fine = solved(law.setting, law.at, refine=2, near=coarse)
    return fine.modes, np.abs(fine.modes - coarse.modes)


def _many(law: NeuronLaw) -> bool:
    """Whether a neuron has more coordinates than a grid."""
    return law.setting.directions + 1 + bool(law.bias_variance) > _GRID


def _escape(well: str, found: Callable[[], Held | None], size: float) -> Escape:
    try:
        return escape_from(well, found(), size)
    except Undecided as doubt:
        return Escape.without(f"no time: {doubt}")


def escape_from(well: str, state: Held | None, size: float) -> Escape:
    """The escape of one neuron in units of the Langevin clock of its weights.

    Raises :class:`Undecided` where a residual's error may remove the way out.
    """
    rises = None if state is None else _rises(state)
    if state is None or rises is None:
        return Escape.without(f"no time: at d = {size:g} no feature is behind a barrier")
    on, ways = Weights(state.law, state.modes), state.ways
    residual = {
        f"t_{written(k) if isinstance(k, tuple) else k}": arb(t, error)
        for k, t, error in zip(state.law.orders, state.modes, state.errors, strict=True)
    }
    effect = _left_out(on, ways, well == "zero")
    escape = kramers(rate(on, ways), rises, "d", residual, effect)
    return escape.timed(lambda: _exact(on, ways, float(rises[0].rad())))


def _exact(on: Weights, ways: Ways, known: float) -> tuple[float, float]:
    """By cells where a grid has as many coordinates and resolves the well, else by paths.

    Raises :class:`Undecided`.
    """
    sphere = bool(ways.lowest.flat)
    if sphere or not _many(on.law):
        with suppress(Undecided):
            return log10_mean_time(radial(on, ways) if sphere else region(on, ways))
    return log10_time(on, ways, known)


def rate(on: Weights, ways: Ways) -> float:
    """A in the rate A exp(-rise over the lowest saddle): fluxes over all saddles out of the well.

    |lambda_-|/(2 pi) times the weights of Gaussians at saddle and well, with the area of the sphere
    where the saddle is one, and the measure of the weights at both.
    """
    held = _held(on, ways.well)
    flux = 0.0
    for top in ways.tops:
        _, (measure,) = on.values(top.at[:, None])
        over = exp(ways.lowest.action - top.action - measure)
        flux += -float(top.bends[0]) / (2 * pi) * top.weight * over
    return flux / held


def _held(on: Weights, well: Place) -> float:
    """int exp(S_well - S) over the well: Gaussian but in a bias, whose prior may be as wide."""
    _, (measure,) = on.values(well.at[:, None])
    if not on.biased or well.flat or np.abs(well.q).max() > 0:
        return well.weight * exp(-measure)
    reach = _WIDTHS / float(np.sqrt(well.hessian[-1, -1]))
    biases = well.at[-1] + np.linspace(-reach, reach, _BIASES)
    places = np.repeat(well.at[:, None], _BIASES, 1)
    places[-1] = biases
    inner = on.seconds(places)[:, :-1, :-1]
    slopes = on.slopes(places)[:-1].T
    bends = np.linalg.eigvalsh(inner)
    if not bends.min() > 0:
        raise Undecided("the zero state is no minimum at some bias")
    down = np.einsum("bi,bij,bj->b", slopes, np.linalg.inv(inner), slopes) / 2
    value, measures = on.values(places)
    weight = np.exp(well.action - value - measures + down) * np.sqrt(2 * pi / bends).prod(1)
    return float(weight.sum() * (biases[1] - biases[0]))


def _rises(state: Held) -> tuple[arb, arb] | None:
    """From the well and from the lowest goal to the lowest saddle; None where an error may remove
    it."""
    heights = []
    shifts = (np.isin(np.arange(state.errors.size), k) * state.errors for k in alike(state.law))
    for shift in (np.zeros_like(state.errors), *shifts):
        ways = state.ways.moved(Weights(state.law, state.modes + shift))
        if ways is None:
            return None
        behind = max(s.action for s in ways.goals)
        heights.append([ways.lowest.action - s for s in (ways.well.action, behind)])
    own, moved = np.array(heights[0]), np.array(heights[1:])
    radii = np.abs(moved - own).sum(0)
    first, second = (arb(float(h), float(e)) for h, e in zip(own, radii, strict=True))
    return first, second


def _left_out(on: Weights, ways: Ways, outwards: bool) -> float:
    """On the straight way from the lowest saddle to the feature behind it."""
    feature = ways.goals[0] if outwards else ways.well
    top = min(ways.tops, key=lambda s: float(np.abs(s.at - feature.at).max()))
    shares = np.linspace(0, 1, _STEPS)
    places = top.at[:, None] * (1 - shares) + feature.at[:, None] * shares
    heights, _ = on.values(places)
    forces, at = on.force(places)[-1], on.law.at
    effects = []
    for place, force in zip(places.T, forces, strict=True):
        r, bias = np.linalg.norm(place[: on.directions + 1]), place[-1] if on.biased else 0.0
        square = float(on.law.setting.mean_square(arb(float(r)), arb(float(bias))).mid())
        own = square, float(force), at["N"], at["n"], at["sigma2"], at["sigma_a2"]
        effects.append(float(_reaction()(*own)[0]))
    return left_out(heights.tolist(), effects, outwards)


def region(on: Weights, ways: Ways) -> Region:
    """Between the well and all goals; a direction of one parity in every mode is folded."""
    count, well = on.directions, ways.well
    every = (well, *ways.goals, *ways.tops)
    narrow = 1 / np.sqrt(np.max([np.abs(np.diag(s.hessian)) for s in every], axis=0))
    indices = np.array(on.law.polynomials.indices)
    folded = [
        len({int(a) % 2 for a in column}) == 1 and abs(well.at[j]) < 1e-6
        for j, column in enumerate(indices.T)
    ]
    far = _FARTHEST * max(float(np.abs(s.at).max()) for s in every)
    box = [(0.0 if fold else -far, far) for fold in folded] + [(0.0, far)]
    if on.biased:
        own = [float(s.at[-1]) for s in every]
        reach = _WIDTHS * float(np.sqrt(on.law.bias_variance))
        box.append((min(own) - reach, max(own) + reach))
    values, measures = on.values(np.stack([s.at for s in ways.tops], 1))
    core = _CORE / np.sqrt(np.maximum(np.diag(well.hessian)[:count], 1e-300))

    def potential(places: Array) -> Array:
        value, measure = on.values(places)
        return np.asarray(value + measure)

    def start(places: Array) -> Mask:
        if well.flat:
            size = np.linalg.norm(places[:count], axis=0) - np.linalg.norm(well.q)
            return np.asarray(np.abs(size) <= _CORE / np.sqrt(well.bends[-1]))
        away = [np.abs(p - q) / w for p, q, w in zip(places, well.q, core, strict=False)]
        return np.asarray(np.max(away, axis=0) <= 1)

    def goal(places: Array) -> Mask:
        return np.asarray(np.any([_reached(s, well, places) for s in ways.goals], axis=0))

    return Region(potential, float((values + measures).min()), box, narrow, start, goal)


def _reached(goal: Place, well: Place, places: Array) -> Mask:
    """Whether overlaps are as far on the way from the well to a goal as the goal is."""
    count = goal.directions
    if goal.flat or well.flat:
        size, whole = np.linalg.norm(places[:count], axis=0), np.linalg.norm(goal.q)
        core = _CORE / float(np.sqrt(np.abs(goal.hessian[0, 0])))
        return np.asarray(size >= whole if goal.flat else size <= whole + core)
    way = goal.q - well.q
    along = np.tensordot(way, places[:count], 1)
    return np.asarray(along >= way @ goal.q)
