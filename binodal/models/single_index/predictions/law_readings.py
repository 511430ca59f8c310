"""What is read off a law of one neuron at finite d: averages, and the density of its cosine."""

from __future__ import annotations

import numpy as np
from scipy.interpolate import CubicSpline

from binodal.models.single_index.numerics.law import Array, NeuronLaw, Window


def averages(law: NeuronLaw, window: Window, chances: Array) -> dict[str, float]:
    """<m^2>, <q^2> and <|w|^2 - q^2>."""
    square, norm2 = window.m**2, window.r**2
    along, whole = float(square @ (chances @ norm2)), float(chances.sum(0) @ norm2)
    return {"m2": float(square @ chances.sum(1)), "q2": along, "w_perp2": whole - along}


def log_density(law: NeuronLaw, window: Window, chances: Array, places: Array) -> Array:
    """log p(m), both signs of m counted; -inf outside of the window."""
    density = chances.sum(1) / window.steps[0]
    if law.even:
        density[0] *= 2
        density /= 2
    with np.errstate(divide="ignore"):
        logs = np.log(density) - np.log1p(-(window.m**2))
    at = np.arctanh(np.abs(places) if law.even else places)
    ends = ((1, 0.0), "natural") if law.even else ("natural", "natural")
    there = np.isfinite(logs)
    spline = CubicSpline(window.h[there], logs[there], bc_type=ends)
    inside = (at >= window.h[there][0]) & (at <= window.h[there][-1])
    return np.where(inside, spline(np.where(inside, at, 0.0)), -np.inf)
