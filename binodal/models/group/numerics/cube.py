"""Points of a unit cube, and matrices that are drawn by them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from binodal.models.group.numerics.field_matrices import Array

_REMEMBERED = 256
_GAMMAS: dict[tuple[float, ...], tuple[Array, Array]] = {}


@dataclass(frozen=True)
class Drawn:
    """Two Hermitian matrices, of W and of V, and the logarithm of the density they come from."""

    of_w: Array
    of_v: Array
    log: Array


class Cube:
    """Points of a unit cube, read from left to right."""

    def __init__(self, points: Array) -> None:
        self.points, self.read = points, 0

    def uniform(self, count: int) -> Array:
        """The next coordinates."""
        self.read += count
        return self.points[:, self.read - count : self.read]

    def gamma(self, shapes: Array) -> Array:
        """The next as independent Gamma variables of unit rate; those of one array of points are
        made once, since they cost more than all else that is drawn."""
        place = id(self.points), self.read, *map(float, shapes)
        uniform = self.uniform(len(shapes))
        points, known = _GAMMAS.get(place, (None, uniform))
        if points is not self.points:
            if len(_GAMMAS) >= _REMEMBERED:
                _GAMMAS.clear()
            known = special.gammaincinv(shapes, uniform)
            _GAMMAS[place] = self.points, known
        return known

    def normal(self, *shape: int) -> Array:
        """The next as independent normal numbers."""
        flat = special.ndtri(self.uniform(int(np.prod(shape))))
        return np.asarray(flat.reshape(len(flat), *shape))
