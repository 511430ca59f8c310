"""Matrices of real, complex and quaternionic numbers from their components, many at once.

Arrays have shapes (samples, rows, columns). A quaternion is a complex 2 x 2 matrix, so that every
eigenvalue of a quaternionic matrix appears twice and traces count twice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def embedded(components: Array) -> Array:
    """Matrices of numbers from (samples, rows, columns, 1, 2 or 4) real components."""
    if components.shape[-1] == 1:
        return components[..., 0]
    first = components[..., 0] + 1j * components[..., 1]
    if components.shape[-1] == 2:
        return first
    second = components[..., 2] + 1j * components[..., 3]
    samples, rows, columns = first.shape
    both = np.stack([first, second, -second.conj(), first.conj()], axis=-1)
    units = both.reshape(samples, rows, columns, 2, 2)
    return units.transpose(0, 1, 3, 2, 4).reshape(samples, 2 * rows, 2 * columns)


def hermitian(diagonal: Array, above: Array) -> Array:
    """From (samples, n) numbers and (samples, n(n-1)/2, beta) components above the diagonal."""
    samples, rows = diagonal.shape
    beta = above.shape[-1]
    components = np.zeros((samples, rows, rows, beta))
    i, j = np.triu_indices(rows, 1)
    components[:, range(rows), range(rows), 0] = diagonal
    components[:, i, j] = above
    components[:, j, i] = above * np.array([1.0, *[-1.0] * (beta - 1)])
    return embedded(components)


def triangular(diagonal: Array, below: Array) -> Array:
    """The same of a lower triangular matrix with components below the diagonal."""
    samples, rows = diagonal.shape
    components = np.zeros((samples, rows, rows, below.shape[-1]))
    components[:, range(rows), range(rows), 0] = diagonal
    components[(slice(None), *np.tril_indices(rows, -1))] = below
    return embedded(components)


def adjoint(matrices: Array) -> Array:
    """The conjugate transpose of each."""
    return matrices.conj().swapaxes(-1, -2)


def traced(left: Array, right: Array) -> Array:
    """Real parts of tr (left right), over complex numbers."""
    return np.asarray(np.einsum("mij,mji->m", left, right).real)


def spectral(function: Callable[[Array], Array], matrices: Array) -> Array:
    """A function of Hermitian matrices, by their eigenvalues."""
    values, frames = np.linalg.eigh(matrices)
    return np.asarray((frames * function(values)[:, None, :]) @ adjoint(frames))
