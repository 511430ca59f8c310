"""Second order of log Z for modular addition: three diagrams, exact in the moments of a mode."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from binodal.derive.second_order import (
    COVARIANCES,
    KERNELS,
    PULLED,
    QUARTIC,
    SPREAD,
    SUNSET,
    TADPOLES,
    second_order,
)
from binodal.derive.symbols import N
from binodal.models.modular.predictions.field_rows import Features, features
from binodal.models.modular.predictions.field_saddle import Saddle, Scales
from binodal.models.modular.predictions.field_vertices import cubic
from binodal.models.modular.predictions.mode_averages import Squares
from binodal.models.modular.predictions.mode_moments import Moments
from binodal.models.modular.predictions.mode_polynomials import Terms, Whole, joined
from binodal.numerics.codegen.load import compiled


@cache
def _functions() -> dict[str, Callable[..., tuple[Any, ...]]]:
    results = second_order().results
    return {
        "quartic": compiled(
            "quartic", {"v": results["quartic"]}, (N, SPREAD, KERNELS, PULLED, COVARIANCES), "numpy"
        ),
        "two_loops": compiled(
            "two_loops", {"l": results["two_loops"]}, (QUARTIC, TADPOLES, SUNSET), "numpy"
        ),
    }


def _together(*parts: Terms) -> Terms:
    names = ("row", "factor", "charge", "size")
    return Terms(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _products(left: Terms, right: Terms, one: Whole, two: Whole) -> Terms:
    """Polynomial one[i] of ``left`` times two[i] of ``right``, as row i."""
    (i, first), (j, second) = joined(one, left.row), joined(two, right.row)
    return left.take(first).renamed(i).along(right.take(second).renamed(j), one.size)


class Quartic:
    """The averages over one neuron that the fourth derivative joined in pairs asks for.

    X_rr' = S^* G_rr' S: Tr G M and e.G e are sums of them, Tr G M G M of their squares, and E = X b
    has the squares that make e.G M G e.
    """

    def __init__(self, of: Features) -> None:
        rows, order = of.rows, of.rows.order
        momentum, one, two = np.nonzero(of.linked)
        place = (momentum * order + one) * order + two
        left, right = rows.character(momentum, one), rows.character(momentum, two)
        s, z, back = of.feature, of.gradient, of.feature.conjugate()
        self._kernels = self._squares(
            order, (_products(back, s, left, right), one * order + two, place)
        )
        (none,) = np.nonzero((momentum == 0) & (one == two))
        alone = back.take(joined(left[none], back.row)[1])
        label = one[none][joined(left[none], back.row)[0]]
        self._pulled = self._squares(
            order,
            (_products(back, z, left, rows.row(momentum, two)), one, place),
            (alone.renamed(np.arange(alone.row.size)), label, rows.entries + label),
        )
        (same,) = np.nonzero(one == two)
        mean = z.take(rows.momentum(z.row) == 0)
        zero = np.zeros_like(place)
        gradients = _products(z, z.conjugate(), rows.row(momentum, one), rows.row(momentum, two))
        self._spread = self._squares(
            order,
            (gradients, zero, place),
            (_products(back, s, left[same], right[same]), zero, rows.entries + place[same]),
            (
                mean.renamed(np.arange(mean.row.size)),
                np.zeros_like(mean.row),
                2 * rows.entries + rows.label(mean.row),
            ),
        )

    @staticmethod
    def _squares(order: int, *parts: tuple[Terms, Whole, Whole]) -> Squares:
        """From (terms, polynomial of each row, weight of each row)."""
        terms = _together(*(t.renamed(group[t.row]) for t, group, _ in parts))
        return Squares(order, terms, np.concatenate([weight[t.row] for t, _, weight in parts]))

    def at(self, m: Moments, scales: Scales, of: Saddle) -> float:
        """The fourth derivative joined in pairs."""
        g, kernel, covariance = of.propagator, of.kernel, of.covariance
        flat, pulled = g.ravel(), g[0] @ of.mean
        weights = [flat * scales.pull**2, flat * scales.feature, -2 * scales.pull * pulled]
        expected = np.einsum("qrr,qr->", g, kernel) + np.einsum("qab,qab->", g, covariance)
        spread = self._spread.at(m, np.concatenate(weights))
        spread -= (expected - of.mean @ pulled) ** 2
        carried = g * kernel[:, None, :]
        kernels = scales.feature**2 * self._kernels.at(m, flat)
        kernels -= np.einsum("qab,qba->", carried, carried)
        moved = covariance @ g
        force = self._pulled.at(m, np.concatenate([scales.pull * flat, -pulled]))
        force = scales.feature * force - np.einsum("qab,qba->", carried, g @ covariance)
        covariances = np.einsum("qab,qba->", moved, moved)
        (value,) = _functions()["quartic"](scales.width, spread, kernels, force, covariances)
        return float(value)


class TwoLoops:
    """h and L at any moments of a mode, for one odd P up to :data:`LARGEST_ORDER`."""

    def __init__(self, order: int) -> None:
        self._features, self._cubic = features(order), cubic(order)
        self._quartic = Quartic(self._features)

    def at(self, m: Moments, scales: Scales) -> tuple[float, float]:
        """(h, L)."""
        saddle = Saddle(self._features, m, scales)
        third = self._cubic.at(m, scales, saddle)
        tadpoles, sunset = self._cubic.diagrams(third, saddle.propagator)
        quartic = self._quartic.at(m, scales, saddle)
        (value,) = _functions()["two_loops"](quartic, tadpoles, sunset)
        return saddle.log_det, float(value)


@cache
def two_loops(order: int) -> TwoLoops:
    """Compiled once a process: half a second at P = 7, some ten at P = 11."""
    return TwoLoops(order)
