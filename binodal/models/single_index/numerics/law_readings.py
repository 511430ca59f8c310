"""What is read off a law of one neuron at finite d: averages, and the density of its cosine."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from scipy.interpolate import CubicSpline

from binodal.models.single_index.numerics.law import NeuronLaw
from binodal.models.single_index.numerics.setting import Setting
from binodal.models.single_index.numerics.window import Array, Window


def ends(directions: int) -> list[str]:
    """What tells averages of several directions apart, in their names.

    >>> ends(1), ends(2)
    ([''], ['_1', '_2'])
    """
    return [""] if directions == 1 else [f"_{j + 1}" for j in range(directions)]


def averaged(setting: Setting) -> dict[str, str]:
    """What is averaged over neurons, and its meaning."""
    meanings: dict[str, str] = {}
    for of in ("m", "q"):
        for name in ends(setting.directions):
            words = f" of direction {name[1:]}" if name else ""
            meanings[f"{of}2{name}"] = f"mean of {of}^2{words} over neurons"
    meanings["w_perp2"] = "mean of |w|^2 - q^2 over neurons"
    if setting.directions > 1:
        meanings["m2_shared"] = "mean of m_i^2 m_j^2 over neurons, summed over pairs of directions"
    if setting.bias_variance(1.0):
        meanings["bias2"] = "mean of the squared bias over neurons"
    return meanings


def averages(law: NeuronLaw, window: Window, chances: Array) -> dict[str, float]:
    """<m_j^2>, <q_j^2>, <|w|^2 - q^2>; <m_i^2 m_j^2> of several directions, <beta^2> of biases."""
    squares, norm2 = window.cosines**2, window.r**2
    names = ends(len(squares))
    along, whole = squares @ (chances @ norm2), float(chances.sum(0) @ norm2)
    turned = squares @ chances.sum(1)
    values = {f"m2{name}": float(value) for name, value in zip(names, turned, strict=True)}
    values |= {f"q2{name}": float(value) for name, value in zip(names, along, strict=True)}
    values["w_perp2"] = whole - float(along.sum())
    if len(squares) > 1:
        pairs = sum(one * other for one, other in combinations(squares, 2))
        values["m2_shared"] = float(pairs @ chances.sum(1))
    if law.bias_variance:
        values["bias2"] = float(chances.sum(0) @ window.bias**2)
    return values


def log_density(law: NeuronLaw, window: Window, chances: Array, places: Array) -> Array:
    """log p(m) of the first direction, both signs of m counted; -inf outside of the window."""
    density = chances.reshape(window.h.size, -1).sum(1) / window.steps[0]
    if law.even:
        density[0] *= 2
        density /= 2
    with np.errstate(divide="ignore"):
        logs = np.log(density) - np.log1p(-(np.tanh(window.h) ** 2))
    spots = np.arctanh(np.abs(places) if law.even else places)
    ends = ((1, 0.0), "natural") if law.even else ("natural", "natural")
    there = np.isfinite(logs)
    spline = CubicSpline(window.h[there], logs[there], bc_type=ends)
    inside = (spots >= window.h[there][0]) & (spots <= window.h[there][-1])
    return np.where(inside, spline(np.where(inside, spots, 0.0)), -np.inf)
