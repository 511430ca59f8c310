"""The curvature of the field's saddle for modular addition: log det from moments of one mode."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from binodal.derive.symbols import P, sigma_a2
from binodal.models.modular.derivations.field_blocks import Block, MomentKey, Polynomial, blocks
from binodal.models.modular.derivations.finite_width import finite_width_of_modes
from binodal.models.modular.derivations.kernel import MEANS
from binodal.models.modular.predictions.mode_moments import ORDER, SIZE, ModeLaw, Moments
from binodal.numerics.codegen.load import compiled

Array = NDArray[np.float64]
_KINDS = ("target", "pair", "axis", "constant")


@cache
def _functions() -> dict[str, Callable[..., tuple[Any, ...]]]:
    results = finite_width_of_modes().results
    named = {kind: results[kind] for kind in _KINDS}
    return {
        "scale": compiled("scale", {"c": results["curvature_scale"]}, SIZE, "numpy"),
        "kinds": compiled("kinds", named, (*MEANS, P, sigma_a2), "numpy"),
    }


_Entry = tuple[int, int, Array, Array]


@dataclass(frozen=True)
class _Compiled:
    """Polynomials as sparse rows (places, coefficients) over the distinct moments of all blocks."""

    keys: tuple[MomentKey, ...]
    entries: tuple[tuple[Block, list[_Entry], list[tuple[Array, Array]]], ...]


@cache
def _compiled(order: int) -> _Compiled:
    index: dict[MomentKey, int] = {}

    def row(polynomial: Polynomial) -> tuple[Array, Array]:
        places = [index.setdefault(key, len(index)) for key in polynomial]
        return np.array(places, dtype=np.int64), np.array(list(polynomial.values()), dtype=float)

    entries = tuple(
        (
            block,
            [(i, j, *row(p)) for (i, j), p in block.second.items()],
            [row(p) for p in block.first],
        )
        for block in blocks(order)
    )
    return _Compiled(tuple(index), entries)


class Spectrum(ModeLaw):
    """The kernel's eigenvalues at an amplitude A and a mode's source."""

    def __init__(self, parameters: Mapping[str, float], order: int = ORDER) -> None:
        super().__init__(parameters, order)
        self.order = int(self.at["P"])

    def levels(self, m: Moments) -> dict[str, float]:
        """Eigenvalues of the kernel by kind of character."""
        means = m.pair[1, 0], m.pair[2, 0], m.pair[1, 1], m.zero[1], m.zero[2]
        return levels(means, self.at["P"], self.at["sigma_a2"])

    def freedom(self, level: Mapping[str, float]) -> float:
        """Tr K (sigma^2 + K)^{-1}."""
        counts, noise = multiplicities(self.order), self.at["sigma2"]
        return sum(counts[kind] * value / (noise + value) for kind, value in level.items())


class Curvature(Spectrum):
    """log det of the saddle's curvature at an amplitude A and a mode's source."""

    def __init__(self, parameters: Mapping[str, float], order: int = ORDER) -> None:
        super().__init__(parameters, order)
        self._polynomials = _compiled(self.order)

    def log_det(self, amplitude: float, m: Moments) -> float:
        """h = log det of the curvature over all labels and pairs."""
        noise, size = self.at["sigma2"], self.order
        level = {kind: noise + value for kind, value in self.levels(m).items()}
        counts = multiplicities(size)
        total = sum(counts[kind] * np.log(level[kind]) for kind in _KINDS)
        (scale,) = _functions()["scale"](*self.size(amplitude))
        values = np.array([_value(key, m) for key in self._polynomials.keys])
        for block, second, first in self._polynomials.entries:
            matrix = np.zeros((len(block.kinds), len(block.kinds)))
            for i, j, places, coefficients in second:
                matrix[i, j] = matrix[j, i] = coefficients @ values[places]
            mean = np.array([c @ values[p] if len(p) else 0.0 for p, c in first])
            matrix = scale * (matrix - np.outer(mean, mean))
            matrix += np.diag([level[kind] for kind in block.kinds])
            total += block.multiplicity * np.linalg.slogdet(matrix)[1]
        return float(total)


def levels(means: Sequence[float], order: float, spread: float) -> dict[str, float]:
    """Eigenvalues of the kernel by kind of character, odd P; ``spread`` is sigma_a^2.

    ``means`` are <x>, <x^2>, <x x_v> of a mode, <u_0^2> and <u_0^4>.
    """
    kinds = _functions()["kinds"](*means, order, spread)
    return dict(zip(_KINDS, map(float, kinds), strict=True))


def multiplicities(order: int) -> dict[str, int]:
    """How many characters (K, K') of Z_P x Z_P are of each kind, for odd P.

    >>> sum(multiplicities(7).values())
    49
    """
    others = order - 1
    return {"target": 2 * others, "pair": others * (order - 3), "axis": 2 * others, "constant": 1}


def _value(key: MomentKey, m: Moments) -> float:
    value = m.zero[key[0]] * m.zero[key[1]]
    for one, other in key[2]:
        value *= m.pair[one, other]
    return float(value)
