"""The first order in 1/N on a subset of the pairs, by neurons that are drawn.

log Z = V - h/2 (:func:`binodal.derive.finite_width.finite_width`), h = log det M over all labels
and the pairs D that are seen, M = sigma^2 + K + (sigma_a^4/N) cov(g, g), g_p = (tau_p.S) S. Means
are slopes of log Z: the residual on D by the target, which moves tau by M^{-1} dy; the residual on
another pair by its target in the limit of infinite noise there, which moves tau by
e - M^{-1} M_{D,e}; a function G of a neuron by a source, which moves tau by
-sigma_a^2 M^{-1} cov(g, G). With Phi as in
:mod:`binodal.models.modular.predictions.neuron_average` the slope of h along v is

    cov(Phi, T_v) + (2 sigma_a^4/N) <sum_p (v_p.S) (q_p.S)>,   q = M^{-1} (g - <g>),

T_v = (sigma_a^2/N) sum_p (tau_p.S)(v_p.S) what v adds to a neuron's exponent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from binodal.models.modular.predictions.mode_law import Array

_ENTRIES = 1 << 22


class Drawn(NamedTuple):
    """Neurons at a field: squares S (n, P^2), tau_p.S (n, P), weights (n,), and which are seen.

    ``spread`` is sigma_a^2, ``noise`` sigma^2, ``width`` N.
    """

    squares: NDArray[np.floating[Any]]
    pull: Array
    weight: Array
    seen: NDArray[np.bool_]
    spread: float
    noise: float
    width: float


class Slopes:
    """Slopes of h at a field, the matrix inverted once."""

    def __init__(self, of: Drawn) -> None:
        self.of, self.strength = of, of.spread**2 / of.width
        self.some = np.ascontiguousarray(of.squares[:, of.seen], dtype=float)
        self.labels, self.pairs = of.pull.shape[1], self.some.shape[1]
        self.mean = ((of.pull * of.weight[:, None]).T @ self.some).ravel()
        self.inverse = np.linalg.inv(self._matrix())
        parts = list(self._parts())
        self.own = np.concatenate([own for own, _ in parts])
        self.turned = np.concatenate([turned for _, turned in parts])

    def _chunks(self) -> Iterator[tuple[slice, Array]]:
        """g of some neurons."""
        step = max(1, _ENTRIES // (self.labels * self.pairs))
        for start in range(0, len(self.some), step):
            part = slice(start, start + step)
            g = self.of.pull[part, :, None] * self.some[part, None, :]
            yield part, g.reshape(len(g), -1)

    def _matrix(self) -> Array:
        of, size = self.of, self.labels * self.pairs
        whole = np.zeros((size, size))
        for part, g in self._chunks():
            whole += (g * of.weight[part, None]).T @ g
        whole -= np.outer(self.mean, self.mean)
        kernel = of.spread * (self.some * of.weight[:, None]).T @ self.some
        kernel += of.noise * np.eye(self.pairs)
        return np.asarray(self.strength * whole + np.kron(np.eye(self.labels), kernel))

    def _parts(self) -> Iterator[tuple[Array, Array]]:
        """Phi (c,) and q_p.S (c, P) of some neurons."""
        shape = (self.labels, self.pairs)
        alone = np.einsum("apaq->pq", self.inverse.reshape(*shape, *shape))
        for part, g in self._chunks():
            about, some = g - self.mean, self.some[part]
            q = about @ self.inverse
            own = self.of.spread * ((some @ alone) * some).sum(1)
            turned = np.einsum("cap,cp->ca", q.reshape(-1, *shape), some)
            yield own + self.strength * (q * about).sum(1), turned

    def solved(self, right: Array) -> Array:
        """M^{-1} of a field on D, (P, pairs seen)."""
        return np.asarray((self.inverse @ right.ravel()).reshape(right.shape))

    def along(self, field: Array, tilt: Array | float = 0.0) -> float:
        """The slope of h by a field (P, P^2), and by what a source adds to exponents."""
        of = self.of
        moved = of.squares @ field.T
        added = tilt + of.spread / of.width * (of.pull * moved).sum(1)
        law = of.weight * (added - of.weight @ added)
        explicit = of.weight @ (moved * self.turned).sum(1)
        return float(law @ self.own + 2 * self.strength * explicit)


def shifts(
    of: Drawn, target: Array, parts: Array, product: Callable[[Array], Array], sources: Array
) -> Array:
    """First orders at N (parts, 3) of a on D, of a on the other pairs (NaN without any), and of
    <source>.

    ``target`` is y (P, P^2), ``parts`` those that each have an a, ``product`` M on fields of all
    pairs, ``sources`` (parts, n) functions of each neuron.
    """
    slopes = Slopes(of)
    rows = [
        _shifts(slopes, target, part, product, source)
        for part, source in zip(parts, sources, strict=True)
    ]
    return np.array(rows)


def _shifts(
    slopes: Slopes, target: Array, part: Array, product: Callable[[Array], Array], source: Array
) -> tuple[float, float, float]:
    of, seen = slopes.of, slopes.of.seen

    def placed(on_seen: Array, on_others: Array) -> Array:
        field = np.array(on_others)
        field[:, seen] = on_seen
        return field

    zero, squares = np.zeros_like(target), (target * part).sum(0)
    own = of.noise / 2 * slopes.along(placed(slopes.solved(part[:, seen]), zero))
    others = np.nan
    if not seen.all():
        rest = np.where(seen, 0.0, part)
        reached = slopes.solved(product(rest)[:, seen])
        others = slopes.along(placed(-reached, rest)) / (2 * squares[~seen].sum())
    about = of.weight * (source - of.weight @ source)
    pushed = of.spread * (of.pull * about[:, None]).T @ slopes.some
    mean = slopes.along(placed(-slopes.solved(pushed), zero), source) / (-2 * of.width)
    return float(own / squares[seen].sum()), float(others), float(mean)
