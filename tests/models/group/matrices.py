"""Blocks as random matrices: weighted averages over entries, with stated errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from binodal.models.group.derivations.blocks import Field, basis


@dataclass(frozen=True)
class Averages:
    """<O>, <O^2> of O = |W V|^2 and shares of 0, 1 and 2 singular values, with standard errors."""

    values: np.ndarray
    errors: np.ndarray


def averages(kind, decay, order, u, gamma, cut, widths, count=300_000, seed=5):
    """Entries drawn from normal laws of these widths, weighted by exp(-S); two rows.

    ``order`` is |G| d mu; the square of a singular value of W beyond ``cut`` counts as filled.
    """
    rng = np.random.default_rng(seed)
    field, units = Field(kind), np.array(basis(kind, 2), dtype=float)
    entries = len(units)
    width = rng.choice(widths, size=count)
    both = rng.normal(size=(count, 2 * entries)) * width[:, None]
    squared = (both**2).sum(axis=1)
    logs = [-squared / (2 * s * s) - 2 * entries * np.log(s) for s in widths]
    drawn = np.logaddexp.reduce(logs, axis=0)
    w, v = (np.tensordot(part, units, axes=1) for part in (both[:, :entries], both[:, entries:]))
    share = field.twice / field.beta

    def traces(m):
        square = m @ m.transpose(0, 2, 1)
        norm = share * np.trace(square, axis1=1, axis2=2)
        cubed = share * np.trace(square @ square @ square, axis1=1, axis2=2)
        return norm, norm**3 if decay == "frobenius" else cubed

    (norm_w, six_w), (norm_v, six_v) = traces(w), traces(v)
    overlap = share * ((w @ v) ** 2).sum(axis=(1, 2))
    action = order * ((norm_w + norm_v) / 2 + gamma / 6 * (six_w + six_v) - u * overlap)
    log = -action - drawn
    weight = np.exp(log - log.max())
    values = np.linalg.svd(w, compute_uv=False) ** 2
    each = field.beta
    filled = (norm_w > cut) if decay == "frobenius" else (values > cut).sum(axis=1) // each
    rows = np.array([overlap, overlap**2, *(filled == r for r in range(3))], dtype=float)
    mean = rows @ weight / weight.sum()
    spread = ((rows - mean[:, None]) * weight).std(axis=1) / weight.mean() / np.sqrt(count)
    return Averages(mean, spread)
