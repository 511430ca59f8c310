"""The law of a real block of three rows, by converged quadrature in doubles.

The squares of three singular values are a sum p, a length r and a place c on the sphere of five
dimensions, on which rotations keep one harmonic of each degree 3 m: the integral over W and V is a
sum over m of traces of four matrices, two over p and two over r. Points in singular values are
projected on grids of p and r, where the rest is smooth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, special

from binodal.models.group.numerics.pair_grid import Line
from binodal.models.group.numerics.rank import Rank, summed
from binodal.models.group.numerics.sector_law import turning_points
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import Undecided
from binodal.numerics.quadrature import float_rule

Array = NDArray[np.float64]
_FORMS = Forms("binodal.models.group.forms.law")
_single = _FORMS.floats("triple_weight")
_measure = _FORMS.floats("triple_measure")
_place = _FORMS.floats("triple_place")
_kernel = _FORMS.floats("triple_kernel")
_harmonic = _FORMS.floats("triple_harmonic")
_NEGLIGIBLE, _SELDOM = 45.0, 20.0
_SCAN, _FEW, _SHARE = 801, 12, 0.125
_BEYOND, _LEAST, _MOST = 4, 6, 600
_ROUNDING = 1e-14


@dataclass(frozen=True)
class Part:
    """One rank: its largest exponent, grids of p and r, and weights (harmonics, p, r) over it."""

    top: float
    p: Array
    r: Array
    weights: Array


@dataclass(frozen=True)
class TripleLaw:
    """Three real rows at a coupling u; ``strength`` is F.

    ``values`` points stand on each singular value short of the barrier and beyond it, ``nodes`` in
    each panel of p and r, whose length
    is ``scale`` times the law's own.
    """

    strength: float
    u: float
    gamma: float
    values: tuple[int, int]
    nodes: int
    scale: float

    @cached_property
    def cut(self) -> float:
        """The square at the barrier; infinite without one."""
        return turning_points(self.u, self.gamma)[0]

    @cached_property
    def _best(self) -> tuple[Array, Array]:
        """Squares, and a bound on the exponent of one of W whatever that of V is."""
        ring = turning_points(self.u, self.gamma)[1]
        far = 4 * max(ring, float(np.cbrt(6 * _NEGLIGIBLE / (self.strength * self.gamma))))
        x = far * np.linspace(0, 1, _SCAN) ** 2
        alone, full = (self._exponent(x, at_u) for at_u in (0.0, self.u))
        # F u x y <= F u (x^2 + y^2)/2, and V is where that is largest beside W.
        meets = np.max(full[None, :] - self.strength * self.u * (x[:, None] - x) ** 2 / 2, axis=1)
        return x, alone + self.strength * self.u * x**2 / 2 + meets

    def _exponent(self, x: Array, u: float) -> Array:
        return np.asarray(_single()(x, self.strength, u, self.gamma)[0])

    def _windows(self) -> list[tuple[float, float, float]]:
        """Of squares below and beyond the barrier: ends of where they count, and the largest
        exponent."""
        x, best = self._best
        windows = []
        for low, high in ((0.0, self.cut), (self.cut, np.inf)):
            inside = (x >= low) & (x < high)
            if not inside.any():
                continue
            height = np.where(inside, best, -np.inf)
            counts = np.flatnonzero(height > height.max() - _NEGLIGIBLE)
            first = max(low, x[max(counts[0] - 1, 0)])
            last = min(high, x[min(counts[-1] + 1, _SCAN - 1)])
            windows.append((first, last, float(height.max())))
        return windows

    def parts(self) -> list[Part]:
        """By rank."""
        windows = self._windows()
        ranks = range(4 if len(windows) > 1 else 1)
        heights = [self._height(rank, windows) for rank in ranks]
        points = [
            self._points(rank, windows, height > max(heights) - _SELDOM)
            for rank, height in zip(ranks, heights, strict=True)
        ]
        reach = max(float(_place()(*x)[1].max()) for x, _ in points)
        z = self.strength * self.u * reach**2
        orders = max(_LEAST, int(np.sqrt(2 * _NEGLIGIBLE * z) / 3) + _BEYOND)
        if orders > _MOST:
            raise Undecided(f"u = {self.u:.5g}: the law of three rows has {orders} harmonics")
        steps = [self._step(points, 3.0, 0), self._step(points, 1.0, 1)]
        return [self._projected(x, logs, orders, steps) for x, logs in points]

    def _height(self, rank: int, windows: Sequence[tuple[float, float, float]]) -> float:
        low, *high = (window[2] for window in windows)
        return (3 - rank) * low + sum(rank * height for height in high)

    def _points(
        self, rank: int, windows: Sequence[tuple[float, float, float]], counts: bool
    ) -> tuple[Array, Array]:
        """Squares (3, points), the largest first, and logarithms of their weights."""
        rules = [float_rule(count if counts else _FEW) for count in self.values]
        beyond = [place < rank or len(windows) == 1 for place in range(3)]
        axes = [(rules[of][0] + 1) / 2 for of in beyond]
        shares = [axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")]
        weight = np.einsum("i,j,k->ijk", *(rules[of][1] / 2 for of in beyond)).ravel()
        s, top = np.empty((3, len(weight))), np.inf
        for place, share in enumerate(shares):
            low, high, _ = windows[1 if place < rank else 0]
            if place in (0, rank):
                top = np.sqrt(high)
            s[place] = np.sqrt(low) + (top - np.sqrt(low)) * share
            weight = weight * (top - np.sqrt(low))
            top = s[place]
        x = s**2
        with np.errstate(divide="ignore"):
            logs = np.log(weight) + _measure()(*s)[0] + self._exponent(x, self.u).sum(axis=0)
        scan, best = self._best
        bound = np.interp(x, scan, best).sum(axis=0)
        kept = np.isfinite(logs) & (bound > bound.max() - _NEGLIGIBLE)
        return x[:, kept], logs[kept]

    def _projected(self, x: Array, logs: Array, orders: int, steps: Sequence[float]) -> Part:
        p, r, c = _place()(*x)
        line, top = Line.of(self.nodes), float(logs.max())
        (at_p, of_p, share_p), (at_r, of_r, share_r) = (
            _on_panels(line, own, step) for own, step in zip((p, r), steps, strict=True)
        )
        columns = of_p[:, :, None] * len(at_r) + of_r[:, None, :]
        values = share_p[:, :, None] * share_r[:, None, :]
        ends = np.arange(len(p) + 1) * line.points.size**2
        matrix = sparse.csr_matrix(
            (values.ravel(), columns.ravel(), ends), shape=(len(p), len(at_p) * len(at_r))
        )
        legendre = special.eval_legendre(np.arange(orders)[:, None], np.clip(c, -1, 1))
        projection = matrix.T @ (np.exp(logs - top) * legendre).T
        return Part(top, at_p, at_r, projection.T.reshape(orders, len(at_p), len(at_r)))

    def _step(self, points: Sequence[tuple[Array, Array]], share: float, place: int) -> float:
        """A panel: the scale of the Gaussian in differences, or a part of the range."""
        own = float(np.sqrt(share / (self.strength * self.u)))
        far = max(float(_place()(*x)[place].max()) for x, _ in points)
        return self.scale * min(own, _SHARE * far)

    def ranks(self) -> list[Rank]:
        """The law, rank by rank of W; V may have any."""
        parts = self.parts()
        kernels = _Kernels(parts, self.strength, self.u)
        terms: list[list[tuple[float, Array]]] = [[] for _ in parts]
        for rank, own in enumerate(parts):
            for other_rank, other in enumerate(parts[rank:], start=rank):
                if kernels.apart(own, other):
                    continue
                pair = own.top + other.top, kernels.traces(own, other)
                terms[rank].append(pair)
                terms[other_rank] += [pair] if other_rank > rank else []
        return [summed(every) for every in terms]


class _Kernels:
    """What stands between W and V, on all points of p and of r that any rank has."""

    def __init__(self, parts: Sequence[Part], strength: float, u: float) -> None:
        self.p, self.r = (
            np.unique(np.concatenate([getattr(part, name) for part in parts])) for name in "pr"
        )
        near, part = _kernel("p")(self.p[:, None], self.p, strength, u)
        self.over_p = np.exp(near) * np.stack([part**k for k in range(3)])
        self.z = strength * u * np.outer(self.r, self.r)
        near_r, self.half = _kernel("r")(self.r[:, None], self.r, strength, u)
        self.near = np.exp(near_r)
        self.pull = strength * u
        self._over_r: list[Array] = []

    def over_r(self, m: int) -> Array:
        """The size of a harmonic, and that times the first two moments of r r_v cos."""
        if m == len(self._over_r):
            bessel = special.ive(3 * m + 1.5, self.z)
            with np.errstate(divide="ignore", invalid="ignore"):
                ratio = np.nan_to_num(special.ive(3 * m + 2.5, self.z) / bessel)
            size, slope, bend = _harmonic()(m, self.z, bessel, ratio)
            moments = [np.ones_like(self.z), self.half * slope, self.half**2 * bend]
            self._over_r.append(self.near * size * np.stack(moments))
        return self._over_r[m]

    def apart(self, own: Part, other: Part) -> bool:
        """Whether a matrix of one rank beside one of the other adds nothing to either rank."""
        gaps = [
            max(0.0, max(a.min(), b.min()) - min(a.max(), b.max())) ** 2 * pull
            for a, b, pull in ((own.p, other.p, self.pull / 6), (own.r, other.r, self.pull / 2))
        ]
        return bool(abs(own.top - other.top) - sum(gaps) < -2 * _NEGLIGIBLE)

    def traces(self, own: Part, other: Part) -> Array:
        """Weight, and the same with |W V|^2 and |W V|^4, over exp of both largest exponents."""
        at_p, at_r = (
            np.ix_(*(np.searchsorted(every, getattr(part, name)) for part in (own, other)))
            for name, every in (("p", self.p), ("r", self.r))
        )
        over_p = [kernel[at_p] for kernel in self.over_p]
        total, still = np.zeros(3), 0
        for m, (a, b) in enumerate(zip(own.weights, other.weights, strict=True)):
            size, slope, bend = (kernel[at_r] for kernel in self.over_r(m))
            zero, one, two = (a.T @ kernel @ b for kernel in over_p)
            moments = (
                zero * size,
                one * size + zero * slope,
                two * size + 2 * one * slope + zero * bend,
            )
            added = np.array([moment.sum() for moment in moments])
            total += added
            still = still + 1 if (abs(added) <= _ROUNDING * abs(total)).all() else 0
            if still > 2:
                break
        return total


def _on_panels(line: Line, values: Array, step: float) -> tuple[Array, NDArray[np.int64], Array]:
    """Points of the panels that hold values, and of each value the places of its panel's points
    and their shares in it."""
    panel = np.floor(values / step).astype(np.int64)
    panels, place = np.unique(panel, return_inverse=True)
    count = len(line.points)
    points = (panels[:, None] + line.points) * step
    places = place.ravel()[:, None] * count + np.arange(count)
    return points.ravel(), places, line.lagrange(values / step - panel)
