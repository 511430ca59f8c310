"""The law of a block with two singular values in W and V, by converged quadrature in doubles.

With p and q the sum and the difference of the squares, the integrand is a function of (p, q) for
each matrix times a function of both p and one of both q: a trace of four matrices. At each p the
function of q is integrated exactly up to its end q = p and projected on a grid of q, where the rest
is smooth on the scale of its Gaussian. Each rank has its own largest exponent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from flint import arb
from numpy.typing import NDArray
from scipy import special

from binodal.models.group.numerics.pair_grid import Line, projected, stepped
from binodal.models.group.numerics.rank import Rank, summed
from binodal.models.modular.numerics.functions import saddle_functions
from binodal.numerics.codegen.forms import Forms, exact
from binodal.numerics.errors import Undecided

Array = NDArray[np.float64]
_FORMS = Forms("binodal.models.group.forms.law")
_weight = _FORMS.floats("pair_weight")
_measure = _FORMS.floats("pair_measure")
_kernel = _FORMS.floats("pair_kernel")
_turn = _FORMS.floats("pair_turn")
_index = _FORMS.data("bessel_index", exact)
_NEGLIGIBLE = 45.0
_MOST_PANELS = 400_000
_FARTHER, _SHARE = 1.1, 0.125


@dataclass(frozen=True)
class PairLaw:
    """A block of two rows at a coupling u; ``strength`` is F and ``twice`` t of its type.

    ``nodes`` points stand in each panel, whose length is ``scale`` times the law's own.
    """

    kind: str
    decay: str
    strength: float
    twice: int
    u: float
    gamma: float
    nodes: int = 8
    scale: float = 1.0
    line: Line = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "line", Line.of(self.nodes))

    def barrier(self) -> tuple[float, float]:
        """x at the barrier, of one singular value (``schatten``) or of p, and at the minimum.

        The first is infinite where no ring exists.
        """
        often = 1 if self.decay == "schatten" else self.twice
        at_u = arb(self.u / often)
        inner, outer, *_, spread = saddle_functions("derived")(at_u, arb(self.gamma), arb(1))
        if not spread > 0:
            return np.inf, self.u / often / self.gamma / often
        return float(inner) / often, float(outer) / often

    def exponent(self, p: Array, q: Array) -> Array:
        """Psi of one matrix."""
        of = _weight(self.kind, self.decay)(p, q, self.strength, self.u, self.gamma)[0]
        return np.asarray(of)

    def regions(self, p: Array) -> Iterator[tuple[int, Array, Array]]:
        """Rank, and the range of q that has it at each p."""
        cut, _ = self.barrier()
        none = np.zeros_like(p)
        if self.decay == "frobenius" or cut == np.inf:
            yield 0, none, np.where(p < cut, p, 0.0)
            yield 1, none, np.where(p < cut, 0.0, p)
            return
        yield 0, none, np.minimum(p, 2 * cut - p)
        yield 1, np.abs(2 * cut - p), p
        yield 2, none, p - 2 * cut

    def _far(self) -> float:
        """A sum p beyond which there is nothing beside any rank's largest exponent."""
        _, outer = self.barrier()
        peaks = np.array([[0.0, outer, 2 * outer], [0.0, outer, 0.0]])
        least = self.exponent(*peaks).min() - _NEGLIGIBLE
        far = max(2 * outer, self._first())
        while self.exponent(*np.array([[far, far], [0.0, far]])).max() > least:
            far *= _FARTHER
        return far

    def _first(self) -> float:
        """The scale on which the law falls near zero, by its linear or by its cubic term."""
        cubic = float(np.cbrt(6 / (self.strength * self.gamma * self.twice**2)))
        return min(2 / self.strength, cubic / 2)

    def _step(self, far: float) -> float:
        """The length of panels: the scale of the Gaussian in differences, or that of the law."""
        return self.scale * min(float(np.sqrt(2 / (self.strength * self.u))), far * _SHARE)

    def _ends(self, far: float) -> tuple[Array, Array]:
        """Panels of p, and the starts among them where the range of q starts at a point."""
        cut, _ = self.barrier()
        step = self._step(far)
        if far / step > _MOST_PANELS:
            raise Undecided(f"u = {self.u:.5g}: the law is too wide beside its own scale")
        breaks = np.array([cut] if self.decay == "frobenius" else [cut, 2 * cut])
        breaks = breaks[breaks < far]
        return stepped(self.scale * self._first(), step, far, breaks), breaks

    def _nodes(self, far: float) -> tuple[Array, Array]:
        """p and its weights, with the panels that hold nothing left out."""
        ends, breaks = self._ends(far)
        low, length = ends[:-1, None], np.diff(ends)[:, None]
        nodes, weights = self.line.points, self.line.weights
        rooted = np.isin(low, breaks)
        p = low + length * np.where(rooted, nodes**2, nodes)
        w = length * weights * np.where(rooted, 2 * nodes, 1.0)
        kept = np.zeros(len(low), dtype=bool)
        for _, start, end in self.regions(p):
            heights = np.maximum(self.exponent(p, start), self.exponent(p, np.maximum(end, start)))
            heights = np.where(end > start, heights, -np.inf).max(axis=1)
            kept |= heights > heights.max() - _NEGLIGIBLE if np.isfinite(heights).any() else False
        return p[kept].ravel(), w[kept].ravel()

    def _trimmed(self, p: Array, start: Array, end: Array) -> tuple[Array, Array]:
        """The part of each range of q that holds something beside the largest exponent.

        At fixed p the exponent is linear in q^2, so that it is largest at one end.
        """
        end = np.maximum(start, end)
        low, high = self.exponent(p, start), self.exponent(p, end)
        open_ = end > start
        if not open_.any():
            return start, end
        least = np.maximum(low, high)[open_].max() - _NEGLIGIBLE
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = (high - low) / (end**2 - start**2)
            rising = np.sqrt(np.maximum(start**2, end**2 - (high - least) / slope))
            falling = np.sqrt(np.minimum(end**2, start**2 + (low - least) / -slope))
        held = open_ & (np.maximum(low, high) > least)
        first = np.where(held & (slope > 0), np.minimum(rising, end), start)
        last = np.where(held & (slope < 0), np.maximum(falling, start), end)
        return first, np.where(held, last, first)

    def parts(self) -> Mapping[int, tuple[float, Array, Array, Array]]:
        """By rank: its largest exponent, p, q, and the weights on both grids over its exp."""
        far = self._far()
        (p, w), step = self._nodes(far), self._step(far)
        peak = self.scale * np.sqrt(8 / (self.strength * p))
        parts = {}
        for rank, start, end in self.regions(p):
            start, end = self._trimmed(p, start, end)
            inside = np.flatnonzero(end > start)
            if not len(inside):
                continue
            rows, psi, own = self.line.angles(
                p[inside], start[inside], end[inside], step, peak[inside]
            )
            rows = inside[rows]
            q = p[rows] * np.cos(psi)
            logs = _measure(self.kind)(p[rows], psi)[0] + self.exponent(p[rows], q)
            logs = logs + np.log(own * w[rows])
            top = float(logs.max())
            kept = logs > top - _NEGLIGIBLE
            values = np.exp(logs[kept] - top)
            matrix, at_rows, at_q = projected(self.line, rows[kept], q[kept], values, step)
            parts[rank] = (top, p[at_rows], at_q, matrix)
        return parts

    def ranks(self) -> dict[int, Rank]:
        """The law, rank by rank of W; V may have any."""
        parts = self.parts()
        traces: dict[int, list[tuple[float, Array]]] = {rank: [] for rank in parts}
        for rank, own in parts.items():
            for other_rank, other in parts.items():
                if other_rank >= rank and not _far(own, other, self.strength * self.u / 4):
                    pair = own[0] + other[0], self._traces(own[1:], other[1:])
                    traces[rank].append(pair)
                    traces[other_rank] += [pair] if other_rank > rank else []
        return {rank: summed(terms) for rank, terms in traces.items()}

    def _traces(self, own: tuple[Array, ...], other: tuple[Array, ...]) -> Array:
        """Weight, and the same with |W V|^2 and |W V|^4, over exp of both largest exponents."""
        (p, q, a), (p_v, q_v, b) = own, other
        setting = self.strength, self.u
        near, half = _kernel()(p[:, None], p_v, *setting)
        near_q, half_q = _kernel()(q[:, None], q_v, *setting)
        nu = float(_index(self.kind)["nu"])
        z = _turn(self.kind)(q[:, None], q_v, *setting, 0.0)[0]
        bessel = special.ive(nu, z)
        ratio = special.ive(nu + 1, z) / bessel
        bend = _turn(self.kind)(q[:, None], q_v, *setting, ratio)[1]
        over_p = np.exp(near)
        over_q = np.exp(near_q) * special.gamma(nu + 1) * (2 / z) ** nu * bessel
        zero, one, two = (a.T @ (over_p * half**k) @ b for k in range(3))
        turned = half_q * ratio
        moments = (
            zero * over_q,
            (one + zero * turned) * over_q,
            (two + 2 * one * turned + zero * half_q**2 * bend) * over_q,
        )
        counted = 1.0, float(self.twice), float(self.twice**2)
        return np.array([m.sum() * often for m, often in zip(moments, counted, strict=True)])


def _far(
    own: tuple[float, Array, Array, Array], other: tuple[float, Array, Array, Array], pull: float
) -> bool:
    """Whether a matrix of one rank beside one of the other adds nothing to either rank."""
    gaps = [
        max(0.0, max(a.min(), b.min()) - min(a.max(), b.max()))
        for a, b in zip(own[1:3], other[1:3], strict=True)
    ]
    apart = pull * sum(gap**2 for gap in gaps)
    return bool(abs(own[0] - other[0]) - apart < -2 * _NEGLIGIBLE)
