"""The law of one block of a neuron by quadrature over singular values, up to two of them.

Over its own numbers (real, complex, quaternions) a block has m rows. Singular values s of W have
the measure prod s^(beta-1) prod |s_i^2 - s_j^2|^beta, and with two of them W meets V at a unit
vector of dimension beta + 1, whose average of exp(z cos) is a Bessel function.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray
from scipy import special

from binodal.derive.groups.block import Block
from binodal.models.group.derivations.blocks import Field
from binodal.numerics.errors import Undecided
from binodal.numerics.quadrature import float_rule

Array = NDArray[np.float64]
POINTS = 1000
"""Singular values of W where they count."""
_FIRST, _MOST = 24, 400
"""Nodes of each singular value to begin with, and at most."""
_NEGLIGIBLE = 40.0
_SCAN = np.geomspace(1e-4, 1e3, 501)


@dataclass(frozen=True)
class BlockLaw:
    """exp(-strength (energy(W) + energy(V) - u |W V|^2)) of a block, norms over its own numbers.

    ``strength`` is |G| d mu times ``twice``, how often a singular value counts in complex traces.
    ``most`` singular values are let differ from zero: fewer than rows is a wrong theory.
    """

    strength: float
    gamma: float
    decay: str
    beta: int
    rows: int
    twice: int
    most: int
    points: int = POINTS

    @classmethod
    def of(cls, block: Block, order: int, gamma: float, decay: str) -> BlockLaw:
        """That of a group's block. Raises Undecided for more than two singular values."""
        field = Field(block.kind)
        rows = field.rows(block.dimension)
        if rows > 2:
            raise Undecided(f"{block.name}: quadrature over {rows} singular values is not offered")
        strength = float(order * block.dimension * len(block.members) * field.twice)
        return cls(strength, gamma, decay, field.beta, rows, field.twice, rows)

    def coarser(self, share: int) -> BlockLaw:
        """With a part of the points."""
        return replace(self, points=self.points // share)

    def moments(self, u: float) -> Mapping[str, float]:
        """Means at a coupling u, in norms of complex matrices.

        ``x2`` of |W V|^2, ``swapped`` of |V W|^2, ``x`` of (|W|^2 + |V|^2)/2, ``largest`` and
        ``smallest`` of the squares of the singular values, and ``rank``, the mean of |W V|^4 over
        that of |W V (W V)^+|^2.
        """
        x, log_weights = self._points(u)
        trace, gap = x.sum(1), x[:, 0] - (x[:, 1] if x.shape[1] > 1 else 0)
        single = log_weights - self.strength * self._energy(x)
        pull = self.strength * u / self.rows
        joint = single[:, None] + single + pull * np.outer(trace, trace)
        cosine, square = np.zeros_like(joint), np.ones_like(joint)
        if self.rows == 2:
            z = pull * np.outer(gap, gap)
            size, cosine, square = _sphere(z, self.beta)
            joint += np.log(size) + z
        p = np.exp(joint - joint.max())
        p /= p.sum()
        alone = p.sum(1) @ x
        mean, turned = np.outer(trace, trace) / self.rows, np.outer(gap, gap) / self.rows
        overlap = mean + turned * cosine
        fourth = mean**2 + 2 * mean * turned * cosine + turned**2 * square
        volume = np.outer(x.prod(1), x.prod(1)) if self.most == 2 else np.zeros_like(p)
        return {
            "x2": self.twice * float((p * overlap).sum()),
            "swapped": self.twice * float((p * mean).sum()),
            "x": self.twice * float(alone.sum()),
            "largest": float(alone[0]),
            "smallest": float(alone[-1]) if self.most == self.rows else 0.0,
            "rank": self.twice * float((p * fourth).sum() / (p * (fourth - 2 * volume)).sum()),
        }

    def _energy(self, x: Array) -> Array:
        """Of singular values squared (points, most), without interaction."""
        trace = x.sum(1)
        sixth = (x**3).sum(1) if self.decay == "schatten" else self.twice**2 * trace**3
        return np.asarray(trace / 2 + self.gamma / 6 * sixth)

    def _best(self, x: Array, u: float) -> Array:
        """A bound on the logarithm of the weight of W with these singular values squared, whatever
        V is: trace inequalities let each of them meet its own of V, and sixth powers of norms are
        not less than those of singular values."""
        partner = u * np.outer(_SCAN, _SCAN) - (_SCAN / 2 + self.gamma / 6 * _SCAN**3)
        best = np.interp(x, _SCAN, partner.max(1))
        return np.asarray(self.strength * (best.sum(-1) - self._energy(x)))

    def _reach(self, u: float) -> float:
        """The singular value beyond which nothing counts."""
        single = replace(self, most=1)._best(_SCAN[:, None], u)
        if not single[-1] < single.max() - _NEGLIGIBLE:
            raise Undecided("the law of a block has no end within reach")
        last = np.flatnonzero(single > single.max() - _NEGLIGIBLE)[-1]
        return float(np.sqrt(_SCAN[last + 1]))

    def _points(self, u: float) -> tuple[Array, Array]:
        """Squares of singular values (points, most), the largest first, where they count, and
        logarithms of their weights."""
        reach = self._reach(u)
        count = len(self._counting(u, reach, _FIRST)[0])
        nodes = _FIRST * (self.points / count) ** (1 / self.most)
        return self._counting(u, reach, min(2 * round(nodes / 2), _MOST))

    def _counting(self, u: float, reach: float, nodes: int) -> tuple[Array, Array]:
        s, log_weights = self._grid(reach, nodes)
        height = self._best(s**2, u) + log_weights
        counts = height > height.max() - _NEGLIGIBLE
        return s[counts] ** 2, log_weights[counts]

    def _grid(self, reach: float, count: int) -> tuple[Array, Array]:
        """Singular values up to ``reach`` and logarithms of their weights."""
        t, w = _gauss(count)
        s, log_w = reach * t, np.log(reach * w)
        power = self.beta - 1 + 2 * self.beta * (self.rows - self.most)
        if self.most == 1:
            return s[:, None], log_w + power * np.log(s)
        first, share = (a.ravel() for a in np.meshgrid(s, t, indexing="ij"))
        both = np.stack([first, first * share], axis=1)
        log_both = (log_w[:, None] + np.log(s)[:, None] + np.log(w)).ravel()
        repulsion = self.beta * np.log(both[:, 0] ** 2 - both[:, 1] ** 2)
        return both, log_both + power * np.log(both).sum(1) + repulsion


@cache
def _gauss(count: int) -> tuple[Array, Array]:
    """Gauss' nodes and weights on (0, 1)."""
    nodes, weights = float_rule(count)
    return (nodes + 1) / 2, weights / 2


def _sphere(z: Array, beta: int) -> tuple[Array, Array, Array]:
    """exp(-z) times the average of exp(z cos) over unit vectors of dimension beta + 1, and the
    means of cos and cos^2 under that weight.

    I_nu(z)/z^nu with nu = (beta - 1)/2 up to a constant; the mean of cos is I_(nu+1)/I_nu, and the
    differential equation gives that of cos^2.
    """
    nu = (beta - 1) / 2
    safe = np.maximum(z, 1e-8)
    bessel = (
        (special.i0e, special.i1e) if nu == 0 else (partial(special.ive, nu + k) for k in (0, 1))
    )
    value, above = (function(safe) for function in bessel)
    cosine = above / value
    return value / safe**nu, cosine, 1 - (2 * nu + 1) * cosine / safe
