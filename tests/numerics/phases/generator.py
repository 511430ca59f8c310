"""The generator of dx = -grad U dt + sqrt(2) dW in two coordinates, on a grid."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import eigsh, spsolve

Array = NDArray[np.float64]
Potential = Callable[[Array, Array], Array]


def _matrix(u: Array, first: Array, second: Array) -> tuple[sparse.csc_matrix, Array]:
    """Minus the generator, symmetrised by the square root of the weights; and its diagonal.

    Jumps between neighbours at rates exp(-dU/2)/h^2 obey detailed balance; walls reflect.
    """
    shape, index = u.shape, np.arange(u.size).reshape(u.shape)
    rows, columns, bonds, diagonal = [], [], [], np.zeros(u.size)
    for axis, nodes in enumerate((first, second)):
        low = np.take(index, range(shape[axis] - 1), axis).ravel()
        high = np.take(index, range(1, shape[axis]), axis).ravel()
        gap = u.ravel()[high] - u.ravel()[low]
        rate = 1 / (nodes[1] - nodes[0]) ** 2
        np.add.at(diagonal, low, rate * np.exp(-gap / 2))
        np.add.at(diagonal, high, rate * np.exp(gap / 2))
        rows += [low, high]
        columns += [high, low]
        bonds += [np.full(len(low), -rate)] * 2
    entries = (np.concatenate(bonds), (np.concatenate(rows), np.concatenate(columns)))
    return sparse.csc_matrix(entries, shape=(u.size, u.size)) + sparse.diags(diagonal), diagonal


def slowest_rate(potential: Potential, first: Array, second: Array) -> float:
    """The smallest positive eigenvalue of the generator."""
    matrix, diagonal = _matrix(potential(first[:, None], second[None, :]), first, second)
    sigma = -1e-9 * diagonal.max()
    found = eigsh(sparse.csc_matrix(matrix), k=2, sigma=sigma, which="LM")[0]
    return float(sorted(found)[1])


def mean_time(potential: Potential, first: Array, second: Array) -> float:
    """Mean time from the first column of ``first`` to a wall half a step beyond its last one."""
    u = potential(first[:, None], second[None, :])
    u = u - u.min()
    matrix, _ = _matrix(u, first, second)
    absorbed = np.zeros(u.shape)
    absorbed[-1] = 2 / (first[1] - first[0]) ** 2
    root = np.exp(-u / 2).ravel()
    solved = spsolve(sparse.csc_matrix(matrix + sparse.diags(absorbed.ravel())), root)
    start = np.exp(-u[0])
    times = solved.reshape(u.shape)[0] / np.exp(-u[0] / 2)
    return float((times * start).sum() / start.sum())
