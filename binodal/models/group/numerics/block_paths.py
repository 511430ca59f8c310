"""Paths of a block of any number of rows between zero and rank one, in all components."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property, partial
from math import log, pi, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from binodal.numerics.codegen.forms import Forms
from binodal.numerics.phases.committor import Array, Crossing, Drawn
from binodal.numerics.phases.committor import log10_mean_time as by_draws
from binodal.numerics.phases.umbrella import log10_mean_time as by_walkers

_FORMS = Forms("binodal.models.group.forms.block_escape")
_volume = _FORMS.floats("volume")
_components = Forms("binodal.models.group.forms.law").data("components", int)
_CORE, _PAST, _DEEP, _LOW, _LOW_RISE, _STEP, _STABLE = 0.15, 2.2, 8.0, 25.0, 10.0, 0.04, 0.5
"""|W V| where zero is, and behind the pass, over that at the pass; or where U is so far below. A
barrier that is low for draws, and in a rise; steps, and over the largest curvature."""
_FAR, _BEYOND, _PLACES, _NEAR = 1.5, 1.3, 4001, 1e-3
_BROAD, _LEAST, _FLAT = 0.5, 0.3, 0.2
"""How broadly places are drawn along a pass: of its curvature; and the least across and along."""

Matrices = NDArray[Any]


@dataclass(frozen=True)
class Block:
    """W and V times sqrt(F), as all their real components (count, 2 beta n^2)."""

    decay: str
    kind: str
    rows: int
    strength: float
    u: float
    gamma: float

    @cached_property
    def beta(self) -> int:
        """Real components of a number."""
        return _components(self.kind)

    @property
    def _share(self) -> float:
        """A quaternion is a matrix of two rows."""
        return 0.5 if self.beta == 4 else 1.0

    def matrices(self, places: Array) -> tuple[Matrices, Matrices]:
        """W and V, real or complex."""
        own: Matrices = places.reshape(-1, 2, self.rows, self.rows, self.beta)
        if self.beta > 1:
            own = own.view(np.complex128)
        if self.beta == 4:
            a, b = np.moveaxis(own, -1, 0)
            below = np.concatenate([-b.conj(), a.conj()], -1)
            own = np.concatenate([np.concatenate([a, b], -1), below], -2)[..., None]
        return own[:, 0, ..., 0], own[:, 1, ..., 0]

    def components(self, *both: Matrices) -> Array:
        """Their real components."""
        own = np.stack(both, 1)[..., None]
        if self.beta == 4:
            n = self.rows
            own = np.concatenate([own[..., :n, :n, :], own[..., :n, n:, :]], -1)
        flat = np.ascontiguousarray(own).view(np.float64)
        return flat.reshape(len(flat), -1)

    def _dot(self, one: Matrices, other: Matrices) -> Array:
        flat = one.reshape(len(one), -1), other.reshape(len(one), -1)
        whole: Array = self._share * np.einsum("ij,ij->i", flat[0], flat[1].conj()).real
        return whole

    def felt(self, places: Array) -> tuple[Array, Array, Array]:
        """F s, its gradient, and how far along the places are."""
        w, v = self.matrices(places)
        of_w, of_v = _adjoint(w) @ w, v @ _adjoint(v)
        first, second, overlap = self._dot(w, w), self._dot(v, v), self._dot(of_w, of_v)
        cubic, pull = self.gamma / self.strength**2, 2 * self.u / self.strength
        turns, slopes = (-pull * of_v, -pull * of_w), (w, v)
        if self.decay == "schatten":
            more_w, more_v = of_w @ of_w, of_v @ of_v
            sixth = self._dot(of_w, more_w) + self._dot(of_v, more_v)
            turns = turns[0] + cubic * more_w, turns[1] + cubic * more_v
        else:
            sixth = first**3 + second**3
            grown = (1 + cubic * square[:, None, None] ** 2 for square in (first, second))
            slopes = w * next(grown), v * next(grown)
        u = (first + second) / 2 + cubic / 6 * sixth - pull / 2 * overlap
        slope = self.components(slopes[0] + w @ turns[0], slopes[1] + turns[1] @ v)
        return u, slope, self.along(of_w, of_v, overlap)

    def along(self, _: Matrices, __: Matrices, overlap: Array) -> Array:
        """|W V|^(1/2)."""
        return overlap**0.25

    def bends(self, places: Array) -> tuple[Array, Array]:
        """Gradient and Laplacian of that."""
        w, v = self.matrices(places)
        of_w, of_v = _adjoint(w) @ w, v @ _adjoint(v)
        norms, overlap = self._dot(w, w) + self._dot(v, v), self._dot(of_w, of_v)
        once, twice = overlap**-0.75 / 4, -3 * overlap**-1.75 / 16
        grows = 2 * self.components(w @ of_v, of_w @ v)
        spread = 2 * self.beta * self.rows * once * norms + twice * (grows**2).sum(1)
        return once[:, None] * grows, spread

    def aligned(self, large: Array) -> Array:
        """U of w and v (2, count), one large value of each, with all that turns about them."""
        places = np.zeros((large.shape[1], 2, self.rows**2 * self.beta))
        places[:, :, 0] = large.T
        _, own, beside, _ = _volume(self.kind, self.rows)(large, 0.0, 0.0)
        log_volume = own + (self.rows - 1) * beside + np.zeros_like(large)
        turns = self.beta * (self.rows - 1) * np.log(large)
        whole: Array = self.felt(places.reshape(len(places), -1))[0] - (log_volume - turns).sum(0)
        return whole

    def curvatures(self, middle: float) -> tuple[float, float]:
        """Of that where both are alike: as they grow together, and against each other."""
        h = _NEAR * middle
        shifts = middle + h * np.array([[0, 1, -1, 1, -1], [0, 1, -1, -1, 1]])
        here, *ends = self.aligned(shifts).tolist()
        along, across = ((sum(ends[k : k + 2]) - 2 * here) / (2 * h * h) for k in (0, 2))
        return along, across

    def drawn(
        self,
        middle: float,
        bends: tuple[float, float],
        chance: np.random.Generator,
        count: int,
        beside: Drawn | None = None,
    ) -> tuple[Array, Array]:
        """Places about w = v = ``middle`` at rank one, and log of the volume of each.

        What is beside w and v is drawn as a block of one row less, about zero if not told. Where w
        is not above the other values of its matrix there is no volume.
        """
        rest, x = self.rows - 1, middle**2 / self.strength
        free = 1 + (self.gamma * x**2 if self.decay == "frobenius" else 0.0)
        turning = 2 * self.u * self.strength * x**2
        together, one = _normal(chance, (count, 1), bends[0])
        apart, two = _normal(chance, (count, 1), bends[1])
        z, three = _normal(chance, (count, rest, self.beta), turning)
        if beside is None:
            others, four = _normal(chance, (count, 2, rest, rest, self.beta), free)
        else:
            flat, four = beside(chance, count)
            others = flat.reshape(count, 2, rest, rest, self.beta)
        large = middle + np.concatenate([together + apart, together - apart], 1) / sqrt(2)
        own = np.zeros((count, 2, self.rows, self.rows, self.beta))
        own[:, :, 0, 0, 0], own[:, :, 1:, 1:] = large, others
        w, v = self.matrices(own.reshape(count, -1))
        places = self.components(w, self._turn(z) @ v)
        return places, one + two + three + four + self._log_volume(large, z, others)

    def _turn(self, z: Array) -> Matrices:
        """Of the first unit vector to (1, z)/(1 + |z|^2)^(1/2), and of nothing beside."""
        own = np.zeros((len(z), 2, self.rows, self.rows, self.beta))
        conjugate = np.where(np.arange(self.beta) > 0, -1.0, 1.0)
        own[:, 0, 1:, 0], own[:, 0, 0, 1:] = z, -conjugate * z
        move, _ = self.matrices(own.reshape(len(z), -1))
        square = (z**2).sum((1, 2))[:, None, None]
        cosine = 1 / np.sqrt(1 + square)
        half = cosine**2 / (1 + cosine)
        turn: Matrices = np.eye(move.shape[1]) + cosine * move + half * move @ move
        return turn

    def _log_volume(self, large: Array, z: Array, others: Array) -> Array:
        of = _volume(self.kind, self.rows)
        radius = np.sqrt((z**2).sum((1, 2)))
        frames, *_, turned = of(1.0, 0.0, radius)
        with np.errstate(divide="ignore", invalid="ignore"):
            own = of(large, 0.0, 0.0)[1] + np.zeros_like(large)
            whole = frames + turned + own.sum(1)
            if self.rows > 1:
                less = replace(self, rows=self.rows - 1)
                for k, matrix in enumerate(less.matrices(others.reshape(len(z), -1))):
                    values = np.linalg.svd(matrix, compute_uv=False)[
                        :, :: 2 if self.beta == 4 else 1
                    ]
                    beside = of(large[:, k, None], values, 0.0)[2].sum(1)
                    whole = whole + np.where(large[:, k] > values[:, 0], beside, -np.inf)
        return np.where((large > 0).all(1), whole, -np.inf)


@dataclass(frozen=True)
class SecondValue(Block):
    """The same, by how far the second value of W V is."""

    def along(self, of_w: Matrices, of_v: Matrices, overlap: Array) -> Array:
        """The fourth root of y, the squares of all pairs of values of W V over that of all: of
        order |W V|^(1/2) without the largest."""
        both = of_w @ of_v
        twice = self._dot(both, _adjoint(both))
        return np.maximum((overlap - twice / overlap) / 2, 0.0) ** 0.25

    def bends(self, places: Array) -> tuple[Array, Array]:
        """Its gradient, and its Laplacian, from those of |W V|^2 and |(W V)^+ W V|^2."""
        w, v = self.matrices(places)
        of_w, of_v = _adjoint(w) @ w, v @ _adjoint(v)
        both, n = of_w @ of_v, self.rows
        once, twice = self._dot(of_w, of_v), self._dot(both, _adjoint(both))
        norms = self._dot(w, w) + self._dot(v, v)
        mixed = self._dot(of_w @ of_w, of_v) + self._dot(of_w, of_v @ of_v)
        of_once = 2 * self.components(w @ of_v, of_w @ v)
        of_twice = 4 * self.components(w @ of_v @ both, both @ of_w @ v)
        spread_once = 2 * self.beta * n * norms
        spread_twice = 4 * ((self.beta * (n - 1) + 2) * mixed + self.beta * once * norms)
        y, share = (once - twice / once) / 2, (1 + twice / once**2) / 2
        slopes = share[:, None] * of_once - of_twice / (2 * once)[:, None]
        spread = share * spread_once - spread_twice / (2 * once)
        squares, crossed = (of_once**2).sum(1), (of_once * of_twice).sum(1)
        spread = spread - twice / once**3 * squares + crossed / once**2
        first, second = y**-0.75 / 4, -3 * y**-1.75 / 16
        return first[:, None] * slopes, first * spread + second * (slopes**2).sum(1)


def _adjoint(matrix: Matrices) -> Matrices:
    return matrix.conj().swapaxes(1, 2)


def _normal(
    chance: np.random.Generator, shape: tuple[int, ...], bend: float
) -> tuple[Array, Array]:
    """Normal numbers of this curvature, and minus the logarithm of their density."""
    noise = chance.standard_normal(shape)
    flat = noise.reshape(shape[0], -1)
    volume = (flat**2).sum(1) / 2 + flat.shape[1] * log(2 * pi / bend) / 2
    return noise / sqrt(bend), volume


def log10_time(block: Block, well: str, state: Sequence[float]) -> tuple[float, float]:
    """Out of "zero" to rank one, back from the "ring", or in a "rise" from rank one to two.

    With its error; by draws about the pass, and where that is low by walkers, which know where the
    volume of places is. Raises :class:`Undecided` where neither tells a time.
    """
    if well == "rise":
        of, height = _rise(block, state)
        return by_draws(of) if height > _LOW_RISE else by_walkers(of)
    of, height = _crossing(block, well, state)
    return by_draws(of) if height > _LOW else by_walkers(of)


def _crossing(block: Block, well: str, state: Sequence[float]) -> tuple[Crossing, float]:
    """And its barrier with the volume of places, zero where that has no pass."""
    top, ring = (sqrt(block.strength * x) for x in state[:2])
    way = np.linspace(top * _CORE, ring * _BEYOND, _PLACES)
    heights = block.aligned(np.stack([way, way]))
    inside = (way > top * _CORE) & (way < min(top * _FAR, ring))
    peak = int(np.where(inside, heights, -np.inf).argmax())
    middle = float(way[peak])
    down, across = block.curvatures(middle)
    bends = max(-_BROAD * down, _LEAST), max(across, _LEAST)
    well_at = float(way[peak:][heights[peak:].argmin()])

    def at_zero(chance: np.random.Generator, count: int) -> tuple[Array, Array]:
        return _normal(chance, (count, 2 * block.beta * block.rows**2), 1.0)

    outwards = well == "zero"
    before, beyond = (
        way[side][heights[side] < heights[peak] - _DEEP]
        for side in (slice(peak), slice(peak, None))
    )
    near = before[-1:].max(initial=0.0)
    far = beyond[:1].min(initial=min(sqrt(_PAST) * top, ring))
    at_ring = partial(block.drawn, well_at, block.curvatures(well_at))
    ends, in_well = ((near, far), at_zero) if outwards else ((far, near), at_ring)
    width, at_pass = 1 / sqrt(-2 * min(down, -_FLAT)), partial(block.drawn, middle, bends)
    of = Crossing(block.felt, block.bends, *ends, middle, width, at_pass, in_well, _STEP)
    beside = heights[:peak] if outwards else heights[peak:]
    return of, float(heights[peak] - beside.min(initial=np.inf)) if down < -_FLAT else 0.0


def _rise(block: Block, state: Sequence[float]) -> tuple[Crossing, float]:
    """A block of one row less crosses beside the value that stays."""
    less, height = _crossing(replace(block, rows=block.rows - 1), "zero", state)
    way = sqrt(block.strength * state[1]) * np.linspace(1 / _BEYOND, _BEYOND, _PLACES)
    stays = float(way[block.aligned(np.stack([way, way])).argmin()])
    bends = block.curvatures(stays)
    at_pass, in_well = (
        partial(block.drawn, stays, bends, beside=draw) for draw in (less.at_pass, less.in_well)
    )
    second = SecondValue(*(getattr(block, each.name) for each in fields(block)))
    places = np.zeros((4, 2, block.rows, block.rows, block.beta))
    places[:, :, 0, 0, 0] = stays
    crosses = np.array([less.start, less.goal, less.middle, less.middle + less.width])
    places[:, :, 1, 1, 0] = crosses[:, None]
    start, goal, middle, beyond = second.felt(places.reshape(4, -1))[2].tolist()
    width, step = beyond - middle, min(_STEP, _STABLE / max(bends))
    ends = start, goal, middle, width
    return Crossing(second.felt, second.bends, *ends, at_pass, in_well, step), height
