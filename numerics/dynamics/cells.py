"""A law on cells of equal size: Fokker-Planck steps that keep its mass and its sign.

dp/dt = div(grad p + p grad U) by finite volumes with the exponentially fitted currents of
first-passage times, whose adjoint this is: exp(-U) on the cells is at rest. A step is implicit,
along one coordinate and then along the other; each is a matrix of columns that sum to one and of
off-diagonal elements that are not positive, so that no mass is lost and none becomes negative.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.linalg import solve_banded

from binodal.numerics.dynamics.course import Array
from binodal.numerics.phases.first_passage import fitted


def stepped(masses: Array, potential: Array, sizes: Sequence[float], step: float) -> Array:
    """Masses of cells (rows, columns) a step later; ``sizes`` are those of a cell.

    A coordinate of one cell is held. Of first order in the step and second in the sizes.

    >>> import numpy as np
    >>> start, flat = np.array([[1.0], [0.0]]), np.zeros((2, 1))
    >>> stepped(start, flat, (1.0, 1.0), 0.5).ravel().tolist()
    [0.75, 0.25]
    """
    after = _along(masses.T, potential.T, step / sizes[0] ** 2).T
    return after if masses.shape[1] == 1 else _along(after, potential, step / sizes[1] ** 2)


def _along(masses: Array, potential: Array, scale: float) -> Array:
    """One implicit step along the rows, all of them as one band of three diagonals."""
    gap = np.diff(potential, axis=1)
    bands = np.zeros((3, *masses.shape))
    bands[0, :, 1:], bands[2, :, :-1] = -scale * fitted(-gap), -scale * fitted(gap)
    bands[1] = 1 - bands[0] - bands[2]
    flat = bands.reshape(3, -1)
    return np.asarray(solve_banded((1, 1), flat, masses.ravel())).reshape(masses.shape)
