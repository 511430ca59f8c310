"""Where on its ring a neuron is deepest on a subset: the mean largest value of a random field.

The signal of a neuron W = a b^T, V = b c^T of a block, a, b and c unit vectors of the real matrices
rho, is a sum over the pairs that are seen of

    e(g, h) = a.rho(g) b  b.rho(h) c  a.rho(g h) c,

so that at given a, b, c its part that a subset moves is Gaussian with indicators of independent
pairs. Over the places a, b, c it is a form of second degree in each.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
_PAIRS, _DRAWS, _STARTS, _SWEEPS = 4096, 1000, 8, 16
_ENTRIES, _LEAST = 1 << 22, 16
LARGEST = 8
"""Rows of real matrices at most."""


def deepest(
    matrices: Array, table: Sequence[Sequence[int]] | NDArray[np.int64], seed: int = 0
) -> float:
    """The mean over xi of the largest sum over pairs of xi (e/<e> - 1)/|G|, xi of variance one.

    ``matrices`` (|G|, n, n) are orthogonal. Of many pairs some are drawn.

    >>> deepest(np.ones((2, 1, 1)), ((0, 1), (1, 0))) == 0  # a sign on all: no place to choose
    True
    """
    rng, size = np.random.default_rng(seed), matrices.shape[1]
    g, h = np.divmod(np.arange(len(matrices) ** 2), len(matrices))
    if len(g) > _PAIRS:
        some = rng.choice(len(g), _PAIRS, replace=False)
        g, h = g[some], h[some]
    first, rest = matrices[g], (matrices[h], matrices[np.asarray(table)[g, h]])
    first = first.reshape(len(g), -1)
    both = np.einsum("pkl,pmn->pklmn", *rest).reshape(len(g), -1)
    draws = max(_LEAST, min(_DRAWS, _ENTRIES // (_STARTS * size**6)))
    xi = rng.standard_normal((draws, len(g)))
    xi -= xi.mean(1, keepdims=True)
    shape = (size,) * 6
    field = np.stack([((first * row[:, None]).T @ both).reshape(shape) for row in xi])
    mean = (first.T @ both).reshape(shape) / len(g)
    places = rng.standard_normal((3, draws, _STARTS, size))
    places /= np.linalg.norm(places, axis=3, keepdims=True)
    value = _climbed(field, *places)
    about = np.einsum("ijklmn,i,j,k,l,m,n->", mean, *_at(places[:, 0, 0]))
    return round(float(value.max(1).mean() / (about * len(g) ** 0.5)), 3)


def of_mode() -> float:
    """The same of a mode of Z_P, by the fifth roots of one: for every odd P it is three waves."""
    order = np.arange(5)
    turns = 2 * np.pi * order / 5
    rows = [[np.cos(turns), -np.sin(turns)], [np.sin(turns), np.cos(turns)]]
    return deepest(np.moveaxis(np.array(rows), 2, 0), np.add.outer(order, order) % 5)


def _at(place: Array) -> tuple[Array, ...]:
    a, b, c = place
    return a, b, b, c, a, c


def _climbed(field: Array, a: Array, b: Array, c: Array) -> Array:
    """The largest values (draws, starts), each vector in turn the best for the others."""
    value = np.zeros(a.shape[:2])
    for _ in range(_SWEEPS):
        by_c = np.einsum("zijklmn,zsl,zsn->zsijkm", field, c, c, optimize=True)
        _, a = _best(np.einsum("zsijkm,zsj,zsk->zsim", by_c, b, b, optimize=True))
        _, b = _best(np.einsum("zsijkm,zsi,zsm->zsjk", by_c, a, a, optimize=True))
        by_a = np.einsum("zijklmn,zsi,zsm->zsjkln", field, a, a, optimize=True)
        value, c = _best(np.einsum("zsjkln,zsj,zsk->zsln", by_a, b, b, optimize=True))
    return value


def _best(form: Array) -> tuple[Array, Array]:
    """The largest value of quadratic forms on unit vectors, and where."""
    values, vectors = np.linalg.eigh(form + np.swapaxes(form, -1, -2))
    return values[..., -1] / 2, vectors[..., -1]
